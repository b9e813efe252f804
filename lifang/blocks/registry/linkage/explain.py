"""Why two records are taken for one person's or not: what each comparison found, and its weight in bits.

The model and the weights of `weigh`, made into one statement for DuckDB: Splink takes a second to begin, a clerk does not
wait for it. How common a name is stays out, as it does in `weigh` where records are few.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.linkage import weigh

COMPARED = ("name", "surname", "given", "sound", "sex", "birth", "number", "typed", "phone", "gate", "home")
TITLES: Mapping[str, str | Promise] = {
    "name": _("姓名"),
    "birth": _("出生日期"),
    "number": _("身份证号"),
    "household": _("电话和住处"),
    "sex": _("性别"),
}
WORDS: Mapping[tuple[str, str], str | Promise] = {
    ("name", "unknown"): _("有一方没写姓名"),
    ("name", "same"): _("姓名相同"),
    ("name", "same sound"): _("读音相同，字不同"),
    ("name", "one character differs"): _("同姓，名字差一个字"),
    ("name", "same surname"): _("只有姓相同"),
    ("name", "other"): _("姓名不同"),
    ("birth", "unknown"): _("有一方没写出生日期"),
    ("birth", "same day"): _("同一天出生"),
    ("birth", "same year, one on 1 January"): _("同一年，有一方写的是 1 月 1 日"),
    ("birth", "a month apart, as in the old calendar"): _("相差一个来月，像是农历和公历之差"),
    ("birth", "one part differs"): _("年、月、日中有一项不同"),
    ("birth", "other"): _("出生日期不同"),
    ("number", "unknown"): _("有一方没写号码"),
    ("number", "same"): _("号码相同"),
    ("number", "two right numbers that differ"): _("两个号码都对，但不同"),
    ("number", "one or two digits differ"): _("差一两位，像是写错"),
    ("number", "other"): _("号码不同，其中有写错的"),
    ("household", "unknown"): _("电话和门牌都没法比"),
    ("household", "same phone and home"): _("电话和住处都相同"),
    ("household", "same home"): _("住处相同"),
    ("household", "same phone"): _("电话相同"),
    ("household", "same gate"): _("门牌号相同"),
    ("household", "other"): _("电话和住处都不同"),
    ("sex", "unknown"): _("有一方没写性别"),
    ("sex", "same"): _("性别相同"),
    ("sex", "other"): _("性别不同"),
}


class Reason(NamedTuple):
    """What one comparison found, and how much it speaks for one person (above 0) or for two."""

    title: str | Promise
    words: str | Promise
    bits: float


@cache
def _levels() -> dict[str, list[tuple[str, float]]]:
    """Of each comparison its levels, in their order: label and weight."""
    return {
        one["output_column_name"]: [(level["label_for_charts"], _bits(level)) for level in one["comparison_levels"]]
        for one in weigh.given()["comparisons"]
    }


def _bits(level: Mapping[str, Any]) -> float:
    return 0.0 if level.get("is_null_level") else math.log2(level["m_probability"] / level["u_probability"])


def beginning() -> float:
    """What speaks against any two records being one person's before they are looked at."""
    prior = weigh.given()["probability_two_random_records_match"]
    return math.log2(prior / (1 - prior))


@cache
def _statement() -> str:
    sides = ", ".join(f"{side}.{column} AS {column}_{side}" for column in COMPARED for side in "lr")
    levels = ", ".join(
        f"{_cases(one['comparison_levels'])} AS {one['output_column_name']}" for one in weigh.given()["comparisons"]
    )
    return (
        f'SELECT "left", "right", {levels} FROM (SELECT p."left", p."right", {sides} FROM pairs p'
        ' JOIN records l ON l.id = p."left" JOIN records r ON r.id = p."right")'
    )


def _cases(levels: list[dict[str, Any]]) -> str:
    conditions = [level["sql_condition"] for level in levels]
    whens = " ".join(f"WHEN {one} THEN {at}" for at, one in enumerate(conditions) if one != "ELSE")
    return f"CASE {whens} ELSE {conditions.index('ELSE')} END"


@cache
def _database() -> Any:
    """Kept in the process from its first use on, for it takes much memory; each use takes a cursor of its own."""
    return import_module("duckdb").connect(config={"threads": 1, "memory_limit": "500MB"})


def weighed(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """`left`, `right`, the level of each comparison and `weight`. `records`: id and COMPARED; `pairs`: left and right."""
    with _database().cursor() as cursor:
        cursor.register("records", records.select("id", *COMPARED).to_arrow())
        cursor.register("pairs", pairs.select("left", "right").to_arrow())
        found = pl.DataFrame(cursor.sql(_statement()).to_arrow_table())
    each = [
        pl.col(name).replace_strict(dict(enumerate(bits for _label, bits in levels)), return_dtype=pl.Float64)
        for name, levels in _levels().items()
    ]
    return found.with_columns(weight=pl.lit(beginning()) + pl.sum_horizontal(each))


def reasons(row: Mapping[str, Any]) -> list[Reason]:
    """Of one row of `weighed`, the comparisons in the order of the model."""
    found = []
    for name, levels in _levels().items():
        label, bits = levels[row[name]]
        found.append(Reason(TITLES[name], WORDS[name, label], bits))
    return found
