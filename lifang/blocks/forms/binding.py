"""What a column is bound to, in words, and what it may be bound to instead."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.reading import condition
from lifang.blocks.lists.care import rule_of
from lifang.blocks.packs import service as packs
from lifang.blocks.packs import sums
from lifang.blocks.packs.resolving import NoRule
from lifang.blocks.packs.shapes import Condition, FormColumn, FormSheet
from lifang.blocks.packs.shapes.forms import SOURCES
from lifang.ground.access.ranges import today
from lifang.ground.files.tables import whole

KEEP, EVERYBODY = "keep", "everybody"
SIGNS = re.compile(r"[-+<>=]")
ANSWERS = ("number", "text", "date", "truth")


def described(sheet: FormSheet, key: str, area: int) -> str:
    """Where the answers of a column come from."""
    one = sheet.columns[key]
    elements, kinds = packs.elements(area), packs.register_kinds(area)
    match one.source:
        case "element":
            return _("居民档案：{title}").format(title=elements[one.what].title if one.what in elements else one.what)
        case "column":
            kind = kinds.get(sheet.register)
            column = kind.columns.get(one.what) if kind else None
            own = {"name": _("名称"), "place": _("所属社区")}
            return _("登记册：{title}").format(title=column.title if column else own.get(one.what, one.what))
        case "entries":
            return _("登记册里数：{title}").format(title=kinds[one.what].title if one.what in kinds else one.what)
        case "persons" | "homes":
            who = "，".join(_condition(condition_, area) for condition_ in one.where) or _("全部居民")
            return (_("数人：{who}") if one.source == "persons" else _("数户：{who}")).format(who=who)
        case "sums":
            title = elements[one.what].title if one.what in elements else one.what
            who = "，".join(_condition(condition_, area) for condition_ in one.where)
            return _("相加：{title}").format(title=f"{title}（{who}）" if who else title)
    if one.choices and not one.what:
        return _("社区从这些里选：{words}").format(words="、".join(one.choices))
    return _("沿用 {code} 已填的").format(code=one.what.split(".")[0]) if one.what else _("社区填写")


def _condition(one: Condition, area: int) -> str:
    ages = _ages(one)
    if one.what == "age":
        return ages
    if one.what == "home":
        amount = _("至多 {n} 人").format(n=one.most) if one.most is not None else _("至少 {n} 人").format(n=one.least)
        return (
            _("住处{ages}的{amount}").format(ages=ages, amount=amount)
            if ages
            else _("住处{amount}").format(amount=amount)
        )
    element = packs.elements(area).get(one.element)
    if element is None:
        return one.element
    return f"{element.title} {'、'.join(_value(element.codes, value, area) for value in one.values)}".strip()


def _ages(one: Condition) -> str:
    if one.first is None:
        return "" if one.last is None else _("{n} 周岁以下").format(n=one.last)
    if one.last is None:
        return _("{n} 周岁以上").format(n=one.first)
    return _("{a} 到 {b} 周岁").format(a=one.first, b=one.last)


def _value(codes: str, value: str, area: int) -> str:
    if value in ("true", "false"):
        return _("是") if value == "true" else _("否")
    try:
        listed = packs.code_list(codes, area)
    except NoRule:
        return value
    return listed.values.get(value) or listed.own.get(value) or value


def options(sheet: FormSheet, one: FormColumn, area: int) -> list[tuple[str, str]]:
    """What the column may be bound to instead, as choices."""
    typed = [
        ("typed:number", _("社区填写：数字")), ("typed:text", _("社区填写：文字")), ("typed:date", _("社区填写：日期")),
        ("typed:truth", _("社区填写：是或否")),
    ]  # fmt: skip
    if sheet.register:
        return typed
    elements = packs.elements(area)
    named = [(f"element:{name}", element.title) for name, element in elements.items()]
    if sheet.shape == "roster":
        return [*named, *typed]
    added = [
        (f"sums:{name}", _("相加：{title}").format(title=element.title))
        for name, element in elements.items()
        if element.kind == "number"
    ]
    lists = [
        (f"list:{name}", _("数人：{who}").format(who=found.title))
        for name, found in packs.care_lists(area).items()
        if found.rule
    ]
    counted = [("persons:", _("数人：全部居民")), *lists, *added, *typed]
    return [*named, *counted] if sheet.shape == "homes" else [("homes:", _("数户：全部居民")), *counted]


def changed(
    sheet: FormSheet, given: Mapping[str, str], chosen: Mapping[str, str], optional: Collection[str]
) -> FormSheet:
    """The form as it was typed: `chosen` by column, those that may stay empty, sums by titles. Raises Refused."""
    columns = {
        key: _required(_bound(one, chosen.get(key, KEEP), sheet), key not in optional)
        for key, one in sheet.columns.items()
    }
    by_title = {whole(calm(one.title)): key for key, one in columns.items()}
    checks = [_check(line, by_title) for line in given["checks"].splitlines() if line.strip()]
    return replace(
        sheet, title=given["title"].strip(), matter=given["matter"], period=given["period"] or sheet.period,
        columns=columns, checks=tuple(checks), list=whom(sheet, given["people"]),
    )  # fmt: skip


def whom(sheet: FormSheet, choice: str) -> str:
    """The care list whose people a roster names; "" for everybody. Raises Refused where nobody said whom."""
    if not of_a_list(sheet):
        return sheet.list
    if choice not in (EVERYBODY, *packs.care_lists()):
        raise Refused(_("请选花名册填哪些人。从表名看不出来；真要所有居民的，选“全体居民”。"), "people")
    return "" if choice == EVERYBODY else choice


def of_a_list(sheet: FormSheet) -> bool:
    """A roster, of persons or homes, for which whom it names can be picked."""
    return sheet.shape != "sheet" and not sheet.register and not sheet.where


def people_of(area: int) -> list[tuple[str, str]]:
    """Whom a roster may name, for picking."""
    return [(EVERYBODY, _("全体居民")), *((name, one.title) for name, one in packs.care_lists(area).items())]


def _bound(one: FormColumn, choice: str, sheet: FormSheet) -> FormColumn:
    how, _colon, what = choice.partition(":")
    free = replace(one, choices=(), codes=(), optional=False)
    match how:
        case "element" if sheet.shape != "sheet":
            return replace(free, source="element", what=what, where=(), kind="text")
        case "persons" | "homes" | "sums" if how in SOURCES[sheet.shape]:
            return replace(free, source=how, what=what, where=(), kind="number")
        case "list" if "persons" in SOURCES[sheet.shape] and what in (lists := packs.care_lists()):
            rule = tuple(condition(**_plain(found)) for found in rule_of(lists[what], today()))
            return replace(free, source="persons", what="", where=rule, kind="number")
        case "typed" if what in ANSWERS:
            return replace(free, source="typed", what="", where=(), kind=what)
    return one


def _required(one: FormColumn, required: bool) -> FormColumn:
    if not required and one.source != "typed":
        raise Refused(
            _("「{title}」从名册取数，社区不用填，不能设成选填。没有保存，填的都还在。").format(title=one.title),
            "columns",
        )
    return replace(one, optional=not required)


def _plain(one: Condition) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("what", "first", "last", "least", "most", "element", "values")}


def _check(line: str, by_title: Mapping[str, str]) -> str:
    """A sum by titles as one by columns."""
    try:
        said = sums.read(line.strip())
    except ValueError as error:
        raise Refused(str(error), "checks") from None
    names = {}
    for title in said.columns:
        if whole(title) not in by_title:
            raise Refused(_("校验里的“{title}”不是这张表的列。没有保存，填的都还在。").format(title=title), "checks")
        names[title] = by_title[whole(title)]
    return said.spelled(names)


def spelled_check(sheet: FormSheet, said: str) -> str:
    return sums.read(said).spelled({key: calm(one.title) for key, one in sheet.columns.items()})


def calm(title: str) -> str:
    """A title without the signs of a sum."""
    return SIGNS.sub("～", title)
