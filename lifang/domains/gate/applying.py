"""Asking for admission: what a body wants communities to do beyond the list, on what basis and with what behind it."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.many import open_one
from lifang.blocks.cases.models import Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.columns import Column, fits
from lifang.blocks.matters.words import PERIODS, SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate import changing
from lifang.domains.gate.sending import unit_for
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import everywhere
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit, due

ADMISSION = "admission"
OTHERS = ("government", "refuse")
"""Classes of what cannot be put to communities, whoever asks."""


@dataclass(frozen=True)
class Application:
    """What is applied for. `sends` are of packs.words.SENDINGS, `elements` data elements, `columns` what is to be typed
    besides (matters.columns); `payer` is a kind of unit that
    gives `amount` yuan to each place each `period`, the first on `paid_on`; `hours` is what one place needs. `known`: the data already looked for.
    """

    title: str
    why: str
    basis: str
    responsible: str
    people: str
    training: str
    payer: str
    amount: Decimal
    paid_on: dt.date | None
    hours: Decimal
    power: str
    period: str
    since: dt.date
    until: dt.date | None
    sends: Sequence[str]
    elements: Sequence[str]
    known: str
    columns: Sequence[Column] = ()

    def kept(self) -> dict[str, Any]:
        return {
            name: str(value)
            if isinstance(value, dt.date | Decimal)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in asdict(self).items()
        }


@transaction.atomic
def apply_for(
    *,
    actor: Actor,
    area: int,
    wanted: Application,
    emergency: bool = False,
    changes: str = "",
    key: uuid.UUID,
    at: dt.datetime | None = None,
) -> Case:
    """Open the case of an application for the communities below `area`. Runs under `admission.ask`; what lacks one of the
    three conditions is taken, goes no further, and the applicant supplies it. `changes` is the code of an admission of the
    same unit that this one replaces from its first day. A repeated key gives the first case.

    Raises Refused, naming the field: too late before its first day, a matter that is a department's own.
    """
    at = at or timezone.now()
    if (before := repeated(key)) is not None:
        return before.case
    on = timezone.localdate(at)
    unit = unit_for(actor, area)
    _check(wanted, area, on, emergency)
    decide = packs.value("admission.decide_days", area, on)
    with everywhere():
        if changes:
            changing.check(changes, unit=unit, area=area, since=wanted.since, on=on)
        elif twin := Case.objects.filter(
            type=ADMISSION, unit=unit, area=area, title=wanted.title, is_open=True
        ).first():
            words = _("同样的申请已经在办：{number}。已经准入的要改范围、数据或频次，在它的页面上申请变更。")
            raise Refused(words.format(number=twin.number), "title")
        return open_one(
            type_=packs.case_type(ADMISSION, area, at), actor=actor, at=at, key=key,
            data={"limit": {"amount": decide.value, "unit": "working_days"}}, area=area, category=ADMISSION,
            source="application", title=wanted.title, text=wanted.why, place_text=names([area], on).get(area, ""),
            unit_id=unit.pk, involved=[unit.pk], voices_count=0, urgency="urgent" if emergency else "ordinary",
            fields={
                "category_title": _("准入申请"), "application": wanted.kept(),
                "version": matters.version(area, on), "asked_on": on.isoformat(), **({"changes": changes} if changes else {}),
            },
        )  # fmt: skip


def _check(wanted: Application, area: int, on: dt.date, emergency: bool) -> None:
    if not wanted.title.strip() or not storable("".join(map(str, asdict(wanted).values()))):
        raise Refused(_("请写事项的名称；有写不下的字符请改后再交。"), "title")
    if not wanted.sends or set(wanted.sends) - set(SENDINGS):
        raise Refused(_("请选择以什么方式下达。"), "sends")
    if wanted.period not in PERIODS or set(wanted.elements) - set(packs.elements(area)):
        raise Refused(_("请从列表里选频次和数据。"), "elements")
    if not all(map(fits, wanted.columns)):
        raise Refused(_("新填的列要写名称、类型和单位。"), "columns")
    if wanted.paid_on and wanted.paid_on < on:
        raise Refused(_("经费到账日期不能早于今天。"), "paid_on")
    if wanted.until and wanted.until < wanted.since:
        raise Refused(_("截止日期不能早于开始日期。"), "until")
    not_of_others(wanted.title, area, on)
    if emergency:
        return
    ahead, first = packs.value("admission.ahead_days", area, on), earliest(area, on)
    if wanted.since < first:
        raise Refused(
            _("要提前 {n} 个工作日申请，最早从 {day} 起（{source}）。应急的请勾选应急准入。").format(
                n=ahead.value, day=first, source=ahead.citation
            ),
            "since",
        )


def money_and_day(amount: Decimal, paid_on: dt.date | str | None) -> None:
    """Raises Refused, naming the field, where an amount stands without its day or a day without its amount."""
    if amount > 0 and not paid_on:
        raise Refused(_("写了经费，还要写第一期哪天到账。"), "paid_on")
    if paid_on and not amount:
        raise Refused(_("写了到账日期，还要写每处每期多少钱；没有经费的，把日期清空。"), "amount")


def earliest(area: int, on: dt.date) -> dt.date:
    """From when something may be admitted that is asked on a day."""
    ahead = packs.value("admission.ahead_days", area, on).value
    if not ahead:
        return on
    days = Limit(ahead, "working_days")  # type: ignore[arg-type]
    return timezone.localdate(due(midnight(on), days, packs.calendar(area, on)))


def not_of_others(title: str, area: int, on: dt.date) -> None:
    """Raises Refused where a matter of this title is a department's own, or a certificate that none may ask for."""
    for one in matters.at(area, on).values():
        if one.title == title.strip() and one.class_ in OTHERS:
            owner = packs.units()[one.owner].title
            raise Refused(
                _("「{title}」是{owner}的职责，不得转嫁给社区，不能准入。依据：{source}。").format(
                    title=one.title, owner=owner, source=one.citation
                ),
                "title",
            )


def missing(application: Mapping[str, Any]) -> dict[str, str]:
    """What lacks of the three conditions, basis, responsible body, and people, training and money behind it: field → title."""
    paid = application["payer"] and Decimal(application["amount"]) > 0
    there = (
        ("basis", _("法律法规依据"), application["basis"].strip()),
        ("responsible", _("责任主体"), application["responsible"].strip()),
        ("people", _("人员"), application["people"].strip()),
        ("training", _("培训"), application["training"].strip()),
        ("amount" if application["payer"] else "payer", _("经费"), paid),
        ("paid_on", _("经费到账日期"), not paid or application.get("paid_on")),
    )
    return {name: title for name, title, given in there if not given}


def lacking(application: Mapping[str, Any]) -> list[str]:
    """Which of the three conditions are not met, in words."""
    titles = missing(application)
    found = [titles.pop(name) for name in ("basis", "responsible") if name in titles]
    if titles:
        found.append(_("工作保障（缺{what}）").format(what=_("、").join(titles.values())))
    return found
