"""Cells of a sheet become values of data elements, column by column; what cannot be one is told why, not guessed.

Each kind of element reads a frame with one column of text, `cell`, and gives it `value` (as text, null where there is
none) and `wrong` (the name of what is wrong with the cell, null where nothing is). What several steps need is a column
of its own, so that it is worked out once.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.shapes import CodeList, Element
from lifang.blocks.registry import identity
from lifang.blocks.registry.days import dated
from lifang.blocks.registry.tidy import tidied

LONGEST = 200
# Where this share of a column's cells differ from each other, it is not worth while to read each kind of cell once.
FEW = 0.3
OLDEST = 130 * 366
# What stands behind a community's name in one file and not in another.
COMMITTEE = r"(?:社区|村)?(?:居民|村民)?(?:居委会|村委会|委员会|社区|村)$"
YES = ("是", "有", "1", "y", "yes", "true", "√", "✓", "享受", "已参保", "参保", "对")
NO = ("否", "无", "0", "n", "no", "false", "×", "x", "不享受", "未参保", "没有", "错")
UNKNOWN = ("", "不详", "未知", "/", "-", "—", "——", "null", "none", "#n/a", "#ref!", "#value!", "#name?")
LONGEST_UNKNOWN = max(map(len, UNKNOWN))

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
    "place": _("本地没有这个社区或网格，或者有几个同名的"),
    "unnamed": _("没有姓名"),
    "nobody": _("除姓名外没有号码、出生日期、电话或门牌，认不出是谁"),
    "twice": _("与前面一行是同一人的同一条，只取后面一行"),
}


NO_PROBLEMS = pl.DataFrame(schema={"row": pl.Int64, "element": pl.String, "value": pl.String, "wrong": pl.String})


class Read(NamedTuple):
    """`values`: row and one column of text for each element. `problems`: row, element, value (as it stood) and wrong."""

    values: pl.DataFrame
    problems: pl.DataFrame


class Rules(NamedTuple):
    """What values are measured by: the day on which the data hold, code lists by name, the places below the import's by
    name, whether made-up persons pass."""

    on: dt.date
    codes: Mapping[str, CodeList]
    places: Mapping[str, int] = {}
    made_up: bool = False


def read(sheet: pl.DataFrame, columns: Mapping[str, str], elements: Mapping[str, Element], rules: Rules) -> Read:
    """The rows of a sheet (`row` and columns of text) as values. `columns`: element → column of the sheet."""

    def one(name: str) -> Read:
        typed = sheet[columns[name]].alias("typed")
        each = typed.unique()
        found = _found(each if len(each) < FEW * len(typed) else typed, elements[name], rules)
        if len(found) < len(typed):
            found = typed.to_frame().join(found, on="typed", how="left", nulls_equal=True, maintain_order="left")
        found = found.with_columns(sheet["row"])
        wrong = found.filter(pl.col("wrong").is_not_null())
        return Read(
            found.select(pl.when(pl.col("wrong").is_null()).then(pl.col("value")).alias(name)),
            wrong.select("row", pl.lit(name).alias("element"), pl.col("cell").alias("value"), "wrong"),
        )

    found = [one(name) for name in columns]
    values = pl.concat([sheet.select("row"), *(column.values for column in found)], how="horizontal")
    problems = pl.concat([NO_PROBLEMS, *(column.problems for column in found)])
    return Read(values, problems.sort("row", "element"))


def _found(typed: pl.Series, element: Element, rules: Rules) -> pl.DataFrame:
    """`typed`, `cell`, `value` and `wrong`."""
    cells = _cells(typed).alias("cell").to_frame()
    return KINDS[element.kind](cells, element, rules).select(typed, "cell", "value", "wrong")


def _cells(column: pl.Series) -> pl.Series:
    text = tidied(column)
    short = text.str.len_bytes() <= LONGEST_UNKNOWN * 3
    empty = text.filter(short.fill_null(value=False)).unique()
    empty = empty.filter(empty.str.to_lowercase().is_in(UNKNOWN))
    return pl.select(pl.when(~text.is_in(empty.implode())).then(text)).to_series() if len(empty) else text


def _wrong(*cases: tuple[pl.Expr, str]) -> pl.Expr:
    """The name of the first case that holds."""
    said = pl.lit(None, pl.String)
    for condition, name in reversed(cases):
        said = pl.when(condition).then(pl.lit(name)).otherwise(said)
    return said


def _text(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cell = pl.col("cell")
    return cells.with_columns(value=cell, wrong=_wrong((cell.str.len_chars() > LONGEST, "long")))


def _name(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cell, value = pl.col("cell"), pl.col("value")
    plain = pl.when(cell.str.contains(r"\p{Han}")).then(cell.str.replace_all(" ", "")).otherwise(cell)
    cells = cells.with_columns(value=plain.str.replace_all(r"[•.．]", "·"))
    fits = value.str.len_chars().is_between(2, 30) & ~value.str.contains(r"\d")
    return cells.with_columns(wrong=_wrong((~fits, "name")))


def _identity(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cells = cells.with_columns(typed=pl.col("cell").str.to_uppercase().str.replace_all(r"[\s-]", ""))
    cells = identity.numbered(cells).rename({"number": "value"})
    typed, old, digits = pl.col("typed"), pl.col("old"), pl.col("digits")
    regions = [*identity.PROVINCES, *([identity.MADE_UP] if rules.made_up else [])]
    spoiled = typed.str.contains(r"^\d(\.\d+)?E\+?\d+$|^\d{15}\d00$|^\d{17,18}\.0$") & (
        pl.col("value") != typed
    ).fill_null(value=True)
    possible = pl.col("born").is_between(identity.FIRST_BIRTH, rules.on).fill_null(value=False)
    return cells.with_columns(
        wrong=_wrong(
            (spoiled, "spoiled"),
            (typed.is_not_null() & digits.is_null(), "length"),
            (digits.is_not_null() & ~possible, "birth"),
            (~old & (typed != pl.col("value")), "check"),
            (~digits.str.slice(0, 2).is_in(regions), "region"),
        )
    )


def _date(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cells, found = dated(cells, "cell"), pl.col("day")
    return cells.with_columns(
        value=found.dt.to_string("%Y-%m-%d"),
        wrong=_wrong(
            (pl.col("cell").is_not_null() & found.is_null(), "date"),
            (found > rules.on, "future"),
            (found < rules.on - dt.timedelta(days=OLDEST), "old"),
        ),
    )


def _phone(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cells = cells.with_columns(digits=pl.col("cell").str.replace_all(r"[\s().-]", "").str.replace(r"^(\+|00)?86", ""))
    digits = pl.col("digits")
    value = pl.coalesce(digits.str.extract(r"(1[3-9]\d{9})"), digits.str.extract(r"^(0\d{9,11})"))
    return _or("phone", cells.with_columns(value=value))


def _or(wrong: str, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with `wrong` where something stands that gave no value."""
    return cells.with_columns(wrong=_wrong((pl.col("cell").is_not_null() & pl.col("value").is_null(), wrong)))


