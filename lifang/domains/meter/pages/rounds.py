"""Rounds of supervision at the desk."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.reaching import case_here
from lifang.domains.meter.forms import PlaceForm
from lifang.domains.meter.pages.meter import COUNTS
from lifang.domains.meter.rounds import ROUND, plan
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names

SUPERVISE = "meter.supervise"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(SUPERVISE)
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds so far; a POST draws a new sample."""
    user: Any = request.user
    form = PlaceForm(request.POST or None)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    if form.is_valid():
        try:
            made = plan(actor=Actor(user.pk, user.name, user.unit_id), area=form.cleaned_data["area"], key=key)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已抽样，数从登记册和计量里来，不用社区报材料。"))
            return redirect("meter_round", made.number)
    found = Case.objects.filter(type=ROUND).order_by("-opened_at")[:50]
    return render(
        request, "meter/rounds.html",
        {"tab": "rounds", "rows": found, "form": form, "key": key, "places": suggestions(current())},
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_safe
@serves(SUPERVISE)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A round: each community drawn, with its figures of the day, and what was found."""
    case = case_here(number)
    if case.type != ROUND:
        raise Http404
    sample = case.fields.get("sample", [])
    known = names([row["area"] for row in sample], today())
    findings = Case.objects.filter(parent=case).order_by("opened_at").select_related("unit")
    return render(
        request, "meter/round.html",
        {
            "tab": "rounds", "case": case, "titles": list(COUNTS.values()), "findings": findings,
            "rows": [
                {"name": known.get(row["area"], row["area"]), "area": row["area"], "hours": row["hours"],
                 "counts": [row[name] for name in COUNTS]}
                for row in sample
            ],
        },
    )  # fmt: skip
