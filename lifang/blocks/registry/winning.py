"""Whose word on an element counts, out of all that the records of one person say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import standing
from lifang.blocks.registry.facts import Facts
from lifang.blocks.registry.homes import one_home
from lifang.blocks.registry.models import Record, Ruling
from lifang.ground.access.ranges import midnight
from lifang.ground.areas.codes import NATION, WIDTHS

SEXES = {"男": "1", "女": "2"}
Order = Callable[["Word"], tuple[tuple[bool, ...], int, int, int]]
FINER = (WIDTHS[5], WIDTHS[4], WIDTHS[3])


class Why(models.TextChoices):
    RULING = "ruling", _("经裁定")
    AGREED = "agreed", _("各部门一致")
    ONLY = "only", _("只有一处")
    FINER = "finer", _("写得更细")
    ORDER = "order", _("按部门先后")
    NEWEST = "newest", _("数据日期较新")
    LATEST = "latest", _("后录入")


@dataclass(frozen=True)
class Word:
    """What one record says of one element. `written` is what stood there, where the identity number says otherwise."""

    record: Record
    value: str
    written: str = ""


@dataclass(frozen=True)
class Winner:
    """The word that counts, why, all others in the order in which they would count, and those of them that mean
    something else."""

    word: Word
    why: Why
    others: Sequence[Word]
    differing: Sequence[Word]


def believed(records: Iterable[Record], on: dt.date | None = None) -> list[Record]:
    """Those of a person's records that are believed now, or that held and were known at the end of a day."""
    if on is None:
        return [r for r in records if r.current and r.known_until is None and not r.gone]
    then = midnight(on + dt.timedelta(days=1))
    newest: dict[tuple[int, int], Record] = {}
    for record in sorted(records, key=lambda r: (r.held_from, r.pk)):
        if (
            record.held_from <= on
            and record.known_from < then
            and not (record.known_until and record.known_until < then)
        ):
            newest[record.system_id, record.row_key] = record
    return [record for record in newest.values() if not record.gone]


def said(record: Record, secrets: Facts | None = None) -> dict[str, Word]:
    """The words of one record by element; a right identity number tells sex and birth better than their columns do."""
    values = {**record.facts, **(secrets or {}), "name": record.name}
    values.pop("typed", None)
    if record.area != NATION:
        values["place"] = str(record.area)
    counted = {
        "sex": SEXES.get(record.sex or "", ""),
        "birth": record.birth.isoformat() if record.birth else "",
    }
    words = {name: Word(record, str(value)) for name, value in values.items()}
    for name, value in counted.items():
        if value:
            written = str(values.get(name, value))
            words[name] = Word(record, value, "" if written == value else written)
    return words


def upheld(rulings: Iterable[Ruling], believed: Iterable[Record]) -> dict[str, int]:
    """Element → the believed record whose word somebody ruled for: the one named, or a newer word of its row that says
    the same of the element. The last ruling on an element replaces those before it."""
    of_row = {(record.system_id, record.row_key): record for record in believed}
    found: dict[str, int] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.pk):
        found.pop(ruling.element, None)
        named = ruling.record
        now = of_row.get((named.system_id, named.row_key))
        if now and _plain(now, ruling.element) == _plain(named, ruling.element):
            found[ruling.element] = now.pk
    return found


def _plain(record: Record, element: str) -> object:
    return record.name if element == "name" else record.facts.get(element)


def winners(
    words: Iterable[Mapping[str, Word]], elements: Mapping[str, Element], rulings: Mapping[str, int]
) -> dict[str, Winner]:
    """For each element that any record speaks of, whose word counts: that of a ruling (element → record), else of the
    department that comes first for it, else the newest. `standing.REFRESH` orders likewise.
    """
    rank = {
        (element, department): place
        for element, one in elements.items()
        for place, department in enumerate(dict.fromkeys((one.home, *one.wins)))
    }
    spoken: dict[str, list[Word]] = defaultdict(list)
    for of_record in words:
        for element, word in of_record.items():
            if element in elements:
                spoken[element].append(word)
    return {
        element: _winner(element, spoken[element], rank, rulings.get(element))
        for element in elements
        if element in spoken
    }


def _winner(element: str, words: list[Word], rank: Mapping[tuple[str, str], int], ruled: int | None) -> Winner:
    def order(word: Word) -> tuple[tuple[bool, ...], int, int, int]:
        place = rank.get((element, word.record.system.department), standing.LAST_RANK)
        return _coarse(element, word), place, -word.record.held_from.toordinal(), -word.record.pk

    first, *others = sorted(words, key=lambda word: (word.record.pk != ruled, order(word)))
    differing = [other for other in others if not _same(element, other, first)]
    return Winner(first, _why(first, others, differing, ruled, order), others, differing)


def _same(element: str, one: Word, other: Word) -> bool:
    return one_home(one.record, other.record) if element == "address" else one.value == other.value


def _coarse(element: str, word: Word) -> tuple[bool, ...]:
    """A grid says more of where somebody lives than a community does, and that more than a street."""
    return tuple(int(word.value) % width == 0 for width in FINER) if element == "place" else ()


def _why(first: Word, others: Sequence[Word], differing: Sequence[Word], ruled: int | None, order: Order) -> Why:
    if first.record.pk == ruled:
        return Why.RULING
    if not others:
        return Why.ONLY
    if not differing:
        return Why.AGREED
    mine, next_ = order(first), order(differing[0])
    reasons = (Why.FINER, Why.ORDER, Why.NEWEST, Why.LATEST)
    return next(why for why, one, other in zip(reasons, mine, next_, strict=True) if one != other)
