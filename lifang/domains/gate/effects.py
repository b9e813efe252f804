"""What the acts on an application do: the three conditions, hearing the communities, and the list itself."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted, Halt
from lifang.blocks.packs import service as packs
from lifang.domains.gate import applying, changing, hearing, promising
from lifang.domains.gate.models import Opinion
from lifang.ground.access.models import Unit, User
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area

DAY = dt.timedelta(days=1)
SUPPLIED = ("basis", "responsible", "people", "training", "amount", "paid_on", "until", "hours", "power", "known")


def _on(doing: Doing) -> dt.date:
    return timezone.localdate(doing.at)


def application_of(doing: Doing) -> dict[str, Any]:
    return dict(doing.case.fields["application"])


@effect("supply_application")
def supply_application(doing: Doing) -> None:
    """What was lacking is written into the application; what stood there before is kept with the act.

    Money for which no payer was named is the applicant's own.
    """
    old = application_of(doing)
    given = {name: str(doing.data[name]) for name in SUPPLIED if name in doing.data}
    if not given and "note" not in doing.data:
        raise Refused(_("请填写要补正的内容。"), "basis")
    if doing.case.state == "examining" and not applying.missing(old):
        raise Refused(_("三个条件都有了，要改的请等审查单位退回补正。"), "note")
    for name in ("amount", "hours"):
        if name in given and not 0 <= Decimal(given[name]) < 10**7:
            raise Refused(_("请填 0 到一千万之间的数。"), name)
    if given.get("amount") and not old["payer"]:
        given["payer"] = Unit.objects.get(pk=doing.case.unit_id or 0).kind
    new = {**old, **given}
    if {"amount", "paid_on"} & given.keys():
        applying.money_and_day(Decimal(new["amount"]), new.get("paid_on"))
    if "until" in given and given["until"] < max(new["since"], _on(doing).isoformat()):
        raise Refused(_("截止日期不能早于开始日期，也不能早于今天。"), "until")
    doing.data["before"] = {name: old.get(name) for name in given}
    doing.case.fields = {**doing.case.fields, "application": new}


@effect("three_conditions")
def three_conditions(doing: Doing) -> None:
    if missing := applying.lacking(application_of(doing)):
        raise Refused(
            _("还不能往下办，缺：{missing}。三个条件要齐全：法律法规依据、责任主体、工作保障。请退回补正。").format(
                missing=_("、").join(missing)
            )
        )


@effect("not_of_others")
def not_of_others(doing: Doing) -> None:
    """The list may have changed since the application was made."""
    applying.not_of_others(application_of(doing)["title"], doing.case.area, _on(doing))


@effect("ask_communities")
def ask_communities(doing: Doing) -> None:
    """All communities of the place, or as many as the pack says, evenly taken; whom an earlier round asked is not asked again."""
    case, on = doing.case, _on(doing)
    codes = list(
        Area.objects.as_of(on).below(case.area).at_level(COMMUNITY).order_by("code").values_list("code", flat=True)
    )
    most = packs.value("admission.hear_most", case.area, on).value
    step = max(1, -(-len(codes) // most))
    days = packs.value("admission.hear_days", case.area, on).value
    asked = set(Opinion.objects.filter(case=case).values_list("area", flat=True))
    Opinion.objects.bulk_create(
        Opinion(case=case, area=code, due=on + days * DAY) for code in codes[::step] if code not in asked
    )
    doing.data["heard"] = len(codes[::step])


@effect("gather_opinions")
def gather_opinions(doing: Doing) -> None:
    """The hearing ends when all have spoken, or their time is over; who did not speak is counted as such."""
    opinions = list(Opinion.objects.select_for_update(of=("self",)).filter(case=doing.case).order_by("pk"))
    if waiting := hearing.silent(opinions, _on(doing)):
        raise Refused(
            _("还有 {n} 个社区没有表态，最晚到 {day}。").format(n=len(waiting), day=max(one.due for one in waiting))
        )
    doing.data["opinions"] = {
        "yes": sum(one.answer is True for one in opinions), "no": sum(one.answer is False for one in opinions),
        "silent": sum(one.answer is None for one in opinions),
    }  # fmt: skip


@effect("put_in_force")
def put_in_force(doing: Doing) -> None:
    """The matter stands in the list from its day; the act keeps from which version to which the list went."""
    case, on, wanted = doing.case, _on(doing), application_of(doing)
    emergency = doing.act == "admit_now"
    if emergency and case.urgency != "urgent":
        raise Refused(_("申请单位没有按应急申请，请按一般程序办。"))
    row = Admitted.objects.filter(code=case.number).first()
    since = row.since if row else on if emergency else max(on, dt.date.fromisoformat(wanted["since"]))
    until = dt.date.fromisoformat(wanted["until"]) if wanted["until"] else None
    if emergency:
        days = packs.value("admission.emergency_days", case.area, on).value
        until = min(filter(None, [until, since + (days - 1) * DAY]))
    if until and until < max(since, on):
        raise Refused(_("申请的截止日期 {day} 已经过了，请退回改期。").format(day=until))
    if row and row.until and row.until < on - DAY:  # it had ended by itself and begins anew today
        Halt.objects.create(admitted=row, since=row.until + DAY, until=on, reason=_("应急准入到期"))
    paid_on = dt.date.fromisoformat(wanted["paid_on"]) if wanted.get("paid_on") and not emergency else None
    if paid_on and paid_on < on:
        raise Refused(_("申请的经费到账日期 {day} 已经过了，请退回改期。").format(day=paid_on))
    before = matters.version(case.area, since - DAY)
    replaces = changing.take_over(case, since, on)
    unit = Unit.objects.get(pk=case.unit_id or 0)
    row, _new = Admitted.objects.update_or_create(
        code=case.number,
        defaults={
            "area": case.area, "title": case.title, "task": "service", "unit": unit, "basis": wanted["basis"][:300],
            "payer": wanted["payer"], "amount": Decimal(wanted["amount"]), "paid_on": paid_on, "hours": Decimal(wanted["hours"]),
            "power": wanted["power"][:300], "period": wanted["period"], "sends": wanted["sends"],
            "elements": wanted["elements"], "columns": wanted.get("columns", []), "conditions": doing.data.get("conditions", "")[:500], "since": since,
            "until": until, "review_on": None if emergency else review_day(case.area, since), "emergency": emergency, "replaces": replaces,
        },
    )  # fmt: skip
    if paid_on:
        promising.promise(row, 0, on, User.objects.filter(pk=doing.actor.user_id or 0).first())
    doing.data |= {
        "since": since.isoformat(), "until": until.isoformat() if until else None,
        "versions": [before, matters.version(case.area, since)],
    }  # fmt: skip


def review_day(area: int, since: dt.date) -> dt.date:
    return promising.later(since, packs.value("admission.review_months", area, since).value)


def _row(doing: Doing) -> Admitted:
    return Admitted.objects.select_for_update(of=("self",)).get(code=doing.case.number)


@effect("halt_admitted")
def halt_admitted(doing: Doing) -> None:
    Halt.objects.create(admitted=_row(doing), since=_on(doing), reason=doing.data["reason"][:200])


@effect("resume_admitted")
def resume_admitted(doing: Doing) -> None:
    Halt.objects.filter(admitted=_row(doing), until=None).update(until=_on(doing))


@effect("end_admitted")
def end_admitted(doing: Doing) -> None:
    """From this day on it is no longer in the list; one that began today is halted, for it stood in no list of a day before."""
    on = _on(doing)
    row = Admitted.objects.select_for_update(of=("self",)).filter(code=doing.case.number).first()
    if row is None or (row.until and row.until < on):
        return
    if row.replaces and row.since > on:
        changing.give_back(doing.case, row)
    row.until = max(row.since, on - DAY)
    row.save(update_fields=["until", "replaces"])
    if row.since >= on and not Halt.objects.filter(admitted=row, until=None).exists():
        Halt.objects.create(admitted=row, since=row.since, reason=doing.data.get("reason", "")[:200])


@effect("next_review")
def next_review(doing: Doing) -> None:
    row = _row(doing)
    row.review_on = review_day(doing.case.area, _on(doing))
    row.save(update_fields=["review_on"])
    doing.data["review_on"] = row.review_on.isoformat()
