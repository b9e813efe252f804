"""What is typed about one person, read as values of data elements by the rules of imports."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from django.utils.functional import Promise

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.comparable import GIVEN, comparable
from lifang.blocks.registry.imports.sheet import rules_of
from lifang.blocks.registry.imports.values import WRONG, read
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.showing import MASKS, Speller

HIDDEN = "***"
SEXES = {"1": "男", "2": "女"}
Values = Mapping[str, str]


class Typed(NamedTuple):
    """`values` by element, and what is wrong with the others, in words."""

    values: dict[str, str]
    wrong: dict[str, str | Promise]


def writable(area: int) -> dict[str, Element]:
    """Elements that are written at the desk: all but specially protected ones; a place is chosen."""
    return {
        name: one for name, one in packs.elements(area).items() if one.sensitivity != "special" and one.kind != "place"
    }


def guarded(area: int) -> dict[str, Element]:
    """Specially protected elements, corrected one at a time by whoever may see them, for a purpose."""
    return {name: one for name, one in packs.elements(area).items() if one.sensitivity == "special"}


def read_values(typed: Values, area: int, held_on: dt.date) -> Typed:
    given = {name: text for name, text in typed.items() if text.strip()}
    sheet = pl.DataFrame({"row": [1], **{name: [text] for name, text in given.items()}})
    found = read(
        sheet, {name: name for name in given}, packs.elements(area), rules_of(Import(area=area, held_on=held_on))
    )
    values = {name: value for name, value in found.values.row(0, named=True).items() if name != "row" and value}
    return Typed(values, {element: WRONG[wrong] for element, wrong in found.problems.select("element", "wrong").rows()})


def compared(values: Values) -> pl.DataFrame:
    """The one row of what linkage compares, with `id` 0."""
    told = {**values, "sex": SEXES.get(values.get("sex", ""), "")}
    row = {"id": [0], **{name: [told.get(name)] for name in GIVEN}}
    return comparable(pl.DataFrame(row, schema_overrides=dict.fromkeys(GIVEN, pl.String)))


def masked(speller: Speller, element: str, value: str) -> str:
    """In words; of what is sealed no more than a masked number or telephone."""
    one = speller.elements[element]
    if one.sensitivity == "special" or one.sensitivity == "sealed" and one.kind not in MASKS:
        return HIDDEN
    return speller.masked(element, value)
