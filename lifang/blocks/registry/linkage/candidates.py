"""Records that stand already and may be of the same persons as new ones: found by what linkage blocks on, and with them
all others of their persons, for a number on one of these may speak against it."""

import polars as pl
from django.db import connection

from lifang.blocks.registry import facts, keys
from lifang.ground.staging import stage

COMPARED = (
    "id", "known", "name", "surname", "given", "sound", "sex", "birth", "number", "typed", "phone", "gate", "home",
)  # fmt: skip
STAGED = (
    "name text, birth date, sound text, gate text, home text, number_key bigint, typed_key bigint, number_end_key bigint,"
    " phone_key bigint, phone_end_key bigint"
)
FOUND = """
WITH near AS (
    SELECT r.person_id FROM registry_sought s JOIN registry_record r ON r.birth = s.birth AND r.sound = s.sound
        WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r ON r.gate = s.gate AND r.sound = s.sound
        WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r ON r.gate = s.gate AND r.birth = s.birth
        WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r
        ON r.home = s.home AND left(r.name, 1) = left(s.name, 1) WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r
        ON r.number_end_key = s.number_end_key AND r.number_key = s.number_key WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r ON r.typed_key = s.typed_key
        WHERE r.current AND NOT r.gone
    UNION SELECT r.person_id FROM registry_sought s JOIN registry_record r
        ON r.phone_end_key = s.phone_end_key AND r.phone_key = s.phone_key WHERE r.current AND NOT r.gone
)
SELECT r.id, r.person_id, r.name, r.sound, r.sex, r.birth, r.gate, r.home, r.sealed
FROM near JOIN registry_record r USING (person_id) WHERE r.current AND NOT r.gone
"""
READ = {
    "id": pl.Int64, "known": pl.Int64, "name": pl.String, "sound": pl.String, "sex": pl.String, "birth": pl.Date,
    "gate": pl.String, "home": pl.String, "sealed": pl.Binary,
}  # fmt: skip
SOUGHT = ("name", "birth", "sound", "gate", "home", *keys.COLUMNS)


def of(sought: pl.DataFrame) -> pl.DataFrame:
    """Standing records near those of a frame with SOUGHT, with the columns of COMPARED; `known` is their person.

    Needs a transaction and a scope of all places.
    """
    stage("registry_sought", STAGED, sought.select(SOUGHT))
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        rows = cursor.fetchall()
    return opened(pl.DataFrame(rows, schema=READ, orient="row"))


def opened(records: pl.DataFrame) -> pl.DataFrame:
    """Records as they stand in the table (READ) as linkage compares them (COMPARED)."""
    secrets = [facts.opened(text) for text in records["sealed"].to_list()]
    column = {
        name: pl.Series(name, [secret.get(name) for secret in secrets], pl.String)
        for name in ("number", "typed", "phone")
    }
    name = pl.col("name").str.replace_all(r"[·•.\s]", "")
    records = records.with_columns(**column).with_columns(
        typed=pl.coalesce("typed", "number"),
        phone=pl.col("phone").str.extract(r"(1\d{10})$"),
        name=name, surname=name.str.slice(0, 1), given=name.str.slice(1),
    )  # fmt: skip
    return records.select(COMPARED)
