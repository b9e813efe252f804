"""A sorted file becomes records, whole, in one transaction; and goes again, whole."""

from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts, standing
from lifang.blocks.registry.imports import first, writing
from lifang.blocks.registry.imports.sorting import Say, Sorted
from lifang.blocks.registry.imports.writing import Load, reserve
from lifang.blocks.registry.models import Import, Move
from lifang.blocks.registry.placing import move_on
from lifang.ground.access.models import User
from lifang.ground.staging import stage

SHORT, SECRET = 5, "***"
MANY = 5000
END_BEFORE = """
UPDATE registry_record r SET current = false, known_until = CASE WHEN r.held_from = %(on)s THEN %(now)s::timestamptz END
FROM registry_ending e WHERE e.id = r.id
"""
LEAVE = """
INSERT INTO registry_record (person_id, system_id, imported_id, row_key, digest, held_from, known_from, current, gone,
    area, name, sex, birth, sound, gate, home, facts, sealed)
SELECT person_id, system_id, %(import)s, row_key, 0, %(on)s, %(now)s, true, true, area, name, sex, birth, sound, gate,
    home, '{}', '' FROM registry_record r JOIN registry_left l ON l.id = r.id
"""


def take(imported: Import, found: Sorted, say: Say, load: Load | None = None) -> None:
    """Write all that is new or changed, house by house, for neighbours stand together in several indexes; `load` has written
    it already. Must run in the transaction in which `found` was sorted out."""
    given = writing.given(imported)
    if load:
        say("filling", 0, len(found.rows))
        coming = load.settled(found.rows).with_columns(fresh=pl.lit(value=True))
    else:
        coming = _with_ids(found.rows.filter(pl.col("fate") != "same").sort("gate", "home"))
        _write(coming, given, say)
    if len(coming) > MANY:
        _count_anew()
    left = _leave(found.left, given)
    moved = _merge(found.merges, imported)
    _write_unsure(found.unsure, coming)
    say("persons", 0, len(coming))
    standing.refresh([*_of_several(coming), *moved, *left], imported.area)
    alone = coming.filter(_begun_alone())
    stage("registry_alone", "person bigint", alone.select("person"))
    with standing.without_loops(len(alone)):
        move_on("SELECT person FROM registry_alone", alone.select("area", pl.col("home").is_not_null()).unique().rows())
    write_problems(imported, found.problems)


def _begun_alone() -> pl.Expr:
    """Whether a record is the only one of a new person."""
    return pl.col("fresh") & (pl.len().over("person") == 1)


def _of_several(coming: pl.DataFrame) -> list[int]:
    """Persons whose row does not already say what their one record says."""
    several = coming.filter(~_begun_alone())
    return several["person"].unique().to_list()


def _with_ids(coming: pl.DataFrame) -> pl.DataFrame:
    """`id` of each new record, and `person` where that is new too: one for each group, which its first record `begins`."""
    ids = reserve("registry_record", len(coming))
    coming = coming.with_columns(ids.alias("id"))
    fresh = coming.filter(pl.col("person").is_null()).select(pl.col("group").unique(maintain_order=True))
    fresh = fresh.with_columns(reserve("registry_person", len(fresh)).alias("begun"))
    coming = coming.join(fresh, on="group", how="left", maintain_order="left")
    coming = coming.with_columns(fresh=pl.col("person").is_null(), person=pl.coalesce("person", "begun"))
    return coming.with_columns(begins=pl.col("fresh") & pl.col("person").is_first_distinct())


def _write(coming: pl.DataFrame, given: dict[str, Any], say: Say) -> None:
    first_load = first.shelved(len(coming))
    step = "filling" if first_load else "writing"
    say(step, 0, len(coming))
    for done in writing.written(coming, given):
        say(step, done, len(coming))
    if first_load:
        first.build()
    with connection.cursor() as cursor:
        stage("registry_ending", "id bigint", coming.select("before").drop_nulls())
        cursor.execute(END_BEFORE, given)


def _count_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_count_anew()")


