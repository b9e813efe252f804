"""The drop-downs of a sender's sheet, and what each lets one choose."""

import io
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from xml.etree import ElementTree

import openpyxl
from openpyxl import Workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lifang.blocks.forms.formulas import CELLS
from lifang.blocks.packs.shapes import FormColumn

MOST, LONGEST = 300, 100
TRUTHS = {"是", "否"}
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NEWER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
WORDS = "{http://schemas.microsoft.com/office/excel/2006/main}"


def opened(content: bytes) -> Workbook:
    """The workbook, also with the drop-downs that newer Excel keeps apart, for which openpyxl only warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
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


def chosen_from(page: Worksheet, columns: Mapping[str, FormColumn]) -> dict[str, FormColumn]:
    """What is typed into a cell with a drop-down is one of its words."""
    return {key: _with_choices(page, one) for key, one in columns.items()}


def _with_choices(page: Worksheet, one: FormColumn) -> FormColumn:
    if one.source != "typed" or not one.cell:
        return one
    cell = page.cell(*one.cell).coordinate
    words = next((found for each in _lists(page) if cell in each.sqref and (found := _words(page, each.formula1))), ())
    if set(words) == TRUTHS:
        return replace(one, kind="truth")
    return replace(one, kind="text", choices=words) if words else one


def among(one: FormColumn, named: Mapping[str, str]) -> FormColumn:
    """What is typed is one of the words that stand by their names; free where they cannot all be kept."""
    words = tuple(" ".join(word.split()) for word in named.values())
    if not _fit(words) or len(set(words)) < len(words):
        return one
    kind = "truth" if set(words) == TRUTHS else "text"
    return replace(one, kind=kind, choices=words, codes=tuple(named))


def own_words(page: Worksheet) -> MultiCellRange:
    """The cells of the sheet itself in which words of its drop-downs stand."""
    placed = (_place(page, one.formula1) for one in _lists(page))
    return MultiCellRange(one[1].coord for one in placed if one and one[0] is page)


def _lists(page: Worksheet) -> list[DataValidation]:
    return [one for one in page.data_validations.dataValidation if one.type == "list" and one.formula1]


def _words(page: Worksheet, formula: str) -> tuple[str, ...]:
    """Of `"有,无"`, or of the cells that are named; none where they cannot all be kept."""
    if formula.startswith('"'):
        found = formula.strip('"').split(",")
    elif placed := _place(page, formula):
        sheet, cells = placed
        rows = sheet.iter_rows(cells.min_row, cells.max_row, cells.min_col, cells.max_col, values_only=True)
        found = [str(cell) for row in islice(rows, MOST + 1) for cell in row if cell is not None]
    else:
        return ()
    words = tuple(dict.fromkeys(" ".join(one.split()) for one in found if one.strip()))
    return words if _fit(words) else ()


def _fit(words: Collection[str]) -> bool:
    return len(words) <= MOST and all(0 < len(one) <= LONGEST and one.isprintable() for one in words)


def _place(page: Worksheet, formula: str) -> tuple[Worksheet, CellRange] | None:
    """The sheet and the cells that `字典!$A$1:$A$5` names."""
    if not (said := CELLS.fullmatch(formula)):
        return None
    name, book = said["quoted"] or said["bare"], page.parent
    sheet = book[name] if name and book else page
    left, top, right, bottom = range_boundaries(formula.rpartition("!")[2])
    return sheet, CellRange(min_col=left, min_row=top or 1, max_col=right, max_row=bottom or sheet.max_row)
