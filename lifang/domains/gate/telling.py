"""Who is told of what happens to an application, and what runs by itself every day."""

import datetime as dt
from contextlib import suppress

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.cases.tasks import LISTENERS
from lifang.blocks.cases.telling import nearest
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs.shapes import Transition
from lifang.domains.gate import joint, promising, sending
from lifang.domains.gate.applying import ADMISSION
from lifang.domains.gate.models import Opinion, Sending
from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import system_scope
from lifang.ground.jobs.words import TITLES
from lifang.ground.notices import actions as notices
from lifang.ground.notices.models import Notice

TITLES |= {
    "gate.tell": gettext_lazy("把准入申请的进展告诉相关的人"),
    "gate.arrived": gettext_lazy("把新来的事告诉社区里答复的人"),
    "gate.over": gettext_lazy("把不用再做的事告诉社区里答复的人"),
    "gate.daily": gettext_lazy("准入的复核到期、应急到期、会审到期提醒"),
    **dict.fromkeys(("gate.letter", "gate.letters"), gettext_lazy("送出退回函")),
}
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
TO_EXAMINERS = ("report", "supply", "regularise", "withdraw", joint.SPEAK)
HEAR, JOIN = "admission.hear", "admission.join"


def follow(case: Case, act: Act, row: Transition | None) -> None:
    if case.type == ADMISSION and act.act != "add_note":
        tell.defer(act_id=act.pk)


LISTENERS.append(follow)


@app.task(name="gate.tell", queue="notices", retry=RETRY)
def tell(act_id: int) -> None:
    """Who examines hears of what comes in, who asked of what was decided, communities of what they are asked."""
    with system_scope("gate.tell"):
        act = Act.objects.select_related("case").get(pk=act_id)
        case = act.case
        title = _("{what}：{title}").format(
            what=_("准入申请") if act.act == "report" else type_of(case).act_title(act.act), title=case.title
        )
        page, active = reverse("admission", args=[case.number]), User.objects.filter(is_active=True)
        if act.act in TO_EXAMINERS:
            people = active.filter(pk__in=nearest("admission.examine", case.area))
        else:
            people = active.filter(unit=case.unit_id, pk__in=Grant.objects.in_force().values("user"))
        notices.tell(people=people.exclude(pk=act.user_id or 0), title=title, body=case.number, url=page)
        if act.act == "hear":
            _to_communities(case, active)
        if act.act == joint.ASK:
            for part in joint.unspoken().filter(case=case):
                _to_body(part, _("请发表会审意见：{title}"))


def _to_communities(case: Case, active: QuerySet[User]) -> None:
    waiting = Opinion.objects.filter(case=case, answer=None).values("area")
    held = Grant.objects.in_force().filter(role__functions__contains=[HEAR], area__in=waiting).values("user")
    title = _("请社区表态：{title}").format(title=case.title)
    notices.tell(people=active.filter(pk__in=held), title=title, url=reverse("hearings"))


def _to_body(part: Part, title: str, body: str = "") -> None:
    """Once in a round to each of those who may speak for the body."""
    case, title = part.case, title.format(title=part.case.title)[:120]
    page = reverse("admission", args=[case.number])
    told = Notice.objects.filter(url=page, title=title, at__gte=part.begun_at).values("user")
    held = Grant.objects.in_force().filter(role__functions__contains=[JOIN]).values("user")
    people = User.objects.filter(is_active=True, unit=part.unit_id, pk__in=held).exclude(pk__in=told)
    notices.tell(people=people, title=title, body=" · ".join(filter(None, [case.number, body])), url=page)


def _remind(on: dt.date) -> None:
    """A body that has not spoken, before its limit and when that is past."""
    for part in joint.unspoken():
        assert part.due_at
        until = _("最晚到 {day}").format(day=f"{timezone.localtime(part.due_at):%Y-%m-%d %H:%M}")
        if part.due_at < midnight(on):
            words = _("{until}。已经可以不等你们作结论；作结论以前仍可以发表。").format(until=until)
            _to_body(part, _("会审意见过了期限：{title}"), words)
        elif joint.near(part, on):
            _to_body(part, _("会审意见快到期限：{title}"), until)


@app.periodic(cron="9 0 * * *")
@app.task(name="gate.daily", queueing_lock="gate.daily")
def daily(timestamp: int) -> None:
    run(timezone.localdate())


def run(on: dt.date) -> None:
    """Reviews that are due are opened; emergencies that are over, admitted or sent, and what was changed end; bodies that have not spoken are
    reminded; periods that begin bring their promise of money."""
    system = Actor(name=_("系统"))
    with system_scope("gate.daily"):
        due = Admitted.objects.filter(review_on__lte=on).values_list("code", flat=True)
        over = Admitted.objects.filter(emergency=True, until__lt=on).values_list("code", flat=True)
        reason = {"reason": _("应急准入到期，没有转为正式准入。")}
        todo: list[tuple[str, str, dict[str, str]]] = [(code, "review", {}) for code in due]
        todo += [(code, "end", reason) for code in over]
        for old, new in matters.replaced(on).items():
            todo.append((old, "end", {"reason": _("变更后由 {number} 代替。").format(number=new)}))
        open_ = Case.objects.filter(type=ADMISSION, number__in=[code for code, *_rest in todo], is_open=True)
        cases = dict(open_.values_list("number", "pk"))
        tasks = list(Sending.objects.filter(state=Sending.State.SENT, until__lt=on))
    for code, act, data in todo:
        if code in cases:
            _try(cases[code], act, data, max(timezone.now(), midnight(on)))
    for one in tasks:
        with suppress(NotDone), system_scope("gate.daily"):  # somebody may have been quicker
            sending.end(sending=one, actor=system, state=Sending.State.ENDED, reason=_("应急期满，自动结束。"))
    with system_scope("gate.daily"):
        _remind(on)
        for row, why in promising.promise_again(on):
            _not_promised(row, why)


def _not_promised(row: Admitted, why: str) -> None:
    """Once to each examiner: who has not read it yet is not told again."""
    page = reverse("admission", args=[row.code])
    told = Notice.objects.filter(url=page, body=why, read_at=None).values("user")
    people = User.objects.filter(is_active=True, pk__in=nearest("admission.examine", row.area)).exclude(pk__in=told)
    notices.tell(people=people, title=_("经费没有自动承诺：{title}").format(title=row.title), body=why, url=page)


def _try(case_id: int, act: str, data: dict[str, str], at: dt.datetime) -> None:
    try:
        with system_scope("gate.daily"):
            apply(case_id=case_id, act=act, version=None, actor=Actor(name=_("系统")), data=data, at=at)
    except NotDone:
        return  # it is being examined, or somebody was quicker
