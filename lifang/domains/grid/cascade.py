"""Tasks sent down to every place of one level, and their returns rolled up."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.blocks.cases import tasks
from lifang.blocks.cases.actions import apply, open_case, repeated
from lifang.blocks.cases.effects import Actor, Doing, effect
from lifang.blocks.cases.errors import NotDone, Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.many import open_many, open_one
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Transition
from lifang.domains.gate.carriers import CARRIERS, Carrier
from lifang.domains.gate.models import Sending
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import current, everywhere, system_scope
from lifang.ground.areas.codes import COMMUNITY, COUNTY, GRID, STREET, level_of, parent_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit

TASK, ASSIGNMENT, NEED = "task", "assignment", "household_need"
LEVELS = {
    COUNTY: gettext_lazy("区县"),
    STREET: gettext_lazy("街道（乡镇）"),
    COMMUNITY: gettext_lazy("社区（村）"),
    GRID: gettext_lazy("网格"),
}
KINDS = {"ordinary": gettext_lazy("工作任务"), "emergency": gettext_lazy("应急任务")}
# Who answers at a place of each level; a grid's committee is that of its community.
UNITS = {COUNTY: "grid_center", STREET: "street_office", COMMUNITY: "community_committee", GRID: "community_committee"}
MOST_NAMED = 100
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


@transaction.atomic
def issue_task(
    *,
    actor: Actor,
    title: str,
    text: str,
    below: int,
    level: int,
    limit: Limit,
    kind: str = "ordinary",
    only: Collection[int] = (),
    key: uuid.UUID,
    at: dt.datetime | None = None,
) -> Case:
    """Send one task to every county or street below a place, or to those of them in `only`.

    What is for communities and grids goes through the gate (`gate.sending.send`). Runs under `task.issue`. Each place
    gets a case of its own whose clock is `limit`; the case returned stands for the whole. A repeated key returns the
    first result. Raises Refused naming the field.
    """
    title, text, at = title.strip(), text.strip(), at or timezone.now()
    if (before := repeated(key)) is not None:
        return before.case
    if not title or len(title) > 120 or len(text) > 2000 or not storable(title + text):
        raise Refused(_("请写任务名称（最多 120 个字）和要求（最多 2000 个字）。"), "title")
    if not current().covers(below):
        raise Refused(_("这个地方不在你可以布置任务的范围内。"), "below")
    if level not in LEVELS or level <= level_of(below):
        raise Refused(_("接收的层级要在所选地方之下。"), "level")
    if level > STREET:
        raise Refused(_("发到社区、网格的任务要经过准入，请写明是哪个事项。"), "matter")
    if kind not in KINDS:
        raise Refused(_("请选择任务的种类。"), "kind")
    places = _places(below, level, only, timezone.localdate(at))
    return _open_task(actor, title, text, below, level, limit, kind, places, key, at, {})


def carry(sending: Sending, actor: Actor, places: Mapping[int, str], limit: Limit) -> Case:
    """Open the task of a sending that passed the gate. A place that already is a grid's or community's gets it itself."""
    kind = "emergency" if sending.emergency else "ordinary"
    return _open_task(
        actor, sending.title, sending.text, sending.area, sending.level, limit, kind, places, sending.key, sending.at,
        {"sending": sending.pk, "basis": reverse("gate_sending", args=[sending.number])},
    )  # fmt: skip


def stop(sending: Sending, actor: Actor, reason: str) -> None:
    """End the task of a sending that was withdrawn or whose emergency is over."""
    if sending.case_id:
        with system_scope("task.stop"), suppress(NotDone):  # all may have fed back meanwhile
            apply(case_id=sending.case_id, act="stop", version=None, actor=actor, data={"reason": reason})


CARRIERS["task"] = Carrier(carry, stop)


def _open_task(
    actor: Actor,
    title: str,
    text: str,
    below: int,
    level: int,
    limit: Limit,
    kind: str,
    places: Mapping[int, str],
    key: uuid.UUID,
    at: dt.datetime,
    more: Mapping[str, Any],
) -> Case:
    own = [actor.unit_id] if actor.unit_id else []
    shared = {
        "title": title,
        "text": text,
        "category": kind,
        "source": "task",
        "urgency": "urgent" if kind == "emergency" else "ordinary",
        "voices_count": 0,
    }
    data = {"limit": {"amount": limit.amount, "unit": limit.unit.value}}
    task = open_one(
        type_=packs.case_type(TASK, below, at),
        actor=actor,
        at=at,
        key=key,
        data=data,
        area=below,
        unit_id=actor.unit_id,
        involved=own,
        **shared,
    )
    task.fields = {"level": level, "sent": len(places), "roll_up": reverse("task", args=[task.number]), **more}
    Case.objects.filter(pk=task.pk).update(fields=task.fields)
    open_many(
        type_=packs.case_type(ASSIGNMENT, below, at),
        actor=actor,
        at=at,
        data=data,
        standings=list(
            _standings(task, places, {**shared, "fields": {"roll_up": task.fields["roll_up"], **more}}, own)
        ),
    )
    return task


def _places(below: int, level: int, only: Collection[int], on: dt.date) -> Mapping[int, str]:
    """Code → name of the receiving places."""
    found = Area.objects.as_of(on).below(below).at_level(level)
    if only:
        found = found.coded(*only)
    places = dict(found.order_by("code").values_list("code", "name"))
    if not places or set(only) - set(places):
        raise Refused(_("所选地方之下没有这一层级的地方，或者指定的地方不在其中。"), "level")
    return places


def _standings(
    task: Case, places: Mapping[int, str], shared: Mapping[str, Any], own: Collection[int]
) -> Iterator[dict[str, Any]]:
    """The sender's unit has a part in each, so that it reads what comes back."""
    level = task.fields["level"]
    bodies = {code: parent_of(code) if level == GRID else code for code in places}
    units = dict(
        Unit.objects.filter(kind=UNITS[level], area__in=set(bodies.values()), active=True).values_list("area", "pk")
    )
    for code, name in places.items():
        unit = units.get(bodies[code])
        yield {
            **shared,
            "area": code,
            "place_text": name,
            "parent": task,
            "unit_id": unit,
            "involved": sorted({*own, *([unit] if unit else [])}),
        }


