"""Cleaning up plates: approval of a new one, a campaign over the communities that have too many, and looking again."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.registers.errors import Refused as NotFitting
from lifang.domains.gate import sending as gate
from lifang.domains.gate.approvals import APPROVAL, PLATES
from lifang.domains.meter import plates
from lifang.domains.meter.opening import begin
from lifang.ground.access.models import Unit as Body
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.codes import COMMUNITY, level_of, span
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit, Unit

CLEANUP = "plate_cleanup"
ANSWER, CLEAN = Limit(10, Unit.WORKING_DAYS), Limit(20, Unit.WORKING_DAYS)


@transaction.atomic
def ask(
    *, actor: Actor, what: str, area: int, words: str, basis: str, matter: str = "", plate: Mapping[str, Any] | None = None,
    key: uuid.UUID,
) -> Case:  # fmt: skip
    """Ask to hang a plate at a community on a matter, or to hold an appraisal below a place. Runs under `gate.send`.

    Raises Refused at once for a plate that the limits do not leave room for, or whose matter the gate would return.
    """
    if (before := repeated(key)) is not None:
        return before.case
    unit = Body.objects.filter(pk=actor.unit_id or 0, active=True).first()
    if unit is None:
        raise Refused(_("你的账号没有所在单位，不能申请。请管理员补上单位。"))
    if not current().covers(area) and area not in span(unit.area):
        raise Refused(_("这个地方不在你可以申请的范围内。"), "area")
    if not storable(words + basis):
        raise Refused(_("有写不下的字符，请改后再交。"), "words")
    now = timezone.now()
    fields: dict[str, Any] = {"words": words, "basis": basis}
    if what == PLATES:
        if level_of(area) != COMMUNITY:
            raise Refused(_("牌子挂在社区，请选社区。"), "area")
        verdict = gate.judged(actor=actor, kind="plate", title=words, below=area, matter=matter).verdict
        if not verdict.passes and verdict.rule != "approval":
            raise Refused(verdict.why, "matter")
        fields["matter"] = verdict.matter.name if verdict.matter else ""
        fields["plate"] = {**(plate or {}), "department": unit.name, "basis": basis}
        try:
            plates.fits(area, fields["plate"], timezone.localdate(now))
        except NotFitting as refused:
            raise Refused(refused.message, (refused.field or "").removeprefix("c_")) from refused
    title = _("新挂牌子：{words}") if what == PLATES else _("考评：{words}")
    with everywhere():
        return begin(
            case=APPROVAL, actor=actor, at=now, area=area, category=what, title=title.format(words=words),
            text=_("依据：{basis}").format(basis=basis), limit=ANSWER, units=[unit.pk], fields=fields, key=key,
            place_text=names([area], timezone.localdate(now)).get(area, ""),
        )  # fmt: skip


@transaction.atomic
def clean_up(*, actor: Actor, area: int, at: dt.datetime | None = None, again: bool = False) -> list[Case]:
    """Open a case for each community below a place that has too many plates and none open; `again`: at a later look."""
    at = at or timezone.now()
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以清理的范围内。"), "area")
    on = timezone.localdate(at)
    over = {code: one for code, one in plates.staying(area, on).items() if one.over and level_of(code) == COMMUNITY}
    open_there = set(Case.objects.filter(type=CLEANUP, is_open=True, area__in=over).values_list("area", flat=True))
    committees = dict(
        Body.objects.filter(kind="community_committee", area__in=over, active=True).values_list("area", "pk")
    )
    known = names(over, on)
    return [
        begin(
            case=CLEANUP, actor=actor, at=at, area=code, category=CLEANUP, limit=CLEAN, place_text=known.get(code, ""),
            title=_("挂牌清理：{place}").format(place=known.get(code, code)),
            text=(_("复查时又超过限额。") if again else "")
            + _("现有 {n} 块，对外超 {outside} 块，对内超 {inside} 块。").format(
                n=len(one.plates), outside=one.over_outside, inside=one.over_inside
            ),
            units=[committees[code]] if code in committees else [],
            fields={"before": len(one.plates), "over": one.over},
        )
        for code, one in sorted(over.items())
        if code not in open_there
    ]  # fmt: skip


def look_again(area: int, now: dt.datetime) -> list[Case]:
    """What runs by itself: where the last cleaning up was checked as long ago as the pack says, count again."""
    on = timezone.localdate(now)
    days = packs.value("plates.recheck_days", area, on).value
    fresh = Case.objects.filter(type=CLEANUP, is_open=False, closed_at__gt=now - dt.timedelta(days=days))
    lately = set(fresh.values_list("area", flat=True))
    opened = []
    for code, one in plates.staying(area, on).items():
        if one.over and code not in lately:
            opened += clean_up(actor=Actor(name=_("系统")), area=code, at=now, again=True)
    return opened


@dataclass(frozen=True)
class Progress:
    """One community's cleaning up: plates when it began, plates now."""

    case: Case
    before: int
    now: int


def progress(area: int, on: dt.date) -> list[Progress]:
    """The newest cleaning up of each community below a place."""
    below = span(area)
    found = Case.objects.filter(type=CLEANUP, area__gte=below.start, area__lt=below.stop)
    newest = list(found.order_by("area", "-opened_at").distinct("area"))
    there = plates.staying(area, on)
    return [
        Progress(one, int(one.fields.get("before", 0)), len(there[one.area].plates) if one.area in there else 0)
        for one in newest
    ]
