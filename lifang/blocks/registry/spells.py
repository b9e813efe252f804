"""Where somebody lived and was registered, and in which households, from a day to a day, as the records tell it.

A row of a system says the same until its next word says something else, or the row has left the list; the day is the day
of the data, so that a spell may have begun before it. What was corrected or taken back begins no spell.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import polars as pl

from lifang.blocks.registry.comparable import GIVEN, comparable
from lifang.blocks.registry.homes import meanings
from lifang.blocks.registry.models import Record
from lifang.ground.access.ranges import midnight

DAY = dt.timedelta(days=1)
T = TypeVar("T")


class Belonging(NamedTuple):
    """A registered household and what one is to its head (a code of the list `relation`)."""

    number: str
    relation: str


@dataclass(frozen=True)
class Spell(Generic[T]):
    """`until` is the first day on which it was no longer said; None while it is."""

    value: T
    since: dt.date
    until: dt.date | None
    systems: Sequence[str]


@dataclass(frozen=True)
class Residence:
    """All spells of one person, those that last first. `apart` says that they live at another gate than they are
    registered at (人户分离), None where either is not known to the gate."""

    homes: Sequence[Spell[str]]
    registered: Sequence[Spell[str]]
    households: Sequence[Spell[Belonging]]
    apart: bool | None


def residence(records: Iterable[Record], on: dt.date | None) -> Residence:
    """From all records that were ever the person's, as known now or at the end of a day."""
    rows = _rows(records, on)
    homes = _spells(rows, meanings(record for row in rows for record in row))
    registered = _spells(rows, lambda record: record.facts.get("registered_address"))
    households = _spells(rows, _belonging)
    return Residence(homes, registered, households, _apart(homes, registered))


def _belonging(record: Record) -> Belonging | None:
    number = record.facts.get("household_number")
    return Belonging(number, record.facts.get("relation", "")) if number else None


def _rows(records: Iterable[Record], on: dt.date | None) -> list[list[Record]]:
    """What each row of each system said one after another, as far as it is or was believed."""
    then = midnight(on + DAY) if on else None
    rows: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda one: (one.held_from, one.pk)):
        ended = record.known_until is not None and (then is None or record.known_until < then)
        if not ended and (on is None or then is None or (record.held_from <= on and record.known_from < then)):
            rows[record.system_id, record.row_key].append(record)
    return list(rows.values())


def _spells(rows: Iterable[Sequence[Record]], value: Callable[[Record], T | None]) -> list[Spell[T]]:
    said: dict[T, list[tuple[dt.date, dt.date | None, str]]] = defaultdict(list)
    for row in rows:
        for record, following in zip(row, [*row[1:], None], strict=True):
            if not record.gone and (found := value(record)) is not None:
                said[found].append((record.held_from, following.held_from if following else None, record.system.title))
    spells = [spell for found, words in said.items() for spell in _joined(found, words)]
    return sorted(spells, key=lambda one: (one.until is not None, -one.since.toordinal()))


def _joined(value: T, words: list[tuple[dt.date, dt.date | None, str]]) -> Iterable[Spell[T]]:
    """Words of the same that overlap or follow each other are one spell."""
    since, until, systems = None, None, dict[str, None]()
    for begin, end, system in sorted(words, key=lambda word: word[0]):
        if since is not None and until is not None and begin > until:
            yield Spell(value, since, until, list(systems))
            since, until, systems = None, None, {}
        if since is None:
            since, until = begin, end
        elif until is not None:
            until = None if end is None else max(until, end)
        systems[system] = None
    if since is not None:
        yield Spell(value, since, until, list(systems))


def _apart(homes: Sequence[Spell[str]], registered: Sequence[Spell[str]]) -> bool | None:
    living = next((spell.value for spell in homes if spell.until is None), None)
    paper = next((spell.value for spell in registered if spell.until is None), None)
    if living is None or paper is None:
        return None
    here, there = gates([living, paper])
    return None if here is None or there is None else here != there


def gates(addresses: Sequence[str]) -> list[str | None]:
    """Road and gate of each address, also of a home («长春路12-3-2-501»); None where it names none."""
    rows = pl.DataFrame({"id": range(len(addresses)), "address": list(addresses)}, schema_overrides={"id": pl.Int64})
    rows = rows.with_columns(pl.col("address").str.replace(r"^(\D+\d+)-\d+-\d+-\d+$", "${1}号"))
    empty = [pl.lit(None, pl.String).alias(name) for name in GIVEN if name != "address"]
    return comparable(rows.with_columns(*empty))["gate"].to_list()
