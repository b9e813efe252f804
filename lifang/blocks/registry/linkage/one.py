"""One new record finds its person among all that stand, at once: nobody, one who is clear, or some to look at."""

from typing import Any, NamedTuple

import polars as pl
from django.db import connection

from lifang.blocks.registry import keys
from lifang.blocks.registry.linkage import candidates, explain, weigh

NEW = 0
NUMBERS = """
SELECT DISTINCT r.person_id, r.number_key FROM registry_record r
WHERE r.person_id = ANY(%s) AND r.current AND NOT r.gone AND r.number_key IS NOT NULL
"""
# Candidates of one record need no table of their own.
SOUGHT = f"""
WITH registry_sought AS (
    SELECT %s::text AS name, %s::date AS birth, %s::text AS sound, %s::text AS gate, %s::text AS home,
        %s::bigint AS number_key, %s::bigint AS typed_key, %s::bigint AS number_end_key, %s::bigint AS phone_key,
        %s::bigint AS phone_end_key
), {candidates.FOUND.strip().removeprefix("WITH ")}
"""


class Likely(NamedTuple):
    """A standing person, the record of theirs that is likest, and why; `barred` where both have right, different numbers."""

    person: int
    record: int
    weight: float
    barred: bool
    reasons: list[explain.Reason]


class Found(NamedTuple):
    """`state`: "clear" where the first of `likely` is the person, "unsure" where somebody should look, "nobody" where
    there is none, or only ones who are barred."""

    state: str
    likely: list[Likely]


def persons_of(compared: pl.DataFrame) -> Found:
    """Whose the one record of this frame may be (`comparable`). Needs a transaction and a scope of all places."""
    new = compared.with_columns(id=pl.lit(NEW, pl.Int64), known=pl.lit(None, pl.Int64)).select(candidates.COMPARED)
    standing = _near(new)
    if not len(standing):
        return Found("nobody", [])
    pairs = standing.select(left=pl.lit(NEW, pl.Int64), right="id")
    rows = explain.weighed(pl.concat([new, standing]), pairs).filter(pl.col("weight") >= weigh.UNSURE)
    rows = rows.join(standing.select(right="id", person="known"), on="right").sort("weight", "right", descending=True)
    rows = rows.unique("person", keep="first", maintain_order=True)
    likely = _likely(rows.to_dicts(), _others(rows["person"].to_list(), new["number"][0]))
    open_ = [one for one in likely if not one.barred]
    clear = [one for one in open_ if one.weight >= weigh.CLEAR]
    return Found("clear" if len(clear) == 1 else "unsure" if open_ else "nobody", likely)


def _near(new: pl.DataFrame) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(SOUGHT, new.hstack(keys.keys_of(new)).select(candidates.SOUGHT).row(0))
        rows = cursor.fetchall()
    return candidates.opened(pl.DataFrame(rows, schema=candidates.READ, orient="row"))


def _likely(rows: list[dict[str, Any]], barred: set[int]) -> list[Likely]:
    found = [
        Likely(row["person"], row["right"], row["weight"], row["person"] in barred, explain.reasons(row))
        for row in rows
    ]
    return sorted(found, key=lambda one: one.barred)


def _others(persons: list[int], number: str | None) -> set[int]:
    """Those of these persons who have a right number, and not this one."""
    if number is None or not persons:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [persons])
        rows = cursor.fetchall()
    wanted = keys.hashed(keys.Kind.NUMBER, number)
    return {person for person, _hash in rows} - {person for person, hash_ in rows if hash_ == wanted}
