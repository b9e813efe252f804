"""Rows of a file written as records: from a table of their own, block by block, while the next block is made ready."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from django.utils import timezone

from lifang.blocks.registry import facts, keys
from lifang.blocks.registry.imports import first
from lifang.blocks.registry.models import Import
from lifang.ground import staging

INITIAL, LONGEST_INITIALS = r"(\w)\w* ?", 30
COMING = "registry_coming"
RECORDS = (
    "id bigint, person_id bigint, begins boolean, row int, row_key bigint, digest bigint, area bigint, name text, sex text, birth date,"
    " sound text, initials text, gate text, home text, facts jsonb, sealed bytea, special bytea,"
    f" {', '.join(f'{key} bigint' for key in keys.COLUMNS)}"
)
ADD_PERSONS = """
INSERT INTO registry_person (id, area, name, sex, birth, initials, died_on, home, records)
SELECT person_id, area, name, CASE sex WHEN '男' THEN '1' WHEN '女' THEN '2' ELSE '' END, birth,
    coalesce(initials, ''), (facts ->> 'died_on')::date, home, 1
FROM registry_coming WHERE begins
"""
KEYS = ", ".join(keys.COLUMNS)
ADD_RECORDS = f"""
INSERT INTO registry_record (id, person_id, system_id, imported_id, row, row_key, digest, held_from, known_from, current,
    gone, area, name, sex, birth, sound, gate, home, facts, sealed, {KEYS})
SELECT id, person_id, %(system)s, %(import)s, row, row_key, digest, %(on)s, %(now)s, true, false, area, name, sex, birth,
    sound, gate, home, facts, sealed, {KEYS} FROM registry_coming
"""
ADD_SPECIAL = "INSERT INTO registry_special SELECT id, special FROM registry_coming WHERE special <> ''"
RESERVE = """
SELECT coalesce(string_agg(int8send(nextval(%s::regclass)), ''), '') FROM generate_series(1, %s)
"""
MOVED = "UPDATE registry_record r SET person_id = m.person FROM registry_moved m WHERE r.id = m.id"
TWICE = (
    "DELETE FROM registry_special s USING registry_twice t WHERE s.record_id = t.id",
    "DELETE FROM registry_record r USING registry_twice t WHERE r.id = t.id",
)
EMPTY = "DELETE FROM registry_person p USING registry_empty e WHERE p.id = e.person"
# What is only written, and not asked for after that.
WRITTEN = ("plain", "secret", "special")


def given(imported: Import) -> dict[str, Any]:
    return {"system": imported.system_id, "import": imported.pk, "on": imported.held_on, "now": timezone.now()}


def reserve(table: str, count: int) -> pl.Series:
    """As many new ids, in one piece of bytes: a million rows of one number take longer on their way than in the making."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [f"{table}_id_seq", count])
        return pl.Series(np.frombuffer(cursor.fetchone()[0], ">i8").astype(np.int64))


def written(coming: pl.DataFrame, given: dict[str, Any]) -> Iterator[int]:
    """Tells how many of the rows are written, block by block."""
    for done in staging.staged(COMING, RECORDS, coming, _as_written):
        _add(given)
        yield done


def _add(given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD_PERSONS)
        cursor.execute(ADD_RECORDS, given)
        cursor.execute(ADD_SPECIAL)


def _as_written(coming: pl.DataFrame) -> pl.DataFrame:
    return coming.select(
        "id", "person", "begins", "row", "row_key", "digest", "area", "name", "sex_compared", "birth_compared", "sound",
        pl.col("sound").str.replace_all(INITIAL, "$1").str.slice(0, LONGEST_INITIALS).alias("initials"), "gate", "home",
        "plain", facts.sealed(coming["secret"], facts.SEALED), facts.sealed(coming["special"], facts.SPECIAL),
        *keys.COLUMNS,
    )  # fmt: skip


class Load:
    """The first file of an empty register, written while it is read: nobody stands whom its rows could be, so that each
    begins a person, and only those who turn out to be one with another are told so afterwards.
    """

    def __init__(self, imported: Import) -> None:
        self.given = given(imported)
        self.ids: list[pl.DataFrame] = []
        staging.begin(COMING, RECORDS)

    def reserved(self, block: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A block, and as many ids of records and persons."""
        count = len(block)
        ids = pl.DataFrame({"id": reserve("registry_record", count), "begun": reserve("registry_person", count)})
        return block, ids

    def made(self, told: pl.DataFrame, ids: pl.DataFrame) -> tuple[pl.DataFrame, bytes]:
        """What is kept of rows that are written, and how they are. May run beside `write`."""
        rows = told.hstack(ids.head(len(told)))
        text = staging.text(_as_written(rows.with_columns(person="begun", begins=pl.lit(value=True))))
        return rows.drop(WRITTEN), text

    def write(self, rows: pl.DataFrame, text: bytes) -> None:
        staging.refill(COMING, text)
        _add(self.given)
        self.ids.append(rows.select("id", "begun"))

    def settled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with the `person` of each, who is its group's first, told to the register as well; what was written of
        other rows goes again. The indexes stand before: one over rows that the same transaction changed is not used in it,
        and of each person who goes PostgreSQL asks whether somebody was merged into it."""
        first.build()
        rows = rows.with_columns(person=pl.col("begun").first().over("group"))
        written = pl.concat(self.ids)
        twice = written.join(rows.select("id"), on="id", how="anti")
        moved = rows.filter(pl.col("begun") != pl.col("person"))
        staging.stage("registry_moved", "id bigint, person bigint", moved.select("id", "person"))
        staging.stage("registry_twice", "id bigint", twice.select("id"))
        empty = pl.concat([moved, twice], how="diagonal").select(person="begun")
        staging.stage("registry_empty", "person bigint", empty)
        with connection.cursor() as cursor:
            for statement in (MOVED, *TWICE, EMPTY):
                cursor.execute(statement)
        return rows.drop("begun")


def load(imported: Import) -> Load | None:
    """None where somebody stands already, or too few come. Whoever reads persons waits from here."""
    return Load(imported) if first.shelved(imported.whole, 0) else None
