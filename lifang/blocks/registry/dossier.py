"""All that the register knows of one person, gathered in a fixed number of queries whatever departments said."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts, queries, then, winning
from lifang.blocks.registry.children import SHELTERED
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person, Record, Ruling, Special
from lifang.blocks.registry.queries import age
from lifang.blocks.registry.showing import MASKS, Speller
from lifang.blocks.registry.spells import Residence, residence
from lifang.blocks.registry.winning import Winner, Word
from lifang.ground import prepared
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import ancestors
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

DAY = dt.timedelta(days=1)
CONFLICTS = "SELECT element FROM registry_conflict WHERE open AND person_id = %s"


@dataclass(frozen=True)
class Line:
    """One element: the value that counts in words (masked), where it comes from, what for and how it won, and the other words."""

    element: str
    title: str
    value: str
    winner: Winner
    others: Sequence[tuple[str, Word]]
    open: bool
    stale: bool
    sealed: bool
    masked: bool
    purpose: str


@dataclass(frozen=True)
class Neighbour:
    """Somebody who shares the home or the household."""

    person: Person
    age: int | None
    relation: str
    home: str
    same_household: bool
    same_home: bool


@dataclass(frozen=True)
class Dossier:
    """`records` are all that were ever one of the person's, `said` those believed on the day (now, if `on` is None);
    `purposes` says of each what it was handed over for, `rulings` are in reach whether or not their record is, `ids` are
    the person's and those of who was merged into them; where the person is `sheltered`, no address is told."""

    person: Person
    on: dt.date | None
    elements: Mapping[str, Element]
    speller: Speller
    records: Sequence[Record]
    said: Sequence[Record]
    secrets: Mapping[int, facts.Facts]
    lines: Sequence[Line]
    neighbours: Sequence[Neighbour]
    unreadable: bool
    purposes: Mapping[int, str]
    rulings: Sequence[Ruling]
    ids: Sequence[int]
    sheltered: bool = False

    @cached_property
    def residence(self) -> Residence:
        found = residence(self.records, self.on)
        return replace(found, homes=(), registered=(), apart=None) if self.sheltered else found

    @property
    def receives(self) -> list[Line]:
        """What the person is or receives, by elements that are true or not."""
        return [line for line in self.lines if self.elements[line.element].kind == "truth"]

    @property
    def facts(self) -> list[Line]:
        return [line for line in self.lines if self.elements[line.element].kind != "truth"]

    @property
    def empty(self) -> list[str]:
        """Titles of the elements of which nobody says anything."""
        told = {line.element for line in self.lines}
        return [one.title for name, one in self.elements.items() if name not in told and one.sensitivity != "special"]

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.open]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Each masked value, as (key, words), for choosing one to be shown whole."""
        return [
            (f"{line.element}-{word.record.pk}", f"{line.title} {value} {word.record.system.title}")
            for line in self.lines
            if line.masked
            for value, word in ((line.value, line.winner.word), *line.others)
        ]

    @property
    def departments(self) -> int:
        return len({record.system.department for record in self.said})


def gather(person: Person, on: dt.date | None) -> Dossier:
    """Everything about a person that the current scope reaches, as of the end of a day, or now."""
    elements = packs.elements(person.area)
    records = queries.records_whole(person)
    secrets, unreadable = _opened(records)
    said = winning.believed(records, on)
    rulings = queries.rulings_on([person.pk], midnight(on + DAY) if on else None)
    found = winning.winners(
        (winning.said(record, secrets[record.pk]) for record in said),
        elements,
        winning.upheld(queries.of_reach(rulings), said),
    )
    near = queries.household(person, said) if on is None else then.sharing(person, said, on)
    places = names(
        {code for area in {person.area, *(r.area for r in records)} for code in (area, *ancestors(area))}, today()
    )
    speller = Speller(elements, person.area, places)
    conflicts, purposes = set(), queries.purposes(person)
    if on is None:
        conflicts = {element for (element,) in prepared.run(CONFLICTS, [person.pk])}
    return Dossier(
        person, on, elements, speller, records, said, secrets,
        [
            _line(name, winner, speller, conflicts, on or today(), purposes.get(winner.word.record.pk, ""))
            for name, winner in found.items()
        ],
        _neighbours(near, said, speller, on or today()), unreadable, purposes, rulings, list(with_merged([person.pk])),
    )  # fmt: skip


def sheltered(shown: Dossier) -> Dossier:
    """Without the addresses: a child's are for those who may see them."""
    lines = [
        replace(line, value=str(SHELTERED), others=[]) if shown.elements[line.element].kind == "address" else line
        for line in shown.lines
    ]
    return replace(shown, lines=lines, sheltered=True)


