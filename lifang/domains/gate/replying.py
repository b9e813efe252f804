"""What a community does with what came to it and has no page of its own: it took part, answered, or objects."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable, type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.forms import service as forms
from lifang.domains.gate import letters
from lifang.domains.gate.models import Reach, Reply, Sending
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.trail.actions import record

TOOK_PART, ANSWERED, OBJECTED = Reply.Act.TOOK_PART, Reply.Act.ANSWERED, Reply.Act.OBJECTED
DONE = {
    "meeting": (TOOK_PART, gettext_lazy("参加了")), "inspection": (TOOK_PART, gettext_lazy("接待了")),
    "plate": (ANSWERED, gettext_lazy("挂好了")), "data": (ANSWERED, gettext_lazy("给了")),
    "certificate": (ANSWERED, gettext_lazy("答复了")), "form": (ANSWERED, gettext_lazy("报了")),
    "task": (ANSWERED, gettext_lazy("办了")),
}  # fmt: skip
OBJECTION = gettext_lazy("有异议")


def day_of(sending: Sending) -> dt.date:
    """The day on which it is asked: that of the meeting or inspection, else when it is due."""
    return day_in(str(sending.data.get("since", ""))) or timezone.localdate(sending.due or sending.at)


def dropped(sending: Sending) -> bool:
    """Whether nobody has to do it any more: it was withdrawn, or went into another."""
    return sending.state == Sending.State.WITHDRAWN or (sending.state == Sending.State.ENDED and not sending.emergency)


@dataclass(frozen=True)
class Step:
    """How far a community is with what came to it: the words and their tone, the page where it goes on, and whether it waits
    for the community."""

    words: str
    tone: str
    url: str
    waits: bool = False


def steps(reaches: Iterable[Reach]) -> Mapping[int, Step]:
    """By reach. Tasks and forms go on at their own pages, all else at the page of the reach. The reaches are the reader's."""
    rows = list(reaches)
    numbers = [one.sending.number for one in rows if one.sending.kind == "form"]
    tasks = {one.sending.case_id: one for one in rows if one.sending.case_id}
    with system_scope("gate.asked"):
        found = forms.Return.objects.filter(issue__sending__in=numbers, current=True, area__in=[r.area for r in rows])
        returns = {(one.issue.sending, one.area): one for one in found.select_related("issue").defer("cells", "rows")}
        cases: dict[tuple[int | None, int], Case] = {}
        for own in Case.objects.filter(parent__in=tasks, type="assignment").defer("words").order_by("-area"):
            cases[own.parent_id, at_level(own.area, COMMUNITY)] = own
    said = {one.reach_id: one for one in Reply.objects.filter(reach__in=rows).order_by("pk")}
    return {
        one.pk: _of_case(case) if (case := cases.get((one.sending.case_id, one.area)))
        else _of_return(back) if (back := returns.get((one.sending.number, one.area)))
        else _of_reply(one, said.get(one.pk))
        for one in rows
    }  # fmt: skip


def _of_case(case: Case) -> Step:
    url = reverse("case", args=[case.number])
    return Step(type_of(case).states[case.state].title, "info" if case.is_open else "good", url, case.is_open)


def _of_return(back: forms.Return) -> Step:
    sent = back.state in (forms.Return.State.SUBMITTED, forms.Return.State.LOCKED)
    return Step(back.get_state_display(), "good" if sent else "info", reverse("form_return", args=[back.pk]), not sent)


def _of_reply(reach: Reach, reply: Reply | None) -> Step:
    url = reverse("gate_reach", args=[reach.pk])
    if reach.sending.state == Sending.State.RETURNED:
        return Step(_("绕过平台，已复函"), "quiet", reverse("gate_letter", args=[reach.sending.number]))
    if reply is None:
        return Step(_("等我们答复"), "warn", url, True)
    if reply.act == OBJECTED:
        return Step(str(OBJECTION), "warn", url)
    return Step(str(DONE[reach.sending.kind][1]), "good", url)


def counts(sending: Sending) -> list[tuple[Step, int]]:
    """How many communities within reach said what, as others see it."""
    found = [
        replace(one, words=_("还没有答复")) if one.tone == "warn" and one.waits else one
        for one in steps(Reach.objects.filter(sending=sending).select_related("sending")).values()
    ]
    alike = {one.words: one for one in found}
    return [(one, sum(each.words == words for each in found)) for words, one in alike.items()]


def objections(sending: Sending) -> list[Reply]:
    """What communities object, where that is what they said last; of those within reach."""
    newest = {one.reach_id: one for one in Reply.objects.filter(reach__sending=sending).order_by("pk")}
    return [one for one in newest.values() if one.act == OBJECTED]


@transaction.atomic
def reply(*, reach: Reach, act: str, words: str, minutes: int | None, actor: Actor) -> Reply:
    """The community says what it did, or why not; said anew, the newest holds and the meter counts by it.

    Runs under `gate.answer`. `minutes` are what it took the whole community. The asking unit hears of an objection.
    """
    sending, words = Sending.objects.select_related("unit").get(pk=reach.sending_id), words.strip()
    if reach.kept or not current().covers(reach.area):
        raise Refused(_("只能为自己的社区答复。"))
    if dropped(sending) or sending.state == Sending.State.RETURNED:
        raise Refused(_("这件已经{state}，不用再答复。").format(state=sending.get_state_display()))
    if act not in (DONE[sending.kind][0], OBJECTED):
        raise Refused(_("请选一项。"), "act")
    if act == TOOK_PART and (day := day_of(sending)) > today():
        raise Refused(_("{day} 才到，过了再登记；现在去不了的，请选有异议。").format(day=day), "act")
    if not storable(words) or len(words) > 500 or (act == OBJECTED and not words):
        raise Refused(_("有异议的请写理由，最多 500 个字。"), "words")
    made = Reply.objects.create(
        reach=reach, area=reach.area, act=act, words=words, minutes=None if act == OBJECTED else minutes,
        by_id=actor.user_id, at=timezone.now(),
    )  # fmt: skip
    record(what="sending.replied", kind="sending", object_id=sending.number, area=reach.area, act=act)
    if act == OBJECTED:
        letters.objection(sending, made)
    return made