@effect("feed_back")
def feed_back(doing: Doing) -> None:
    """What a place says in return stands in its case, where the roll-up reads it."""
    said = {name: doing.data[name] for name in ("result", "reason", "amount") if name in doing.data}
    doing.case.fields = {**doing.case.fields, **said}


@effect("all_fed_back")
def all_fed_back(doing: Doing) -> None:
    if missing := missing_words(doing.case):
        raise Refused(_("还不能汇总办结：{missing}。").format(missing=missing))


@effect("name_missing")
def name_missing(doing: Doing) -> None:
    """The places that had not fed back when the task was stopped."""
    doing.data["missing"] = missing_words(doing.case)


def missing_words(task: Case) -> str:
    """The places that have not fed back by number and name, the first hundred; "" when there are none."""
    with everywhere():
        codes = list(_open(task.pk).order_by("area").values_list("area", flat=True))
    if not codes:
        return ""
    known = names(codes[:MOST_NAMED], timezone.localdate())
    listed = _("、").join(known.get(code, str(code)) for code in codes[:MOST_NAMED])
    return _("缺 {n} 处：{names}").format(n=len(codes), names=listed)


def _open(task_id: int) -> Any:
    return Case.objects.filter(parent=task_id, type=ASSIGNMENT, is_open=True)


@effect("raise_need")
def raise_need(doing: Doing) -> None:
    """What a household needs becomes a case of its own at the same place."""
    case = doing.case
    child = open_case(
        type_=packs.case_type(NEED, case.area, doing.at),
        actor=doing.actor,
        at=doing.at,
        key=None,
        area=case.area,
        category=NEED,
        source="task",
        title=_("居民需求"),
        text=doing.data["text"],
        parent=case,
        place_text=case.place_text,
        unit_id=case.unit_id,
        involved=list(case.involved),
        urgency=case.urgency,
        voices_count=0,
        fields={"roll_up": case.fields["roll_up"]},
    )
    doing.data["child"] = child.number


def follow(case: Case, act: Act, row: Transition | None) -> None:
    """When a place has fed back, or a task was stopped, the rest follows in a job after the act is committed."""
    if row and row.act != "end" and not case.is_open and case.type in (TASK, ASSIGNMENT):
        rest.defer(task_id=case.parent_id or case.pk)


tasks.LISTENERS.append(follow)


@app.task(name="grid.task_rest", queue="notices", retry=RETRY)
def rest(task_id: int) -> None:
    """End a task to which every place has fed back; end the places' parts of a task that has been stopped."""
    with system_scope("task.rest"):
        is_open = Case.objects.values_list("is_open", flat=True).get(pk=task_id)
        waiting = list(_open(task_id).order_by("pk").values_list("pk", flat=True))
    system = Actor(name=_("系统"))
    todo = [(pk, "end") for pk in waiting] if not is_open else [] if waiting else [(task_id, "complete")]
    for pk, act in todo:
        try:
            with system_scope("task.rest"):
                apply(case_id=pk, act=act, version=None, actor=system)
        except NotDone:
            continue  # somebody was quicker


@dataclass(frozen=True)
class RollUp:
    """The returns of a task within the reader's places: `fed_back` of `sent`, who is missing, who declined and why.

    `total` adds the numbers that came with the returns, None where none came; it is whole only when `complete`.
    """

    sent: int
    fed_back: int
    missing: list[Case]
    declined: list[Case]
    total: float | None

    @property
    def complete(self) -> bool:
        return not self.missing and not self.declined


def roll_up(cases: Collection[Case]) -> RollUp:
    """Of a task's cases (`assignments`)."""
    back = [case for case in cases if case.state == "fed_back"]
    amounts = [case.fields["amount"] for case in back if "amount" in case.fields]
    return RollUp(
        len(cases),
        len(back),
        [case for case in cases if case.state in ("sent", "taken", "ended")],
        [case for case in cases if case.state == "declined"],
        sum(amounts) if amounts else None,
    )
