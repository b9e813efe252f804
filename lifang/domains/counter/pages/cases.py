"""What stands at the counter, and one application: its form, its papers, what to print, and typing back a form."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.pages.one import PURPOSES
from lifang.blocks.cases.reaching import case_here
from lifang.blocks.packs.shapes import Transition
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.blocks.registry.pages.persons import closest
from lifang.domains.counter import actions, filled, items, queries
from lifang.domains.counter.actions import Form
from lifang.domains.counter.forms import ServiceForm
from lifang.domains.counter.knowing import chosen, profile
from lifang.domains.counter.models import Application, Filling
from lifang.domains.counter.pages.hints import hints
from lifang.domains.counter.pages.place import BACK, READ, SERVE, switch
from lifang.domains.counter.pages.receipt import code_of
from lifang.domains.counter.words import CONSENTS
from lifang.ground import prepared
from lifang.ground.access import vault
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.trail.actions import record

UNREADABLE = Form()
ONWARD = ("take", "papers_in", "settle", "pass_on", "sign", "complete", "tell")


@never_cache
@require_safe
@serves(READ)
def cases(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/cases/?area=&show=`: what waits where, the most urgent first; and what is over."""
    place, context = switch(request, READ)
    shown = request.GET.get("show", "")
    shown = shown if shown in queries.SHOWN else "front"
    found = list(queries.of_place(place or 0, shown)[: queries.MOST])
    rows = [(case, queries.state_title(case), items.changed_since(case, today())) for case in found]
    context |= {
        "tab": "cases", "rows": rows, "show": shown, "tallies": queries.tallies(place or 0), "most": queries.MOST,
        "may_serve": holdings(request).holds(SERVE),
    }  # fmt: skip
    return render(request, "counter/cases.html", context)


def application(number: str) -> tuple[Case, Application]:
    """The case and what it is about. Raises Foreign (a 404) where there is none within reach."""
    case = case_here(number)
    found = queries.application_of(case)
    if found is None:
        raise Foreign(_("没有这件窗口办事，或者你没有查看它的权限。"), kind="case", object_id=number[:24], area=None)
    return case, found


def form_of(case: Case) -> tuple[Form, bool]:
    """The form, and whether it can be read with the keys that are here."""
    try:
        return actions.form_of(case), True
    except vault.Unreadable:
        return UNREADABLE, False


def handling(request: HttpRequest, case: Case) -> str:
    """The function under which the reader may see the form; "" for who neither serves nor handles the matter."""
    mine = holdings(request)
    return next((one for one in (SERVE, BACK) if mine.may(one, case.area, case.involved)), "")


