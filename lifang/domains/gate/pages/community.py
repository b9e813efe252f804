"""The community's chair: what is asked of it, on what basis, what was kept away, and what came around the gate."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.matters.words import PERIODS, SENDINGS
from lifang.domains.gate import around, hearing
from lifang.domains.gate.forms import AroundForm, HearForm
from lifang.domains.gate.models import Opinion, Stance
from lifang.domains.gate.pages.desk import row
from lifang.domains.gate.queries import reached
from lifang.domains.gate.words import time_words
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span, text
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

HEAR = "admission.hear"
MOST = 300


@require_safe
@serves("gate.read")
def asked(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/asked/?area=&month=`: in a month, what reached the communities of a place and what was kept from them."""
    if not current().places:
        return redirect("gate")
    place = place_of(request.GET.get("area", ""))
    month = day_in(request.GET.get("month", "")[:7] + "-01") or today()
    below = span(place)
    rows = list(reached(below.start, below.stop, month))
    known = names({place, *(one.area for one in rows[:MOST])}, today())
    there = [{**row(one.sending, known), "reach": one, "where": known.get(one.area, one.area)} for one in rows[:MOST]]
    return render(
        request, "gate/asked.html",
        {
            "tab": "asked", "place": place, "name": known.get(place, ""), "month": month,
            "one_community": level_of(place) >= COMMUNITY,
            "got": [one for one in there if not one["reach"].kept], "kept": [one for one in there if one["reach"].kept],
            "minutes": time_words(sum(one.minutes for one in rows if not one.kept)),
            "saved": time_words(sum(one.minutes for one in rows if one.kept)), "more": max(0, len(rows) - MOST),
        },
    )  # fmt: skip


def place_of(typed: str) -> int:
    """The place asked for where it is the reader's; else the widest that is."""
    places = current().places
    if (code := whole(typed)) is not None and current().covers(code):
        return code
    lo, hi = max(places, key=lambda place: place[1] - place[0])
    return at_level(lo, COMMUNITY) if hi - lo == 1 else lo


@require_safe
@serves(HEAR)
def hearings(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/hearings/`: what the communities within reach are asked about, and what they said."""
    found = list(Opinion.objects.order_by(F("answer").asc(nulls_first=True), "-due", "-pk")[:MOST])
    known = names({one.area for one in found}, today())
    with everywhere():
        cases = Case.objects.select_related("unit").defer("words").in_bulk({one.case_id for one in found})
    rows = [{"opinion": one, "case": cases[one.case_id], "where": known.get(one.area, "")} for one in found]
    return render(request, "gate/hearings.html", {"tab": "hearings", "rows": rows, "today": today()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(HEAR)
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """What is applied for, shown to a community that is asked; a POST is its answer."""
    user: Any = request.user
    opinion = get_object_or_404(Opinion, pk=pk)
    said = list(Stance.objects.select_related("by").filter(opinion=opinion).order_by("-pk"))
    begun = (
        {"answer": "yes" if opinion.answer else "no", "reason": opinion.reason} if opinion.answer is not None else {}
    )
    case, form = hearing.application(opinion), HearForm(request.POST or None, initial=begun)
    if form.is_valid():
        yes, reason = form.cleaned_data["answer"] == "yes", form.cleaned_data["reason"]
        try:
            hearing.answer(opinion=opinion, actor=Actor(user.pk, user.name, user.unit_id), yes=yes, reason=reason)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已记下社区的意见。"))
            return redirect("hearings")
    wanted = case.fields["application"]
    context = {
        "tab": "hearings", "opinion": opinion, "case": case, "form": form, "wanted": wanted,
        "name": names([opinion.area], today()).get(opinion.area, ""), "period": PERIODS[wanted["period"]],
        "sends": [SENDINGS[name] for name in wanted["sends"]], "open": case.state == "hearing", "said": said,
    }  # fmt: skip
    return render(request, "gate/hearing.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("gate.report")
def report(request: HttpRequest) -> HttpResponse:
    """Something was asked of the community that was not admitted."""
    user: Any = request.user
    area = place_of(request.GET.get("area", ""))
    known = names([area], today()).get(area, "")
    own = {"area": f"{text(area)} {known}"} if level_of(area) == COMMUNITY else {}
    form = AroundForm(request.POST or None, area=area, initial=own)
    key = request.POST.get("key") or str(uuid.uuid4())
    if form.is_valid():
        try:
            done = around.report(actor=Actor(user.pk, user.name, user.unit_id), key=uuid.UUID(key), **form.cleaned_data)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except ValueError:
            raise Http404 from None
        else:
            messages.success(request, _("已记下，并复函给{unit}。").format(unit=done.unit.name))
            return redirect("gate_asked")
    context = {"tab": "asked", "form": form, "key": key, "name": known, "places": suggestions(current())}
    return render(request, "gate/report.html", context, status=422 if form.errors else 200)
