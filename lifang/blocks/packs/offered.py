"""The form of services/*.yaml, and what must fit together there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import EMPTY, citation, limit, name, names, wording
from lifang.blocks.packs.problems import Problem, unknown
from lifang.blocks.packs.reading import choice, day, listing, optional, record, table, text, truth
from lifang.blocks.packs.register import condition
from lifang.blocks.packs.shapes import Element, Pack, Service, ServiceList

requirement = record(shapes.Requirement, title=text, rule=optional(listing(condition), ()))
material = record(shapes.Material, title=text, element=optional(name, ""), note=wording)
question = record(
    shapes.Question,
    title=text,
    kind=optional(choice(lazy("填写项类型"), words.QUESTIONS), "text"),
    element=optional(name, ""),
    options=optional(table(text, name), EMPTY),
    when=optional(table(listing(text, empty=False), name), EMPTY),
    required=optional(truth, default=True),
    future=optional(truth, default=False),
)
service = record(
    shapes.Service,
    title=text,
    line=name,
    matter=optional(name, ""),
    meaning=wording,
    basis=citation,
    conditions=optional(listing(requirement), ()),
    materials=optional(listing(material), ()),
    steps=listing(text, empty=False),
    limit=limit,
    fee=optional(text, "不收费"),
    front=optional(truth, default=False),
    back=optional(name, ""),
    joins=names,
    form=optional(table(question, name), EMPTY),
    texts=optional(table(text, text), EMPTY),
    guide=optional(listing(text), ()),
    one_stop=optional(truth, default=True),
    why_not=wording,
    channels=optional(listing(choice(lazy("办理渠道"), words.CHANNELS), empty=False), ("counter",)),
)
service_list = record(
    lambda from_, **rest: shapes.ServiceList(since=from_, **rest),
    services=name,
    title=text,
    from_=day,
    until=optional(day),
    source=citation,
    items=table(service, name),
)


def standing(line: Iterable[Pack], on: date) -> dict[str, tuple[ServiceList, Service]]:
    """The services that hold on a day by name, each with its list; the nearest pack's word counts."""
    found: dict[str, tuple[ServiceList, Service]] = {}
    for pack in line:
        last: dict[str, ServiceList] = {}
        for one in sorted(pack.services, key=lambda one: one.since):
            if one.since <= on:
                last[one.services] = one
        for one in last.values():
            if one.until is None or on <= one.until:
                for name_, service_ in one.items.items():
                    found.setdefault(name_, (one, service_))
    return found


def check(
    pack: Pack, elements: Mapping[str, Element], units: Collection[str], matters: Collection[str]
) -> Iterator[Problem]:
    for one in pack.services:
        for found in one.items.values():
            for unit in filter(None, (found.line, found.back, *found.joins)):
                if unit not in units:
                    yield Problem(found.at, unknown(_("部门类型"), unit, units))
            if found.matter and found.matter not in matters:
                yield Problem(found.at, unknown(_("事项"), found.matter, matters))
            yield from _elements(found, elements)
            yield from _questions(found)


def _elements(one: Service, elements: Mapping[str, Element]) -> Iterator[Problem]:
    used = [(part.at, part.element) for part in one.materials]
    used += [(part.at, part.element) for part in one.form.values()]
    used += [(part.at, part.element) for asked in one.conditions for part in asked.rule]
    for at, element in used:
        if element and element not in elements:
            yield Problem(at, unknown(_("数据元"), element, elements))
    for asked in one.form.values():
        if asked.element in elements and elements[asked.element].sensitivity == "special":
            yield Problem(asked.at, _("特别保护的数据元不在申请表里填"))


def _questions(one: Service) -> Iterator[Problem]:
    before: dict[str, shapes.Question] = {}
    for name_, asked in one.form.items():
        for other, answers in asked.when.items():
            if other not in before:
                yield Problem(asked.at, unknown(_("前面的填写项"), other, before))
            elif before[other].options:
                for answer in answers:
                    if answer not in before[other].options:
                        yield Problem(asked.at, unknown(_("选项"), answer, before[other].options))
        before[name_] = asked


def cited(pack: Pack) -> Iterator[tuple[date, Any]]:
    for one in pack.services:
        yield one.since, one.source
        yield from ((one.since, found.basis) for found in one.items.values())
