"""What an entry says in one column: asked in a form, read from a cell, put into words."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl
from django import forms
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as BadNumber

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Column, RegisterKind
from lifang.blocks.registry.days import dated
from lifang.ground.access.forms import Day

LONGEST = 200
MOST = 10**12
TRUTHS = {"是": "true", "有": "true", "√": "true", "否": "false", "无": "false", "×": "false"}
Entries = Mapping[str, Mapping[int, str]]
"""Register → number and name of its entries, for columns that name one."""


class CreditField(forms.CharField):
    """A unified social credit code: GB 32100, 18 characters of which the last checks the others."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(uscc.validate(text))
        except BadNumber:
            raise forms.ValidationError(
                _("统一社会信用代码应为 18 位数字和大写字母，末位是校验位，这一个不对。")
            ) from None


class NumberField(forms.FloatField):
    def clean(self, value: Any) -> int | float | None:
        number = super().clean(value)
        return int(number) if number is not None and number == int(number) else number


def choices_of(kind: RegisterKind, column: Column, area: int, entries: Entries) -> list[tuple[str, str]]:
    """What may stand in a column, by key and words; empty where anything may."""
    match column.kind:
        case "choice" | "choices":
            return list(column.options.items())
        case "item":
            return [(name, item.title) for name, item in kind.items.items()]
        case "entry":
            return [(str(pk), name) for pk, name in entries.get(column.register, {}).items()]
        case "code":
            codes = packs.code_list(column.codes, area)
            return [*codes.values.items(), *codes.own.items()]
        case "truth":
            return [("true", _("是")), ("false", _("否"))]
    return []


def form_field(kind: RegisterKind, column: Column, area: int, entries: Entries) -> forms.Field:
    given: dict[str, Any] = {
        "label": f"{column.title}（{column.unit}）" if column.unit else column.title,
        "required": column.required,
    }
    if column.kind == "choices":
        return forms.MultipleChoiceField(
            choices=choices_of(kind, column, area, entries), widget=forms.CheckboxSelectMultiple, **given
        )
    if choices := choices_of(kind, column, area, entries):
        return forms.ChoiceField(choices=[("", _("请选择")), *choices], **given)
    match column.kind:
        case "number":
            return NumberField(min_value=0, max_value=MOST, **given)
        case "date":
            return Day(**given)
        case "credit":
            return CreditField(max_length=18, **given)
        case "entry":
            given["help_text"] = _("还没有可选的，请先登记「{title}」。").format(
                title=packs.register_kinds(area)[column.register].title
            )
            return forms.ChoiceField(choices=[("", _("请选择"))], **given)
    return forms.CharField(max_length=LONGEST, **given)


def read(column: Column, cell: str, choices: list[tuple[str, str]]) -> Any:
    """A cell as a form would have it: keys for words, days as they are written everywhere."""
    cell = cell.strip()
    if column.kind == "date":
        return day_in(cell)
    if column.kind == "truth":
        return TRUTHS.get(cell, cell)
    keys = {words: key for key, words in choices} | {key: key for key, _words in choices}
    if column.kind == "choices":
        parts = [part.strip() for part in cell.replace("，", "、").replace(",", "、").split("、") if part.strip()]
        return [keys.get(part, part) for part in parts]
    return keys.get(cell, cell) if choices else cell


@lru_cache(maxsize=4096)
def day_in(text: str) -> str:
    """The day that a text writes, as 2026-03-01; the text itself where it writes none."""
    if not text:
        return ""
    day = dated(pl.DataFrame({"cell": [text]}), "cell")["day"][0]
    return day.isoformat() if day else text


def kept(value: Any) -> Any:
    """As it lies in the facts."""
    return value.isoformat() if isinstance(value, dt.date) else value


def spell(kind: RegisterKind, column: Column, value: Any, area: int, entries: Entries) -> str:
    """In words; "" for nothing."""
    if value in (None, "", []):
        return ""
    words = dict(choices_of(kind, column, area, entries))
    if column.kind == "choices":
        return _("、").join(words.get(one, str(one)) for one in value)
    if column.kind == "entry":  # one that the reader does not reach is not named
        return words.get(str(value), _("（别处的）"))
    said = words.get(str(value), str(value))
    return f"{said} {column.unit}" if column.unit else said
