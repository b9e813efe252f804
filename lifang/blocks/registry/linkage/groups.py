"""From weighed pairs to persons: the strongest pairs join first, and two right identity numbers never meet."""

import numpy as np
import numpy.typing as npt
import polars as pl

Ids = npt.NDArray[np.int64]


def persons(records: pl.DataFrame, pairs: pl.DataFrame, least: float) -> pl.DataFrame:
    """`id` and `person`, the lowest id of its group, for every record.

    `records` has id and number, and may have `known`: the person that a record already belongs to, null for a new one;
    records of one known person stay together. Of `pairs` those from the weight `least` on join.
    """
    rows = records.sort("id").with_row_index("at").cast({"at": pl.Int64})
    known = rows["known"] if "known" in rows.columns else pl.Series("known", [None] * len(rows), pl.Int64)
    standing = rows.select("at", known.alias("known")).drop_nulls()
    first = standing.group_by("known").agg(pl.col("at").min().alias("first"))
    bound = standing.join(first, on="known").filter(pl.col("at") != pl.col("first"))
    clear = pairs.filter(pl.col("weight") >= least)
    for side in ("left", "right"):
        clear = clear.join(rows.select(pl.col("id").alias(side), pl.col("at").alias(f"{side}_at")), on=side)
    group = grouped(
        records=len(rows),
        numbers=rows["number"].rank("dense").cast(pl.Int64).fill_null(-1).to_numpy(),
        left=np.concatenate([bound["first"].to_numpy(), clear["left_at"].to_numpy()]),
        right=np.concatenate([bound["at"].to_numpy(), clear["right_at"].to_numpy()]),
        weight=np.concatenate([np.full(len(bound), np.inf), clear["weight"].to_numpy()]),
    )
    return rows.select("id").with_columns(person=rows["id"].gather(group))


def grouped(*, records: int, numbers: Ids, left: Ids, right: Ids, weight: npt.NDArray[np.float64]) -> Ids:
    """The group of each record, named by the lowest record in it.

    Records are counted from 0. `numbers` gives each record's identity number as any integer, -1 where it has none that
    is right. Pairs that would bring two numbers into one group are left apart, except those of infinite weight.
    """
    parent = list(range(records))
    number = numbers.tolist()

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    order = np.lexsort((right, left, -weight))
    bound = np.isposinf(weight[order]).tolist()
    for one, other, certain in zip(left[order].tolist(), right[order].tolist(), bound, strict=True):
        one, other = root(one), root(other)
        apart = number[one] >= 0 and number[other] >= 0 and number[one] != number[other]
        if one == other or (apart and not certain):
            continue
        first, second = min(one, other), max(one, other)
        parent[second] = first
        number[first] = max(number[first], number[second])
    return np.fromiter((root(one) for one in range(records)), np.int64, records)
