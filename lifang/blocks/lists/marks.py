"""Marks of hand: one proposes with a reason, another agrees or not, and each ends by itself."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.lists.care import care_lists
from lifang.blocks.lists.models import REASON, Mark
from lifang.blocks.registry.models import Person
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.actions import record

LONGEST = 200


class Refused(Exception):
    """The mark cannot be made or changed so; the message says why. `field` names the input that is wrong, if one is."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


def last_day(name: str) -> dt.date:
    """The last day on which a mark made today may still count."""
    return today() + dt.timedelta(days=care_lists()[name].review_days)


@transaction.atomic
def propose(*, person: Person, name: str, reason: str, last: dt.date, by: User) -> Mark:
    """`last` is the last day on which it shall count. Runs under `person.mark`. Raises Refused."""
    reason = _text(reason, "reason")
    if not today() <= last <= last_day(name):
        raise Refused(
            _("最晚可以填 {day}：这个名册最多 {n} 天就要重新复核。").format(
                day=last_day(name), n=care_lists()[name].review_days
            ),
            "last",
        )
    try:
        with transaction.atomic():
            mark = Mark.objects.create(
                person=person, care_list=name, see=care_lists()[name].see, reason=vault.seal(reason, REASON), by=by,
                until=last + dt.timedelta(days=1),
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("这个人在这个名册上已有一条标记等着复核，请等复核以后再提。")) from None
    _keep("person.marked", mark, person)
    return mark


@transaction.atomic
def answer(*, mark: Mark, answer: str, note: str, by: User) -> None:
    """Agree or not, once, by somebody else than who proposed. Runs under `person.review`. Raises Refused."""
    if answer not in Mark.Answer.values:
        raise Refused(_("请选择同意还是不同意。"), "answer")
    if by.pk == mark.by_id:
        raise Refused(_("提出的人不能自己复核，请另一位有复核职能的人来看。"))
    note = _text(note, "note", needed=answer == Mark.Answer.REFUSED)
    if mark.until <= today():
        raise Refused(_("这条标记等复核时已经过了期，请提出的人重新提。"))
    changed = Mark.objects.filter(pk=mark.pk, answer="", ended_at=None).update(
        answer=answer, answer_note=note, answered_by=by, answered_at=timezone.now()
    )
    if not changed:
        raise Refused(_("这条标记刚才已由别人复核或撤回，请刷新页面看现在的情况。"))
    _keep("person.mark_answered", mark, mark.person, answer=answer)


@transaction.atomic
def end(*, mark: Mark, person: Person, note: str, by: User) -> None:
    """It counts no more from now on. `person` has it now, merged or not. Runs under `person.mark`. Raises Refused."""
    note = _text(note, "note")
    with system_scope("lists.care"):  # who was merged may have stood in another place
        changed = Mark.objects.filter(pk=mark.pk, ended_at=None, until__gt=today()).update(
            ended_by=by, ended_at=timezone.now(), end_note=note
        )
    if not changed:
        raise Refused(_("这条标记已经结束了。"))
    _keep("person.mark_ended", mark, person)


def _text(text: str, name: str, *, needed: bool = True) -> str:
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST or (needed and not text):
        raise Refused(_("请写明理由，最多 {n} 个字。").format(n=LONGEST), name)
    return text


def _keep(what: str, mark: Mark, person: Person, **data: str) -> None:
    record(
        what=what, kind="resident", object_id=person.pk, area=person.area, mark=mark.pk,
        until=mark.until, **data,
    )  # fmt: skip
