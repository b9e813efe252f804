"""A return in the sender's own cells of the sender's own workbook; without one, in a plain table."""

import copy
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.cell import MergedCell
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

from lifang.blocks.forms.formulas import cells_of
from lifang.blocks.forms.models import LAYOUT, Edition, Workbook
from lifang.blocks.packs.shapes import FormSheet
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope
from lifang.ground.files.written import AS_TEXT, Mark

Row = Mapping[str, Any]
Spelled = Callable[[str, Any], Any]


def workbook(edition: Edition, sheet: FormSheet, rows: Sequence[Row], mark: Mark | None = None) -> bytes:
    """`rows` are values in words by column: of a roster one a person, of a sheet one a place. `mark` stands on every page
    when it is printed, and above a plain table."""
    with system_scope("forms"):  # the layout is of the unit that asks, and goes out with what others return
        layout = Workbook.objects.filter(edition=edition).first()
    if layout is None:
        return _plain(edition, sheet, rows, mark)
    return _own(vault.unseal_bytes(bytes(layout.sealed), LAYOUT), sheet, rows, mark)


def _own(kept: bytes, sheet: FormSheet, rows: Sequence[Row], mark: Mark | None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(kept), keep_links=False)
    page = book.active
    assert isinstance(page, Worksheet)
    first = min(one.cell[0] for one in sheet.columns.values())
    if len({one.cell[0] for one in sheet.columns.values()}) == 1 and len(rows) > 1:
        _make_room(page, first, len(rows), [one.cell[1] for one in sheet.columns.values()])
    for at, row in enumerate(rows):
        for key, one in sheet.columns.items():
            _write(page, one.cell[0] + at, one.cell[1], row.get(key))
    if mark:
        page.HeaderFooter.differentFirst = page.HeaderFooter.differentOddEven = False
        page.oddHeader.center.text, page.oddHeader.center.size = mark.header, 9
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _make_room(page: Worksheet, first: int, needed: int, columns: Sequence[int]) -> None:
    """Rows of the sender's style for every row of data, above whatever stands below."""
    last, models = page.max_row, [one for one in cells_of(page) if one.row == first and one.has_style]
    filled = [one.row for one in cells_of(page) if one.row >= first and one.column in columns and one.value is not None]
    room = max(min(filled, default=last + 1) - first, 0)
    more = max(needed - room, 0) if first + room <= last else 0
    if more:
        page.insert_rows(first + room, more)
        for merged in page.merged_cells.ranges:
            if merged.min_row >= first + room:
                merged.shift(row_shift=more)
    for one in page.data_validations.dataValidation:
        one.sqref = MultiCellRange(
            _reaching(each, first, needed, first + room, more).coord for each in one.sqref.ranges
        )
    for at in range(first + 1, first + needed):
        for model in models:
            cell = page.cell(at, model.column)
            if not isinstance(cell, MergedCell):
                cell._style = copy.copy(model._style)


def _reaching(cells: CellRange, first: int, needed: int, below: int, more: int) -> CellRange:
    """Over every row of data where it was over the first, and moved with what stands below them."""
    left, top, right, bottom = cells.bounds
    if top >= below:
        return CellRange(min_col=left, min_row=top + more, max_col=right, max_row=bottom + more)
    if top <= first <= bottom:
        bottom = max(bottom, first + needed - 1)
    return CellRange(min_col=left, min_row=top, max_col=right, max_row=bottom)


def _write(page: Worksheet, row: int, column: int, value: Any) -> None:
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        whole = next(one for one in page.merged_cells.ranges if cell.coordinate in one)
        cell = page.cell(whole.min_row, whole.min_col)
    if value is None or isinstance(cell, MergedCell) or cell.data_type == "f":
        return
    cell.value = value
    if isinstance(value, str):  # what somebody typed is never a formula
        cell.data_type = "s"


def _plain(edition: Edition, sheet: FormSheet, rows: Sequence[Row], mark: Mark | None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        page = book.add_worksheet(_("报表"))
        top = 0
        if mark:
            page.write_string(0, 0, str(mark), book.add_format({"bold": True, "font_color": "#9a1c1c"}))
            page.set_header(f"&C&9 {mark.header}")
            top = 1
        page.write_string(top, 0, edition.title, book.add_format({"bold": True, "font_size": 14}))
        page.write_row(
            top + 1, 0, [one.title for one in sheet.columns.values()], book.add_format({"bold": True, "border": 1})
        )
        edge = book.add_format({"border": 4})
        for at, row in enumerate(rows, top + 2):
            for number, key in enumerate(sheet.columns):
                value = row.get(key)
                page.write(at, number, "" if value is None else value, edge)
        page.set_column(0, len(sheet.columns), 16)
        page.freeze_panes(top + 2, 0)
    return out.getvalue()


def xlsform(edition: Edition, sheet: FormSheet) -> bytes:
    """The form as a questionnaire for tools that read XLSForm: only what is still asked."""
    types = {"number": "decimal", "text": "text", "date": "date", "truth": "select_one yes_no"}
    lists = {"yes_no": [("true", _("是")), ("false", _("否"))]}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        survey = book.add_worksheet("survey")
        survey.write_row(0, 0, ["type", "name", "label", "required"])
        asked = [(key, one) for key, one in sheet.columns.items() if one.source == "typed"]
        for at, (key, one) in enumerate(asked, 1):
            if one.choices:
                lists[key] = list(zip(one.codes or one.choices, one.choices, strict=True))
            kind = f"select_one {key}" if one.choices else types[one.kind]
            survey.write_row(at, 0, [kind, key, one.title, "" if one.optional else "yes"])
        choices = book.add_worksheet("choices")
        named = [(name, *each) for name, words in lists.items() for each in words]
        for at, row in enumerate([("list_name", "name", "label"), *named]):
            choices.write_row(at, 0, row)
        about = book.add_worksheet("settings")
        about.write_row(0, 0, ["form_title", "form_id", "version"])
        about.write_row(1, 0, [edition.title, edition.form.code, str(edition.number)])
    return out.getvalue()
