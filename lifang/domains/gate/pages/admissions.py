"""Applications for admission at the desk: the queue, one application with all that bears on it, applying."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases import lifecycle, showing
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.pages.acting import NOTHING_TRIED, Tried, forms_of, lost, open_acts, try_act
from lifang.blocks.cases.reaching import case_here, gather
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.columns import words_of
from lifang.blocks.matters.models import Admitted
from lifang.blocks.matters.words import PERIODS, SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate import applying, changing, hearing, joint, money
from lifang.domains.gate.applying import ADMISSION, Application
from lifang.domains.gate.carriers import typing
from lifang.domains.gate.forms import ApplyForm
from lifang.domains.gate.models import Opinion, Sending
from lifang.domains.gate.moved import UNDECIDED, since_asked
from lifang.domains.gate.pages.desk import READ, key_of, reach_of
from lifang.domains.gate.verdict import same
from lifang.domains.gate.words import time_words
from lifang.ground.access.doors import acts, serves
from lifang.ground.access.forms import place_words, suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import everywhere
from lifang.ground.areas.queries import names
from lifang.ground.files.uploads import takes_photos

ON_A_PAGE = 50


@require_safe
@serves(READ)
def admissions(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/admissions/?state=`: applications within reach, those whose time is up first."""
    type_ = packs.case_type(ADMISSION, 0, today())
    state = request.GET.get("state", "") if request.GET.get("state") in type_.states else ""
    found = Case.objects.filter(type=ADMISSION).select_related("unit").defer("words").most_urgent()
    found = found.filter(state=state) if state else found
    page, now = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")), timezone.now()
    rows = [
        {
            "case": one, "state": lifecycle.type_of(one).states[one.state].title,
            "late": one.is_open and one.due_at is not None and one.due_at < now, "wanted": one.fields["application"],
            "moved": since_asked(one, today()),
        }
        for one in page
    ]  # fmt: skip
    waiting = joint.waiting_for(request.user.unit_id)  # type: ignore[union-attr]
    states = [(name, item.title) for name, item in type_.states.items()]
    context = {"tab": "admissions", "rows": rows, "page": page, "states": states, "state": state, "waiting": waiting}
    return render(request, "gate/admissions.html", context)


@never_cache
@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@acts(READ)
def admission(request: HttpRequest, number: str) -> HttpResponse:
    """One application: what is asked, the three conditions and checks, what communities said, what changed in the list.

    A POST is one act; `?act=` opens its form.
    """
    found = _here(number)
    if request.method != "POST":
        return _page(request, found)
    tried = try_act(request, found)
    if tried.done is None:
        return _page(request, _here(number), tried, tried.status)
    type_ = lifecycle.type_of(found)
    said = {"act": type_.act_title(tried.done.act), "state": type_.states[tried.done.to_state].title}
    messages.success(request, _("“%(act)s”已办，申请现在是“%(state)s”。") % said)
    return redirect("admission", found.number)


def _here(number: str) -> Case:
    found = case_here(number)
    if found.type != ADMISSION:
        raise Http404(_("没有这件准入申请。"))
    return found


