"""Tables that people made, CSV or Excel, as frames of text: one for each sheet, cells as they stand, nothing believed."""

import codecs
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import ParseError

import fastexcel
import polars as pl
from django.utils.translation import gettext as _

from lifang.ground.files import workbooks

MAX_BYTES: Final = 400 * 2**20
MAX_UNPACKED: Final = 2 * 2**30
SMALL: Final = 5 * 2**20
SMALL_UNPACKED: Final = 50 * 2**20
MAX_COLUMNS: Final = 300
MOST_SEPARATED: Final = 2**14
BLOCK: Final = 25_000
PIECE: Final = 2**24
TOP: Final = 2000
ZIPPED: Final = b"PK\x03\x04"
EXCEL: Final = (ZIPPED, b"\xd0\xcf\x11\xe0")
# What zipfile raises: a name or a number that is none, a newer kind, a password, a broken stream.
UNPACKED_NOT: Final = (zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError, zlib.error, lzma.LZMAError)
SEPARATORS: Final = ",\t;，"
UNIT_SEPARATOR: Final = "\x1f"
_AROUND: Final = re.compile(r"[\s:*_、/.]+")
_BRACKETED: Final = re.compile(r"[(\[【].*?[)\]】]")
_BRACKETS: Final = str.maketrans("[]【】", "()()")


class BadFile(ValueError):
    """The file cannot be read as a table; the message says why and what is allowed."""


class Sheet(NamedTuple):
    """`rows` has one column of text for each column of the sheet («0», «1», …) and no header; null where empty."""

    name: str
    rows: pl.DataFrame


class Top(NamedTuple):
    """The first rows of a sheet of `height` rows."""

    name: str
    rows: pl.DataFrame
    height: int


def sheets(content: bytes) -> list[Sheet]:
    """The sheets of a file that hold anything. Raises BadFile."""
    return [Sheet(top.name, top.rows) for top in tops(content, None)]


def tops(content: bytes, most: int | None) -> list[Top]:
    """As many rows of each of them. Raises BadFile."""
    parts: dict[str, list[pl.DataFrame]] = {}
    heights: dict[str, int] = {}
    widths: dict[str, set[str]] = {}
    for name, rows in pieces(content):
        height = heights.get(name, 0)
        parts.setdefault(name, []).append(rows if most is None else rows.head(max(most - height, 0)))
        heights[name] = height + rows.height
        widths.setdefault(name, set()).update(at for at in rows.columns if rows[at].null_count() < rows.height)
    return [
        Top(name, _trimmed(pl.concat(parts[name], how="diagonal"), widths[name]), height)
        for name, height in heights.items()
        if height and widths[name]
    ]


