"""What residents are told of the registers of special care, on which they stand and by which marks; and how long these and
the traces of who was shown many persons are kept."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.lists.care import by_rules, care_lists
from lifang.blocks.lists.models import Mark, Showing
from lifang.blocks.lists.why import reason_of
from lifang.blocks.packs.shapes import CareList
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.retention import Kind
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.persons import FUNCTION
from lifang.ground.access.ranges import day_of

DAY = dt.timedelta(days=1)


def _section(person: Person, whole: bool) -> Section | None:
    """Of protected registers no more than that there is something, unless the whole is asked for."""
    lists = care_lists()
    shown = {name for name, one in lists.items() if whole or one.see == FUNCTION}
    stood = by_rules(lists, person)
    marks = Mark.objects.filter(person__in=with_merged([person.pk]), care_list__in=lists)
    told = list(marks.select_related("by", "answered_by").order_by("-pk"))
    lines = [
        _("{title}：{meaning}。按各部门的资料算出").format(title=lists[name].title, meaning=lists[name].meaning)
        for name in lists
        if name in stood and name in shown
    ]
    lines += [_line(mark, lists[mark.care_list]) for mark in told if mark.care_list in shown]
    if (stood.keys() | {mark.care_list for mark in told}) - shown:
        lines.append(_("还有特别保护的名册。要看内容，请在社区柜台要求写出完整内容。"))
    return Section(_("关爱名册"), _("多留心、上门看望、提供帮助"), lines) if lines else None


def _line(mark: Mark, of: CareList) -> str:
    words = _("{title}：{by} {day} 提出，理由：{reason}，最晚到 {until}").format(
        title=of.title, by=mark.by.name, day=day_of(mark.at), reason=reason_of(mark), until=mark.until - DAY
    )
    if mark.answered_by:
        words += _("；{by}{answer}").format(by=mark.answered_by.name, answer=mark.get_answer_display())
    if mark.ended_at:
        words += _("；{day} 已结束").format(day=day_of(mark.ended_at))
    return words


def _showings(before: dt.datetime) -> QuerySet[Any]:
    found = Showing.objects.filter(at__lt=before).exclude(persons__overlap=list(retention.held()))
    return found.order_by("pk").values_list("pk", flat=True)


def _marks(before: dt.datetime) -> QuerySet[Any]:
    """Those that count no more, by their day, by hand, or because another did not agree."""
    over = Q(until__lte=timezone.localdate(before)) | Q(ended_at__lt=before)
    over |= Q(answer=Mark.Answer.REFUSED, answered_at__lt=before)
    found = Mark.objects.filter(over).exclude(person__in=retention.held())
    return found.order_by("pk").values_list("pk", flat=True)


statement.SECTIONS.append(_section)
retention.KINDS += [
    Kind("showing", lazy("列出或导出许多居民的留痕"), _showings, lambda ids: erase(Showing, ids)),
    Kind("mark", lazy("不再有效的关爱名册标记"), _marks, lambda ids: erase(Mark, ids)),
]
