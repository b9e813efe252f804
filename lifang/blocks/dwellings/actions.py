"""Saying how buildings and flats are, from a day on; and taking such a filing back, which brings back what stood before."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.dwellings.models import Building, Condition, Dwelling, Filing, Layout
from lifang.blocks.dwellings.plans import STATES, Plan
from lifang.blocks.dwellings.queries import conditions, holding
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import standing
from lifang.blocks.registry.models import Person
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.areas.models import Succession
from lifang.ground.trail.actions import record

LOCK = "SELECT pg_advisory_xact_lock(hashtext('lifang.dwellings'))"
BLOCK = 2000
LONGEST_SOURCE = 120
# What the newest word that holds today says of each dwelling, and of each building with what stands in it. That places
# changed carries on what somebody said, and says nothing by itself.
SETTLE = (
    """
UPDATE dwellings_dwelling d SET known = coalesce(NOT c.gone, false), state = coalesce(c.state, '')
FROM dwellings_dwelling o LEFT JOIN LATERAL (
    SELECT c.gone, c.state FROM dwellings_condition c JOIN dwellings_filing f ON f.id = c.filing_id
    WHERE c.dwelling_id = o.id AND c.held_on <= %(on)s AND f.undone_at IS NULL ORDER BY c.held_on DESC, c.id DESC LIMIT 1
) c ON true WHERE o.id = d.id AND d.building_id = ANY(%(buildings)s)
""",
    """
UPDATE dwellings_building b SET known = coalesce(NOT l.gone, false), area = coalesce(l.area, b.area),
    name = coalesce(l.name, ''), use = coalesce(l.use, ''), entrances = coalesce(l.entrances, 0),
    floors = coalesce(l.floors, 0),
    flats = (SELECT count(*) FROM dwellings_dwelling d WHERE d.building_id = b.id AND d.known)
FROM dwellings_building o LEFT JOIN LATERAL (
    SELECT l.* FROM dwellings_layout l JOIN dwellings_filing f ON f.id = l.filing_id
    WHERE l.building_id = o.id AND l.held_on <= %(on)s AND f.undone_at IS NULL AND (f.way <> 'places' OR EXISTS (
        SELECT 1 FROM dwellings_layout e JOIN dwellings_filing s ON s.id = e.filing_id
        WHERE e.building_id = o.id AND e.held_on <= %(on)s AND s.undone_at IS NULL AND s.way <> 'places'
    )) ORDER BY l.held_on DESC, l.id DESC LIMIT 1
) l ON true WHERE o.id = b.id AND b.id = ANY(%(buildings)s)
""",
)


class Refused(Exception):
    """The filing cannot be made or taken back; `field` is the input that the message is about."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


class Outcome(NamedTuple):
    """What laying a plan out would do: `fresh` flats, those with another state, those that go, and the `building` that
    stands there already."""

    building: Building | None
    fresh: int
    changed: int
    gone: list[str]


@transaction.atomic
def lay_out(*, plans: Sequence[Plan], area: int, held_on: dt.date, source: str, by: User, name: str = "") -> Filing:
    """Register these buildings of one place, or say anew how they are. Runs under `dwelling.manage`. Raises Refused."""
    _sayable(held_on, source)
    _alone()
    filing = Filing.objects.create(
        way=Filing.Way.FILE if name else Filing.Way.FORM, area=area, held_on=held_on, source=source.strip(),
        name=name[:200], buildings=len(plans), dwellings=sum(len(plan.flats) for plan in plans), by=by,
    )  # fmt: skip
    standing_now = {building_key(one.area, one.at): one for one in _buildings_of(plans)}
    fresh = [Building(area=p.area, at=p.at) for p in plans if building_key(p.area, p.at) not in standing_now]
    for one in Building.objects.bulk_create(fresh, batch_size=BLOCK):
        standing_now[building_key(one.area, one.at)] = one
    known = [(plan, standing_now[building_key(plan.area, plan.at)]) for plan in plans]
    Layout.objects.bulk_create(
        [
            Layout(
                building=building, filing=filing, held_on=held_on, area=plan.area, name=plan.name, use=plan.use,
                entrances=plan.entrances, floors=plan.floors,
            )
            for plan, building in known
        ],
        batch_size=BLOCK,
    )  # fmt: skip
    for plan, building in known:
        _lay_flats(plan, building, filing)
    settled([building.pk for _plan, building in known])
    record(
        what="dwelling.laid_out", kind="filing", object_id=filing.pk, area=area, buildings=filing.buildings,
        dwellings=filing.dwellings, on=held_on, source=filing.source,
    )  # fmt: skip
    return filing


def building_key(area: int, at: str) -> tuple[int, str]:
    """A community has one building at a door."""
    return at_level(area, COMMUNITY), at


def _buildings_of(plans: Iterable[Plan]) -> list[Building]:
    wanted = {building_key(plan.area, plan.at) for plan in plans}
    found = Building.objects.filter(at__in={at for _community, at in wanted})
    return [one for one in found.order_by("known", "pk") if building_key(one.area, one.at) in wanted]


