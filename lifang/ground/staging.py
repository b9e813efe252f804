"""Frames of many rows on their way into tables under row-level security, which COPY does not enter."""

import polars as pl
from django.db import connection

BLOCK = 100_000


def stage(table: str, columns: str, frame: pl.DataFrame, *, joined: bool = True) -> None:
    """Write the frame into a temporary table of these columns («row bigint, name text»), in their order.

    Must run in a transaction, with which the table ends; a second call replaces what the first wrote. The planner is told
    of a table that is to be `joined`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            for block in frame.iter_slices(BLOCK):
                copy.write(block.write_csv(include_header=False, quote_style="non_numeric").encode())
        if joined:
            cursor.execute(f"ANALYZE {table}")
