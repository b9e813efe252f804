"""New records find their persons: those who stand already, or new ones that several of them share."""

from typing import NamedTuple

import polars as pl
from django.db import connection

from lifang.blocks.registry.linkage import candidates, groups, weigh

PAIRS = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64}
JUDGED = """
SELECT least(l.person_id, r.person_id), greatest(l.person_id, r.person_id) FROM registry_pair p
JOIN registry_record l ON l.id = p.left_id JOIN registry_record r ON r.id = p.right_id
WHERE p.state = ANY(%(states)s) AND l.person_id <> r.person_id
    AND (l.person_id = ANY(%(persons)s) OR r.person_id = ANY(%(persons)s))
"""


class Joined(NamedTuple):
    """`placed`: row, `known` (the person it belongs to, null for a new one) and `group` (equal for one new person).
    `merges`: source and target of standing persons that turned out to be one. `unsure`: left and right (a new record's
    row below 0, a standing record's id above) and weight.
    """

    placed: pl.DataFrame
    merges: pl.DataFrame
    unsure: pl.DataFrame


def joined(fresh: pl.DataFrame, *, alone: bool = False) -> Joined:
    """`fresh`: row, what linkage compares and its keys; `alone` where no other records are known. Needs a transaction and a
    scope of all places."""
    compared = fresh.select(
        (-pl.col("row")).alias("id"), pl.lit(None, pl.Int64).alias("known"), *candidates.COMPARED[2:]
    )
    records = pl.concat([compared, candidates.of(fresh)]) if len(compared) and not alone else compared
    pairs = weigh.weighed(records, weigh.given()) if len(records) > 1 else pl.DataFrame(schema=PAIRS)
    pairs = pairs.filter((pl.col("left") < 0) | (pl.col("right") < 0))
    grouped = groups.persons(records, pairs, weigh.CLEAR).join(records.select("id", "known"), on="id")
    grouped = _unless_judged(grouped, pairs)
    merges = grouped.filter(pl.col("known") != pl.col("target")).select(source="known", target="target").unique()
    placed = grouped.filter(pl.col("id") < 0).select(
        (-pl.col("id")).alias("row"), pl.col("target").alias("known"), pl.col("person").alias("group")
    )
    return Joined(placed, merges, _unsure(pairs, grouped, records))


def _unless_judged(grouped: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """`target`, the standing person of each record's group. Persons whom somebody judged to be two stay two: then a new
    record goes to that of them whose record is likest."""
    grouped = grouped.with_columns(target=pl.col("known").min().over("person"))
    several = grouped.filter(pl.col("known").n_unique().over("person") > 1).drop_nulls("known")
    judged = _judged(several["known"].unique().to_list(), "apart")
    of = several.select("person", "known").unique()
    both = judged.join(of, left_on="one", right_on="known").join(
        of, left_on=["other", "person"], right_on=["known", "person"]
    )
    if not len(both):
        return grouped
    known = grouped.select("id", "known").drop_nulls()
    likest = (
        pl.concat([pairs, pairs.select(left="right", right="left", weight="weight")])
        .join(known, left_on="right", right_on="id")
        .sort("weight", descending=True)
        .unique("left", keep="first", maintain_order=True)
        .select(id="left", likest="known")
    )
    grouped = grouped.join(likest, on="id", how="left", maintain_order="left")
    kept_apart = pl.col("person").is_in(both["person"].unique().implode())
    own = pl.coalesce("known", "likest", "target")
    return grouped.with_columns(target=pl.when(kept_apart).then(own).otherwise("target")).drop("likest")


def _judged(persons: list[int], *states: str) -> pl.DataFrame:
    """`one` and `other`, the lower first: persons between whose records a pair is in one of these states."""
    rows = []
    if persons:
        with connection.cursor() as cursor:
            cursor.execute(JUDGED, {"persons": persons, "states": list(states)})
            rows = cursor.fetchall()
    return pl.DataFrame(rows, schema={"one": pl.Int64, "other": pl.Int64}, orient="row")


def _unsure(pairs: pl.DataFrame, grouped: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The weightiest pair between each two groups that stayed apart, unless these two were judged or wait for it. Clear pairs
    stay apart where both have right numbers: a question only of people of one name and birth, else they are twins."""
    of = grouped.join(records.select("id", "name", "birth"), on="id").select(
        "id", "target", "name", "birth", group="person"
    )
    pairs = pairs.join(of, left_on="left", right_on="id").join(of, left_on="right", right_on="id", suffix="_right")
    alike = (pl.col("name") == pl.col("name_right")) & (pl.col("birth") == pl.col("birth_right"))
    pairs = pairs.filter(
        pl.col("group") != pl.col("group_right"), (pl.col("weight") < weigh.CLEAR) | alike
    ).with_columns(
        one=pl.min_horizontal("group", "group_right"), other=pl.max_horizontal("group", "group_right"),
        first=pl.min_horizontal("target", "target_right"), second=pl.max_horizontal("target", "target_right"),
    )  # fmt: skip
    standing = pl.concat([pairs["first"], pairs["second"]]).drop_nulls().unique().to_list()
    pairs = pairs.join(
        _judged(standing, "apart", "unsure"), left_on=["first", "second"], right_on=["one", "other"], how="anti"
    )
    return (
        pairs.sort("weight", descending=True)
        .unique(["one", "other"], keep="first", maintain_order=True)
        .select("left", "right", "weight")
    )
