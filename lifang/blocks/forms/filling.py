"""Returns fill themselves from the registers, for many places at once."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import Q

from lifang.blocks.forms import people
from lifang.blocks.forms.models import ANSWER, Answer
from lifang.blocks.forms.reading import Asked, elements_of, figured_by, gone
from lifang.blocks.lists.care import marked, rule_of
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Condition, FormColumn, FormSheet
from lifang.blocks.packs.shapes.forms import OF_PEOPLE
from lifang.blocks.registers import queries as registers
from lifang.blocks.registers.models import Statement
from lifang.blocks.registers.queries import When
from lifang.blocks.registry.households import HEAD
from lifang.blocks.registry.merged import final_heirs
from lifang.ground.access import vault
from lifang.ground.areas.codes import COMMUNITY, at_level, span

KNOWN, STALE, MISSING, TYPED, CONFIRMED, BLANK = "known", "stale", "missing", "typed", "confirmed", "blank"
"""Where a cell's value comes from: the registers, the registers but long ago, nowhere yet, typed here, confirmed here,
nowhere and it may stay so."""
Cell = list[Any]
Cells = dict[str, Cell]
About = tuple[str | int, ...]
"""Of whom or what an answer tells: ("place", code), ("person", id), ("home", code, home) or ("entry", id)."""
RELATION = "relation"


@dataclass
class Filled:
    """One place's: `cells` of a sheet, or `rows` of a roster, each {who, name, cells}; of homes also {home}, and who is its
    head."""

    cells: Cells = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def all(self) -> Iterator[Cell]:
        for cells in (self.cells, *(row["cells"] for row in self.rows)):
            yield from cells.values()

    def count(self) -> Counter[str]:
        return Counter(cell[1] for cell in self.all())


def fill(asked: Asked, places: Collection[int], on: dt.date) -> dict[int, Filled]:
    """What is known on a day of each place. Needs the scope of the system."""
    found = {place: Filled() for place in places}
    kept = _answers(asked, places)
    if asked.sheet.shape == "sheet":
        _sheet(asked, found, kept, on)
    elif asked.sheet.register:
        _things(asked, found, kept, on)
    elif asked.sheet.shape == "homes":
        _homes(asked, found, kept, on)
    else:
        _persons(asked, found, kept, on)
    return found


def _sheet(asked: Asked, found: dict[int, Filled], kept: "Kept", on: dt.date) -> None:
    sheet = asked.sheet
    rows: dict[int, dict[str, Any]] = {}
    if counted := _counted(sheet, on):
        everybody = people.of(found.keys(), elements_of(sheet))
        rows = {row["area"]: row for row in everybody.group_by("area").agg(*counted).iter_rows(named=True)}
    things = {key: entries(one.what, found, on) for key, one in sheet.columns.items() if one.source == "entries"}
    fresh = {key: _fresh(one, on) for key, one in sheet.columns.items()}
    for place, filled in found.items():
        row = rows.get(place, {})
        for key, one in sheet.columns.items():
            if one.source == "typed":
                said = None
            elif one.source == "entries":
                said = things[key].get(place, 0), on
            else:
                said = _figure(row, key)
            filled.cells[key] = _cell(one, said or kept.get(key, ("place", place)), fresh[key])


def _counted(sheet: FormSheet, on: dt.date) -> list[pl.Expr]:
    """The figures of the columns that count or add up, and the day of each; none by an element that is no more."""
    known = packs.elements(settings.CONFIG.area)
    of_people = {key: one for key, one in sheet.columns.items() if one.source in OF_PEOPLE and not gone(one, known)}
    days = [_newest(key, one).max().alias(f"day:{key}") for key, one in of_people.items()]
    return [_counting(key, one, on) for key, one in of_people.items()] + days


def _counting(key: str, one: FormColumn, on: dt.date) -> pl.Expr:
    met = people.meeting(one.where, on)
    if one.source == "homes":
        return pl.col("home").filter(met).drop_nulls().n_unique().alias(key)
    if one.source == "sums":
        return pl.col(people.value(one.what)).cast(pl.Float64, strict=False).filter(met).sum().round(2).alias(key)
    return met.sum().alias(key)


def _newest(key: str, one: FormColumn) -> pl.Expr:
    """The day of what a figure rests on: of the element that was told of last, where it asks for any."""
    named = [people.day(name) for name in figured_by(one)]
    return pl.max_horizontal(named) if named else pl.col("seen")


def _figure(row: Mapping[str, Any], key: str) -> tuple[Any, dt.date] | None:
    if not row.get(f"day:{key}"):
        return None
    value = row[key]
    return int(value) if isinstance(value, float) and value.is_integer() else value, row[f"day:{key}"]


def entries(kind: str, places: Collection[int], on: dt.date) -> Counter[int]:
    """How many entries of a register lie in each community of these places."""
    said = registers.said(When(on), [kind])
    low, high = min(places), max(places)
    areas = said.filter(area__gte=low, area__lt=span(high).stop).values_list("area", flat=True)
    return Counter(at_level(area, COMMUNITY) for area in areas)


def _meant(sheet: FormSheet, places: Collection[int], on: dt.date) -> tuple[set[str], pl.Expr]:
    """Whom a roster is about, and the elements by which that is told."""
    rule = tuple(sheet.where) or rule_of_list(sheet, on)
    met = people.meeting(rule, on) if rule else pl.lit(not sheet.list)
    if sheet.list:
        ranges = [(place, span(place).stop) for place in places]
        met |= pl.col("id").is_in(list(marked(sheet.list, ranges, on)))
    return {one.element for one in rule if one.element}, met


def _persons(asked: Asked, found: dict[int, Filled], kept: "Kept", on: dt.date) -> None:
    sheet = asked.sheet
    by, met = _meant(sheet, found, on)
    chosen = people.of(found.keys(), by).filter(met)["id"].to_list()
    elements = [one.what for one in sheet.columns.values() if one.source == "element"]
    fresh = {key: _fresh(one, on) for key, one in sheet.columns.items()}
    listed = people.of((), elements, chosen).sort("area", "home", "name", "id", nulls_last=True)
    for row in listed.iter_rows(named=True):
        cells: Cells = {}
        for key, one in sheet.columns.items():
            if one.source == "element":
                said = _of_person(row, one)
            else:
                said = kept.get(key, ("person", row["id"]))
            cells[key] = _cell(one, said, fresh[key])
        if row["area"] in found:
            found[row["area"]].rows.append({"who": row["id"], "name": row["name"], "cells": cells})


def _of_person(row: Mapping[str, Any], one: FormColumn) -> tuple[Any, dt.date] | None:
    value = row.get(people.value(one.what))
    return (value, row[people.day(one.what)]) if value else None


def _homes(asked: Asked, found: dict[int, Filled], kept: "Kept", on: dt.date) -> None:
    """Who lives nowhere that is known is in no row. Its head is who is registered as such, else the oldest."""
    sheet = asked.sheet
    by, met = _meant(sheet, found, on)
    everybody = people.of(found.keys(), by.union({RELATION}, *map(figured_by, sheet.columns.values())))
    everybody = everybody.filter(pl.col("home").is_not_null(), met.any().over("area", "home"))
    counted = everybody.group_by("area", "home").agg(*_counted(sheet, on))
    heads = everybody.sort((pl.col(people.value(RELATION)) != HEAD).fill_null(True), "birth", "id", nulls_last=True)
    ids = heads.unique(("area", "home"), keep="first")["id"].to_list()
    elements = [one.what for one in sheet.columns.values() if one.source == "element"]
    heads = people.of((), elements, ids).join(counted, on=["area", "home"]).sort("area", "home")
    fresh = {key: _fresh(one, on) for key, one in sheet.columns.items()}
    for row in heads.iter_rows(named=True):
        cells: Cells = {}
        for key, one in sheet.columns.items():
            if one.source == "element":
                said = _of_person(row, one)
            else:
                said = _figure(row, key) or kept.get(key, ("home", row["area"], row["home"]))
            cells[key] = _cell(one, said, fresh[key])
        found[row["area"]].rows.append({"who": row["id"], "home": row["home"], "name": row["name"], "cells": cells})


def rule_of_list(sheet: FormSheet, on: dt.date) -> tuple[Condition, ...]:
    lists = packs.care_lists(settings.CONFIG.area)
    return tuple(rule_of(lists[sheet.list], on)) if sheet.list in lists else ()


def _things(asked: Asked, found: dict[int, Filled], kept: "Kept", on: dt.date) -> None:
    said = registers.said(When(on), [asked.sheet.register])
    low, high = min(found), max(found)
    fresh = {key: _fresh(one, on) for key, one in asked.sheet.columns.items()}
    for one in said.filter(area__gte=low, area__lt=span(high).stop).order_by("area", "name", "pk"):
        place = at_level(one.area, COMMUNITY)
        if place in found:
            cells = {
                key: _cell(column, _of_entry(column, one, kept, key, on), fresh[key])
                for key, column in asked.sheet.columns.items()
            }
            found[place].rows.append({"who": one.entry_id, "name": one.name, "cells": cells})


def _of_entry(column: FormColumn, one: Statement, kept: "Kept", key: str, on: dt.date) -> tuple[Any, dt.date] | None:
    if column.source == "typed":
        return kept.get(key, ("entry", one.entry_id))
    if column.what == "name":
        return one.name, on
    value = str(one.area) if column.what == "place" else one.facts.get(column.what)
    return (value, on) if value not in (None, "", []) else None


def _cell(one: FormColumn, said: tuple[Any, dt.date] | None, fresh: dt.date | None) -> Cell:
    """Value, origin, day. What is older than `fresh` has to be confirmed; where it may stay empty it is left out."""
    old = bool(said and fresh and said[1] < fresh)
    if said is None or (old and one.optional):
        return [None, BLANK if one.optional else MISSING, None]
    value, day = said
    return [value, STALE if old else KNOWN, day.isoformat()]


def _fresh(one: FormColumn, on: dt.date) -> dt.date | None:
    """The day since which somebody must have said it; None where it does not age."""
    elements = packs.elements(settings.CONFIG.area)
    if one.source == "typed":
        days: list[int | None] = [
            one.refresh_days or int(packs.value("forms.refresh_days", settings.CONFIG.area, on).value)
        ]
    elif one.source == "element":
        days = [elements[one.what].refresh_days] if one.what in elements else []
    elif one.source in OF_PEOPLE:
        named = figured_by(one) or {"place"}
        days = [elements[name].refresh_days for name in named if name in elements]
    else:
        days = []
    ages = [day for day in days if day]
    return on - dt.timedelta(days=min(ages)) if ages else None


def answered(text: str, kind: str) -> Any:
    """An answer as a cell holds it: numbers as numbers, all else as it was written."""
    if kind != "number":
        return text
    number = float(text)
    return int(number) if number.is_integer() else number


class Kept:
    """Answers in force by column and of whom they tell."""

    def __init__(self, found: Mapping[tuple[str, About], tuple[Any, dt.date]]) -> None:
        self.found = found

    def get(self, key: str, about: About) -> tuple[Any, dt.date] | None:
        return self.found.get((key, about))


def _answers(asked: Asked, places: Collection[int]) -> Kept:
    homes = {
        key: tuple(one.what.split(".")) if one.source == "typed" and one.what else (asked.edition.form.code, key)
        for key, one in asked.sheet.columns.items() if one.source not in ("element", "column")
    }  # fmt: skip
    found: dict[tuple[str, About], tuple[Any, dt.date]] = {}
    if not homes:
        return Kept(found)
    columns = {home: key for key, home in homes.items()}
    rows = Answer.objects.filter(known_until=None, form__code__in={code for code, _column in columns})
    here = Q(area__gte=min(places), area__lt=max(places) + 1) | Q(person__isnull=False)
    ours = Q(form__unit=asked.edition.form.unit_id) | Q(person=None, home="")  # of persons each unit keeps its own
    rows = rows.filter(here, ours, column__in={column for _code, column in columns}).select_related("form")
    told = list(rows.order_by("held_on", "pk"))
    heirs = final_heirs({one.person_id for one in told if one.person_id})
    for one in told:
        if key := columns.get((one.form.code, one.column)):
            text = vault.unseal(bytes(one.sealed), ANSWER)
            found[key, about(one, heirs)] = (answered(text, asked.sheet.columns[key].kind), one.held_on)
    return Kept(found)


def about(one: Answer, heirs: Mapping[int, int]) -> About:
    if one.person_id:
        return "person", heirs[one.person_id]
    if one.entry:
        return "entry", one.entry
    return ("home", one.area, one.home) if one.home else ("place", one.area)
