"""The form of forms/*.yaml, and what must fit together there."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, sums, words
from lifang.blocks.packs.grammar import EMPTY, citation, name
from lifang.blocks.packs.problems import Problem, Where, unknown
from lifang.blocks.packs.reading import choice, day, listing, optional, pattern, record, table, text, truth, whole
from lifang.blocks.packs.register import condition
from lifang.blocks.packs.shapes import CareList, Element, FormSheet, Pack, RegisterKind

kept = pattern(r"[A-Za-z][A-Za-z0-9_]*(\.[a-z0-9_]+)?", lazy("数据元、登记册或列的名称"))
column = record(
    shapes.FormColumn,
    title=text,
    source=choice(lazy("来源"), words.FORM_SOURCES),
    what=optional(kept, ""),
    where=optional(listing(condition), ()),
    kind=optional(choice(lazy("填写类型"), words.ANSWERS), "number"),
    refresh_days=optional(whole),
    cell=optional(listing(whole), ()),
    optional=optional(truth, False),
)
form = record(
    lambda from_, **rest: shapes.FormSheet(since=from_, **rest),
    form=name,
    title=text,
    unit=name,
    matter=optional(name, ""),
    period=optional(choice(lazy("频次"), words.PERIODS), "needed"),
    shape=choice(lazy("样式"), words.FORM_SHAPES),
    list=optional(name, ""),
    register=optional(name, ""),
    where=optional(listing(condition), ()),
    columns=optional(table(column, name), EMPTY),
    checks=optional(listing(text), ()),
    from_=day,
    source=citation,
)


def check(
    pack: Pack, elements: Mapping[str, Element], units: Collection[str], lists: Mapping[str, CareList],
    registers: Mapping[str, RegisterKind], matters: Collection[str],
) -> Iterator[Problem]:  # fmt: skip
    for one in pack.forms:
        if one.unit not in units:
            yield Problem(one.at, unknown(_("部门类型"), one.unit, units))
        if one.matter not in matters:
            yield Problem(one.at, unknown(_("事项"), one.matter, matters))
        for at, what in wrong(one, elements, lists, registers):
            yield Problem(at, what)


def wrong(
    sheet: FormSheet, elements: Mapping[str, Element], lists: Mapping[str, CareList],
    registers: Mapping[str, RegisterKind],
) -> Iterator[tuple[Where, str]]:  # fmt: skip
    """Names in a form that lead nowhere, and sums that cannot be read."""
    if sheet.list and sheet.list not in lists:
        yield sheet.at, unknown(_("关爱名册"), sheet.list, lists)
    kind = registers.get(sheet.register)
    if sheet.register and kind is None:
        yield sheet.at, unknown(_("登记册"), sheet.register, registers)
    for one in sheet.columns.values():
        known: Collection[str] = ()
        if one.source == "element":
            known = elements
        elif one.source == "sums":
            known = [key for key, element in elements.items() if element.kind == "number"]
        elif one.source == "column":
            known = ("name", "place", *(kind.columns if kind else ()))
        elif one.source == "entries":
            known = registers
        if one.source in shapes.forms.NAMES and one.what not in known:
            yield one.at, unknown(_("列的来源"), one.what, known)
        for condition_ in one.where:
            if condition_.element and condition_.element not in elements:
                yield one.at, unknown(_("数据元"), condition_.element, elements)
    for said in sheet.checks:
        try:
            missing = sums.read(said).columns - set(sheet.columns)
        except ValueError as error:
            yield sheet.at, str(error)
        else:
            if missing:
                yield sheet.at, unknown(_("列"), min(missing), sheet.columns)


def cited(pack: Pack) -> Iterator[tuple[date, Any]]:
    yield from ((one.since, one.source) for one in pack.forms)
