"""What will be deleted and when, by which rule; who is held back; what the nights deleted."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.packs.service import Resolved
from lifang.blocks.privacy import retention
from lifang.blocks.privacy.models import Deletion, Hold
from lifang.blocks.privacy.retention import Kind
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.one import person_here
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import Day
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.trail.actions import record
from lifang.ground.trail.words import WHAT

FUNCTION = "data.retain"
AHEAD = (0, 30, 365)
MOST, NIGHTS = 50, 200
TABLES = {
    "registry_person": lazy("人"), "registry_record": lazy("部门记录"), "registry_special": lazy("特别保护的内容"), "trail_entry": lazy("留痕"), "files": lazy("文件"),
    "registry_problem": lazy("有问题的行"), "cases_voice": lazy("诉求人"), "lists_showing": lazy("留痕"), "lists_mark": lazy("标记"),
    "exchange_sent": lazy("提供记录"), "exchange_given": lazy("提供给谁的名单"), "exchange_question": lazy("更正请求"),
    "exchange_flaw": lazy("差错"),
}  # fmt: skip
WHAT |= {"hold.begun": lazy("暂缓删除"), "hold.ended": lazy("不再暂缓删除")}


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=lazy("为什么不能删"), max_length=200, help_text=lazy("如正在办的案件、诉讼、信访的名称和编号。")
    )
    until = Day(label=lazy("暂缓到哪一天"), help_text=lazy("到期自动解除；还需要的，到时再延。"))

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        if not today() <= day <= today() + dt.timedelta(days=3653):
            raise forms.ValidationError(_("请写今天以后、十年以内的一天。"))
        return day


@dataclass(frozen=True)
class Row:
    """`counts` are what will have gone tonight, within a month and within a year, and whether each is counted."""

    kind: Kind
    rule: Resolved
    counts: Sequence[tuple[int, bool]]


@require_safe
@serves(FUNCTION)
def retained(request: HttpRequest) -> HttpResponse:
    """`/desk/data/retention/`."""
    now, mine = timezone.now(), in_places("area", current().places)
    with system_scope("retention.preview"):
        rows = [
            Row(kind, kind.rule, [kind.count(now + dt.timedelta(days=days)) for days in AHEAD])
            for kind in retention.KINDS
            if isinstance(kind.rule.value, int)
        ]
        soon = [
            (row.kind, person)
            for row in rows
            if row.kind.name.startswith("person_")
            for person in Person.objects.filter(
                mine, pk__in=row.kind.due(row.kind.before(now + dt.timedelta(days=AHEAD[1])))
            ).order_by("pk")[:MOST]
        ]
        forever = [retention.rule_of(name) for name in retention.FOREVER]
        nights = _nights()
    holds = Hold.objects.in_force().filter(mine).select_related("person", "by").order_by("until", "pk")[:MOST]
    context = {"rows": rows, "soon": soon, "forever": forever, "holds": holds, "nights": nights}
    context["estimated"] = not all(counted for row in rows for _count, counted in row.counts)
    return render(request, "privacy/retention.html", context)


def _nights() -> list[dict[str, Any]]:
    """The accounts of the last nights, those of one night, kind and rule together."""
    titles = {kind.name: kind.title for kind in retention.KINDS}
    found: dict[tuple[dt.date, str, str, int], Counter[str]] = {}
    for one in Deletion.objects.order_by("-at", "kind")[:NIGHTS]:
        key = (timezone.localdate(one.at), one.kind, one.rule, one.days)
        found.setdefault(key, Counter()).update(one.counts)
    return [
        {
            "day": day, "title": titles.get(kind, kind), "rule": rule, "days": days,
            "counts": [(TABLES.get(table, table), count) for table, count in counts.most_common()],
        }
        for (day, kind, rule, days), counts in found.items()
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@serves(FUNCTION)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/data/retention/hold/<person>/`."""
    person = person_here(pk)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        Hold.objects.create(person=person, area=person.area, by=request.user, **form.cleaned_data)  # type: ignore[misc]
        record(what="hold.begun", kind="resident", object_id=person.pk, area=person.area, **form.cleaned_data)
        return redirect("retention")
    return render(request, "privacy/hold.html", {"form": form, "person": person}, status=422 if form.errors else 200)


@require_POST
@serves(FUNCTION)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = Hold.objects.in_force().filter(in_places("area", current().places), pk=pk).first()
    if found is None:
        raise Http404(_("没有这项暂缓，或者已经解除。"))
    found.ended_at, found.ended_by = timezone.now(), request.user  # type: ignore[assignment]
    found.save(update_fields=["ended_at", "ended_by"])
    record(what="hold.ended", kind="resident", object_id=found.person_id, area=found.area)
    return redirect("retention")
