"""The community's chair: what is asked of it, on what basis, what was kept away, and what came around the gate."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.domains.gate import around, hearing, replying
from lifang.domains.gate.forms import AnswerForm, AroundForm, HearForm
from lifang.domains.gate.models import Opinion, Reach, Sending, Stance
from lifang.domains.gate.pages.admissions import changed, wanted_words
from lifang.domains.gate.pages.desk import approval_url, elements, row
from lifang.domains.gate.queries import reached
from lifang.domains.gate.words import time_words
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, everywhere, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span, text
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

HEAR, ANSWER = "admission.hear", "gate.answer"
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
    step = replying.steps([one for one in rows[:MOST] if not one.kept])
    there = [
        {
            **row(one.sending, known), "reach": one, "where": known.get(one.area, one.area), "step": step.get(one.pk),
            "day": replying.day_of(one.sending), "dropped": replying.dropped(one.sending),
        }
        for one in rows[:MOST]
    ]  # fmt: skip
    got = [one for one in there if not one["reach"].kept and not one["dropped"]]
    return render(
        request, "gate/asked.html",
        {
            "tab": "asked", "place": place, "month": month, "name": known.get(place, ""), "one_community": level_of(place) >= COMMUNITY,
            "got": sorted(got, key=lambda one: not one["step"].waits),
            "kept": [one for one in there if one["reach"].kept],
            "dropped": [one for one in there if one["dropped"] and not one["reach"].kept],
            "more": max(0, len(rows) - MOST),
        },
    )  # fmt: skip


@require_safe
@serves("gate.read")
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/gate/asked/<pk>/`: one thing that came to a community: what, on what basis, when, how long, and what it said."""
    return _reach(request, _reach_here(pk))


def _reach_here(pk: int) -> Reach:
    found = Reach.objects.select_related("sending__unit").filter(pk=pk, kept=False).first()
    if found is None:
        with system_scope("reach.foreign"):
            there = Reach.objects.filter(pk=pk).values_list("sending__number", "area").first()
        raise Foreign(
            _("没有这一件，或者它不在你的社区。"), kind="sending", object_id=there[0] if there else str(pk), area=there[1] if there else None
        )  # fmt: skip
    return found


def _answer_form(found: Reach, typed: Any = None) -> AnswerForm:
    return AnswerForm(
        typed, done=replying.DONE[found.sending.kind], objection=(replying.OBJECTED, replying.OBJECTION),
        initial={"act": replying.DONE[found.sending.kind][0]},
    )  # fmt: skip


def _reach(request: HttpRequest, found: Reach, form: AnswerForm | None = None) -> HttpResponse:
    one, step = found.sending, replying.steps([found])[found.pk]
    own = step.url == reverse("gate_reach", args=[found.pk])
    open_ = (
        own
        and one.state != Sending.State.RETURNED
        and not replying.dropped(one)
        and holdings(request).may(ANSWER, found.area)
    )
    words: dict[str, Any] = dict([replying.DONE[one.kind], (replying.OBJECTED, replying.OBJECTION)])
    said = [(words[each.act], each) for each in found.replies.select_related("by").order_by("-pk")]
    known = names([found.area, one.area], today())
    approval = one.judged.get("approval", {})
    return render(
        request, "gate/reach.html",
        {
            "tab": "asked", "reach": found, **row(one, known), "where": known.get(found.area, ""), "step": step, "own": own,
            "day": replying.day_of(one), "until": one.data.get("until", ""), "venue": one.data.get("venue", ""),
            "items": one.data.get("items", ()), "time": time_words(found.minutes), "said": said, "dropped": replying.dropped(one),
            "approval": approval, "approval_url": approval_url(approval), "elements": elements(one),
            "form": (form or _answer_form(found)) if open_ else form,
        },
        status=422 if form and form.errors else 200,
    )  # fmt: skip


@require_POST
@serves(ANSWER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The community says what it did, or objects."""
    user: Any = request.user
    found = _reach_here(pk)
    form = _answer_form(found, request.POST)
    if form.is_valid():
        try:
            replying.reply(reach=found, actor=Actor(user.pk, user.name, user.unit_id), **form.cleaned_data)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已记下。"))
            return redirect("gate_reach", pk)
    return _reach(request, found, form)


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
        "name": names([opinion.area], today()).get(opinion.area, ""), **wanted_words(wanted, case.area), "open": case.state == "hearing", "said": said,
        **changed(case),
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
