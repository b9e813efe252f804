"""What this room holds about a person, how long, and whose deletion it stops."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.domains.counter.models import Application, Appointment, Filling
from lifang.ground.access.ranges import day_of
from lifang.ground.access.scope import system_scope

MOST = 20


def _held() -> Iterable[tuple[int, str]]:
    waiting = Application.objects.filter(case__is_open=True).values_list("person", "case__number")
    return [(person, _("办事 {number} 还没有办完").format(number=number)) for person, number in waiting if person]


def _forms(before: dt.datetime) -> QuerySet[Any]:
    over = Filling.objects.filter(case__is_open=False, case__acts__at__lt=before)
    late = Filling.objects.filter(case__acts__at__gte=before).values("pk")
    held = Filling.objects.filter(case__application__person__in=list(retention.held())).values("pk")
    return over.exclude(pk__in=late).exclude(pk__in=held).order_by("pk").distinct().values_list("pk", flat=True)


def _appointments(before: dt.datetime) -> QuerySet[Any]:
    return Appointment.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)


def _section(person: Person, whole: bool) -> Section | None:
    """What the person came to the counter for."""
    with system_scope("counter.statement"):
        found = Application.objects.filter(person__in=with_merged([person.pk])).select_related("case")
        lines = [
            f"{day_of(one.case.opened_at)} {one.case.title} {one.case.number} "
            f"{type_of(one.case).states[one.case.state].title}"
            for one in found.order_by("-case_id")[:MOST]
        ]
    return Section(_("窗口办事"), _("受理和办理居民申请的事"), lines) if lines else None


retention.HELD.append(_held)
retention.KINDS.append(retention.Kind("service", lazy("办结的申请表内容"), _forms, lambda ids: erase(Filling, ids)))
retention.KINDS.append(
    retention.Kind("appointment", lazy("预约里的姓名和电话"), _appointments, lambda ids: erase(Appointment, ids))
)
statement.SECTIONS.append(_section)
