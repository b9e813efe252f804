"""Cells as departments write them become values, or are told why not."""

import datetime as dt

import polars as pl
import pytest

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.values import WRONG, Rules, read
from lifang.blocks.registry.tests.numbers import made_up

TODAY = dt.date(2026, 6, 1)
BODY = "99010119560229017"
NUMBER = made_up(BODY)
OLD = NUMBER[:6] + NUMBER[8:17]


def cell(element: str, text: str | None, *, made_up: bool = True) -> tuple[str | None, str | None]:
    elements = packs.elements()
    codes = {name: packs.code_list(name) for name in ("sex", "nation", "relation", "education")}
    sheet = pl.DataFrame({"row": [5], "a": [text]}, schema={"row": pl.Int64, "a": pl.String})
    found = read(sheet, {element: "a"}, elements, Rules(TODAY, codes, made_up=made_up))
    wrong = found.problems["wrong"].to_list()
    assert set(wrong) <= WRONG.keys()
    return found.values[element][0], wrong[0] if wrong else None


@pytest.mark.parametrize(
    "text",
    [
        "1956-02-29", "1956/2/29", "1956.2.29", "1956.02.29", "1956年2月29日", "19560229", "1956-02-29 00:00:00",
        "1956-02-29T08:00", "１９５６－０２－２９", " 1956-2-29 ", "20514", "1956年 2月 29日", "'1956-02-29",
    ],
)  # fmt: skip
def test_a_date_in_a_dozen_forms_is_one_day(text: str) -> None:
    assert cell("birth", text) == ("1956-02-29", None)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1957-02-29", "date"), ("56.2.29", "date"), ("二月", "date"), ("2026-13-01", "date"), ("²", "date"),
        ("2026-06-02", "future"), ("2099-01-01", "future"), ("1850-01-01", "old"),
    ],
)  # fmt: skip
def test_what_is_no_possible_birth_is_refused(text: str, wrong: str) -> None:
    assert cell("birth", text) == (None, wrong)


@pytest.mark.parametrize("text", [NUMBER, OLD, f"'{NUMBER}", NUMBER[:6] + " " + NUMBER[6:], NUMBER.lower()])
def test_a_number_in_any_form_is_the_new_one(text: str) -> None:
    assert cell("number", text) == (NUMBER, None)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (NUMBER[:17], "length"), ("8812345", "length"), ("9.90101195602e+17", "spoiled"), (NUMBER[:15] + "000", "spoiled"),
        (BODY + ("1" if NUMBER[-1] != "1" else "2"), "check"),
        (made_up("99010119570229017"), "birth"),
        (made_up("99010120990101017"), "birth"), ("".join(chr(0x660 + int(one)) for one in BODY) + "1", "length"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_told_what_is_wrong_with_it(text: str, wrong: str) -> None:
    assert cell("number", text) == (None, wrong)


def test_a_made_up_number_passes_only_where_persons_are_made_up() -> None:
    assert cell("number", NUMBER, made_up=False) == (None, "region")


@pytest.mark.parametrize(
    ("element", "text", "value", "wrong"),
    [
        ("name", "张 三", "张三", None), ("name", "买买提•艾力", "买买提·艾力", None), ("name", "Anna Li", "Anna Li", None),
        ("name", "张", None, "name"), ("name", "张3", None, "name"), ("name", "不详", None, None),
        ("sex", "男性", "1", None), ("sex", "2", "2", None), ("sex", "男", "1", None), ("sex", "雄", None, "code"),
        ("nation", "汉", "01", None), ("nation", "汉族", "01", None), ("nation", "1", "01", None),
        ("phone", "+86 138-0013-8000", "13800138000", None), ("phone", "0791-88123456", "079188123456", None),
        ("phone", "88123456", None, "phone"), ("phone", "13800138000/13900139000", "13800138000", None),
        ("insured", "√", "true", None), ("insured", "否", "false", None), ("insured", "也许", None, "truth"),
        ("address", "长" * 201, None, "long"), ("address", "长春路\n12号", "长春路 12号", None),
        ("phone", "#N/A", None, None), ("phone", None, None, None), ("birth", "٢٠٥١٤", None, "date"),
    ],
)  # fmt: skip
def test_cells_of_each_kind(element: str, text: str | None, value: str | None, wrong: str | None) -> None:
    assert cell(element, text) == (value, wrong)


def test_what_stands_in_many_cells_is_read_and_told_in_each() -> None:
    sheet = pl.DataFrame({"row": range(12), "a": ["男", "雄", None, " 女"] * 3})
    found = read(sheet, {"sex": "a"}, packs.elements(), Rules(TODAY, {"sex": packs.code_list("sex")}))
    assert found.values["sex"].to_list() == ["1", None, None, "2"] * 3
    assert found.problems.rows() == [(row, "sex", "雄", "code") for row in (1, 5, 9)]
