"""Why somebody stands on a register, in words: each value with who said it and when, each mark with who answers for it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from lifang.blocks.lists.care import Standing, care_lists, rule_of
from lifang.blocks.lists.models import REASON, Mark
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import then, winning
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.days import age
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import records_of, rulings_of
from lifang.blocks.registry.showing import Speller
from lifang.blocks.registry.winning import Winner
from lifang.ground.access import vault
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import Holdings


class Reason(NamedTuple):
    words: str
    origin: str


def reasons(
    name: str, persons: Iterable[Person], standing: Mapping[int, Standing], mine: Holdings, on: dt.date | None = None
) -> dict[int, list[Reason]]:
    """For each of these persons, a child's home only to who may see it. Needs a scope that reads them and the marks."""
    people = list(persons)
    ages = any(one.what == "age" for one in rule_of(care_lists()[name], on or today()))
    births = _births([one.pk for one in people], on) if ages else {}
    return {one.pk: reasons_of(name, one, standing[one.pk], births.get(one.pk), mine, on) for one in people}


def _births(persons: Sequence[int], on: dt.date | None) -> dict[int, Winner]:
    elements = {"birth": packs.elements(settings.CONFIG.area)["birth"]}
    records = then.records_of(persons, on) if on else records_of(persons)
    rulings = rulings_of(records, midnight(on + then.DAY) if on else None)
    found = {}
    for pk, said in records.items():
        won = winning.winners(map(winning.said, said), elements, winning.upheld(rulings.get(pk, ()), said))
        if "birth" in won:
            found[pk] = won["birth"]
    return found


def reasons_of(
    name: str, person: Person, stood: Standing, birth: Winner | None, mine: Holdings, on: dt.date | None = None
) -> list[Reason]:
    """The same of one person, whose word on the birth that counts is known."""
    day, told, elements = on or today(), list[Reason](), packs.elements(settings.CONFIG.area)
    rule = rule_of(care_lists()[name], day)
    if stood.by_rule:
        if any(one.what == "age" for one in rule):
            words = _("{n} 岁").format(n=age(person.birth, day))
            told.append(Reason(words, _of(birth.word.record) if birth else ""))
        if any(one.what == "home" for one in rule):
            home = _("住处") if hidden(person, mine, day) else stood.home
            words = _("{home} 登记 {n} 人").format(home=home, n=stood.living)
            told.append(Reason(words, _("各部门名单里的住址")))
        speller = Speller(elements, settings.CONFIG.area, {})
        for element, winner in stood.said.items():
            value = speller.words(element, winner.word.value)
            told.append(Reason(_("：").join((elements[element].title, value)), _of(winner.word.record)))
    if stood.mark is not None:
        told.append(Reason(_("人工标记：{reason}").format(reason=reason_of(stood.mark)), _answered(stood.mark)))
    return told


def reason_of(mark: Mark) -> str:
    try:
        return vault.unseal(bytes(mark.reason), REASON)
    except vault.Unreadable:
        return _("（解不开，请告诉系统管理员）")


def _answered(mark: Mark) -> str:
    last = mark.until - dt.timedelta(days=1)
    other = mark.answered_by.name if mark.answered_by else ""
    return _("{by}提出，{other}复核，有效到 {day}").format(by=mark.by.name, other=other, day=last)


def _of(record: Record) -> str:
    return _("{system}，数据日期 {day}").format(system=record.system.title, day=record.held_from)
