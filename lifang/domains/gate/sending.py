"""The one door through which anything is asked of communities."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.columns import fits
from lifang.blocks.matters.words import SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate import letters
from lifang.domains.gate.carriers import CARRIERS, minutes_of
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.verdict import Asked, Verdict, alike, judge
from lifang.ground import prepared
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.codes import COMMUNITY, GRID, at_level, level_of, span
from lifang.ground.areas.models import Area
from lifang.ground.clock.limits import Limit, due
from lifang.ground.trail.actions import record

DAYS = Limit(5, "working_days")  # type: ignore[arg-type]
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


OWN_WAY = ("task", "form")
"""Kinds whose rooms tell the communities themselves."""
LIMITED = ("meeting", "inspection", "plate")
"""Kinds that are counted against a limit or stand on an approval for one."""


@dataclass(frozen=True)
class Preview:
    """What a request would do: the verdict, the places, what it costs one and all, and what asks the same already."""

    asked: Asked
    verdict: Verdict
    places: Mapping[int, str]
    minutes: int
    alike: Sequence[Sending] = ()

    @property
    def total(self) -> int:
        return self.minutes * len(self.places)


def preview(**asked: Any) -> Preview:
    """What `send` would say and do, and what asks the same already. Takes the same as `judged`."""
    found = judged(**asked)
    with everywhere():
        return replace(found, alike=alike(found.asked))


def judged(
    *,
    actor: Actor,
    kind: str,
    title: str,
    text: str = "",
    below: int,
    matter: str = "",
    level: int = COMMUNITY,
    only: Collection[int] = (),
    emergency: bool = False,
    data: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Preview:
    """What the gate says. Raises Refused, naming the field, for what cannot be judged at all."""
    at, data = at or timezone.now(), data or {}
    on = timezone.localdate(at)
    title = title.strip()
    if not title or len(title) > 120 or len(text) > 2000 or not storable(title + text):
        raise Refused(_("请写标题（最多 120 个字）和要求（最多 2000 个字）。"), "title")
    if kind not in SENDINGS:
        raise Refused(_("请选择下达方式。"), "kind", _("、").join(SENDINGS))
    elements, columns = tuple(data.get("elements", ())), tuple(data.get("columns", ()))
    if kind == "data" and not (elements or columns):
        raise Refused(_("要数据的，写明要哪些数据项。"), "elements")
    if "edition" not in data and not all(map(fits, columns)):
        raise Refused(_("新填的列要写名称、类型和单位。"), "columns")
    unit = unit_for(actor, below)
    places = _places(below, level, only, on)
    communities = {at_level(code, COMMUNITY) for code in places}
    asked = Asked(
        unit, kind, matter.strip()[:120], title, below, communities, on, emergency, elements, data.get("approval", ""),
        edition="edition" in data, columns=columns,
    )  # fmt: skip
    with everywhere():
        return Preview(asked, judge(asked), places, minutes_of(kind, data, below, on))


def unit_for(actor: Actor, below: int) -> Unit:
    """The asking unit, which may ask below this place."""
    unit = Unit.objects.filter(pk=actor.unit_id or 0, active=True).first()
    if unit is None:
        raise Refused(_("你的账号没有所在单位，不能向社区下达。请管理员补上单位。"), "unit")
    scope = current()
    if not scope.covers(below) and not (unit.pk in scope.units and below in span(unit.area)):
        raise Refused(_("这个地方不在你可以下达的范围内。"), "below")
    return unit


def _places(below: int, level: int, only: Collection[int], on: dt.date) -> Mapping[int, str]:
    if level not in (COMMUNITY, GRID) or level < level_of(below):
        raise Refused(_("接收的是社区或网格，要在所选地方之下。"), "level")
    found = Area.objects.as_of(on).below(below).at_level(level)
    if level == GRID:
        found = found.grids("governance")
    if only:
        found = found.coded(*only)
    places = dict(found.order_by("code").values_list("code", "name"))
    if not places or set(only) - set(places):
        raise Refused(_("所选地方之下没有这一层级的地方，或者指定的地方不在其中。"), "level")
    return places


@transaction.atomic
def send(
    *,
    actor: Actor,
    kind: str,
    title: str,
    text: str = "",
    below: int,
    matter: str = "",
    level: int = COMMUNITY,
    only: Collection[int] = (),
    limit: Limit = DAYS,
    emergency: bool = False,
    data: Mapping[str, Any] | None = None,
    channel: str = "desk",
    key: uuid.UUID,
    at: dt.datetime | None = None,
) -> Sending:
    """Ask something of every community (or grid) below a place, or of those in `only`.

    What passes the gate is carried out by the kind's carrier; what does not is kept as returned, with a letter to the
    sender. `kind` is one of packs.words.SENDINGS, `matter` a name in blocks.matters (or its title); `data` is the kind's own,
    of which the gate reads `elements` (data elements asked for), `columns` (to be typed, as matters.columns), `edition` (of a form) and `approval` (what approves it, as
    approvals.find takes it). Runs under `gate.send` or `task.issue`; the asking unit is the actor's. A repeated key gives the first result. Raises Refused for
    what cannot be judged: no unit, a place that is not the sender's, no title.
    """
    at, data = at or timezone.now(), dict(data or {})
    if (before := of_key(key, actor)) is not None:
        return before
    if kind in LIMITED or data.get("approval"):
        lock("gate.limited")
    looked = judged(
        actor=actor, kind=kind, title=title, text=text, below=below, matter=matter, level=level, only=only,
        emergency=emergency, data=data, at=at,
    )  # fmt: skip
    verdict = looked.verdict
    with everywhere():
        pk = prepared.next_id("gate_sending")
        sending = Sending.objects.create(
            pk=pk, number=f"XD{timezone.localtime(at):%y%m%d}-{pk:06d}", area=below, level=level, kind=kind,
            matter=verdict.matter.name if verdict.matter else "", judged=_judged(verdict, matter, below, at),
            unit=looked.asked.unit, by_id=actor.user_id, title=title.strip(), text=text.strip(), data=data, at=at,
            due=due(at, limit, packs.calendar(below, at)), minutes=looked.minutes, places=len(looked.places),
            state=Sending.State.SENT if verdict.passes else Sending.State.RETURNED, rule=verdict.rule,
            why=verdict.why[:500], emergency=emergency, until=verdict.until, channel=channel, key=key,
        )  # fmt: skip
        each = Counter(at_level(code, COMMUNITY) for code in looked.places)
        Reach.objects.bulk_create(
            [
                Reach(
                    sending=sending, area=area, unit_id=sending.unit_id, at=at, minutes=looked.minutes * count,
                    kept=not verdict.passes,
                )
                for area, count in each.items()
            ],
            batch_size=1000,
        )  # fmt: skip
        record(what=f"sending.{sending.state}", kind="sending", object_id=sending.number, area=below, rule=verdict.rule)
        if not verdict.passes:
            letters.post(sending)
        elif carrier := CARRIERS.get(kind):
            sending.case = carrier.carry(sending, actor, looked.places, limit)
            sending.save(update_fields=["case"])
        if verdict.passes and kind not in OWN_WAY:
            letters.arrive(sending)
    return sending


def lock(name: str) -> None:
    """To the end of the transaction nobody else holds it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [name])


