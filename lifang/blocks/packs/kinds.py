"""The form of registers/*.yaml, and what must fit together there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import EMPTY, category_code, citation, dated, name, names, wording
from lifang.blocks.packs.problems import Problem, missing
from lifang.blocks.packs.reading import choice, day, listing, number, optional, record, table, text, truth
from lifang.blocks.packs.register import code
from lifang.blocks.packs.shapes import Column, Dated, Element, Pack, RegisterKind

if TYPE_CHECKING:
    pass

FROM_ELEMENTS = {
    "text": "text", "name": "text", "address": "text", "date": "date", "number": "number", "truth": "truth", "code": "code",
}  # fmt: skip
"""The kind of a column by that of its data element; sealed and special elements have no place in a register."""

column = record(
    shapes.Column,
    title=wording,
    kind=optional(choice(lazy("栏目类型"), words.COLUMNS), ""),
    element=optional(name, ""),
    codes=optional(name, ""),
    options=optional(table(text, name), EMPTY),
    register=optional(name, ""),
    unit=wording,
    headers=optional(listing(text), ()),
    required=optional(truth, default=False),
    sought=optional(truth, default=False),
)
item = record(
    shapes.Item,
    title=text,
    group=name,
    per=optional(choice(lazy("配备对象"), words.PER), "community"),
    amount=optional(dated(number)),
    price=optional(dated(number)),
)
registers = table(
    record(
        shapes.RegisterKind,
        title=text,
        group=choice(lazy("登记册类别"), words.REGISTERS),
        actor=optional(code, ""),
        every=optional(choice(lazy("层级"), words.LEVELS), ""),
        note=wording,
        headers=optional(listing(text), ()),
        plate=optional(truth, default=False),
        roles=optional(table(text, name), EMPTY),
        columns=optional(table(column, name), EMPTY),
        items=optional(table(item, name), EMPTY),
        item_groups=optional(table(text, name), EMPTY),
        working=optional(table(listing(name, empty=False), name), EMPTY),
        active=optional(record(shapes.Active, register=name, days=dated(number))),
        opens=names,
        contact_for=optional(listing(category_code), ()),
        since=day,
        source=citation,
    ),
    name,
)


def of_line(line: Iterable[Pack]) -> dict[str, RegisterKind]:
    """The kinds of a line of packs by name, the nearest pack's over those above it."""
    return {name: kind for pack in reversed(list(line)) for name, kind in pack.registers.items()}


def dated_of(kind: RegisterKind) -> Iterator[tuple[str, Dated]]:
    """The dated values of a kind, each with what it is of."""
    for item in kind.items.values():
        if item.amount:
            yield _("{kind}：{item}配备数量").format(kind=kind.title, item=item.title), item.amount
        if item.price:
            yield _("{kind}：{item}单价").format(kind=kind.title, item=item.title), item.price
    if kind.active:
        yield _("{kind}：多少天没有活动就单列").format(kind=kind.title), kind.active.days


def filled_in(kind: RegisterKind, elements: Mapping[str, Element]) -> RegisterKind:
    """With title, kind, code list and headers of the data elements that its columns name."""
    return replace(
        kind, columns={name: _filled_in(column, elements[column.element]) if column.element else column for name, column in kind.columns.items()}
    )  # fmt: skip


def _filled_in(column: Column, element: Element) -> Column:
    return replace(
        column, title=column.title or element.title, kind=FROM_ELEMENTS[element.kind], codes=element.codes,
        headers=(*column.headers, *element.headers),
    )  # fmt: skip


def check(pack: Pack, line: list[Pack], categories: Collection[str]) -> Iterator[Problem]:
    kinds = of_line(line)
    elements = {name: element for one in line for name, element in one.elements.items()}
    codes = {name: found for one in reversed(line) for name, found in one.codes.items()}
    cases = {case.name for one in line for case in one.cases}
    actors = codes["actors"].values if "actors" in codes else {}
    for kind in pack.registers.values():
        yield from missing(kind.at, _("参与主体"), filter(None, [kind.actor]), actors)
        yield from missing(kind.at, _("案件类型"), kind.opens, cases)
        yield from missing(kind.at, _("事项"), kind.contact_for, categories)
        for column in kind.columns.values():
            yield from _column(column, kinds, elements, codes)
        for item in kind.items.values():
            yield from missing(item.at, _("设备类别"), [item.group], kind.item_groups)
            if item.price and not item.amount:
                yield Problem(item.at, _("写了单价的，也要写配备数量"))
        for which, options in kind.working.items():
            yield from missing(kind.at, _("栏目"), [which], kind.columns)
            if which in kind.columns:
                yield from missing(kind.at, _("选项"), options, kind.columns[which].options)
        if kind.active:
            yield from missing(kind.active.at, _("登记册"), [kind.active.register], kinds)


def _column(
    column: Column,
    kinds: Collection[str],
    elements: Mapping[str, Element],
    codes: Collection[str],
) -> Iterator[Problem]:
    yield from missing(column.at, _("数据元"), filter(None, [column.element]), elements)
    yield from missing(column.at, _("代码表"), filter(None, [column.codes]), codes)
    yield from missing(column.at, _("登记册"), filter(None, [column.register]), kinds)
    if bool(column.element) == bool(column.kind):
        yield Problem(column.at, _("栏目要么写 element，要么写 title 和 kind"))
        return
    if column.element in elements:
        element = elements[column.element]
        if element.kind not in FROM_ELEMENTS or element.sensitivity in ("sealed", "special"):
            yield Problem(column.at, _("数据元「%(name)s」不能放进登记册") % {"name": column.element})
        return
    if not column.element and not column.title:
        yield Problem(column.at, _("栏目要么写 element，要么写 title 和 kind"))
    for kinds_, given, word in (
        (("choice", "choices"), column.options, "options"),
        (("code",), column.codes, "codes"),
        (("entry",), column.register, "register"),
    ):
        if (column.kind in kinds_) != bool(given):
            yield Problem(
                column.at, _("%(kinds)s 类栏目要写 %(word)s，其他栏目不写") % {"kinds": "、".join(kinds_), "word": word}
            )
