"""Tables that people made, CSV or Excel, as frames of text: one for each sheet, cells as they stand, nothing believed."""

import io
import re
import unicodedata
import zipfile
from typing import Final, NamedTuple

import fastexcel
import polars as pl
from django.utils.translation import gettext as _

MAX_BYTES: Final = 400 * 2**20
MAX_UNPACKED: Final = 2 * 2**30
MAX_COLUMNS: Final = 300
MOST_SEPARATED: Final = 2**14
EXCEL: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SEPARATORS: Final = ",\t;，"
UNIT_SEPARATOR: Final = "\x1f"
_AROUND: Final = re.compile(r"[(\[【].*?[)\]】]|[\s:*_、/.]+")


class BadFile(ValueError):
    """The file cannot be read as a table; the message says why and what is allowed."""


class Sheet(NamedTuple):
    """`rows` has one column of text for each column of the sheet («0», «1», …) and no header; null where empty."""

    name: str
    rows: pl.DataFrame


def sheets(content: bytes) -> list[Sheet]:
    """The sheets of a file that hold anything. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile(_("文件超过 400 MB"))
    found = _excel(content) if content[:4] in EXCEL else [Sheet("", _csv(content))]
    return [sheet for sheet in found if sheet.rows.width and sheet.rows.height]


def plain(header: str) -> str:
    """A header without brackets, blanks and full-width forms: `联系 电话（手机）` → `联系电话`."""
    return _AROUND.sub("", unicodedata.normalize("NFKC", header)).lower()


def _excel(content: bytes) -> list[Sheet]:
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                    raise BadFile(_("表格解压后超过 2 GB"))
                if broken := packed.testzip():  # also finds parts that are longer than the directory says
                    raise BadFile(_("打不开这个 Excel 文件：%(why)s") % {"why": broken})
        reader = fastexcel.read_excel(content)
        return [
            Sheet(name, _trimmed(reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()))
            for name in reader.sheet_names
        ]
    except (fastexcel.FastExcelError, zipfile.BadZipFile, pl.exceptions.PolarsError) as error:
        raise BadFile(_("打不开这个 Excel 文件：%(why)s") % {"why": error}) from error


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    kept = [name for name in frame.columns if frame[name].null_count() < frame.height]
    if len(kept) > MAX_COLUMNS:
        raise _too_wide(len(kept))
    last = frame.columns.index(kept[-1]) + 1 if kept else 0
    return frame.select(pl.col(name).alias(str(at)) for at, name in enumerate(frame.columns[:last]))


def _too_wide(columns: int) -> BadFile:
    return BadFile(_("表格有 %(n)d 列，最多 %(most)d 列") % {"n": columns, "most": MAX_COLUMNS})


def _csv(content: bytes) -> pl.DataFrame:
    text = decoded(content)
    separator = max(SEPARATORS, key=text[:2000].count)
    if separator == "，":  # polars separates by one byte
        text, separator = text.replace("，", UNIT_SEPARATOR), UNIT_SEPARATOR
    whole = text.encode()
    del text  # of twice the length in memory
    widest = max((line.count(separator.encode()) for line in io.BytesIO(whole)), default=0) + 1
    if widest > MOST_SEPARATED:
        raise _too_wide(widest)
    try:
        frame = pl.read_csv(
            whole,
            has_header=False,
            separator=separator,
            schema={str(at): pl.String for at in range(widest)},
            infer_schema=False,
            missing_columns="insert",
        )
    except pl.exceptions.NoDataError:
        return pl.DataFrame()
    except pl.exceptions.PolarsError as error:
        raise BadFile(_("文件不是规范的 CSV：%(why)s") % {"why": str(error).split("\n")[0]}) from error
    return _trimmed(frame)  # separators inside quotes were counted as columns


def decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or GB 18030, by its marks and by what can be read. Raises BadFile."""
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
    return text
