"""A table of places among the tables that people make: notes above, headers over one or two rows."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from lifang.ground.files import tables
from lifang.ground.files.tables import BadFile, plain

LOOK_AT: Final = 20  # rows in which the header is sought
Cells = Sequence[str]


class Table(NamedTuple):
    """`columns`: known name → position. `rows`: (row number as the spreadsheet shows it, cells)."""

    columns: dict[str, int]
    rows: Iterator[tuple[int, Cells]]


def read(content: bytes, file_name: str, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """Find the columns by their headers. `names`: known name → headers that mean it. Raises BadFile."""
    rows = _rows(content)
    head = []
    for cells in rows:
        head.append(cells)
        if len(head) == LOOK_AT:
            break
    begin, columns = _header(head, {word: name for name, words in names.items() for word in map(plain, words)})
    if missing := [name for name in needed if name not in columns]:
        wanted = "；".join("、".join(names[name][:4]) for name in missing)
        raise BadFile(_("“%(file)s”里没有找到这些列：%(wanted)s") % {"file": file_name, "wanted": wanted})
    return Table(columns, _numbered(head, rows, begin))


def _rows(content: bytes) -> Iterator[Cells]:
    for sheet in tables.sheets(content)[:1]:
        for row in sheet.rows.iter_rows():
            yield ["" if cell is None else cell for cell in row]


def _numbered(head: list[Cells], rest: Iterator[Cells], begin: int) -> Iterator[tuple[int, Cells]]:
    for number, cells in enumerate(itertools.chain(head, rest), 1):
        if number > begin and any(cells):
            yield number, cells


def _header(head: list[Cells], known: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """The number of rows down to the header's end, and the columns. Headers merged over two rows are put together."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(head):
        lower = head[number + 1] if number + 1 < len(head) else []
        for end, lines in ((number + 1, [cells]), (number + 2, [lower, cells])):
            columns: dict[str, int] = {}
            for position in range(max(map(len, lines))):
                words = [plain(line[position]) for line in lines if position < len(line)]
                name = next((known[word] for word in words if word in known), None)
                if name and name not in columns:
                    columns[name] = position
            if len(columns) > len(best[1]):
                best = (end, columns)
    return best
