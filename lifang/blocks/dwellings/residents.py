"""Who lives in a building, now or on a day; and who is on record there and lives elsewhere (人户分离)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl
from django.db.models import Q

from lifang.blocks.registry import then
from lifang.blocks.registry.comparable import GIVEN, comparable
from lifang.blocks.registry.models import Person, PersonQuery, Record
from lifang.blocks.registry.narrowing import narrow
from lifang.blocks.registry.queries import BELIEVED
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, level_of, span

MOST = 2000
AFTER_DASH = "."
"""The character after «-»: homes of a building lie from «12-» to «12.»."""


@dataclass
class Elsewhere:
    """Of a flat: who has another home but is also told to live here, who is registered here, and how many more there
    are whom the reader may not see."""

    second: list[Person] = field(default_factory=list)
    registered: list[Person] = field(default_factory=list)
    unnamed: int = 0

    def sheltered(self, hidden: Callable[[Person], bool]) -> "Elsewhere":
        """With those counted alone whom this reader may not find at a home."""
        second, registered = ([one for one in people if not hidden(one)] for people in (self.second, self.registered))
        taken = len(self.second) + len(self.registered) - len(second) - len(registered)
        return Elsewhere(second, registered, self.unnamed + taken)


class Said(NamedTuple):
    """A record's word that somebody lives in a home, or is registered there."""

    home: str
    record: int
    person: int
    area: int
    registered: bool = False


def standing() -> PersonQuery:
    """Living residents of the places in scope, by conditions that an index serves."""
    return _reached().standing().filter(died_on=None)


def living(community: int, at: str, on: dt.date | None) -> list[Person]:
    """By home and age."""
    if on is None:
        return list(standing().within(community).filter(home__startswith=f"{at}-").order_by("home", "birth"))
    here = [
        one
        for one in then.stood(narrow(current().places, community), on, _homes(at))
        if (one.home or "").startswith(f"{at}-")
    ]
    return sorted(here, key=lambda one: (one.home or "", one.birth or dt.date.max))


def elsewhere(community: int, at: str, on: dt.date | None) -> dict[str, Elsewhere]:
    """Home → who is on record there and lives elsewhere, as it is told now or was at the end of a day."""
    words = [*_second(at, on), *_registered(community, at, on)]
    told = {said.person for said in words}
    persons = {one.pk: one for one in (_reached().filter(pk__in=told) if on is None else then.of(told, on))}
    if on is not None:
        counted = {record.pk for records in then.records_of(persons, on).values() for record in records}
        words = [said for said in words if said.record in counted]
    within, found, seen = span(community), defaultdict[str, Elsewhere](Elsewhere), set[tuple[str, int]]()
    for said in words:
        person = persons.get(said.person)
        told_here = said.area in within or (level_of(said.area) < COMMUNITY and person and person.area in within)
        if not told_here or (said.home, said.person) in seen or (person and person.home == said.home):
            continue
        if said.registered and person and not person.home:
            continue  # where they live is not known to the flat
        seen.add((said.home, said.person))
        if person is None:
            found[said.home].unnamed += 1
        elif person.died_on is None:
            (found[said.home].registered if said.registered else found[said.home].second).append(person)
    return dict(found)


def _reached() -> PersonQuery:
    return Person.objects.filter(in_places("area", current().places))


def _homes(at: str) -> tuple[str, str]:
    return f"{at}-", f"{at}{AFTER_DASH}"


def _told(on: dt.date | None) -> Q:
    return BELIEVED if on is None else then.told(on) & Q(gone=False)


def _second(at: str, on: dt.date | None) -> list[Said]:
    low, high = _homes(at)
    rows = Record.objects.filter(_told(on), home__gte=low, home__lt=high)
    told = rows.values_list("home", "pk", "person", "area")[:MOST]
    return [Said(home or "", record, person, area) for home, record, person, area in told]


def _registered(community: int, at: str, on: dt.date | None) -> list[Said]:
    """Of residents of the community alone: no index finds the homes of registered addresses."""
    people: Any = _reached().within(community).values("pk")
    if on is not None:
        people = [one.pk for one in then.stood(narrow(current().places, community), on)]
    road = at.rstrip("0123456789-")
    rows = Record.objects.filter(_told(on), person__in=people, facts__registered_address__icontains=road)
    said = list(rows.values_list("facts__registered_address", "pk", "person", "area")[: MOST * 10])
    low, high = _homes(at)
    homes = _homes_of(address for address, _record, _person, _area in said)
    return [
        Said(home, record, person, area, True)
        for home, (_address, record, person, area) in zip(homes, said, strict=True)
        if home and low <= home < high
    ]


def _homes_of(addresses: Iterable[str]) -> list[str | None]:
    rows = pl.DataFrame({"address": list(addresses)}, schema={"address": pl.String}).with_row_index("id")
    empty = [pl.lit(None, pl.String).alias(name) for name in GIVEN if name != "address"]
    return comparable(rows.with_columns(*empty))["home"].to_list()
