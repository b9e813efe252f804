"""Frames of many rows on their way into tables under row-level security, which COPY does not enter."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from django.db import connection

BLOCK = 20_000
Made = Callable[[pl.DataFrame], pl.DataFrame]


def stage(table: str, columns: str, frame: pl.DataFrame) -> None:
    """Write the frame into a temporary table of these columns («row bigint, name text»), in their order.

    Must run in a transaction, with which the table ends; a second call replaces what the first wrote.
    """
    _begin(table, columns)
    _copy(table, map(_text, frame.iter_slices(BLOCK)))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def staged(table: str, columns: str, frame: pl.DataFrame, made: Made) -> Iterator[int]:
    """The same block by block, as `made` gives them: the table holds one at a time, and the next is made meanwhile.
    Tells how many rows of the frame have been in it."""
    _begin(table, columns)
    for at, text in enumerate(_ahead(frame, made), 1):
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
        _copy(table, [text])
        yield min(at * BLOCK, len(frame))


def _begin(table: str, columns: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")


def _copy(table: str, texts: Iterable[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for text in texts:
            copy.write(text)


def _ahead(frame: pl.DataFrame, made: Made) -> Iterator[bytes]:
    blocks = frame.iter_slices(BLOCK)
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(lambda block: _text(made(block)), next(blocks, frame))
        for block in blocks:
            following = beside.submit(lambda block: _text(made(block)), block)
            yield coming.result()
            coming = following
        yield coming.result()


def _text(rows: pl.DataFrame) -> bytes:
    return rows.write_csv(include_header=False, quote_style="non_numeric").encode()