def _lay_flats(plan: Plan, building: Building, filing: Filing) -> None:
    there = {one.home: one for one in building.dwellings.all()}
    words = conditions(building, holding(filing.held_on))
    homes = {plan.home(flat): (flat, state) for flat, state in plan.flats.items()}
    fresh = [
        Dwelling(building=building, home=home, entrance=flat[0], number=flat[1])
        for home, (flat, _state) in homes.items()
        if home not in there
    ]
    there |= {one.home: one for one in Dwelling.objects.bulk_create(fresh, batch_size=BLOCK)}
    said = []
    for home, dwelling in there.items():
        before = words.get(dwelling.pk)
        stands = before is not None and not before.gone
        state = homes[home][1] if home in homes else ""
        if home not in homes:
            if stands:
                said.append(Condition(dwelling=dwelling, filing=filing, held_on=filing.held_on, gone=True))
        elif not stands or before is None or (state and state != before.state):
            said.append(Condition(dwelling=dwelling, filing=filing, held_on=filing.held_on, state=state))
    Condition.objects.bulk_create(said, batch_size=BLOCK)


def outcome(plan: Plan, held_on: dt.date) -> Outcome:
    """What `lay_out` would do with one plan."""
    building = next(iter(reversed(_buildings_of([plan]))), None)
    if building is None:
        return Outcome(None, len(plan.flats), 0, [])
    words = conditions(building, holding(held_on))
    stand = {
        one.home: words[one.pk].state for one in building.dwellings.all() if one.pk in words and not words[one.pk].gone
    }
    homes = {plan.home(flat): state for flat, state in plan.flats.items()}
    changed = sum(1 for home, state in homes.items() if state and stand.get(home, state) != state)
    return Outcome(building, len(homes.keys() - stand.keys()), changed, sorted(stand.keys() - homes.keys()))


@transaction.atomic
def note_state(*, dwelling: Dwelling, state: str, held_on: dt.date, source: str, by: User) -> Filing:
    """A flat's state from a day on, as somebody found it. Runs under `dwelling.note`. Raises Refused."""
    _sayable(held_on, source)
    area = dwelling.building.area
    if state not in packs.code_list(STATES, area).values:
        raise Refused(_("请选一种房屋状况。"), "state")
    _alone()
    filing = Filing.objects.create(
        way=Filing.Way.FLAT, area=area, held_on=held_on, source=source.strip(), dwellings=1, by=by
    )
    Condition.objects.create(dwelling=dwelling, filing=filing, held_on=held_on, state=state)
    with system_scope("dwellings"):
        settled([dwelling.building_id])
    record(what="dwelling.noted", kind="filing", object_id=filing.pk, area=area, on=held_on, state=state)
    return filing


@transaction.atomic
def take_back(*, filing: Filing, by: User | None) -> None:
    """What the filing said is believed no more. Runs under `dwelling.manage`. Raises Refused where it is taken back already."""
    _alone()
    if not Filing.objects.filter(pk=filing.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        raise Refused(_("这次登记已经撤销过了。"))
    with system_scope("dwellings"):  # buildings may have gone to another place since
        touched = set(filing.layouts.values_list("building", flat=True))
        touched |= set(filing.conditions.values_list("dwelling__building", flat=True))
        settled(touched)
    record(what="dwelling.undone", kind="filing", object_id=filing.pk, area=filing.area)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _sayable(held_on: dt.date, source: str) -> None:
    if held_on > today():
        raise Refused(_("日期不能在今天以后。"), "held_on")
    if not source.strip() or len(source) > LONGEST_SOURCE or "\0" in source:
        raise Refused(_("请写明依据，最多 {n} 个字。").format(n=LONGEST_SOURCE), "source")


def settled(buildings: Collection[int]) -> None:
    """Work out anew what the rows of buildings and dwellings say; residents of buildings that are in another place now go
    with them."""
    ids = sorted(buildings)
    places = dict(Building.objects.filter(pk__in=ids).values_list("pk", "area"))
    with connection.cursor() as cursor:
        for statement in SETTLE:
            cursor.execute(statement, {"on": today(), "buildings": ids})
    with system_scope("dwellings"):
        stand = Building.objects.filter(pk__in=ids).values_list("pk", "at", "area")
        doors = {(at, at_level(code, COMMUNITY)) for pk, at, area in stand for code in (area, places[pk])}
        # Who was left behind by a split of the community may be found to live here.
        passed = Succession.objects.filter(new_code__in={code for _at, code in doors}, on__lte=today())
        before = list(passed.values_list("new_code", "old_code"))
        doors |= {(at, at_level(old, COMMUNITY)) for at, code in doors for new, old in before if new == code}
        if persons := _residents(doors):
            standing.refresh(persons, next(iter(doors))[1])


def _residents(doors: Collection[tuple[str, int]]) -> list[int]:
    """Persons who live at these doors of these communities."""
    found: set[int] = set()
    for community in {community for _at, community in doors}:
        ats = {at for at, where in doors if where == community}
        here = Person.objects.within(community).filter(home__isnull=False).values_list("pk", "home")
        found |= {pk for pk, home in here if home and home.rsplit("-", 2)[0] in ats}
    return sorted(found)
