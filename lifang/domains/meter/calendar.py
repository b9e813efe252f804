"""The calendar of meetings, inspections and appraisals: entered by what passed the gate, counted against the pack's quotas,
compared with each other, merged where they overlap."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.packs import service as packs
from lifang.domains.gate import sending as gate
from lifang.domains.gate.approvals import CASE
from lifang.domains.gate.carriers import CARRIERS, Carrier, Places
from lifang.domains.gate.letters import readers
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.replying import day_of
from lifang.domains.gate.verdict import same
from lifang.domains.meter.models import Occasion, OccasionQuery
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span
from lifang.ground.clock.limits import Limit
from lifang.ground.notices import actions as notices
from lifang.ground.trail.actions import record

DAY = dt.timedelta(days=1)
Data = Mapping[str, Any]
INSPECTIONS = (Occasion.Kind.INSPECTION, Occasion.Kind.APPRAISAL)


def minutes(data: Data, area: int, on: dt.date) -> int | None:
    return int(data["minutes"]) * int(data.get("persons") or 1) if data.get("minutes") else None


def carry(sending: Sending, actor: Actor, places: Places, limit: Limit) -> None:
    """What passed the gate enters the calendar. `data` may say since, until, venue, items, persons, minutes, appraisal."""
    data = sending.data
    since = day_of(sending)
    until = day_in(str(data.get("until", ""))) or since
    kind = Occasion.Kind.APPRAISAL if data.get("appraisal") else Occasion.Kind(sending.kind)
    if until < since:
        raise Refused(_("结束的日子不能早于开始的日子。"), "until")
    if not sending.emergency or kind != Occasion.Kind.MEETING:
        _within_quota(kind, sending, {at_level(code, COMMUNITY) for code in places}, since)
    persons = int(data.get("persons") or 1)
    made = Occasion.objects.create(
        kind=kind, sending=sending, area=sending.area, unit_id=sending.unit_id, title=sending.title, since=since,
        until=until, venue=str(data.get("venue", ""))[:80], items=[str(one)[:40] for one in data.get("items", ())],
        persons=persons, minutes=int(data.get("minutes") or sending.minutes), by_id=actor.user_id,
    )  # fmt: skip
    record(what="occasion.planned", kind="occasion", object_id=made.pk, area=made.area)


def stop(sending: Sending, actor: Actor, reason: str) -> None:
    Occasion.objects.filter(sending=sending, state=Occasion.State.PLANNED).update(state=Occasion.State.CANCELLED)


for _kind in ("meeting", "inspection"):
    CARRIERS[_kind] = Carrier(carry, stop, minutes)


def _within_quota(kind: str, sending: Sending, communities: set[int], since: dt.date) -> None:
    """Beyond the quota of any of its communities it needs a case that approves it; an appraisal always does."""
    given = sending.judged.get("approval", {}).get("of") == CASE
    if kind == Occasion.Kind.APPRAISAL and not given:
        raise Refused(_("考核评比要先批准：请先申请，批准后从列表里选。"), "approval")
    if given:
        return
    if kind == Occasion.Kind.MEETING:
        first = since.replace(day=1)
        last, path = (first + 31 * DAY).replace(day=1) - DAY, "calendar.meetings_most"
        kinds: Sequence[str] = (Occasion.Kind.MEETING,)
    else:
        first, last, path = since.replace(month=1, day=1), since.replace(month=12, day=31), "calendar.inspections_most"
        kinds = INSPECTIONS
    most = packs.value(path, sending.area, since)
    counted = (
        Reach.objects.filter(area__in=communities, kept=False, sending__occasion__kind__in=kinds)
        .filter(sending__occasion__since__range=(first, last), sending__occasion__state__in=("planned", "held"))
        .values("area")
        .annotate(n=Count("pk"))
        .filter(n__gte=most.value)
    )
    if full := len(counted):
        raise Refused(
            _(
                "有 {n} 个社区已经到了限额（{title}：{most}，{source}）。请先申请批准，批准后从列表里选；或者与已安排的合并。"
            ).format(n=full, title=most.title, most=most.value, source=most.citation),
            "approval",
        )


@transaction.atomic
def learn(
    *, actor: Actor, area: int, title: str, since: dt.date, minutes: int, persons: int = 1, venue: str = ""
) -> Occasion:
    """Learning and exchange that a community arranges for itself: nobody asks for it, so nothing has to be admitted."""
    unit = Unit.objects.filter(area=area, kind="community_committee", active=True).first()
    if level_of(area) != COMMUNITY or not current().covers(area) or unit is None:
        raise Refused(_("学习交流由社区自己安排，请选你的社区。"), "area")
    if not storable(title + venue):
        raise Refused(_("有写不下的字符，请改后再交。"), "title")
    made = Occasion.objects.create(
        kind=Occasion.Kind.LEARNING, area=area, unit=unit, title=title, since=since, until=since, venue=venue,
        persons=persons, minutes=minutes, by_id=actor.user_id,
    )  # fmt: skip
    record(what="occasion.planned", kind="occasion", object_id=made.pk, area=area)
    return made


def mine(one: Occasion) -> bool:
    """Whether the current scope may change it: its whole place, or the unit that called it."""
    scope = current()
    return scope.covers(one.area, [one.unit_id])


@transaction.atomic
def hold(*, one: Occasion, minutes: int, persons: int) -> None:
    """It took place, and took that long."""
    if not mine(one):
        raise Refused(_("只有召集单位和它的上级可以登记。"))
    one = Occasion.objects.select_for_update(of=("self",)).get(pk=one.pk)
    if one.state != Occasion.State.PLANNED:
        raise Refused(_("这一项{state}，没有再改。").format(state=one.get_state_display()))
    if one.since > today():
        raise Refused(_("还没有到日子（{day}），举行以后再登记。").format(day=one.since))
    one.state, one.minutes, one.persons = Occasion.State.HELD, minutes, persons
    one.save(update_fields=["state", "minutes", "persons"])
    record(what="occasion.held", kind="occasion", object_id=one.pk, area=one.area)


@transaction.atomic
def merge(*, one: Occasion, into: Occasion, actor: Actor, reason: str) -> None:
    """One goes into the other, which takes its items over; both organisers are told. Nobody's communities are lost."""
    if not (mine(one) and mine(into)):
        raise Refused(_("两项不都归你管，不能替他们合并；可以把建议发给召集单位。"))
    found = Occasion.objects.select_for_update(of=("self",)).filter(pk__in=(one.pk, into.pk)).order_by("pk")
    both = {each.pk: each for each in found.select_related("sending", "unit")}
    if len(both) < 2 or one.pk == into.pk:
        raise Refused(_("请选另一项来合并。"), "into")
    one, into = both[one.pk], both[into.pk]
    if {one.state, into.state} != {Occasion.State.PLANNED} or one.sending is None or into.sending is None:
        raise Refused(_("只有两项都还没有举行、没有取消，才能合并。"))
    with system_scope("calendar.merge"):
        alone = Reach.objects.filter(sending=one.sending).exclude(
            area__in=Reach.objects.filter(sending=into.sending).values("area")
        )
        if missing := alone.count():
            raise Refused(_("有 {n} 个社区不在「{title}」里，合并后就没有着落。").format(n=missing, title=into.title))
        one.state, one.into = Occasion.State.MERGED, into
        one.save(update_fields=["state", "into"])
        into.items = [*dict.fromkeys([*into.items, *one.items])]
        into.save(update_fields=["items"])
        gate.end(
            sending=one.sending, actor=actor, state=Sending.State.ENDED,
            reason=_("并入「{title}」（{number}）：{reason}").format(
                title=into.title, number=into.sending.number, reason=reason
            ),
        )  # fmt: skip
        record(what="occasion.merged", kind="occasion", object_id=one.pk, area=one.area, into=into.pk)
        told = {user.pk: user for each in (one, into) for user in readers(each.sending)}  # type: ignore[arg-type]
        notices.tell(
            people=told.values(), title=_("「{one}」并入「{into}」").format(one=one.title, into=into.title), body=reason,
            url=reverse("meter_occasion", args=[into.pk]),
        )  # fmt: skip


