"""Why somebody stands on a register, in words: each value with who said it and when, each mark with who answers for it."""

import datetime as dt
from collections.abc import Iterable, Mapping
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
    day, people = on or today(), list(persons)
    elements = packs.elements(settings.CONFIG.area)
    speller = Speller(elements, settings.CONFIG.area, {})
    rule = rule_of(care_lists()[name], day)
    ages = any(one.what == "age" for one in rule)
    records = (
        (then.records_of([one.pk for one in people], on) if on else records_of(one.pk for one in people))
        if ages
        else {}
    )
    rulings = rulings_of(records, midnight(on + then.DAY) if on else None)
    found: dict[int, list[Reason]] = {}
    for person in people:
        stood, told = standing[person.pk], found.setdefault(person.pk, [])
        if stood.by_rule:
            if ages:
                said = records.get(person.pk, [])
                births = winning.winners(
                    map(winning.said, said),
                    {"birth": elements["birth"]},
                    winning.upheld(rulings.get(person.pk, ()), said),
                )
                words = _("{n} 岁").format(n=age(person.birth, day))
                told.append(Reason(words, _of(births["birth"].word.record) if "birth" in births else ""))
            if any(one.what == "home" for one in rule):
                home = _("住处") if hidden(person, mine, day) else stood.home
                words = _("{home} 登记 {n} 人").format(home=home, n=stood.living)
                told.append(Reason(words, _("各部门名单里的住址")))
            for element, winner in stood.said.items():
                value = speller.words(element, winner.word.value)
                told.append(Reason(_("：").join((elements[element].title, value)), _of(winner.word.record)))
        if stood.mark is not None:
            told.append(Reason(_("人工标记：{reason}").format(reason=reason_of(stood.mark)), _answered(stood.mark)))
    return found


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
