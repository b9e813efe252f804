"""Tables that are sent out: cells stay the text that they are, no formula, no link, no number that loses its last digits."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import polars as pl
import xlsxwriter
from django.utils.translation import gettext as _

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_TEXT: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST, LONGEST_TITLE, LONGEST_HEADER, A4 = 32_767, 31, 240, 9
SPOILED: Final = r"^(?:[=+\-@\t\r]|\d{12})"

Cell = str | int | float | None


class Mark(NamedTuple):
    """For whom and what a table was made; it stands above its rows and on every page of it."""

    who: str
    at: dt.datetime
    serial: str
    purpose: str
    reason: str

    def __str__(self) -> str:
        return _("{who} {at} 导出，编号 {serial}。用途：{purpose}；理由：{reason}。只限本用途，不得外传。").format(
            **{**self._asdict(), "at": f"{self.at:%Y-%m-%d %H:%M}"}
        )

    @property
    def header(self) -> str:
        """For the head of a page, in Excel's own marking."""
        return str(self).replace("&", "&&")[:LONGEST_HEADER]


def workbook(
    rows: Iterable[Iterable[Cell]],
    widths: Sequence[int],
    *,
    title: str = "",
    heads: Sequence[str] = (),
    mark: Mark | None = None,
) -> bytes:
    """`widths` are of the columns, in characters. Rows with `heads` are a list, which is kept readable on paper."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        page = book.add_worksheet(title[:LONGEST_TITLE] or None)
        text = book.add_format({"num_format": "@", "valign": "top", **({"text_wrap": True} if heads else {})})
        top = 0
        for column, width in enumerate(widths):
            page.set_column(column, column, width, text)
        if mark:
            said = book.add_format({"bold": True, "font_color": "#9a1c1c", "text_wrap": True, "valign": "vcenter"})
            page.merge_range(0, 0, 0, len(widths) - 1, str(mark), said)
            page.set_row(0, 34)
            page.set_landscape()
            page.set_paper(A4)
            page.fit_to_pages(1, 0)
            page.set_header(f"&C&9 {mark.header}")
            page.set_footer(f"&L&9 {mark.serial}&R&9 &P/&N")
            top = 1
        if heads:
            page.write_row(top, 0, heads, book.add_format({"bold": True, "border": 1}))
            page.repeat_rows(0, top)
            page.freeze_panes(top + 1, 2)
            top += 1
        for at, cells in enumerate(rows, top):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(at, column, cell[:LONGEST], text)
                elif cell is not None:
                    page.write_number(at, column, cell)
    return out.getvalue()


def as_text(rows: pl.DataFrame) -> bytes:
    """Rows as text with separators. An apostrophe, which is taken off again when the file comes back, keeps a cell from
    being read as more than text."""
    cell = pl.col(pl.String)
    kept = pl.when(cell.str.contains(SPOILED)).then(pl.lit("'") + cell).otherwise(cell)
    return rows.with_columns(kept.name.keep()).write_csv(include_header=False, include_bom=True).encode()