@never_cache
@require_safe
@leaves_a_row
@serves(READ)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/counter/cases/<number>/`: sealed values masked."""
    return _page(request, number)


def _page(request: HttpRequest, number: str, status: int = 200, **more: Any) -> HttpResponse:
    case, found = application(number)
    prepared.join([case], "unit")
    service, type_, mine = items.of_case(case), lifecycle.type_of(case), holdings(request)
    whose = handling(request, case)
    form, readable, fillings, applicant = UNREADABLE, True, [], ""
    parts = queries.parts(case)
    if whose:
        with acting(request, whose):
            form, readable = form_of(case)
            fillings = queries.fillings(case)
    voice = queries.voice_of(case)
    if whose and voice:
        applicant = vault.mask_name(filled.opened(voice.name, "voice.name"))
    context = {
        "case": case, "found": found, "state": type_.states[case.state].title, "acts": _acts(request, case),
        "onward": ONWARD, **hints(request, found.service, service, case.area),
        "rows": filled.rows(service, form, case.area) if service else [], "papers": form.papers, "readable": readable,
        "line": items.unit_title(found.line), "token": voice.token if voice else "", "code": found.code,
        "fillings": fillings,
        "changed": items.changed_since(case, today()), "may_serve": mine.may(SERVE, case.area, case.involved),
        "may_reveal": bool(whose), "purposes": PURPOSES,
        "parts": parts, "applicant": applicant, "consent": CONSENTS.get(voice.consent, "") if whose and voice else "",
        "asked_for": _asked_for(case), "qr": code_of(voice.token) if voice else "", **more,
    }  # fmt: skip
    return render(request, "counter/case.html", context, status=status)


def _acts(request: HttpRequest, case: Case) -> list[Transition]:
    """What the reader may do now, what takes it further first."""
    rows = lifecycle.allowed(case, lifecycle.type_of(case), holdings(request), request.user.unit_id)  # type: ignore[union-attr]
    return sorted(rows, key=lambda row: ONWARD.index(row.act) if row.act in ONWARD else len(ONWARD))


def _asked_for(case: Case) -> Sequence[str]:
    """What is still to be brought, where something is."""
    if case.state != "short":
        return ()
    last = case.acts.filter(act="ask_papers").order_by("-seq").first()
    return last.data["papers"].splitlines() if last else ()


@never_cache
@require_POST
@leaves_a_row
@serves(SERVE)
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Say who of the register the applicant is: `q` finds, `person` chooses."""
    case, _found = application(number)
    if (person := chosen(request, request.POST.get("person", ""))) is not None:
        actions.link(case=case, person=person, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("已记到“{name}”名下。").format(name=person.name))
        return redirect("counter_case", case.number)
    words = request.POST.get("q", "").strip()[:100]
    rows, _kind, loose = closest(request, words)
    return _page(request, number, found_rows=rows, loose=loose, asked=bool(words), q=words)


@never_cache
@require_POST
@serves(READ)
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The whole form, sealed values too, for a purpose that is kept in the trail; to be read or printed."""
    case, found = application(number)
    whose, purpose = handling(request, case), request.POST.get("purpose", "").strip()[:100]
    if not whose:
        raise Foreign(_("没有这个页面，或者你没有查看它的权限。"), kind="case", object_id=case.number, area=case.area)
    with acting(request, whose):
        service, (form, readable) = items.of_case(case), form_of(case)
    if not purpose or service is None or not readable:
        return _page(request, number, status=422, purpose_missing=not purpose)
    record(what="counter.revealed", kind="case", object_id=case.number, area=case.area, purpose=purpose)
    voice = queries.voice_of(case)
    context = {
        "case": case, "service": service, "rows": filled.rows(service, form, case.area, whole=True), "papers": form.papers,
        "proxy": form.proxy, "name": filled.opened(voice.name, "voice.name") if voice else "",
        "phone": filled.opened(voice.phone, "voice.phone") if voice else "", "purpose": purpose,
        "basis": items.basis(service, case.area), "line": items.unit_title(found.line),
    }  # fmt: skip
    return render(request, "counter/whole.html", context)


@never_cache
@require_safe
@serves(SERVE)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The form on paper under the case's number: what is known stands there masked, the rest is filled in by hand."""
    case, found = application(number)
    service, (form, _readable) = items.of_case(case), form_of(case)
    voice = queries.voice_of(case)
    context = {
        "case": case, "service": service, "rows": filled.rows(service, form, case.area) if service else [],
        "qr": code_of(voice.token) if voice else "", "code": found.code, "line": items.unit_title(found.line),
    }  # fmt: skip
    return render(request, "counter/paper.html", context)


@never_cache
@leaves_a_row
@serves(SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, number: str) -> HttpResponse:
    """A form that came back on paper, or with something to be put right, typed under the same number."""
    case, found = application(number)
    service = items.of_case(case)
    before, _readable = form_of(case)
    if service is None or not case.is_open:
        messages.warning(request, _("这件事已经办结，申请表不再改动。"))
        return redirect("counter_case", case.number)
    known = profile(request, str(found.person or ""))
    form = ServiceForm(
        request.POST or None, service=service, area=case.area, profile=known, filled=before, complete=False
    )
    form.proxy = before.proxy
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            now = form.form
            kept = Form({**before.answers, **now.answers}, now.known, now.papers, before.proxy)
            actions.fill(case=case, form=kept, way=Filling.Way.PAPER, by=request.user.pk)
        messages.success(request, _("已录入，以前填的还留着。"))
        return redirect("counter_case", case.number)
    context = {"case": case, "service": service, "form": form, "person": known.person}
    return render(request, "counter/fill.html", context, status=422 if form.errors else 200)
