"""Read a table that people made: CSV in UTF-8 or GB 18030, or Excel; notes above, headers over one or two rows.

Excel is read by fastexcel and polars, which only this module imports: pages that take no file do not load them.
"""

import csv
import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import fastexcel
import polars
from django.utils.translation import gettext as _

LOOK_AT: Final = 20  # rows in which the header is sought
MAX_BYTES: Final = 200 * 2**20
MAX_UNPACKED: Final = 2 * 2**30
Cells = Sequence[str]

_BRACKETS: Final = re.compile(r"[(\[【].*?[)\]】]|[\s:*_]+")


class BadFile(ValueError):
    """The file cannot be read as a table; the message says why and what is allowed."""


class Table(NamedTuple):
    """`columns`: known name → position. `rows`: (row number as the spreadsheet shows it, cells)."""

    columns: dict[str, int]
    rows: Iterator[tuple[int, Cells]]


def read(content: bytes, file_name: str, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """Find the columns by their headers. `names`: known name → headers that mean it. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile(_("文件超过 200 MB"))
    rows = _excel(content) if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else _csv(content)
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


def plain(header: str) -> str:
    """A header without brackets, spaces and full-width forms: `户 数（户）` → `户数`."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", header)).lower()


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


def _csv(content: bytes) -> Iterator[Cells]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = content.decode("gb18030")
            except UnicodeDecodeError:
                raise BadFile(_("文件不是 UTF-8 或 GB18030 编码的文本，也不是 Excel 表格")) from None
    if "\x00" in text:
        raise BadFile(_("文件里有空字符，不是文本表格"))
    first = text[:2000]
    delimiter = max(",\t;，", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise BadFile(_("文件不是规范的 CSV：%(why)s") % {"why": error}) from error


def _excel(content: bytes) -> Iterator[Cells]:
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                    raise BadFile(_("表格解压后超过 2 GB"))
        sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string")
        frame: polars.DataFrame = sheet.to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile, polars.exceptions.PolarsError) as error:
        raise BadFile(_("打不开这个 Excel 文件：%(why)s") % {"why": error}) from error
    for row in frame.iter_rows():
        yield ["" if cell is None else cell for cell in row]
