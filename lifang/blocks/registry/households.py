"""Registered households, gathered by their number wherever their people stand, and what does not hold together in them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from lifang.blocks.registry import winning
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import BELIEVED, SHORT_NUMBER
from lifang.blocks.registry.spells import gates
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import span

HEAD = "01"
# First digits of GB/T 4761: wife or husband; children; grandchildren; parents; grandparents.
SPOUSE, YOUNGER, OLDER = "1", "234", "56"
MOST = 60


@dataclass
class Member:
    """Somebody in a household, and what they are to its head; `apart` says that they live at another gate than they are
    registered at (人户分离)."""

    person: Person
    relation: str = ""
    home: str | None = None
    registered: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Household:
    """People with one household number, the head first."""

    number: str
    members: Sequence[Member]

    @property
    def heads(self) -> list[Member]:
        return [member for member in self.members if member.relation == HEAD]


@dataclass(frozen=True)
class Finding:
    """Something that cannot be so, of some people of a household."""

    words: str
    number: str
    persons: Sequence[Person]
    headless: bool = False
    """The head may merely not be on record here: the least of what is found."""


def of_person(records: Iterable[Record], on: dt.date | None) -> list[Household]:
    """The households that the records of a person, all of them, name today or on a day."""
    believed = winning.believed(records, on)
    numbers = {number: record.gate for record in believed if (number := record.facts.get("household_number"))}
    return [_gathered(number, gate, on) for number, gate in sorted(numbers.items())]


def _gathered(number: str, gate: str | None, on: dt.date | None) -> Household:
    named = Record.objects.filter(household=number)
    if len(number) < SHORT_NUMBER:
        named = named.filter(gate=gate)
    if on is None:
        named = named.filter(BELIEVED)
    persons = set(named.values_list("person", flat=True)[: MOST * 10])
    rows = Record.objects.filter(person__in=persons).select_related("person", "system").defer("sealed")
    of_person: dict[int, list[Record]] = defaultdict(list)
    for record in rows:
        of_person[record.person_id].append(record)
    members: dict[int, Member] = {}
    for pk, said in of_person.items():
        for record in sorted(winning.believed(said, on), key=lambda one: (one.held_from, one.pk)):
            if record.facts.get("household_number") == number:
                one = members.setdefault(pk, Member(record.person))
                one.relation = record.facts.get("relation") or one.relation
                one.home = record.home or one.home
    return Household(number, _in_order(members.values()))


def _in_order(members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda one: (one.relation != HEAD, one.person.birth or dt.date.max, one.person.pk))[
        :MOST
    ]


def within(place: int) -> list[Household]:
    """The households of which anybody lives in a place, with those of their people whom the scope reaches there."""
    below = span(place)
    here = Q(person__area__gte=below.start, person__area__lt=below.stop)
    rows = Record.objects.filter(
        BELIEVED, here, in_places("person__area", current().places), household__isnull=False, person__died_on=None
    )
    found: dict[str, dict[int, Member]] = defaultdict(dict)
    for record in rows.select_related("person").defer("sealed").order_by("held_from", "pk"):
        number = record.household or ""
        key = number if len(number) >= SHORT_NUMBER else f"{number} {record.gate}"
        one = found[key].setdefault(record.person_id, Member(record.person))
        one.relation = record.facts.get("relation") or one.relation
        one.home = record.home or one.home
        one.registered = record.facts.get("registered_address") or one.registered
    _part([member for members in found.values() for member in members.values()])
    return [Household(key.split(" ")[0], _in_order(members.values())) for key, members in sorted(found.items())]


def _part(members: Sequence[Member]) -> None:
    """Says of each whether home and registration are known to lie at two gates."""
    known = [one for one in members if one.registered and (one.person.home or one.home)]
    papers = gates([one.registered for one in known])
    for one, paper in zip(known, papers, strict=True):
        lives = (one.person.home or one.home or "").partition("-")[0]
        one.apart = paper is not None and paper != lives


def findings(households: Sequence[Household]) -> list[Finding]:
    """What cannot be so within each of these households and between them; nothing is followed from one to the next."""
    found = [finding for one in households for finding in _within(one)]
    homes: dict[int, list[Household]] = defaultdict(list)
    for one in households:
        for member in one.members:
            homes[member.person.pk].append(one)
    heads = {one.number: {member.person.pk for member in one.heads} for one in households}
    for household in households:
        for member in household.members:
            found += _between(member.person, household, homes, heads)
    return sorted(found, key=lambda finding: finding.headless)


def _within(one: Household) -> Iterable[Finding]:
    heads = one.heads
    if len(heads) > 1:
        yield Finding(_("有 {n} 个户主").format(n=len(heads)), one.number, [member.person for member in heads])
    elif not heads and any(member.relation for member in one.members):
        yield Finding(_("没有户主"), one.number, [member.person for member in one.members], headless=True)
    spouses = [member.person for member in one.members if member.relation[:1] == SPOUSE]
    if len(spouses) > 1:
        yield Finding(_("户主有 {n} 个配偶").format(n=len(spouses)), one.number, spouses)
    if len(heads) == 1 and heads[0].person.birth:
        yield from _ages(one, heads[0].person, heads[0].person.birth)


def _ages(one: Household, head: Person, birth: dt.date) -> Iterable[Finding]:
    for member in one.members:
        born, kin = member.person.birth, member.relation[:1]
        if born is None or not kin:
            continue
        if kin in YOUNGER and born <= birth:
            yield Finding(_("登记为户主的子女或孙辈，却不比户主小"), one.number, [member.person, head])
        if kin in OLDER and born >= birth:
            yield Finding(_("登记为户主的父母或祖辈，却不比户主大"), one.number, [member.person, head])


def _between(
    person: Person, here: Household, homes: Mapping[int, Sequence[Household]], heads: Mapping[str, set[int]]
) -> Iterable[Finding]:
    others = [one for one in homes[person.pk] if one.number > here.number]
    for other in others:
        yield Finding(
            _("同时在两个户：{one}、{other}").format(one=here.number, other=other.number), here.number, [person]
        )
    if person.pk in heads[here.number]:
        return
    for head in here.heads:
        for other in homes[head.person.pk]:
            turned = other.number != here.number and person.pk in heads[other.number]
            if turned and person.pk < head.person.pk:
                yield Finding(_("互为户主：各自在对方的户里"), here.number, [person, head.person])
