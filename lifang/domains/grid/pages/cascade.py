"""Tasks at the desk: what was sent down, to whom, and what has come back."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.domains.gate.forms import Placed
from lifang.domains.gate.queries import sendable
from lifang.domains.gate.sending import send
from lifang.domains.grid.cascade import ASSIGNMENT, KINDS, LEVELS, MOST_NAMED, NEED, TASK, issue_task, roll_up
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.codes import STREET, ancestors, at_level, level_of, span
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit
from lifang.ground.typed import whole

LISTED = 100
MOST_ROWS = 500
SHOWN = (
    "number", "title", "place_text", "state", "area", "fields", "parent_id", "due_at", "is_open", "type",
    "type_version", "opened_at", "unit__name",
)  # fmt: skip


class TaskForm(Placed):
    levels = LEVELS

    title = forms.CharField(label=gettext_lazy("任务名称"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("要求"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=list(KINDS.items()))
    matter = forms.CharField(
        label=gettext_lazy("依据哪个事项"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"list": "matters"}),
        help_text=gettext_lazy("发到社区、网格的要写：清单里的事项名称，或准入编号。应急任务可以不填。"),
    )
    field_order = ("title", "text", "kind", "below", "level", "matter", "only", "limit")


@require_safe
@serves("case.read")
def tasks(request: HttpRequest) -> HttpResponse:
    """`/desk/tasks/`: the newest tasks that reach the reader's places, with the returns from there."""
    with everywhere():
        found = list(Case.objects.filter(type=TASK).order_by("-id").defer("words")[:LISTED])
    counted = {
        row["parent_id"]: row
        for row in Case.objects.filter(parent_id__in=[task.pk for task in found], type=ASSIGNMENT)
        .values("parent_id")
        .annotate(sent=Count("id"), back=Count("id", filter=Q(state="fed_back")))
        .order_by()
    }
    shown = [task for task in found if task.pk in counted or current().covers(task.area, task.involved)]
    places = names({task.area for task in shown}, timezone.localdate())
    rows = [
        {
            "task": task,
            "state": type_of(task).states[task.state].title,
            "kind": KINDS[task.category],
            "place": places.get(task.area, ""),
            "level": LEVELS[task.fields["level"]],
            **counted.get(task.pk, {"sent": 0, "back": 0}),
        }
        for task in shown
    ]
    return render(request, "grid/tasks.html", {"rows": rows, "listed": LISTED, "full": len(found) == LISTED})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("task.issue")
def new(request: HttpRequest) -> HttpResponse:
    """Send a task down. A POST carries `key`, so that a task sent twice is one."""
    form = TaskForm(request.POST or None, initial={"level": 5, "limit": Limit(3, "working_days")})  # type: ignore[arg-type]
    key = request.POST.get("key") or str(uuid.uuid4())
    if form.is_valid():
        try:
            answer = _issued(request, uuid.UUID(key), **form.cleaned_data)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except ValueError:
            raise Http404 from None
        else:
            return answer
    context = {"form": form, "key": key, "places": suggestions(current()), "matters": sendable(request.user)}
    return render(request, "grid/task_new.html", context, status=422 if form.errors else 200)


def _issued(request: HttpRequest, key: uuid.UUID, *, kind: str, matter: str, **typed: Any) -> HttpResponse:
    """The task's page, or the letter that says why it did not pass the gate."""
    user = request.user
    actor = Actor(user.pk, user.name, user.unit_id)  # type: ignore[union-attr]
    if typed["level"] <= STREET:
        task = issue_task(actor=actor, key=key, kind=kind, **typed)
        messages.success(request, _("已布置到 {n} 处。").format(n=task.fields["sent"]))
        return redirect("task", task.number)
    sending = send(actor=actor, key=key, kind=TASK, matter=matter, emergency=kind == "emergency", **typed)
    if sending.case is None:
        return redirect("gate_letter", sending.number)
    messages.success(request, _("已布置到 {n} 处。").format(n=sending.places))
    return redirect("task", sending.case.number)


@require_safe
@serves("case.read")
def task(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/tasks/<number>/`: the returns from the reader's places, or from those below `?area=`."""
    with everywhere():
        found = Case.objects.filter(number=number[:24], type=TASK).select_related("unit").first()
    mine = Case.objects.filter(parent_id=found.pk, type=ASSIGNMENT) if found else Case.objects.none()
    cases = list(mine.select_related("unit").only(*SHOWN).order_by("area", "pk"))
    if found is None or not (cases or current().covers(found.area, found.involved)):
        area = found.area if found else None
        raise Foreign(_("没有这项任务，或者它没有发到你的地方。"), kind="case", object_id=number[:24], area=area)
    place = _place(request.GET.get("area", ""), cases, found)
    cases = [case for case in cases if case.area in span(place)]
    level = min(found.fields["level"], level_of(place) + 1)
    finest = level == found.fields["level"]
    codes = {at_level(case.area, level) for case in cases} | {place, *ancestors(place), found.area}
    known = names(codes, timezone.localdate())
    whole = roll_up(cases)
    needs = list(
        Case.objects.filter(type=NEED, parent_id__in=[case.pk for case in cases])
        .defer("words")
        .order_by("pk")[:MOST_ROWS]
    )
    return render(
        request,
        "grid/task.html",
        {
            "task": found,
            "state": type_of(found).states[found.state].title,
            "kind": KINDS[found.category],
            "level": LEVELS[found.fields["level"]],
            "place": known.get(place, ""),
            "up": [
                (known[code], code) for code in reversed(ancestors(place)) if code in span(found.area) and code in known
            ],
            "whole": whole,
            "missing": [case.place_text for case in whole.missing[:MOST_NAMED]],
            "more_missing": max(0, len(whole.missing) - MOST_NAMED),
            "groups": [] if finest else _groups(cases, level, known),
            "rows": [_row(case, timezone.now()) for case in cases[:MOST_ROWS]] if finest else [],
            "cut": finest and len(cases) > MOST_ROWS,
            "needs": [_row(case, timezone.now()) for case in needs],
            "open_needs": sum(case.is_open for case in needs),
            "reaches": current().covers(found.area, found.involved),
        },
    )


def _place(asked: str, cases: Sequence[Case], task: Case) -> int:
    """The place asked for, else the smallest that holds all of the reader's cases."""
    if (code := whole(asked)) is not None and code in span(task.area):
        return code
    if not cases:
        return task.area
    first, last = cases[0].area, cases[-1].area
    return next((code for code in ancestors(first) if last in span(code)), task.area)


def _groups(cases: Sequence[Case], level: int, known: Mapping[int, str]) -> list[dict[str, Any]]:
    """The roll-up of each place of a level."""
    below: dict[int, list[Case]] = {}
    for case in cases:
        below.setdefault(at_level(case.area, level), []).append(case)
    return [
        {"code": code, "name": known.get(code, str(code)), "sum": roll_up(listed)} for code, listed in below.items()
    ]


def _row(case: Case, now: dt.datetime) -> dict[str, Any]:
    return {
        "case": case,
        "state": type_of(case).states[case.state].title,
        "late": case.is_open and case.due_at is not None and case.due_at < now,
    }
