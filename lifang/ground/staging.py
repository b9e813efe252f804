"""Frames of many rows on their way into tables under row-level security, which COPY does not enter."""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl
from django.db import connection

BLOCK = 10_000
Made = Callable[[pl.DataFrame], pl.DataFrame]
Given = TypeVar("Given")
Result = TypeVar("Result")


def stage(table: str, columns: str, frame: pl.DataFrame) -> None:
    """Write the frame into a temporary table of these columns («row bigint, name text»), in their order.

    Must run in a transaction, with which the table ends; a second call replaces what the first wrote.
    """
    begin(table, columns)
    _copy(table, map(text, frame.iter_slices(BLOCK)))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def staged(table: str, columns: str, frame: pl.DataFrame, made: Made) -> Iterator[int]:
    """The same block by block, as `made` gives them: the table holds one at a time, and the next is made meanwhile.
    Tells how many rows of the frame have been in it."""
    begin(table, columns)
    for at, made_of in enumerate(ahead(lambda block: text(made(block)), list(frame.iter_slices(BLOCK)) or [frame]), 1):
        refill(table, made_of)
        yield min(at * BLOCK, len(frame))


def begin(table: str, columns: str) -> None:
    """An empty temporary table of these columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")


def refill(table: str, rows: bytes) -> None:
    """Put `text` of other rows into it."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
    _copy(table, [rows])


def _copy(table: str, texts: Iterable[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for rows in texts:
            copy.write(rows)


def ahead(make: Callable[[Given], Result], given: Iterable[Given], at_once: int = 1) -> Iterator[Result]:
    """What is made of each, in order; the next ones are made while one is used."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        for one in given:
            waiting.append(pool.submit(make, one))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def text(rows: pl.DataFrame) -> bytes:
    """Rows as COPY reads them."""
    written = io.BytesIO()
    rows.write_csv(written, include_header=False, quote_style="non_numeric")
    return written.getvalue()
