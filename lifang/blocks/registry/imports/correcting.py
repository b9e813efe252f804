"""The file as a department sent it, with a column that says what is wrong with each row."""

import io
from collections import defaultdict

import polars as pl
import xlsxwriter
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.sheet import FIRST_ROW, sheet_of
from lifang.blocks.registry.imports.values import WRONG
from lifang.blocks.registry.models import Import

# A workbook of more rows takes too long to write; a spreadsheet opens them as text with separators.
MOST_ROWS, LONGEST = 10_000, 32_767
# Cells stay the text that they were: no formula, no link, no number that loses its last digits.
AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SPOILED = r"^(?:[=+\-@\t\r]|\d{12})"


def corrected_file(imported: Import) -> tuple[str, bytes]:
    """The name's ending and every row. Raises BadFile."""
    rows, wrong = sheet_of(imported).rows, _wrong(imported)
    wrong.setdefault(imported.first, []).append(_("问题"))
    problems = [_("；").join(wrong.get(row, ())) or None for row in range(FIRST_ROW, rows.height + FIRST_ROW)]
    rows = rows.with_columns(pl.Series("problems", problems, pl.String))
    return ("xlsx", workbook(rows)) if rows.height <= MOST_ROWS else ("csv", as_text(rows))


def _wrong(imported: Import) -> dict[int, list[str]]:
    elements = packs.elements(imported.area)
    found = defaultdict(list)
    for row, element, wrong in imported.problems.order_by("row", "element").values_list("row", "element", "wrong"):
        words = str(WRONG.get(wrong, wrong))
        found[row].append(f"{elements[element].title}：{words}" if element in elements else words)
    return found


def workbook(rows: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.set_column(0, rows.width - 1, 16, text)
        for at, cells in enumerate(rows.iter_rows()):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write_string(at, column, cell[:LONGEST], text)
    return out.getvalue()


def as_text(rows: pl.DataFrame) -> bytes:
    """An apostrophe, which is taken off again when the file comes back, keeps a cell from being read as more than text."""
    cell = pl.col(pl.String)
    kept = pl.when(cell.str.contains(SPOILED)).then(pl.lit("'") + cell).otherwise(cell)
    return rows.with_columns(kept.name.keep()).write_csv(include_header=False, include_bom=True).encode()
