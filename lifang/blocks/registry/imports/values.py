"""Cells of a sheet become values of data elements, column by column; what cannot be one is told why, not guessed.

Each kind of element gives two expressions over a column of text: the value as text (null where there is none), and the
name of what is wrong with the cell (null where nothing is).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.shapes import CodeList, Element
from lifang.blocks.registry import identity

LONGEST = 200
EXCEL_EPOCH = dt.date(1899, 12, 30)
OLDEST = 130 * 366
YES = ("是", "有", "1", "y", "yes", "true", "√", "✓", "享受", "已参保", "参保", "对")
NO = ("否", "无", "0", "n", "no", "false", "×", "x", "不享受", "未参保", "没有", "错")
UNKNOWN = ("", "不详", "未知", "/", "-", "—", "——", "null", "none", "#n/a", "#ref!", "#value!", "#name?")

WRONG: Mapping[str, str | Promise] = {
    "long": _("超过 200 个字"),
    "name": _("姓名应为 2 到 30 个字，没有数字"),
    "length": _("身份证号应为 18 位（旧的为 15 位）"),
    "spoiled": _("号码被 Excel 改成了数，末几位已丢失，请让发送方把这一列存成文本"),
    "birth": _("号码里的出生日期不存在或不可能"),
    "check": _("号码的校验位不对，有一位写错了"),
    "region": _("号码的地区不存在"),
    "date": _("不是日期，写成 1956-02-29、1956年2月29日 或 19560229"),
    "future": _("日期在以后"),
    "old": _("日期在 130 年以前"),
    "phone": _("不是手机号或带区号的固定电话"),
    "code": _("不在代码表里"),
    "number": _("不是数"),
    "truth": _("只能填是或否"),
}


class Read(NamedTuple):
    """`values`: row and one column of text for each element. `problems`: row, element, value (as it stood) and wrong."""

    values: pl.DataFrame
    problems: pl.DataFrame


class Column(NamedTuple):
    value: pl.Expr
    wrong: pl.Expr


class Rules(NamedTuple):
    """What values are measured by: the day on which the data hold, code lists by name, whether made-up persons pass."""

    on: dt.date
    codes: Mapping[str, CodeList]
    made_up: bool = False


def read(sheet: pl.DataFrame, columns: Mapping[str, str], elements: Mapping[str, Element], rules: Rules) -> Read:
    """The rows of a sheet (`row` and columns of text) as values. `columns`: element → column of the sheet."""
    cells = sheet.select("row", *(_cell(pl.col(column)).alias(name) for name, column in columns.items()))
    made = {name: KINDS[elements[name].kind](pl.col(name), elements[name], rules) for name in columns}
    wrongs = cells.select("row", *(one.wrong.alias(name) for name, one in made.items()))
    values = cells.select(
        "row", *(pl.when(wrongs[name].is_null()).then(one.value).alias(name) for name, one in made.items())
    )
    found = [
        cells.select("row", pl.lit(name).alias("element"), pl.col(name).alias("value"), wrongs[name].alias("wrong"))
        .filter(pl.col("wrong").is_not_null())
        for name in columns
    ]  # fmt: skip
    nothing = pl.DataFrame(schema={"row": pl.Int64, "element": pl.String, "value": pl.String, "wrong": pl.String})
    return Read(values, pl.concat([nothing, *found], how="vertical_relaxed").sort("row", "element"))


def _cell(column: pl.Expr) -> pl.Expr:
    text = column.str.normalize("NFKC").str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars(" '　\u200b\ufeff")
    return pl.when(~text.str.to_lowercase().is_in(UNKNOWN)).then(text)


def _wrong(*cases: tuple[pl.Expr, str]) -> pl.Expr:
    """The name of the first case that holds."""
    said = pl.lit(None, pl.String)
    for condition, name in reversed(cases):
        said = pl.when(condition).then(pl.lit(name)).otherwise(said)
    return said


def _text(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    return Column(cell, _wrong((cell.str.len_chars() > LONGEST, "long")))


def _name(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    name = pl.when(cell.str.contains(r"\p{Han}")).then(cell.str.replace_all(" ", "")).otherwise(cell)
    name = name.str.replace_all(r"[•.．]", "·")
    fits = (name.str.len_chars() >= 2) & (name.str.len_chars() <= 30) & ~name.str.contains(r"\d")
    return Column(name, _wrong((~fits, "name")))


def _identity(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    typed = cell.str.to_uppercase().str.replace_all(r"[\s-]", "")
    spoiled = typed.str.contains(r"^\d(\.\d+)?E\+?\d+$") | typed.str.contains(r"^\d{15}[0-9]00$|^\d{17,18}\.0$")
    old = typed.str.contains(r"^\d{15}$")
    body = pl.when(old).then(typed.str.slice(0, 6) + "19" + typed.str.slice(6)).otherwise(typed.str.slice(0, 17))
    length = old | typed.str.contains(r"^\d{17}[\dX]$")
    digits = pl.when(length).then(body)
    total = pl.sum_horizontal(
        digits.str.slice(at, 1).cast(pl.UInt32) * by for at, by in enumerate(identity.WEIGHTS)
    )  # fmt: skip
    number = digits + pl.lit(identity.CHECKS).str.slice(total % 11, 1)
    born = digits.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    regions = [*identity.PROVINCES, *([identity.MADE_UP] if rules.made_up else [])]
    possible = born.is_between(identity.FIRST_BIRTH, rules.on)
    return Column(
        number,
        _wrong(
            (spoiled & ~(length & (typed == number)), "spoiled"),
            (cell.is_not_null() & ~length, "length"),
            (length & ~possible.fill_null(value=False), "birth"),
            (~old & (typed != number), "check"),
            (~digits.str.slice(0, 2).is_in(regions), "region"),
        ),
    )


def _date(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    day = cell.str.extract(r"^(.*?)(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
    parts = day.str.replace_all(r"\D+", "-").str.strip_chars("-")
    parts = pl.when(parts.str.contains(r"^\d{4}-|^\d{8}$")).then(parts)
    serial = pl.when(day.str.contains(r"^\d{4,5}(\.0)?$")).then(day.str.extract(r"^(\d+)").cast(pl.Int32))
    found = pl.coalesce(
        parts.str.to_date("%Y%m%d", strict=False),
        parts.str.to_date("%Y-%m-%d", strict=False),
        (parts + "-01").str.to_date("%Y-%m-%d", strict=False),
        pl.lit(EXCEL_EPOCH) + pl.duration(days=serial),
    )
    return Column(
        found.dt.to_string("%Y-%m-%d"),
        _wrong(
            (cell.is_not_null() & found.is_null(), "date"),
            (found > rules.on, "future"),
            (found < rules.on - dt.timedelta(days=OLDEST), "old"),
        ),
    )


def _phone(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    digits = cell.str.replace_all(r"[\s().-]", "").str.replace(r"^(\+|00)?86", "")
    found = pl.coalesce(digits.str.extract(r"(1[3-9]\d{9})"), digits.str.extract(r"^(0\d{9,11})"))
    return Column(found, _wrong((cell.is_not_null() & found.is_null(), "phone")))


def _code(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    codes = rules.codes[element.codes]
    spoken: dict[str, str] = {}
    for code, title in (*codes.values.items(), *codes.own.items()):
        for word in (code, code.lstrip("0"), title, title.removesuffix("族"), title.removesuffix("性")):
            spoken.setdefault(word, code)
    found = cell.str.replace(r"性$", "").replace_strict(spoken, default=None, return_dtype=pl.String)
    found = pl.coalesce(cell.replace_strict(spoken, default=None, return_dtype=pl.String), found)
    return Column(found, _wrong((cell.is_not_null() & found.is_null(), "code")))


def _number(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    found = cell.str.replace_all(r"[,，\s]", "").str.extract(r"^(-?\d+(?:\.\d+)?)")
    return Column(found, _wrong((cell.is_not_null() & found.is_null(), "number")))


def _truth(cell: pl.Expr, element: Element, rules: Rules) -> Column:
    word = cell.str.to_lowercase()
    found = pl.when(word.is_in(YES)).then(pl.lit("true")).when(word.is_in(NO)).then(pl.lit("false"))
    return Column(found, _wrong((cell.is_not_null() & found.is_null(), "truth")))


KINDS: Mapping[str, Callable[[pl.Expr, Element, Rules], Column]] = {
    "text": _text,
    "address": _text,
    "name": _name,
    "identity": _identity,
    "date": _date,
    "phone": _phone,
    "code": _code,
    "number": _number,
    "truth": _truth,
}
