"""What a community types into a cell, read as the value that is kept."""

from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.exchange.typed import read_values
from lifang.blocks.forms.filling import answered
from lifang.blocks.packs.shapes import Element, FormColumn
from lifang.blocks.registry.imports.values import WRONG
from lifang.ground.access.ranges import day_in, today

MOST_TYPED = 200
TRUTHS = {"true": "true", "是": "true", "有": "true", "false": "false", "否": "false", "无": "false", "没有": "false"}
NOTHING = ("无", "没有", "none")
"""Said of a data element that somebody does not have, such as a telephone: it is asked no more here, and nothing is recorded.
So does what says nothing to imports either (不详, -). Of one that is true or not 无 means that it is not."""


def read(column: FormColumn, element: Element | None, text: str, area: int) -> tuple[Any, str]:
    """The value as it is kept, None where somebody has none of a data element, and what is wrong with it."""
    if len(text) > MOST_TYPED:
        return None, _("最多 {n} 个字").format(n=MOST_TYPED)
    if element:
        truth = element.kind == "truth"
        if text in NOTHING and not truth:
            return None, ""
        values, wrong = read_values({column.what: text}, area, today())
        value = values.get(column.what)
        return value, str(wrong.get(column.what) or (WRONG["truth"] if truth and value is None else ""))
    if text not in column.choices:
        text = dict(zip(column.codes, column.choices, strict=False)).get(text, text)
    if column.kind == "number":
        try:
            number = float(text.replace(",", "").replace("，", ""))
        except ValueError:
            number = float("nan")
        if not abs(number) < 1e12:
            return None, _("请填数字")
        value = answered(str(number), "number")
        chosen = not column.choices or str(value) in column.choices
        return value, "" if chosen else _("请从表里给的选项里选")
    if column.kind == "date":
        day = day_in(text)
        return (day.isoformat(), "") if day else (None, _("请填日期，如 2026-01-31"))
    if column.kind == "truth":
        return TRUTHS.get(text), "" if text in TRUTHS else _("请填“是”或“否”")
    if column.choices:
        return text, "" if text in column.choices else _("请从表里给的选项里选")
    return text, "" if text.isprintable() else _("有不能保存的字符")