def _page(request: HttpRequest, case: Case, tried: Tried = NOTHING_TRIED, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = gather(case, now)
    rows = open_acts(request, shown)
    wanted = tried.act or request.GET.get("act", "")
    forms, typed = forms_of(request, shown, [row for row in rows if row.act == wanted], tried)
    application, on = case.fields["application"], today()
    found = Opinion.objects.filter(case=case).prefetch_related("stances").order_by("area")
    opinions = sorted(found, key=lambda one: one.answer is not None)
    silent = hearing.silent(opinions, on) if case.state == "hearing" else []
    known, bodies = names([one.area for one in opinions], on), joint.sitting(shown.parts, shown.acts)
    refused, listed = tried.refused, matters.admitted().filter(code=case.number).first()
    return render(
        request, "gate/admission.html",
        {
            "tab": "admissions", "case": case, "shown": shown, "wanted": application, "rows": rows,
            "form": forms[0] if forms else None, "conflict": tried.conflict,
            "trouble": refused.message if refused and not typed else "",
            "bars": [bar for bar in showing.clock_bars(shown) if not bar["done"]], "timeline": showing.timeline(shown),
            "lacking": applying.lacking(application), "checks": checks(application, case.area),
            **wanted_words(application, case.area),
            "opinions": [(known.get(one.area, ""), one) for one in opinions],
            **{name: sum(one.answer is said for one in opinions) for name, said in (("yes", True), ("no", False), ("none", None))},
            "silent": len(silent), "silent_until": max((one.due for one in silent), default=None),
            "bodies": bodies, "absent": joint.absent(shown.acts), "may_miss": case.state == "deciding",
            "speak_until": max((one.part.due_at for one in bodies if one.part.due_at and one.has_time(now)), default=None),
            "listed": listed, "moved": since_asked(case, on), **changed(case),
            "successor": matters.admitted().filter(replaces=case.number).first() if listed else None,
            "may_change": listed and case.is_open and case.unit_id == request.user.unit_id and changing.changeable(listed, on),  # type: ignore[union-attr]
            "lost": lost(request, shown.type) if (tried.conflict or refused) and not typed else [], "alike": _alike(case, on),
        },
        status=status,
    )  # fmt: skip


def wanted_words(application: dict[str, Any], area: int) -> dict[str, Any]:
    """What is asked of a community by an application and who pays for it, in words, and the minutes that typing takes each time."""
    known, typed, units = packs.elements(area), application.get("columns", []), packs.units()
    return {
        "payer": units[application["payer"]].title if application["payer"] in units else "",
        "sends": [SENDINGS[name] for name in application["sends"]], "period": PERIODS[application["period"]],
        "elements": [known[name].title for name in application["elements"] if name in known],
        "columns": words_of(typed), "typing": time_words(typing(typed, area, today())),
    }  # fmt: skip


def changed(case: Case) -> dict[str, Any]:
    """What an application changes: the code of the admission that it is to replace, what differs (title, before, after), and,
    while it is not decided, that the old one has ended or is suspended."""
    old = changing.before(case)
    if old is None:
        return {"changes": "", "differences": [], "ended": False, "halt": None}
    was, now, open_ = _said(old), _said(case), case.state in UNDECIDED
    return {
        "changes": old.number, "differences": [(title, was[title], now[title]) for title in now if was[title] != now[title]],
        "ended": open_ and not old.is_open, "halt": changing.halt(old.number) if open_ and old.is_open else None,
    }  # fmt: skip


def _said(case: Case) -> dict[str, str]:
    application, joined = case.fields["application"], _("、")
    words = wanted_words(application, case.area)
    return {
        _("事项名称"): case.title, _("在哪里实施"): case.place_text, _("法律法规依据"): application["basis"],
        _("责任主体"): application["responsible"], _("人员保障"): application["people"], _("培训保障"): application["training"],
        _("由谁出钱"): words["payer"], _("每处每期经费（元）"): f"{Decimal(application['amount']):,.2f}",
        _("每处每期工时"): f"{Decimal(application['hours']):,.1f}", _("频次"): str(words["period"]), _("随附权限"): application["power"],
        _("以什么方式下达"): joined.join(map(str, words["sends"])), _("到哪天止"): application["until"] or _("长期"),
        _("要社区报哪些数据"): joined.join(words["elements"]), _("要社区新填哪些列"): joined.join(words["columns"]),
    }  # fmt: skip


def checks(application: dict[str, Any], area: int) -> list[money.Check]:
    """权随责走、费随事转、事费配套 of what is applied for."""
    return money.checks(
        power=application["power"], payer=application["payer"], amount=Decimal(application["amount"]),
        hours=Decimal(application["hours"]), area=area, on=today(),
    )  # fmt: skip


def _alike(case: Case, on: dt.date) -> list[matters.Matter]:
    """Matters that stand there already and are called alike."""
    there = matters.at(case.area, on).values()
    return [
        one
        for one in there
        if one.name not in (case.number, case.fields.get("changes")) and same(one.title, case.title)
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("admission.ask")
def apply_for(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/admissions/new/?sending=&changes=`: the form of an application, begun from what was returned or is to be changed.

    What lacks one of the three conditions comes back with its fields marked; a POST with `incomplete` files it as it is.
    """
    user: Any = request.user
    row = _to_change(request)
    form = ApplyForm(request.POST or None, initial=_as_admitted(row) if row else _begun(request), unit=user.unit)
    if row:
        del form.fields["emergency"]  # what stands already is not urgent
    with everywhere():
        fits = form.is_valid()
    lacks: dict[str, str] = {}
    if fits:
        given = dict(form.cleaned_data)
        area, emergency = given.pop("area"), given.pop("emergency", False)
        lacks = {} if emergency else applying.missing(given)
    if lacks and "incomplete" not in request.POST:
        for name, title in lacks.items():
            form.add_error(name, _("还没有{what}。").format(what=title))
    elif fits:
        try:
            case = applying.apply_for(
                actor=Actor(user.pk, user.name, user.unit_id), area=area, emergency=emergency, key=key_of(request),
                wanted=Application(**given), changes=row.code if row else "",
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已申请，编号 {number}。").format(number=case.number))
            return redirect("admission", case.number)
    area = user.unit.area if user.unit else 0
    ahead, decide = (packs.value(f"admission.{name}_days", area, today()) for name in ("ahead", "decide"))
    return render(
        request, "gate/apply.html",
        {
            "tab": "admissions", "form": form, "key": key_of(request), "places": suggestions(reach_of(user)),
            "ahead": ahead, "decide": decide, "unit": user.unit, "row": row,
            "lacks": list(lacks.values()),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _to_change(request: HttpRequest) -> Admitted | None:
    if not (code := request.GET.get("changes", "")):
        return None
    row = Admitted.objects.filter(code=code[:24], unit=request.user.unit_id).first()  # type: ignore[union-attr]
    if row is None:
        raise Http404(_("本单位没有这个准入的事项。"))
    return row


def _as_admitted(row: Admitted) -> dict[str, Any]:
    with everywhere():
        case = Case.objects.get(number=row.code)
    begun = dict(case.fields["application"])
    first = max(applying.earliest(row.area, today()), row.since + dt.timedelta(days=1))
    paid_on = row.paid_on if row.paid_on and row.paid_on >= today() else None
    columns = "\n".join(words_of(begun.get("columns", ())))
    return begun | {"area": place_words(row.area), "since": first, "paid_on": paid_on, "columns": columns}


def _begun(request: HttpRequest) -> dict[str, Any]:
    unit = request.user.unit  # type: ignore[union-attr]
    begun: dict[str, Any] = {}
    if unit:
        begun = {"payer": unit.kind, "responsible": unit.name, "area": place_words(unit.area)}
        begun["since"] = applying.earliest(unit.area, today())
    sending = Sending.objects.filter(number=request.GET.get("sending", "")[:24]).first()
    if sending:
        begun |= {
            "title": sending.title, "why": sending.text, "area": place_words(sending.area), "sends": [sending.kind],
            "elements": sending.data.get("elements", []), "emergency": sending.emergency,
            "columns": "\n".join(words_of(sending.data.get("columns", ()))),
        }  # fmt: skip
    return begun