def of_key(key: uuid.UUID, actor: Actor) -> Sending | None:
    """What was sent under this key; to the end of the transaction nobody else sends under it."""
    lock(f"gate.{key}")
    with everywhere():
        found = Sending.objects.filter(key=key).first()
    if found and found.by_id != actor.user_id:
        raise Refused(_("这次提交的标识已经用过，请刷新页面后重试。"), "key")
    return found


def _judged(verdict: Verdict, asked: str, area: int, at: dt.datetime) -> dict[str, Any]:
    """What the verdict rested on, as it was known then."""
    found: dict[str, Any] = {"asked": asked.strip()[:120], "version": matters.version(area, timezone.localdate(at))}
    if matter := verdict.matter:
        found |= {"title": matter.title, "class": matter.class_, "basis": matter.citation}
    return found | {"owner": verdict.owner} | ({"approval": dict(verdict.approval)} if verdict.approval else {})


@transaction.atomic
def end(*, sending: Sending, actor: Actor, state: str, reason: str) -> Sending:
    """Withdraw or end what was sent: what carries it is stopped. Raises Refused when it runs no more."""
    with everywhere():
        sending = Sending.objects.select_for_update(of=("self",)).get(pk=sending.pk)
        if sending.state != Sending.State.SENT:
            raise Refused(_("这件已经{state}，没有再改。").format(state=sending.get_state_display()))
        if not reason.strip():
            raise Refused(_("请写明原因。"), "reason")
        sending.state, sending.ended_at, sending.end_reason = state, timezone.now(), reason.strip()[:200]
        sending.save(update_fields=["state", "ended_at", "end_reason"])
        record(what=f"sending.{state}", kind="sending", object_id=sending.number, area=sending.area)
        if (carrier := CARRIERS.get(sending.kind)) and carrier.stop:
            carrier.stop(sending, actor, sending.end_reason)
        if actor.user_id and sending.kind not in OWN_WAY:
            letters.over(sending)
    return sending
