"""Sending a form, by hand or when its next period begins: through the gate where there is one."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.issuing import issue
from lifang.blocks.forms.making import newest
from lifang.blocks.forms.models import Edition, Issue
from lifang.blocks.forms.periods import label_of, next_due
from lifang.blocks.matters.queries import Matter
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area

Gate = Callable[[Edition, Sequence[int], dt.date, bool, User, dt.date], Issue]
GATES: list[Gate] = []
"""What a domain puts before the communities: takes the edition, the places, the day it is due, whether it recurs, who
sends and the day, and gives what was sent, or raises Refused with its words."""

MAY_SEND: list[Callable[[Matter, Unit], bool]] = []
"""What a domain says of whether a unit may put a matter to communities."""


def may_send(matter: Matter, unit: Unit) -> bool:
    """Whether a unit may send forms of a matter, and so make them."""
    return "form" in matter.sends and all(may(matter, unit) for may in MAY_SEND)


def send(*, edition: Edition, places: Sequence[int], due: dt.date, recurs: bool, by: User, on: dt.date) -> Issue:
    for gate in GATES:
        return gate(edition, places, due, recurs, by, on)
    return issue(edition=edition, places=places, due=due, recurs=recurs, by=by, on=on)


def again(on: dt.date) -> list[Issue]:
    """Send what recurs and whose next period has begun. What the gate returns stays there with its letter, one a period;
    why is told on the form's page as well, until it goes."""
    made = []
    with system_scope("forms"):
        waiting = list(Issue.objects.filter(recurs=True).select_related("edition__form__unit"))
    for last in waiting:
        edition = newest(last.edition.form)
        if label_of(edition.period, on) == last.label or edition.form.last:
            continue
        began = label_of(edition.period, on) != label_of(edition.period, on - dt.timedelta(days=1))
        why = ""
        with transaction.atomic():
            try:
                made.append(_next(last, edition, on))
            except Refused as refused:
                why = refused.message[:300]
                if last.why_not and not began:
                    transaction.set_rollback(True)
        if why:
            with system_scope("forms"):
                Issue.objects.filter(pk=last.pk).update(why_not=why)
    return made


def _next(last: Issue, edition: Edition, on: dt.date) -> Issue:
    standing = Area.objects.as_of(on).at_level(COMMUNITY).coded(*last.places)
    places = list(standing.values_list("code", flat=True))
    if last.by is None:
        raise Refused(_("没有经办人，请在表单页重新下发。"))
    following = send(
        edition=edition, places=places, due=next_due(last.on, last.due, on), by=last.by, recurs=True, on=on
    )
    with system_scope("forms"):
        Issue.objects.filter(pk=last.pk).update(recurs=False, why_not="")
    return following