def _opened(records: Iterable[Record]) -> tuple[dict[int, facts.Facts], bool]:
    """The sealed values of each record; and whether any cannot be read, for want of its key."""
    opened = {record.pk: facts.readable(record.sealed) for record in records}
    return {pk: secret or {} for pk, secret in opened.items()}, None in opened.values()


def _line(name: str, winner: Winner, speller: Speller, conflicts: Iterable[str], day: dt.date, purpose: str) -> Line:
    one = speller.elements[name]
    stale = one.refresh_days is not None and winner.word.record.held_from + one.refresh_days * DAY < day
    return Line(
        name, one.title, speller.masked(name, winner.word.value), winner,
        [(speller.masked(name, other.value), other) for other in winner.others],
        name in conflicts, stale, one.sensitivity == "sealed", one.sensitivity == "sealed" and one.kind in MASKS, purpose,
    )  # fmt: skip


def _neighbours(near: Iterable[Record], said: Iterable[Record], speller: Speller, day: dt.date) -> list[Neighbour]:
    said = list(said)
    mine = {number for record in said if (number := record.facts.get("household_number"))}
    homes = {record.home for record in said if record.home}
    found: dict[int, list[Record]] = {}
    for record in near:
        found.setdefault(record.person_id, []).append(record)
    return [
        Neighbour(
            records[0].person,
            age(records[0].person.birth, records[0].person.died_on or day),
            next((speller.words("relation", relation) for r in records if (relation := r.facts.get("relation"))), ""),
            next((r.home for r in records if r.home), ""),
            any(r.facts.get("household_number") in mine for r in records),
            any(r.home in homes for r in records),
        )
        for records in found.values()
    ]


def revealed(person: Person, element: str, record: str) -> tuple[str, str] | None:
    """The whole value that one of the person's records has for a sealed element, and where it comes from."""
    one = packs.elements(person.area).get(element)
    held = Record.objects.filter(person=person, pk=whole(record) or 0).select_related("system")
    found = held.annotate(purpose=queries.purpose()).first()
    if one is None or one.sensitivity != "sealed" or found is None:
        return None
    value = (facts.readable(found.sealed) or {}).get(element)
    return (str(value), _origin(found, found.purpose)) if value else None


def guarded_words(person: Person, element: str) -> list[tuple[str, str]]:
    """What is believed of a specially protected element, each word once with where it comes from. Needs person.health."""
    elements = packs.elements(person.area)
    one = elements.get(element)
    if one is None or one.sensitivity != "special":
        return []
    kept = (
        Special.objects.filter(queries.of_believed("record__"), record__person=person)
        .select_related("record__system")
        .annotate(purpose=queries.purpose("record__"))
    )
    purposes = {row.record_id: row.purpose for row in kept}
    words = {
        row.record: {element: Word(row.record, str(value))}
        for row in kept
        if (value := (facts.readable(row.sealed, facts.SPECIAL) or {}).get(element))
    }
    winner = winning.winners(words.values(), {element: one}, {}).get(element)
    if winner is None:
        return []
    speller = Speller(elements, person.area, {})
    return [
        (speller.words(element, word.value), _origin(word.record, purposes[word.record.pk]))
        for word in (winner.word, *winner.others)
    ]


def _origin(record: Record, purpose: str) -> str:
    words = _("{system}，数据日期 {day}").format(system=record.system.title, day=record.held_from)
    return _("{words}，收集用途：{purpose}").format(words=words, purpose=purpose) if purpose else words
