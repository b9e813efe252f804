"""What becomes of each row of a file: nothing new, a new word of a known person, a new person, or nobody's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from django.db import connection

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts, keys
from lifang.blocks.registry.imports.sheet import Said, data_of, rules_of, said
from lifang.blocks.registry.imports.writing import WRITTEN, Load
from lifang.blocks.registry.linkage import joining
from lifang.blocks.registry.models import Import
from lifang.ground.areas.codes import span
from lifang.ground.staging import ahead, stage

Say = Callable[[str, int, int], None]
Block = tuple[pl.DataFrame, pl.DataFrame, int]
AT_ONCE = 2
# Who stands in the system's complete list no more. Rows that could not be taken, or not with their number, still say that
# somebody of the name is on it.
LEFT = """
SELECT r.id, r.person_id FROM registry_record r
WHERE r.system_id = %(system)s AND r.current AND NOT r.gone AND r.area >= %(low)s AND r.area < %(high)s
    AND r.held_from <= %(on)s AND r.name <> ALL(%(names)s)
    AND NOT EXISTS (SELECT 1 FROM registry_present p WHERE p.row_key = r.row_key)
"""
STANDING = """
SELECT i.row, r.id, r.person_id, r.digest, r.held_from FROM registry_incoming i
JOIN registry_record r ON r.system_id = %s AND r.row_key = i.row_key AND r.current AND NOT r.gone
"""
INCOMING = "row bigint, row_key bigint"
# What linkage compares under the name of an element that the file may have or lack.
COMPARED = ("name", "sex", "birth", "number", "phone")


@dataclass
class Sorted:
    """`rows`: row, name, what linkage compares, row_key, digest, area, plain, secret and special facts as they are
    written, `fate` (new, changed, same), `before` (the record that it ends), `person` (null for a new one) and `group`
    (rows of one new person have the same); of rows that a load wrote, `id` and the person `begun` for each instead of facts
    and `before`. `merges`: source and target persons that the file brings together. `unsure`: left and right (rows below 0,
    records above) with their weight. `left`: id and person of the system's records that its complete list names no more.
    """

    rows: pl.DataFrame
    merges: pl.DataFrame
    unsure: pl.DataFrame
    left: pl.DataFrame
    problems: pl.DataFrame
    height: int

    @property
    def counts(self) -> dict[str, int]:
        fates = dict(self.rows.group_by("fate").len().iter_rows())
        fresh = self.rows.filter(pl.col("fate") == "new")
        return {
            "rows": self.height,
            "same": fates.get("same", 0),
            "changed": fates.get("changed", 0),
            "known": fresh.filter(pl.col("person").is_not_null()).height,
            "persons": fresh.filter(pl.col("person").is_null())["group"].n_unique(),
            "refused": self.problems.filter(pl.col("element") == "")["row"].n_unique(),
            "cells": self.problems.filter(pl.col("element") != "").height,
            "merges": self.merges.height,
            "unsure": self.unsure.height,
            "left": self.left.height,
        }


def sorted_out(imported: Import, say: Say, load: Load | None = None, *, looked_at: bool = False) -> Sorted:
    """Must run in a transaction that sees every person. `say` is told of each step, and may raise to end it. `load` writes
    the rows while others are read; of rows that are only looked at, what would be written is not kept. Raises BadFile."""
    rows, problems, height = _read(imported, say, load, looked_at)
    rows, twice = _once(rows)
    problems = pl.concat([problems, twice])
    if load:
        rows = rows.with_columns(person=pl.lit(None, pl.Int64), fate=pl.lit("new"))
    else:
        say("standing", 0, len(rows))
        rows = _with_standing(rows, imported)
    say("linking", 0, len(rows))
    joint = joining.joined(_fresh(rows), alone=bool(load))
    rows = rows.join(joint.placed, on="row", how="left", maintain_order="left")
    rows = rows.with_columns(person=pl.coalesce("person", "known")).drop("known")
    left = _left(rows, problems, imported)
    return Sorted(rows, joint.merges, joint.unsure, left, problems.sort("row", "element"), height)


def _read(imported: Import, say: Say, load: Load | None, looked_at: bool) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """`rows` as `_told` gives them, `problems`, and how many rows hold anything. Some rows are hashed, which one thread does
    at a time, while others are validated, and others written."""
    step = "loading" if load else "reading"
    say(step, 0, imported.whole)
    elements, rules = packs.elements(imported.area), rules_of(imported)

    def read(block: pl.DataFrame) -> Block:
        found = said(block, elements, rules)
        told = _told(found, elements, imported)
        return told.drop(WRITTEN) if looked_at else told, found.problems, found.height

    rows, problems, height = [], [], 0
    for told, wrong, many in _loading(read, imported, load) if load else ahead(read, data_of(imported), AT_ONCE):
        rows.append(told)
        problems.append(wrong)
        height += many
        say(step, height, imported.whole)
    return pl.concat(rows), pl.concat(problems), height


def _loading(read: Callable[[pl.DataFrame], Block], imported: Import, load: Load) -> Iterator[Block]:
    """The blocks of a file, written."""

    def made(given: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[Block, bytes]:
        block, ids = given
        told, wrong, many = read(block)
        kept, text = load.made(told, ids)
        return (kept, wrong, many), text

    for block, text in ahead(made, map(load.reserved, data_of(imported)), AT_ONCE):
        load.write(block[0], text)
        yield block


def _told(found: Said, elements: Mapping[str, Element], imported: Import) -> pl.DataFrame:
    """What each row says, as it is compared and as it is written."""
    compared = found.compared.rename({name: f"{name}_compared" for name in COMPARED})
    rows = found.rows.hstack(compared.drop("id"))
    names = [name for name in found.rows.columns if name != "row"]
    hashes = keys.keys_of(rows.select("typed", number="number_compared", phone="phone_compared"))
    row_keys, areas = _row_keys(rows, imported.system_id), _areas(found.rows, imported.area)
    rows = rows.hstack([*hashes, row_keys.alias("row_key"), areas, *_as_json(rows, names, elements)])
    return rows.drop(set(names) - {"name"}).with_columns(digest=_digests(rows))


def _once(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The last of the rows with one key, and those before it as problems."""
    last = rows.unique("row_key", keep="last", maintain_order=True)
    twice = rows.join(last.select("row"), on="row", how="anti", maintain_order="left")
    return last, twice.select(
        "row", pl.lit("").alias("element"), pl.col("name").alias("value"), pl.lit("twice").alias("wrong")
    )


