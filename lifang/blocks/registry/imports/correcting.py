"""The file as a department sent it, with a column that says what is wrong with each row."""

from collections import defaultdict

import polars as pl
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.sheet import FIRST_ROW, sheet_of
from lifang.blocks.registry.imports.values import WRONG
from lifang.blocks.registry.models import Import
from lifang.ground.files.written import as_text, workbook

# A workbook of more rows takes too long to write; a spreadsheet opens them as text with separators.
MOST_ROWS, WIDTH = 10_000, 16


def corrected_file(imported: Import) -> tuple[str, bytes]:
    """The name's ending and every row. Raises BadFile."""
    rows, wrong = sheet_of(imported).rows, _wrong(imported)
    wrong.setdefault(imported.first, []).append(_("问题"))
    problems = [_("；").join(wrong.get(row, ())) or None for row in range(FIRST_ROW, rows.height + FIRST_ROW)]
    rows = rows.with_columns(pl.Series("problems", problems, pl.String))
    return (
        ("xlsx", workbook(rows.iter_rows(), [WIDTH] * rows.width))
        if rows.height <= MOST_ROWS
        else ("csv", as_text(rows))
    )


def _wrong(imported: Import) -> dict[int, list[str]]:
    elements = packs.elements(imported.area)
    found = defaultdict(list)
    for row, element, wrong in imported.problems.order_by("row", "element").values_list("row", "element", "wrong"):
        words = str(WRONG.get(wrong, wrong))
        found[row].append(f"{elements[element].title}：{words}" if element in elements else words)
    return found