def _code(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    codes = rules.codes[element.codes]
    spoken: dict[str, str] = dict(codes.also)
    for code, title in (*codes.values.items(), *codes.own.items()):
        for word in (code, code.lstrip("0"), title, title.removesuffix("族"), title.removesuffix("性")):
            spoken.setdefault(word, code)
    told = (word.replace_strict(spoken, default=None, return_dtype=pl.String) for word in (
        pl.col("cell"), pl.col("cell").str.replace(r"性$", "")
    ))  # fmt: skip
    return _or("code", cells.with_columns(value=pl.coalesce(told)))


def _number(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    value = pl.col("cell").str.replace_all(r"[,，\s]", "").str.extract(r"^(-?\d+(?:\.\d+)?)")
    return _or("number", cells.with_columns(value=value))


def _truth(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    word = pl.col("cell").str.to_lowercase()
    value = pl.when(word.is_in(YES)).then(pl.lit("true")).when(word.is_in(NO)).then(pl.lit("false"))
    return _or("truth", cells.with_columns(value=value))


def _place(cells: pl.DataFrame, element: Element, rules: Rules) -> pl.DataFrame:
    cells = cells.with_columns(name=pl.col("cell").str.replace(COMMITTEE, ""))
    known = {name: str(code) for name, code in rules.places.items()}
    value = pl.col("name").replace_strict(known, default=None, return_dtype=pl.String)
    return _or("place", cells.with_columns(value=value))


KINDS: Mapping[str, Callable[[pl.DataFrame, Element, Rules], pl.DataFrame]] = {
    "text": _text,
    "address": _text,
    "name": _name,
    "identity": _identity,
    "date": _date,
    "phone": _phone,
    "code": _code,
    "number": _number,
    "truth": _truth,
    "place": _place,
}
