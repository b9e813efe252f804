"""Effects that case types of any subject share: who owns it, who helps, what it repeats, what was answered."""

import datetime as dt

from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case, Part, Voice
from lifang.blocks.packs import service as packs
from lifang.ground.access.scope import everywhere
from lifang.ground.clock.limits import Limit, due


def involve(case: Case, unit_id: int) -> None:
    if unit_id not in case.involved:
        case.involved = [*case.involved, unit_id]


def _due(doing: Doing, limit: dict[str, float | str] | None) -> dt.datetime | None:
    if limit is None:
        return None
    return due(doing.at, Limit(limit["amount"], limit["unit"]), packs.calendar(doing.case.area, doing.at))  # type: ignore[arg-type]


@effect("set_unit")
def set_unit(doing: Doing) -> None:
    """The named unit owns the case from now on; without one the owner stays."""
    if unit := doing.data.get("unit"):
        doing.case.unit_id = unit
    if doing.case.unit_id is None:
        raise Refused(_("请选择承办单位。"), "unit")
    involve(doing.case, doing.case.unit_id)


@effect("take_on")
def take_on(doing: Doing) -> None:
    """The actor's own unit takes the case."""
    if doing.actor.unit_id is None:
        raise Refused(_("你的账号没有所在单位，不能自办。请管理员补上单位。"))
    doing.case.unit_id = doing.actor.unit_id
    involve(doing.case, doing.actor.unit_id)


@effect("contacted")
def contacted(doing: Doing) -> None:
    """The first time that somebody reached the reporter is the response."""
    if doing.data.get("reached") and doing.case.responded_at is None:
        doing.case.responded_at = doing.at


@effect("clear_unit")
def clear_unit(doing: Doing) -> None:
    doing.data["was_unit"] = doing.case.unit_id
    doing.case.unit_id = None


@effect("count_return")
def count_return(doing: Doing) -> None:
    doing.case.returns += 1


@effect("count_rework")
def count_rework(doing: Doing) -> None:
    doing.case.reworks += 1
    doing.case.handled_at = None


@effect("unclose")
def unclose(doing: Doing) -> None:
    """The case begins anew: what was handled, answered and excluded belongs to the closing that is taken back."""
    case = doing.case
    case.closed_at = case.handled_at = case.handle_due_at = case.responded_at = case.respond_due_at = None
    case.answered = case.solved = case.satisfied = None
    case.reworks, case.excluded = 0, ""


@effect("add_share")
def add_share(doing: Doing) -> None:
    """Another unit gets a part of the case with its own limit."""
    _add_part(doing, Part.Kind.SHARE, doing.data["unit"])


@effect("whistle")
def whistle(doing: Doing) -> None:
    """The community calls a department: the department's clock starts, the case's own stands still."""
    _add_part(doing, Part.Kind.WHISTLE, doing.data["unit"])


def _add_part(doing: Doing, kind: Part.Kind, unit: int) -> None:
    if Part.objects.filter(case=doing.case, unit_id=unit, kind=kind).exclude(state__in=["done", "cancelled"]).exists():
        raise Refused(_("这个单位已有一项未办完的任务。"), "unit")
    respond = packs.response_limit(kind.value, doing.case.area, doing.at)
    Part.objects.create(
        case=doing.case,
        unit_id=unit,
        kind=kind,
        duty=doing.data.get("duty", "")[:200],
        begun_at=doing.at,
        respond_due_at=due(doing.at, respond.value, packs.calendar(doing.case.area, doing.at)) if respond else None,
        due_at=_due(doing, doing.data.get("limit")),
    )
    involve(doing.case, unit)


def _own_part(doing: Doing, kind: Part.Kind | None = None) -> Part:
    """The unfinished part of the actor's unit."""
    unit = doing.actor.unit_id or 0
    parts = Part.objects.filter(case=doing.case, unit_id=unit, state__in=Part.UNFINISHED)
    part = (parts.filter(kind=kind) if kind else parts).order_by("id").first()
    if part is None:
        raise Refused(_("你所在的单位在这个案件里没有未办完的任务。"))
    return part


