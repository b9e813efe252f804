"""The file as a department sent it, with a column that says what is wrong with each row."""

import io
from collections import defaultdict

import xlsxwriter
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.sheet import FIRST_ROW, sheet_of
from lifang.blocks.registry.imports.values import WRONG
from lifang.blocks.registry.models import Import

MOST_ROWS, LONGEST = 1_048_576, 32_767
# Cells stay the text that they were: no formula, no link, no number that loses its last digits.
AS_TEXT = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def corrected_sheet(imported: Import) -> bytes:
    """An xlsx file of every row. Raises BadFile."""
    rows = sheet_of(imported).rows.head(MOST_ROWS)
    wrong = _wrong(imported)
    wrong.setdefault(imported.first, []).append(_("问题"))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.set_column(0, rows.width, 16, text)
        for at, cells in enumerate(rows.iter_rows()):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write_string(at, column, cell[:LONGEST], text)
            if problems := wrong.get(at + FIRST_ROW):
                sheet.write_string(at, rows.width, _("；").join(problems), text)
    return out.getvalue()


def _wrong(imported: Import) -> dict[int, list[str]]:
    elements = packs.elements(imported.area)
    found = defaultdict(list)
    for row, element, wrong in imported.problems.order_by("row", "element").values_list("row", "element", "wrong"):
        words = str(WRONG.get(wrong, wrong))
        found[row].append(f"{elements[element].title}：{words}" if element in elements else words)
    return found
