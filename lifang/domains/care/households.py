"""Households, worked out from what departments say: who shares a household number or, without one, a home.

Reads the register, so everything here runs under `person.read` or as the system.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from lifang.blocks.registry import queries
from lifang.blocks.registry.keys import digested
from lifang.blocks.registry.models import Person, Record
from lifang.ground import prepared
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span

HEAD = "01"
SAID = """
SELECT r.person_id, p.name, p.birth, p.area, r.household, r.home, r.facts->>'relation'
FROM registry_record r JOIN registry_person p ON p.id = r.person_id
WHERE r.current AND NOT r.gone AND r.known_until IS NULL AND p.died_on IS NULL AND {} ORDER BY r.held_from, r.id
"""
SHARED = "SELECT person_id FROM registry_record WHERE current AND NOT gone AND known_until IS NULL AND"
NEAR = f"""
r.person_id IN ({SHARED} household = %s UNION {SHARED} home = %s) AND p.area >= %s AND p.area < %s
"""


@dataclass
class Member:
    """One of a household, as the newest records say; `number` is the household's."""

    pk: int
    name: str
    birth: dt.date | None
    area: int
    number: str = ""
    home: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Household:
    """People of one community who live together, its head first; `number` and `home` are hashes (`Duty`)."""

    area: int
    number: int | None
    home: int | None
    members: list[Member]

    @property
    def head(self) -> Member:
        return self.members[0]

    @property
    def grid(self) -> int:
        return self.head.area

    @property
    def address(self) -> str:
        return next((member.home for member in self.members if member.home), "")


def of_place(place: int) -> tuple[list[Household], int]:
    """The households within a community or grid by address, and how many people have neither number nor home."""
    return _grouped(members(_within(place)))


def of_person(person: Person) -> Household | None:
    """The household of one person; None for who belongs to none."""
    if level_of(person.area) < COMMUNITY:
        return None
    community = at_level(person.area, COMMUNITY)
    me = next(iter(_members(prepared.run(SAID.format("r.person_id = %s"), [person.pk]))), None)
    if me is None or not (me.number or me.home):
        return None
    below = span(community)
    near = prepared.run(SAID.format(NEAR), [me.number or None, me.home or None, below.start, below.stop])
    found, _homeless = _grouped(_members(near))
    return next((one for one in found if any(member.pk == person.pk for member in one.members)), None)


def _within(place: int) -> Q:
    below = span(place)
    return Q(person__area__gte=below.start, person__area__lt=below.stop) & in_places("person__area", current().places)


def members(which: Q) -> Iterable[Member]:
    """The living whom records believed now speak of; the newest word on each thing counts."""
    rows = Record.objects.filter(queries.BELIEVED, which, person__died_on=None).order_by("held_from", "pk")
    return _members(
        rows.values_list(
            "person",
            "person__name",
            "person__birth",
            "person__area",
            "facts__household_number",
            "home",
            "facts__relation",
        )
    )


def _members(rows: Iterable[tuple[Any, ...]]) -> Iterable[Member]:
    people: dict[int, Member] = {}
    for pk, name, birth, area, number, home, relation in rows:
        one = people.setdefault(pk, Member(pk, name, birth, area))
        one.number, one.home, one.relation = number or one.number, home or one.home, relation or one.relation
    return people.values()


def _grouped(people: Iterable[Member]) -> tuple[list[Household], int]:
    together: dict[tuple[int, str, str], list[Member]] = defaultdict(list)
    alone = 0
    for one in people:
        if level_of(one.area) < COMMUNITY or not (one.number or one.home):
            alone += 1
            continue
        community = at_level(one.area, COMMUNITY)
        together[community, one.number, "" if one.number else one.home].append(one)
    found = [_household(community, people) for (community, *_same), people in together.items()]
    return sorted(found, key=lambda one: (one.grid, one.address, one.head.pk)), alone


def _household(community: int, people: list[Member]) -> Household:
    people.sort(key=lambda one: (one.relation != HEAD, one.birth or dt.date.max, one.pk))
    number = people[0].number
    home = next((one.home for one in people if one.home), "")
    return Household(community, hashed("number", community, number), hashed("home", community, home), people)


def hashed(kind: str, community: int, value: Any) -> int | None:
    return digested(f"household\0{kind}\0{community}\0{value}".encode()) if value else None
