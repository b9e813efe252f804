"""The joint decision: each body that must take part has a part of the application and says its own word in it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.cases.standard import involve
from lifang.blocks.packs import service as packs
from lifang.ground.access.queries import unit_for
from lifang.ground.access.ranges import midnight
from lifang.ground.clock.limits import Limit, due

SPEAK, ASK = "opine", "gather"
AGREE, CONDITIONS, AGAINST = "agree", "conditions", "against"
SETTLED = {"admit": (AGREE,), "admit_with": (AGREE, CONDITIONS), "refuse": (AGAINST,)}
"""Conclusion → the words of a body that it follows. A refusal gives its reason anyway."""


@dataclass
class Body:
    """One body that sits; `said` are the acts by which it spoke, the newest first, whose word holds."""

    part: Part
    said: list[Act] = field(default_factory=list)

    @property
    def word(self) -> str:
        return str(self.said[0].data["opinion"]) if self.said else ""

    def has_time(self, at: dt.datetime) -> bool:
        """Whether it has not spoken and may still; no conclusion is drawn before."""
        return not self.said and self.part.due_at is not None and self.part.due_at >= at

    @property
    def late(self) -> bool:
        """Whether it spoke, or still does not, after its time."""
        until = self.part.due_at
        return until is not None and (self.said[-1].at if self.said else timezone.now()) > until


def sitting(parts: Iterable[Part], acts: Iterable[Act]) -> list[Body]:
    """The bodies of the last round: what was said before the application was returned and changed does not count for it."""
    asked = [part for part in parts if part.kind == Part.Kind.JOINT]
    begun = max((part.begun_at for part in asked), default=None)
    found = {part.pk: Body(part) for part in asked if part.begun_at == begun}
    for act in acts:
        if act.act == SPEAK and act.data["part"] in found:
            found[act.data["part"]].said.insert(0, act)
    return list(found.values())


def bodies_of(case: Case) -> list[Body]:
    parts = Part.objects.filter(case=case, kind=Part.Kind.JOINT).select_related("unit")
    return sitting(parts, Act.objects.filter(case=case, act=SPEAK).order_by("seq"))


def _named(bodies: Iterable[Body]) -> str:
    return _("、").join(one.part.unit.name for one in bodies)


@effect("applicant_only")
def applicant_only(doing: Doing) -> None:
    """Other bodies take part in the application; it stays the applicant's."""
    if doing.actor.unit_id != doing.case.unit_id:
        raise Refused(_("只有申请单位能办这一步。"))


@effect("ask_bodies")
def ask_bodies(doing: Doing) -> None:
    """Each body that the pack names gets a part with its limit; the applicant does not sit on its own application.

    The act keeps the kinds of bodies that nobody is registered for.
    """
    case, on = doing.case, timezone.localdate(doing.at)
    days = packs.value("admission.joint_days", case.area, on).value
    until = due(doing.at, Limit(days, "working_days"), packs.calendar(case.area, on))  # type: ignore[arg-type]
    doing.data["absent"] = []
    for kind in packs.value("admission.joint_bodies", case.area, on).value:
        unit = unit_for(kind, case.area)
        if unit is None:
            doing.data["absent"].append(kind)
        elif unit.pk != case.unit_id:
            Part.objects.create(
                case=case, unit_id=unit.pk, kind=Part.Kind.JOINT, duty=_("会审：{title}").format(title=case.title),
                begun_at=doing.at, due_at=until,
            )  # fmt: skip
            involve(case, unit.pk)


@effect("give_opinion")
def give_opinion(doing: Doing) -> None:
    """A body's own word; until the conclusion it may say otherwise, and each word stays."""
    mine = next((one for one in bodies_of(doing.case) if one.part.unit_id == doing.actor.unit_id), None)
    if mine is None:
        raise Refused(_("你所在的单位不参加这件申请的会审。"))
    reason = doing.data.get("reason", "")
    if doing.data["opinion"] != AGREE and not reason:
        raise Refused(_("附条件的写明条件，不同意的写明理由。"), "reason")
    if len(reason) > 500:
        raise Refused(_("最多写 500 个字。"), "reason")
    part = mine.part
    part.state, part.done_at, part.result = Part.State.DONE, doing.at, reason
    part.save(update_fields=["state", "done_at", "result"])
    doing.data["part"] = part.pk


@effect("end_bodies")
def end_bodies(doing: Doing) -> None:
    """Who has not spoken need not any more."""
    doing.case.parts.filter(kind=Part.Kind.JOINT, state__in=Part.UNFINISHED).update(state=Part.State.CANCELLED)


@effect("conclude_jointly")
def conclude_jointly(doing: Doing) -> None:
    """All have spoken or their time is over, and a conclusion against a body's word says why. The act keeps who said what."""
    bodies, on = bodies_of(doing.case), timezone.localdate(doing.at)
    if not bodies and packs.value("admission.joint_bodies", doing.case.area, on).value and not _asked(doing):
        raise Refused(_("这件还没有请会审单位发表意见。请退回补正，再征求意见、提请会审。"))
    if waiting := [one for one in bodies if one.has_time(doing.at)]:
        until = max(one.part.due_at for one in waiting if one.part.due_at)
        raise Refused(
            _("还不能作结论：{names}没有发表会审意见，最晚到 {day}。").format(
                names=_named(waiting), day=f"{timezone.localtime(until):%Y-%m-%d %H:%M}"
            )
        )
    contrary = [one for one in bodies if one.said and one.word not in SETTLED[doing.act]]
    if contrary and not (doing.data.get("why") or doing.act == "refuse"):
        raise Refused(_("{names}的意见和这个结论不一致，请写明为什么不采纳。").format(names=_named(contrary)), "why")
    doing.data["bodies"] = {one.part.unit.name: one.word for one in bodies}
    end_bodies(doing)


def _asked(doing: Doing) -> bool:
    """Whether the bodies were asked and none was there to sit."""
    last = Act.objects.filter(case=doing.case, act=ASK).order_by("-seq").first()
    return last is not None and "absent" in last.data


def absent(acts: Sequence[Act]) -> list[str]:
    """Kinds of bodies that ought to sit in the last round and for which no unit is registered here."""
    last = next((act for act in reversed(acts) if act.act == ASK), None)
    return [packs.units()[kind].title for kind in last.data.get("absent", ())] if last else []


def unspoken() -> QuerySet[Part]:
    """What bodies are still to speak on, that of the nearest day first."""
    waits = Part.objects.filter(kind=Part.Kind.JOINT, state=Part.State.OPEN, case__state="deciding")
    return waits.select_related("case").order_by("due_at", "pk")


def waiting_for(unit: int | None) -> list[Part]:
    return list(unspoken().filter(unit=unit)) if unit else []


def near(part: Part, on: dt.date) -> bool:
    """Whether its limit ends within the working days that the pack gives for a reminder."""
    area, days = part.case.area, packs.value("admission.joint_remind_days", part.case.area, on).value
    ends = due(midnight(on), Limit(days, "working_days"), packs.calendar(area, on)) if days else midnight(on)  # type: ignore[arg-type]
    return part.due_at is not None and part.due_at <= ends
