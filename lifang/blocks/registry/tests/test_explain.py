"""A pair of records is explained in words."""

import polars as pl

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import explain, model
from lifang.blocks.registry.tests.numbers import made_up

NUMBER = made_up("99010119560229017")


def test_every_level_of_the_model_has_words() -> None:
    levels = {
        (one["output_column_name"], level["label_for_charts"])
        for one in model.COMPARISONS
        for level in one["comparison_levels"]
    }
    assert set(explain.WORDS) == levels
    assert set(explain.TITLES) == {name for name, _label in levels}


def told(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """What each comparison says of two records, in words."""
    given = {"name": "", "sex": "", "birth": "", "number": "", "phone": "", "address": ""}
    records = comparable(pl.DataFrame([{"id": 1, **given, **one}, {"id": 2, **given, **other}]))
    row = explain.weighed(records, pl.DataFrame({"left": [1], "right": [2]})).row(0, named=True)
    return {str(reason.title): str(reason.words) for reason in explain.reasons(row)}


def test_two_records_are_explained_in_plain_words() -> None:
    one = {"name": "周建国", "number": NUMBER, "phone": "13800010001", "address": "永宁路12号3栋2单元501室"}
    mistyped = NUMBER[:14] + "9" + NUMBER[15:]
    other = {"name": "周健国", "number": mistyped, "birth": "1956-01-01", "sex": "男"}
    assert told(one, other) == {
        "姓名": "读音相同，字不同",
        "出生日期": "同一年，有一方写的是 1 月 1 日",
        "身份证号": "差一两位，像是写错",
        "电话和住处": "电话和门牌都没法比",
        "性别": "性别相同",
    }