@effect("respond")
def respond(doing: Doing) -> None:
    part = _own_part(doing, Part.Kind.WHISTLE)
    part.state, part.responded_at = Part.State.RESPONDED, part.responded_at or doing.at
    part.save(update_fields=["state", "responded_at"])


@effect("finish_part")
def finish_part(doing: Doing) -> None:
    part = _own_part(doing)
    part.state, part.done_at, part.result = Part.State.DONE, doing.at, doing.data.get("result", "")[:500]
    part.save(update_fields=["state", "done_at", "result"])
    doing.data["part"] = part.pk


@effect("end_whistle")
def end_whistle(doing: Doing) -> None:
    """The community takes the case back; a department that did not finish keeps that on record."""
    doing.case.parts.filter(kind=Part.Kind.WHISTLE, state__in=Part.UNFINISHED).update(state=Part.State.CANCELLED)


@effect("no_open_parts")
def no_open_parts(doing: Doing) -> None:
    """A lead cannot finish while a part is open; the units are named."""
    waiting = Part.objects.filter(case=doing.case, state__in=Part.UNFINISHED).select_related("unit")
    if names := [part.unit.name for part in waiting]:
        joined = _("、").join(names)
        raise Refused(_("还不能办结：{names} 的部分没有办完。").format(names=joined))
    with everywhere():  # a child may stand with a unit that the lead is not in
        numbers = list(Case.objects.filter(parent=doing.case, is_open=True).values_list("number", flat=True))
    if numbers:
        raise Refused(_("还不能办结：子案件 {numbers} 没有办结。").format(numbers=_("、").join(numbers)))


@effect("merge")
def merge(doing: Doing) -> None:
    """This case repeats another: its voices move there and are answered with it."""
    target = Case.objects.select_for_update(of=("self",)).get(number=doing.data["case"])
    if target.pk == doing.case.pk or target.type != doing.case.type or not target.is_open:
        raise Refused(_("请选择另一个还没有办结的同类案件。"), "case")
    moved = Voice.objects.filter(case=doing.case).update(case=target)
    target.voices_count += moved
    target.save(update_fields=["voices_count"])
    doing.case.duplicate_of = target
    doing.case.voices_count = 0


@effect("check_extension")
def check_extension(doing: Doing) -> None:
    """An extension is asked in the unit of the limit that it extends."""
    from_rule = packs.limit_for(
        doing.type.clock("handle"), doing.case.category, doing.case.area, doing.case.opened_at, doing.case.urgency
    )
    if from_rule and from_rule.value.unit.value != doing.data["limit"]["unit"]:
        raise Refused(
            _("原时限按「{unit}」计，延期也要按同样的单位申请。").format(unit=from_rule.value.unit.value), "limit"
        )


@effect("answered")
def answered(doing: Doing) -> None:
    """What the reporter said when called back."""
    reached = doing.data["reached"]
    doing.case.answered = reached
    if reached:
        doing.case.solved = doing.data.get("solved")
        doing.case.satisfied = doing.data.get("satisfied")


@effect("rated")
def rated(doing: Doing) -> None:
    """A reporter's own rating counts as an answered callback; of several, one that says no decides."""
    since, closed = doing.case.rated_at, doing.case.closed_at
    first = since is None or (closed is not None and since < closed)
    doing.case.answered = True
    doing.case.solved = doing.data["solved"] and (first or doing.case.solved)
    doing.case.satisfied = doing.data["satisfied"] and (first or doing.case.satisfied)
    doing.case.rated_at = doing.at


@effect("exclude")
def exclude(doing: Doing) -> None:
    """The case is left out of the fair rates, by a recorded rule with proof and reviewer."""
    doing.case.excluded = doing.data["exclusion"]


@effect("include")
def include(doing: Doing) -> None:
    doing.case.excluded = ""