def _leave(left: pl.DataFrame, given: dict[str, Any]) -> list[int]:
    """Rows of the system that its complete list no longer names are gone from its day on."""
    if not len(left):
        return []
    stage("registry_left", "id bigint", left.select("id"))
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, given)
        stage("registry_ending", "id bigint", left.select("id"))
        cursor.execute(END_BEFORE, given)
    return left["person"].to_list()


def _merge(merges: pl.DataFrame, imported: Import) -> list[int]:
    touched = []
    for source, target in merges.select("source", "target").iter_rows():
        standing.move(source=source, target=target, imported=imported, by=imported.by, reason="")
        touched += [source, target]
    return touched


def _write_unsure(unsure: pl.DataFrame, coming: pl.DataFrame) -> None:
    ids = coming.select((-pl.col("row")).alias("row"), "id")
    for side in ("left", "right"):
        unsure = unsure.join(ids.rename({"row": side, "id": f"{side}_id"}), on=side, how="left")
        unsure = unsure.with_columns(pl.coalesce(f"{side}_id", side).alias(side)).drop(f"{side}_id")
    unsure = unsure.select(
        pl.min_horizontal("left", "right").alias("one"), pl.max_horizontal("left", "right").alias("other"), "weight"
    )
    stage("registry_unsure", "one bigint, other bigint, weight float8", unsure)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_pair (left_id, right_id, area, weight, state, reason) SELECT u.one, u.other, r.area,"
            " u.weight, 'unsure', '' FROM registry_unsure u JOIN registry_record r ON r.id = u.other"
            " ON CONFLICT (left_id, right_id) DO NOTHING"
        )


def write_problems(imported: Import, problems: pl.DataFrame) -> None:
    """Keep what could not be taken, masked: the first and the last two characters are enough to find a cell again.
    Nothing is shown of what is specially protected."""
    value = pl.col("value").fill_null("")
    hidden = pl.concat_str(
        value.str.slice(0, 2),
        pl.lit("*").repeat_by((value.str.len_chars() - 4).clip(1, 12)).list.join(""),
        value.str.slice(-2),
    )
    elements, short = packs.elements(imported.area), value.str.len_chars() < SHORT
    special, sealed = (facts.apart(elements, elements, how) for how in ("special", "sealed"))
    secret = pl.col("element").is_in(special) | (pl.col("element").is_in(sealed) & short)
    shown = pl.when(secret).then(pl.lit(SECRET)).when(short).then(value).otherwise(hidden)
    stage(
        "registry_problems",
        "row int, element text, value text, wrong text",
        problems.select("row", "element", shown, "wrong"),
    )
    imported.problems.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_problem (imported_id, row, element, value, wrong)"
            " SELECT %s, row, element, coalesce(value, ''), wrong FROM registry_problems",
            [imported.pk],
        )


def undo(imported: Import, by: User) -> None:
    """Take back what the import brought: its records are believed no more, those that they ended stand again."""
    now, touched = timezone.now(), []
    for move in Move.objects.filter(imported=imported, undoes=None, undone_by=None).order_by("-pk"):
        standing.move_back(move=move, by=by, reason="")
        touched += [move.source_id, move.target_id]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_record SET current = false, known_until = %s WHERE imported_id = %s AND known_until IS NULL"
            " RETURNING person_id",
            [now, imported.pk],
        )
        touched += [row[0] for row in cursor.fetchall()]
        cursor.execute(
            """
            UPDATE registry_record r SET current = true, known_until = NULL FROM (
                SELECT DISTINCT ON (b.system_id, b.row_key) b.id FROM registry_record b
                JOIN registry_import i ON i.id = b.imported_id AND i.state = 'taken'
                WHERE (b.system_id, b.row_key) IN
                    (SELECT system_id, row_key FROM registry_record WHERE imported_id = %(import)s)
                    AND b.imported_id <> %(import)s
                ORDER BY b.system_id, b.row_key, b.known_from DESC
            ) before WHERE before.id = r.id
            """,
            {"import": imported.pk},
        )
        cursor.execute(
            "DELETE FROM registry_pair WHERE state = 'unsure' AND (left_id IN (SELECT id FROM registry_record WHERE"
            " imported_id = %(import)s) OR right_id IN (SELECT id FROM registry_record WHERE imported_id = %(import)s))",
            {"import": imported.pk},
        )
    standing.refresh(touched, imported.area)
