"""A department is asked to correct what it holds, and answers; both sides see for how long it waits."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.exchange.desk import secrets
from lifang.blocks.exchange.models import Question
from lifang.blocks.exchange.typed import masked
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import winning
from lifang.blocks.registry.judging import Refused
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.queries import full_names
from lifang.ground.trail.actions import record as trail


def ask(*, about: Record, element: str, ours: str, reason: str, by: User) -> Question:
    """Ask the department whose record this is to correct what it says; `ours` is the community's word. Raises Refused."""
    words = winning.said(about, secrets(about))
    if element not in words:
        raise Refused(_("这条记录没有这一项，没有发出。"))
    person = about.person
    speller = Speller(packs.elements(person.area), person.area, full_names([about.area, person.area], today()))
    shown = {
        "name": about.name,
        "number": speller.masked("number", words["number"].value) if "number" in words else "",
        "file": _file(about),
        "row": about.row,
        "held": masked(speller, element, words[element].written or words[element].value),
        "ours": masked(speller, element, ours) if ours else "",
    }
    try:
        with transaction.atomic():
            made = Question.objects.create(
                record=about, area=person.area, department=about.system.department, element=element, shown=shown,
                reason=reason, by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("这一项已经请「{title}」更正，还在等答复。").format(title=about.system.title)) from None
    trail(
        what="data.questioned", kind="resident", object_id=person.pk, area=person.area, element=element,
        system=about.system_id,
    )  # fmt: skip
    return made


def _file(about: Record) -> str:
    """Of a file that held more than the asker's places no more is told than its name, and that to its sender."""
    with system_scope("registry"):
        return about.imported.name if about.imported else ""


@transaction.atomic
def answer(*, question: Question, accepted: bool, words: str, by: User) -> None:
    """The department's answer; a refusal says why. Raises Refused where another answered first."""
    found = Question.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=question.pk)
    if found.state != Question.State.OPEN:
        who = found.answered_by.name if found.answered_by else ""
        raise Refused(
            _("{who}已经答复过：{state}。你的答复没有保存。").format(who=who, state=found.get_state_display())
        )
    if not accepted and not words:
        raise Refused(_("不接受的，请写明理由。"))
    found.state = Question.State.ACCEPTED if accepted else Question.State.REFUSED
    found.answer, found.answered_by, found.answered_at = words, by, timezone.now()
    found.save()
    trail(
        what="data.answered", kind="question", object_id=found.pk, area=found.area, element=found.element,
        state=found.state,
    )  # fmt: skip