def _left(rows: pl.DataFrame, problems: pl.DataFrame, imported: Import) -> pl.DataFrame:
    found: list[tuple[int, int]] = []
    if imported.complete:
        below = span(imported.area)
        refused = problems.filter(pl.col("element") == "", pl.col("wrong") != "twice")["value"]
        mistyped = problems.filter(pl.col("element") == "number").join(rows, on="row")["name"]
        names = pl.concat([refused, mistyped]).drop_nulls().unique()
        stage("registry_present", "row_key bigint", rows.select("row_key"))
        with connection.cursor() as cursor:
            cursor.execute(LEFT, {
                "system": imported.system_id, "on": imported.held_on, "low": below.start, "high": below.stop,
                "names": names.to_list(),
            })  # fmt: skip
            found = cursor.fetchall()
    return pl.DataFrame(found, schema={"id": pl.Int64, "person": pl.Int64}, orient="row")


def _as_json(rows: pl.DataFrame, names: list[str], elements: Mapping[str, Element]) -> pl.DataFrame:
    """`plain`, `secret` and `special` facts. A number as it was written is kept where it is no right one: it may still
    tell who somebody is."""
    plain, sealed, special = (facts.apart(names, elements, how) for how in ("plain", "sealed", "special"))
    with_typed = rows.with_columns(typed=pl.when(pl.col("number_compared").is_null()).then("typed"))
    return pl.DataFrame({
        "plain": facts.as_json(rows, plain),
        "secret": facts.as_json(with_typed, [*sealed, "typed"]),
        "special": facts.as_json(rows, special),
    })  # fmt: skip


def _row_keys(rows: pl.DataFrame, system: int) -> pl.Series:
    """What tells the rows of a system apart: the number, else name, birth, telephone and address together."""
    address = pl.col("address") if "address" in rows.columns else pl.lit(None, pl.String)
    other = pl.concat_str(
        "name", pl.col("birth_compared").cast(pl.String), "phone_compared", address, separator="|", ignore_nulls=True
    )
    return keys.digests(rows.select(f"{system}\0" + pl.coalesce("typed", other).fill_null("None")).to_series())


def _digests(rows: pl.DataFrame) -> pl.Series:
    area = pl.col("area").cast(pl.String)
    return keys.digests(
        rows.select(pl.concat_str("name", area, "plain", "secret", "special", separator="\0")).to_series()
    )


def _areas(rows: pl.DataFrame, area: int) -> pl.Series:
    if "place" not in rows.columns:
        return pl.Series("area", [area], pl.Int64).new_from_index(0, len(rows))
    return rows.select(pl.col("place").cast(pl.Int64).fill_null(area).alias("area"))["area"]


def _with_standing(rows: pl.DataFrame, imported: Import) -> pl.DataFrame:
    """`before`, `person` and `fate` of each row, from what the system said of it last."""
    stage("registry_incoming", INCOMING, rows.select("row", "row_key"))
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [imported.system_id])
        standing = pl.DataFrame(
            cursor.fetchall(),
            schema={"row": pl.Int64, "before": pl.Int64, "person": pl.Int64, "said": pl.Int64, "held": pl.Date},
            orient="row",
        ).unique("row")
    rows = rows.join(standing, on="row", how="left", maintain_order="left")
    older = pl.col("held") > imported.held_on
    return rows.with_columns(
        fate=pl.when(pl.col("before").is_null())
        .then(pl.lit("new"))
        .when(older | (pl.col("said") == pl.col("digest")))
        .then(pl.lit("same"))
        .otherwise(pl.lit("changed"))
    ).drop("said", "held")


def _fresh(rows: pl.DataFrame) -> pl.DataFrame:
    """The new rows as linkage compares them."""
    return rows.filter(pl.col("fate") == "new").select(
        "row", pl.col("name_compared").alias("name"), "surname", "given", "sound", pl.col("sex_compared").alias("sex"),
        pl.col("birth_compared").alias("birth"), pl.col("number_compared").alias("number"), "typed",
        pl.col("phone_compared").alias("phone"), "gate", "home", *keys.COLUMNS,
    )  # fmt: skip
