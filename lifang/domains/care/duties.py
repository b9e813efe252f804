"""Who answers for which household."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from lifang.domains.care.households import Household
from lifang.domains.care.models import Contact, Duty
from lifang.ground import prepared
from lifang.ground.access.models import Grant, User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import ancestors, span

FUNCTION = "care.visit"
RUNNING = "WHERE area = %s AND until IS NULL AND (number = ANY(%s) OR home = ANY(%s))"
NEWEST = """
WHERE id IN (
  SELECT DISTINCT ON ({0}) id FROM care_contact WHERE area >= %s AND area < %s AND {0} = ANY(%s)
  ORDER BY {0}, "on" DESC, id DESC
)
"""
UNREAD = frozenset({"note"})


@dataclass
class Worker:
    """Somebody who may visit, and the places where."""

    user: User
    places: list[range]

    def covers(self, area: int) -> bool:
        return any(area in place for place in self.places)


def workers(place: int) -> dict[int, Worker]:
    """By id, the people who may visit at, above or below a place today."""
    below = span(place)
    near = Q(area__in=[place, *ancestors(place)]) | Q(area__gte=below.start, area__lt=below.stop)
    with system_scope("care.workers"):
        grants = list(
            Grant.objects.in_force()
            .filter(near, unit=None, user__is_active=True, role__functions__contains=[FUNCTION])
            .select_related("user")
            .order_by("user__name", "user")
        )
    found: dict[int, Worker] = {}
    for grant in grants:
        found.setdefault(grant.user_id, Worker(grant.user, [])).places.append(span(grant.area))
    return found


class Duties:
    """The duties of a community that run now and may be these households', found by household."""

    def __init__(self, community: int, households: Sequence[Household]) -> None:
        self.by_number: dict[int, Duty] = {}
        self.by_home: dict[int, list[Duty]] = defaultdict(list)
        duties = prepared.select(Duty, RUNNING, [community, *_hashes(households)])
        for duty in prepared.join(duties, "worker"):
            if duty.number is not None:
                self.by_number[duty.number] = duty
            if duty.home is not None:
                self.by_home[duty.home].append(duty)

    def of(self, household: Household) -> Duty | None:
        """That of the same number; else of the same home, unless both are known by numbers, which then differ."""
        if household.number is not None and household.number in self.by_number:
            return self.by_number[household.number]
        near = self.by_home.get(household.home or 0, ())
        alike = [duty for duty in near if household.number is None or duty.number is None]
        return min(alike, key=lambda duty: duty.number is not None, default=None)


def borrowed(duty: Duty, household: Household) -> bool:
    """Whether the duty is another household's at the same home, which one without a number shares until it has its own."""
    return household.number is None and duty.number is not None


@dataclass(frozen=True)
class Served:
    """A household, its duty if any, and whether that worker may still visit there; `last` is the newest contact."""

    household: Household
    duty: Duty | None
    stands: bool
    last: Contact | None


def answering(household: Household) -> Duty | None:
    """The duty of the worker who answers for a household and may still visit there."""
    duty = Duties(household.area, [household]).of(household)
    return duty if duty and _stands(duty, workers(household.area), household) else None


def _stands(duty: Duty, people: Mapping[int, Worker], household: Household) -> bool:
    return duty.worker_id in people and people[duty.worker_id].covers(household.grid)


def served(households: Sequence[Household], community: int) -> list[Served]:
    """Households of one community with who answers for them, in a fixed number of queries."""
    people, contacts = workers(community), newest_contacts(community, households)
    duties = Duties(community, households)
    rows = []
    for one in households:
        duty = duties.of(one)
        stands = duty is not None and _stands(duty, people, one)
        rows.append(Served(one, duty, stands, last_of(one, contacts)))
    return rows


Contacts = Mapping[tuple[str, int | None], Contact]


def newest_contacts(community: int, households: Sequence[Household]) -> Contacts:
    """The newest contact of each number and of each home of these households."""
    below = span(community)
    found: dict[tuple[str, int | None], Contact] = {}
    for kind, hashes in zip(("number", "home"), _hashes(households), strict=True):
        for contact in prepared.select(Contact, NEWEST.format(kind), [below.start, below.stop, hashes], without=UNREAD):
            found[kind, getattr(contact, kind)] = contact
    return found


def _hashes(households: Sequence[Household]) -> tuple[list[int], list[int]]:
    """The numbers and the homes."""
    numbers = [one.number for one in households if one.number is not None]
    return numbers, [one.home for one in households if one.home is not None]


def last_of(household: Household, contacts: Contacts) -> Contact | None:
    by_number = contacts.get(("number", household.number)) if household.number is not None else None
    by_home = contacts.get(("home", household.home)) if household.home is not None else None
    if by_home and by_home.number is not None and household.number is not None:
        by_home = None
    return max((c for c in (by_number, by_home) if c), key=lambda c: (c.on, c.pk), default=None)


def same(household: Household) -> Q:
    """Conditions of the rows (duties, contacts) that are this household's, by number or by home."""
    found = Q(pk__in=[])
    if household.number is not None:
        found |= Q(number=household.number)
        if household.home is not None:
            found |= Q(home=household.home, number=None)
    elif household.home is not None:
        found |= Q(home=household.home)
    return found
