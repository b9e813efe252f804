"""Workbooks, a sheet of many rows in pieces: read at once, a million rows take gigabytes."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree

import fastexcel
import polars as pl

# Of a sheet's XML that is read at once; each piece costs a reading of the words that the sheets share.
PIECE: Final = 96 * 2**20
READ: Final = 2**20
_DATA: Final = re.compile(rb"<(\w+:)?sheetData>")
_NUMBER: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_FIRST: Final = re.compile(rb'<(?:\w+:)?c r="A\d')
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def pieces(content: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """The name of each sheet and its rows as text, in one frame or in several that stand one below the other."""
    reader = fastexcel.read_excel(content)
    names = reader.sheet_names
    long = _long(content) if content.startswith(b"PK") else {}
    if long:
        del reader
    for name in names:
        if name in long:
            yield from ((name, rows) for rows in _in_pieces(content, long[name], name))
        else:
            yield name, _rows(fastexcel.read_excel(content) if long else reader, name, 0)


def _rows(reader: fastexcel.ExcelReader, name: str, skipped: int | None) -> pl.DataFrame:
    return reader.load_sheet(name, header_row=None, skip_rows=skipped, dtypes="string").to_polars()


def _long(content: bytes) -> dict[str, str]:
    """The sheets that are longer than a piece, and where they lie in the packed file."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sizes = {entry.filename: entry.file_size for entry in packed.infolist()}
        if max(sizes.values(), default=0) <= PIECE:
            return {}
        book, links = (
            ElementTree.fromstring(packed.read(part)).iter()
            for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        )
        at = {link.get("Id"): link.get("Target", "").removeprefix("/xl/") for link in links}
        lies = {one.get("name", ""): f"xl/{at[one.get(_ID)]}" for one in book if one.get(_ID) in at}
        return {name: path for name, path in lies.items() if sizes.get(path, 0) > PIECE and _splits(packed, path)}


def _splits(packed: zipfile.ZipFile, path: str) -> bool:
    """Whether its cells can be told apart by their first column, as in any sheet that a program wrote."""
    with packed.open(path) as part:
        top = part.read(READ)
    return bool(_DATA.search(top) and _FIRST.search(top))


def _in_pieces(content: bytes, path: str, name: str) -> Iterator[pl.DataFrame]:
    height = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open(path) as part:
        rest = _without_sheets(packed)
        text = bytearray(part.read(READ))
        begun = _DATA.search(text)
        assert begun
        prefix, head = begun[1] or b"", bytes(text[: begun.end()])
        del text[: begun.end()]
        end, ending = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData>"
        tail = ending + b"</" + prefix + b"worksheet>"
        more = True
        while more:
            more = bool(read := part.read(READ))
            text += read
            if more and (len(text) < PIECE or end not in read):
                continue
            cut = text.rfind(end) + len(end) if more else text.rfind(ending)
            anchor, before = _anchor(text, prefix) if height else (b"", 0)
            with memoryview(text) as whole, whole[:cut] as rows:
                book = _book(rest, path, (head, anchor, rows, tail))
            del text[:cut]
            frame = _rows(fastexcel.read_excel(book), name, None if height else 0)
            del book
            if anchor:
                frame = frame.slice(1)
            if before > height:
                yield frame.clear(before - height)
            yield frame
            height = max(height, before) + frame.height


def _anchor(text: bytearray, prefix: bytes) -> tuple[bytes, int]:
    """A row above the piece whose first cell is filled, so that its columns are counted from there; and its number."""
    found = _NUMBER.search(text, 0, READ)
    before = int(found[1]) - 1 if found else 0
    row, cell = (b' r="%d"' % before, b' r="A%d"' % before) if found else (b"", b"")
    inner = b'<%bc%b t="str"><%bv>-</%bv></%bc>' % (prefix, cell, prefix, prefix, prefix)
    return b"<%brow%b>%b</%brow>" % (prefix, row, inner, prefix), before


def _without_sheets(packed: zipfile.ZipFile) -> bytes:
    """The workbook with what its sheets share alone."""
    rest = io.BytesIO()
    with zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for entry in packed.infolist():
            if not entry.filename.startswith(("xl/worksheets/", "xl/media/")):
                with packed.open(entry) as old, book.open(entry.filename, "w") as new:
                    shutil.copyfileobj(old, new, READ)
    return rest.getvalue()


def _book(rest: bytes, path: str, sheet: Iterable[bytes | memoryview]) -> bytes:
    packed = io.BytesIO(rest)
    with zipfile.ZipFile(packed, "a") as book, book.open(path, "w") as part:
        for text in sheet:
            part.write(text)
    return packed.getvalue()
