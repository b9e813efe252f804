"""Sheets as departments send them find their elements."""

import polars as pl

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.columns import guessed, layout


def elements_of(rows: list[list[str | None]], before: dict[str, str] | None = None) -> tuple[int, list[str]]:
    frame = pl.DataFrame(rows, schema=[str(at) for at in range(len(rows[0]))], orient="row")
    known = packs.elements()
    found = layout(frame, known)
    return found.first, [guess.element for guess in guessed(frame, found, known, before or {})]


def test_a_title_and_notes_stand_above_the_header() -> None:
    rows = [
        ["永兴社区低保人员台账", None, None],
        ["填报单位：永兴社区  2026 年 5 月", None, None],
        ["姓 名", "身份证号码（18 位）", "联系电话"],
        ["张三", "x", "y"],
    ]
    assert elements_of(rows) == (3, ["name", "number", "phone"])


def test_a_header_over_two_rows_is_read_as_one() -> None:
    rows = [
        ["序号", "基本情况", None, None, "住址"],
        [None, "姓名", "性别", "民族", None],
        ["1", "张三", "男", "汉", "长春路12号"],
    ]
    assert elements_of(rows) == (2, ["", "name", "sex", "nation", "address"])


def test_a_column_without_a_header_is_known_by_what_stands_in_it() -> None:
    rows = [["姓名", None, None], ["张三", "990101195602290170", "13800138000"], ["李四", "990101196602290171", None]]
    assert elements_of(rows) == (1, ["name", "number", "phone"])


def test_what_was_confirmed_last_month_is_taken_first() -> None:
    rows = [["姓名", "备注1"], ["张三", "低保"]]
    assert elements_of(rows)[1] == ["name", ""]
    assert elements_of(rows, {"备注1": "low_income"})[1] == ["name", "low_income"]


def test_no_element_is_given_two_columns() -> None:
    rows = [["姓名", "电话", "手机"], ["张三", "88123456", "13800138000"]]
    assert elements_of(rows)[1] == ["name", "phone", ""]


def test_a_sheet_without_any_known_header_has_no_elements() -> None:
    assert elements_of([["甲", "乙"], ["1", "2"]]) == (0, ["", ""])


def test_a_line_of_notes_is_no_part_of_the_headers_below_it() -> None:
    rows = [
        ["东湖区常住人口", None, None],
        ["填报日期：2026年06月01日", None, None],
        ["姓名", "性别", "民族"],
        ["张三", "男", "汉"],
    ]
    frame = pl.DataFrame(rows, schema=["0", "1", "2"], orient="row")
    assert layout(frame, packs.elements()).headers == ("姓名", "性别", "民族")
