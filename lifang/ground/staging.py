"""Frames of many rows on their way into tables under row-level security, which COPY does not enter."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from django.db import connection

BLOCK = 20_000
Made = Callable[[pl.DataFrame], pl.DataFrame]


def stage(table: str, columns: str, frame: pl.DataFrame, *, made: Made | None = None, joined: bool = True) -> None:
    """Write the frame into a temporary table of these columns («row bigint, name text»), in their order. `made` gives them
    of a block of its rows, where they are not the frame's own.

    Must run in a transaction, with which the table ends; a second call replaces what the first wrote. The planner is told
    of a table that is to be `joined`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            for text in _written(frame, made):
                copy.write(text)
        if joined:
            cursor.execute(f"ANALYZE {table}")


def _written(frame: pl.DataFrame, made: Made | None) -> Iterator[bytes]:
    """Blocks of the frame as CSV, each made while PostgreSQL reads the one before it."""

    def text(block: pl.DataFrame) -> bytes:
        rows = made(block) if made else block
        return rows.write_csv(include_header=False, quote_style="non_numeric").encode()

    blocks = frame.iter_slices(BLOCK)
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(text, next(blocks, frame))
        for block in blocks:
            following = beside.submit(text, block)
            yield coming.result()
            coming = following
        yield coming.result()
