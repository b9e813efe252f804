"""The drop-downs of a sender's sheet, and what each lets one choose."""

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
import polars as pl
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lifang.blocks.forms.filling import answered
from lifang.blocks.forms.formulas import CELLS
from lifang.blocks.packs.shapes import FormColumn
from lifang.ground.files.tables import BadFile

MOST, LONGEST, LAST = 300, 100, 2**20
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
TRUTHS = {"是", "否"}
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NEWER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
WORDS = "{http://schemas.microsoft.com/office/excel/2006/main}"


class Cells(NamedTuple):
    """Some cells of a sheet, counted from 1."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def in_line(self) -> bool:
        return self.left == self.right or self.top == self.bottom

    def meets(self, columns: Mapping[str, FormColumn]) -> bool:
        """Whether data of these columns stands, or will stand, in it."""
        first = min(one.cell[0] for one in columns.values())
        return self.bottom >= first and any(self.left <= one.cell[1] <= self.right for one in columns.values())

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def opened(content: bytes) -> Workbook:
    """The workbook, also with the drop-downs that newer Excel keeps apart, for which openpyxl only warns. Raises BadFile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
        except Exception as error:  # whatever openpyxl stumbles over
            raise BadFile(_("这个 Excel 文件里有读不懂的内容。请新建一个 .xlsx，把表复制过去再来")) from error
    with suppress(KeyError, ElementTree.ParseError), zipfile.ZipFile(io.BytesIO(content)) as packed:
        links = {one.get("Id"): one.get("Target", "") for one in ElementTree.fromstring(packed.read(LINKS)).iter()}
        for sheet in ElementTree.fromstring(packed.read(BOOK)).iter():
            if (name := sheet.get("name")) in book.sheetnames and sheet.get(ID) in links:
                part = packed.read(f"xl/{links[sheet.get(ID)].removeprefix('/xl/')}")
                for one in _apart(part):
                    book[name].add_data_validation(one)
    return book


def _apart(sheet: bytes) -> Iterator[DataValidation]:
    if b"x14:dataValidation" not in sheet:
        return
    for one in ElementTree.fromstring(sheet).iter(f"{NEWER}dataValidation"):
        said, cells = one.findtext(f"{NEWER}formula1/{WORDS}f"), one.findtext(f"{WORDS}sqref")
        if one.get("type") == "list" and said and cells:
            with suppress(ValueError):
                yield DataValidation("list", formula1=said, sqref=cells, allow_blank=True, showErrorMessage=True)


def chosen_from(
    page: Worksheet, columns: Mapping[str, FormColumn], tables: Mapping[str, pl.DataFrame]
) -> dict[str, FormColumn]:
    """What is typed into a cell with a drop-down is one of its words; `tables` are the rows of the workbook's sheets."""
    return {key: _with_choices(page, one, columns, tables) for key, one in columns.items()}


def _with_choices(
    page: Worksheet, one: FormColumn, columns: Mapping[str, FormColumn], tables: Mapping[str, pl.DataFrame]
) -> FormColumn:
    if one.source != "typed" or not one.cell:
        return one
    row, column = one.cell
    cell = f"{get_column_letter(column)}{row}"
    found = (_words(page, each.formula1, columns, tables) for each in _lists(page) if cell in each.sqref)
    words = next(filter(None, found), ())
    if set(words) == TRUTHS:
        return replace(one, kind="truth")
    kind = "number" if one.kind == "number" and all(map(_number, words)) else "text"
    return replace(one, kind=kind, choices=words) if words else one


def _number(word: str) -> bool:
    """Whether it is written as a number is kept."""
    return bool(NUMBER.fullmatch(word)) and str(answered(word, "number")) == word


def among(one: FormColumn, named: Mapping[str, str]) -> FormColumn:
    """What is typed is one of the words that stand by their names; free where they cannot all be kept."""
    words = tuple(" ".join(word.split()) for word in named.values())
    if not _fit(words) or len(set(words)) < len(words):
        return one
    kind = "truth" if set(words) == TRUTHS else "text"
    return replace(one, kind=kind, choices=words, codes=tuple(named))


def drawn_from(page: Worksheet, columns: Mapping[str, FormColumn]) -> tuple[list[Cells], list[Cells]]:
    """The cells of the sheet itself in which words of its drop-downs stand, and those that are the form's own data."""
    named = {_place(page, one.formula1) for one in _lists(page)}
    placed = [one for one in named if one and one.sheet == page.title]
    own = [one for one in placed if one.meets(columns)]
    return [one for one in placed if one.in_line and one not in own], own


def _lists(page: Worksheet) -> list[DataValidation]:
    return [one for one in page.data_validations.dataValidation if one.type == "list" and one.formula1]


def _words(
    page: Worksheet, formula: str, columns: Mapping[str, FormColumn], tables: Mapping[str, pl.DataFrame]
) -> tuple[str, ...]:
    """Of `"有,无"`, or of the row or column of cells that is named; none where they cannot all be kept, nor of what is data
    of the form's own columns."""
    if formula.startswith('"'):
        found = formula.strip('"').split(",")
    else:
        cells = _place(page, formula)
        if not cells or not cells.in_line or cells.sheet not in tables:
            return ()
        if cells.sheet == page.title and cells.meets(columns):
            return ()
        part = tables[cells.sheet][cells.top - 1 : cells.bottom, cells.left - 1 : cells.right]
        found = [cell for column in part for cell in column.drop_nulls().unique(maintain_order=True).head(MOST + 1)]
    words = tuple(dict.fromkeys(" ".join(one.split()) for one in found if one.strip()))
    return words if _fit(words) else ()


def _fit(words: Collection[str]) -> bool:
    return len(words) <= MOST and all(0 < len(one) <= LONGEST and one.isprintable() for one in words)


def _place(page: Worksheet, formula: str) -> Cells | None:
    """The cells that `字典!$A$1:$A$5` names."""
    if not (said := CELLS.fullmatch(formula)):
        return None
    left, top, right, bottom = range_boundaries(formula.rpartition("!")[2])
    rows = sorted((min(top or 1, LAST), min(bottom or LAST, LAST)))
    return Cells(
        said["quoted"] or said["bare"] or page.title, min(left, right), max(rows[0], 1), max(left, right), rows[1]
    )
