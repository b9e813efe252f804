"""The receipt and the progress of what one came for, by its link or by number and code. The link is the authority."""

import io
from functools import lru_cache

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Act, Case, Voice
from lifang.blocks.cases.numbers import normalise
from lifang.domains.counter import items
from lifang.domains.counter.models import Application
from lifang.domains.grid import queries as city
from lifang.domains.grid.pages.told import without_numbers
from lifang.ground.access import limits
from lifang.ground.access.doors import public
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import system_scope

FUNCTION = "public.service"
FINDS, FINDS_OF_ONE, WINDOW = 30, 8, 600
# What of each act is meant for whoever came.
TOLD = {"ask_papers": "papers", "settle": "result", "complete": "result", "deny": "reason", "send_back": "reason"}


def link_of(token: str) -> str:
    return settings.ORIGIN + reverse("service_progress", args=[token])


@lru_cache(512)
def _drawn(link: str, title: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, title=title, omitsize=True
    )
    return out.getvalue().decode()


def code_of(token: str) -> SafeString:
    """The link as a picture to scan."""
    return mark_safe(_drawn(link_of(token), _("查询二维码")))  # made by segno from our own address


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _case(token: str) -> tuple[Case, Application]:
    """A wrong link looks like a page that does not exist."""
    voice = Voice.objects.select_related("case").filter(token=token).first()
    found = Application.objects.filter(case=voice.case).first() if voice else None
    if voice is None or found is None:
        raise Http404
    return voice.case, found


@public(FUNCTION, token="token")
@require_safe
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """`/services/r/<token>/`: how far it is, in words, and what is still to be brought."""
    case, _found = _case(token)
    type_ = type_of(case)
    acts = list(Act.objects.filter(case=case).select_related("unit").order_by("seq"))
    steps = [{"title": _("收到申请"), "at": case.opened_at, "icon": "inbox", "tone": "info"}]
    for act in acts:
        if act.act in type_.public_acts:
            note = without_numbers(str(act.data.get(TOLD.get(act.act, ""), "")))
            steps.append(
                {
                    "title": type_.act_title(act.act), "at": act.at, "note": note, "icon": "circle-dot", "tone": "info",
                    "unit": act.unit.name if act.unit else "",
                }
            )  # fmt: skip
    lacking = (
        [act.data["papers"].splitlines() for act in acts if act.act == "ask_papers"] if case.state == "short" else []
    )
    return _private(
        render(
            request, "counter/progress.html",
            {
                "case": case, "token": token, "told": type_.states[case.state].told, "title": type_.states[case.state].title,
                "steps": steps, "lacking": lacking[-1] if lacking else [], "city_name": city.city_name(),
                "owner": _owner(case),
            },
        )
    )  # fmt: skip


def _owner(case: Case) -> str:
    unit = Unit.objects.filter(pk=case.unit_id).first() if case.unit_id else None
    return unit.name if unit else ""


@public(FUNCTION, token="token")
@require_safe
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt to print: number, code and QR, and what to bring when something is missing (一次性告知书)."""
    case, found = _case(token)
    service = items.of_case(case)
    last = Act.objects.filter(case=case, act="ask_papers").order_by("-seq").first() if case.state == "short" else None
    context = {
        "case": case, "code": found.code, "service": service, "line": items.unit_title(found.line),
        "limit": items.limit(service) if service else "", "basis": items.basis(service, case.area) if service else "",
        "lacking": last.data["papers"].splitlines() if last else [], "owner": _owner(case), "link": link_of(token),
        "qr": code_of(token), "token": token, "city_name": city.city_name(),
    }  # fmt: skip
    return _private(render(request, "counter/slip.html", context))


@csrf_exempt
@public(FUNCTION)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """From number and code to the link. Whatever does not fit gets the same answer."""
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("number", "code")}
    trouble, status = "", 200
    if request.method == "POST":
        number = normalise(typed["number"])
        waits = [
            limits.wait_for("service", limits.address(request), FINDS, WINDOW),
            limits.wait_for("service", f"number {number}", FINDS_OF_ONE, WINDOW) if number else 0,
        ]
        token = None if any(waits) or number is None else _token(number, typed["code"])
        if token:
            return redirect("service_progress", token=token)
        status = 429 if any(waits) else 422
        trouble = (
            _("查得太频繁了，请过十分钟再查；手里有链接或二维码的，直接打开。")
            if any(waits)
            else _(
                "没有查到。请核对回执上的编号（如 260302-000123-4）和六位查询码；也可以打社区电话，请工作人员帮您查。"
            )
        )
    context = {"typed": typed, "trouble": trouble, "city_name": city.city_name()}
    return render(request, "counter/find.html", context, status=status)


def _token(number: str, code: str) -> str | None:
    with system_scope("counter.find"):
        case = Application.objects.filter(case__number=number, code=code).values("case")
        return Voice.objects.filter(case__in=case).order_by("at").values_list("token", flat=True).first()