def pieces(content: bytes) -> Iterator[Sheet]:
    """The sheets, a long one in several pieces that stand one below the other, each as wide as its cells. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile(_("文件超过 400 MB"))
    found = _excel(content) if content[:4] in EXCEL else (Sheet("", rows) for rows in _csv(content))
    for name, rows in found:
        yield Sheet(name, rows.rename({column: str(at) for at, column in enumerate(rows.columns)}))


def small(content: bytes) -> bytes:
    """A table as it is, unless it is larger than one that is read while somebody waits. Raises BadFile."""
    if len(content) > SMALL:
        raise BadFile(_("表格超过 {n} MB，请分成几张，或者删去多余的内容").format(n=SMALL >> 20))
    if sum(entry.file_size for entry in parts(content)) > SMALL_UNPACKED:
        raise BadFile(_("表格解压后超过 {n} MB，请分成几张，或者删去多余的内容").format(n=SMALL_UNPACKED >> 20))
    return content


def parts(content: bytes) -> list[zipfile.ZipInfo]:
    """What is packed in a workbook; nothing in any other table. Raises BadFile."""
    if not content.startswith(ZIPPED):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return packed.infolist()
    except UNPACKED_NOT as error:
        raise _unopened(error) from error


def plain(header: str) -> str:
    """A header without brackets, blanks and full-width forms: `联系 电话（手机）` → `联系电话`."""
    return _AROUND.sub("", _BRACKETED.sub("", unicodedata.normalize("NFKC", header))).lower()


def whole(header: str) -> str:
    """A header with what stands in brackets: `联系 电话（手机）` → `联系电话(手机)`, of which there may be another (座机)."""
    return _AROUND.sub("", unicodedata.normalize("NFKC", header).translate(_BRACKETS)).lower()


def _excel(content: bytes) -> Iterator[Sheet]:
    if sum(entry.file_size for entry in parts(content)) > MAX_UNPACKED:
        raise BadFile(_("表格解压后超过 2 GB"))
    try:
        if content.startswith(ZIPPED):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                broken = packed.testzip()  # also finds parts that are longer than the directory says
            if broken:
                raise zipfile.BadZipFile(broken)
        for name, rows in workbooks.pieces(content):
            yield Sheet(name, rows)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ParseError, KeyError, *UNPACKED_NOT) as error:
        raise _unopened(error) from error


def _unopened(why: Exception) -> BadFile:
    return BadFile(_("打不开这个 Excel 文件：%(why)s") % {"why": why})


def _trimmed(frame: pl.DataFrame, filled: set[str]) -> pl.DataFrame:
    """Without the columns behind the last one that is filled."""
    if len(filled) > MAX_COLUMNS:
        raise _too_wide(len(filled))
    return frame.select(str(at) for at in range(max(map(int, filled)) + 1))


def _too_wide(columns: int) -> BadFile:
    return BadFile(_("表格有 %(n)d 列，最多 %(most)d 列") % {"n": columns, "most": MAX_COLUMNS})


def _csv(content: bytes) -> Iterator[pl.DataFrame]:
    whole = _as_utf8(content)
    top = whole[: 4 * TOP].decode(errors="ignore")[:TOP]
    separator = max(SEPARATORS, key=top.count)
    if separator == "，":  # polars separates by one byte
        whole, separator = whole.replace("，".encode(), UNIT_SEPARATOR.encode()), UNIT_SEPARATOR
    widest = max((line.count(separator.encode()) for line in io.BytesIO(whole)), default=0) + 1
    if widest > MOST_SEPARATED:
        raise _too_wide(widest)
    try:
        yield from pl.scan_csv(
            io.BytesIO(whole),
            has_header=False,
            separator=separator,
            schema={str(at): pl.String for at in range(widest)},
            infer_schema=False,
            missing_columns="insert",
        ).collect_batches(chunk_size=BLOCK, maintain_order=True)
    except pl.exceptions.NoDataError:
        return
    except pl.exceptions.PolarsError as error:
        raise BadFile(_("文件不是规范的 CSV：%(why)s") % {"why": str(error).split("\n")[0]}) from error


def _as_utf8(content: bytes) -> bytes:
    """Text in UTF-8, UTF-16 or GB 18030, by its marks and by what can be read, piece by piece: decoded, it takes twice the
    room. Raises BadFile."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = b"".join(piece.encode() for piece in _decoded(content, "utf-16", "replace"))
    else:
        text = content.removeprefix(codecs.BOM_UTF8)
        try:
            for _piece in _decoded(text, "utf-8"):
                pass
        except UnicodeDecodeError:
            try:
                text = b"".join(piece.encode() for piece in _decoded(content, "gb18030"))
            except UnicodeDecodeError:
                raise BadFile(_("文件不是 UTF-8 或 GB18030 编码的文本，也不是 Excel 表格")) from None
    if b"\x00" in text:
        raise BadFile(_("文件里有空字符，不是文本表格"))
    return text


def _decoded(content: bytes, encoding: str, errors: str = "strict") -> Iterator[str]:
    decoder, text = codecs.getincrementaldecoder(encoding)(errors), memoryview(content)
    for at in range(0, len(text), PIECE):
        yield decoder.decode(text[at : at + PIECE])
    yield decoder.decode(b"", final=True)
