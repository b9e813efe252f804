"""Notices: to the expert of a question, to the asker of its answer."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.tasks import LISTENERS
from lifang.blocks.packs.shapes import Transition
from lifang.domains.experts.queries import CONSULTATION
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.notices import actions as notices

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
TITLES = {
    "report": lambda: _("有问题请教您"),
    "withdraw": lambda: _("请教您的问题已撤回"),
    "answer": lambda: _("专家已答复"),
    "record_answer": lambda: _("专家已答复"),
    "decline": lambda: _("专家不能答复"),
    "record_decline": lambda: _("专家不能答复"),
}
TO_EXPERT = ("report", "withdraw")


def follow(case: Case, act: Act, row: Transition | None) -> None:
    if case.type == CONSULTATION and act.act in TITLES:
        tell.defer(act_id=act.pk)


LISTENERS.append(follow)


@app.task(name="experts.tell", queue="notices", retry=RETRY)
def tell(act_id: int) -> None:
    """The one whom an act on a question concerns is told."""
    with system_scope("experts.tell"):
        act = Act.objects.select_related("case__parent").get(pk=act_id)
        case = act.case
        asker = Act.objects.values_list("user_id", flat=True).get(case=case, seq=1)
        to_expert = act.act in TO_EXPERT
        told = (case.fields["expert_user"] if to_expert else asker) or 0
        page = reverse("experts_asked") if to_expert else reverse("case", args=[case.number])
        whom = User.objects.filter(pk=told, is_active=True)
        notices.tell(
            people=whom.exclude(pk=act.user_id or 0),
            title=_("{what}：{title}").format(what=TITLES[act.act](), title=case.title),
            body=case.number,
            url=page,
        )