def propose(*, one: Occasion, other: Occasion, by: str) -> int:
    """Both organisers are told that theirs may be merged; returns how many people."""
    with system_scope("calendar.propose"):
        told = {user.pk: user for each in (one, other) if each.sending for user in readers(each.sending)}
        return notices.tell(
            people=told.values(), title=_("建议合并：{one}、{other}").format(one=one.title, other=other.title)[:120],
            body=_("{by}建议这两项合并，社区只接待一次。").format(by=by), url=reverse("meter_occasion", args=[one.pk]),
        )  # fmt: skip


def listed(area: int | None, since: dt.date, until: dt.date, units: Collection[int] = ()) -> OccasionQuery:
    """What touches a place between two days: called there, from above for it, or below; of units only their own."""
    found = Occasion.objects.between(since, until).select_related("unit", "sending", "into").order_by("since", "pk")
    if area is None or units:
        found = found.filter(unit__in=units)
    if area is None:
        return found
    below = span(area)
    reached = Reach.objects.filter(area__gte=below.start, area__lt=below.stop, kept=False).values("sending")
    return found.filter(Q(sending__in=reached) | Q(sending=None, area__gte=below.start, area__lt=below.stop))


@dataclass(frozen=True)
class Pair:
    """Two of the calendar that meet at `shared` communities. `why` says how: on the same days, or asking the same."""

    one: Occasion
    other: Occasion
    why: str
    shared: int


def conflicts(found: Sequence[Occasion]) -> list[Pair]:
    """Two on the same days at the same communities."""
    return _paired(
        found, lambda one, other: _("日子相同") if one.since <= other.until and other.since <= one.until else ""
    )


def mergeable(found: Sequence[Occasion]) -> list[Pair]:
    """Two of a kind in one week that look at the same items, or bear nearly the same title."""
    return _paired(found, _alike)


def _alike(one: Occasion, other: Occasion) -> str:
    if (one.kind == Occasion.Kind.MEETING) != (other.kind == Occasion.Kind.MEETING):
        return ""
    if one.since.isocalendar()[:2] != other.since.isocalendar()[:2]:
        return ""
    if both := [item for item in one.items if item in other.items]:
        return _("同一周都看：{items}").format(items=_("、").join(both))
    return _("同一周，标题相近") if same(one.title, other.title) else ""


def _paired(found: Sequence[Occasion], asks: Any) -> list[Pair]:
    going = [one for one in found if one.state == Occasion.State.PLANNED and one.sending_id]
    pairs_ = []
    for n, one in enumerate(going):
        for other in going[n + 1 :]:
            if (why := asks(one, other)) and (shared := _shared(one, other)):
                pairs_.append(Pair(one, other, why, shared))
    return pairs_


def _shared(one: Occasion, other: Occasion) -> int:
    theirs = Reach.objects.filter(sending=other.sending_id).values("area")
    return Reach.objects.filter(sending=one.sending_id, area__in=theirs).count()
