"""The form of certificates/*.yaml, and what must fit together there."""

import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import citation, name
from lifang.blocks.packs.matters import standing
from lifang.blocks.packs.problems import Problem, missing, unknown
from lifang.blocks.packs.reading import choice, day, listing, optional, record, table, text, truth, whole
from lifang.blocks.packs.shapes import CertificateForm, Pack

attested = record(
    shapes.Attested,
    title=text,
    element=optional(name, ""),
    checks=listing(choice(lazy("核实方式"), words.CHECKS), empty=False),
)
forms = table(
    record(
        lambda from_, **rest: shapes.CertificateForm(since=from_, **rest),
        from_=day,
        source=citation,
        days=whole,
        copies=whole,
        signs=listing(name, empty=False),
        working_days=whole,
        at_once=optional(truth, default=False),
        facts=table(attested, name),
        wording=text,
    ),
    name,
)


def in_force(line: Iterable[Pack], on: date) -> Mapping[str, CertificateForm]:
    """By matter the form that holds on a day: the nearest pack's last that has begun."""
    found: dict[str, CertificateForm] = {}
    for pack in line:
        for matter, form in sorted(pack.certificates, key=lambda one: one[1].since, reverse=True):
            if form.since <= on:
                found.setdefault(matter, form)
    return found


def check(
    pack: Pack, line: list[Pack], elements: Collection[str], roles: Collection[str]
) -> Iterator[Problem]:  # fmt: skip
    for matter, form in pack.certificates:
        there = standing(line, form.since)
        if matter not in there or there[matter][2].class_ != "certify":
            listed = [name_ for name_, (_pack, _one, found) in there.items() if found.class_ == "certify"]
            yield Problem(form.at, unknown(_("可以出具的证明"), matter, listed))
        yield from missing(form.at, _("角色"), form.signs, roles)
        for number, title in ((form.days, "days"), (form.copies, "copies"), (form.working_days, "working_days")):
            if number < 1:
                yield Problem(form.at, _("%(title)s 至少是 1") % {"title": title})
        for fact in form.facts.values():
            yield from missing(fact.at, _("数据元"), filter(None, [fact.element]), elements)
            if ("register" in fact.checks) != bool(fact.element):
                yield Problem(fact.at, _("写了 element 的才能用 register 核实，用 register 核实的要写 element"))
            if form.at_once and "register" not in fact.checks:
                yield Problem(fact.at, _("当场出具的证明，每一项都要能从登记中核实"))
        named = {field for _text, field, _spec, _conversion in string.Formatter().parse(form.wording) if field}
        yield from missing(form.at, _("事实"), sorted(named), form.facts)


def cited(pack: Pack) -> Iterator[tuple[date, Any]]:
    for _matter, form in pack.certificates:
        yield form.since, form.source
