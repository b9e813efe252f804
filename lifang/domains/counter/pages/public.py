"""For residents, without an account: the items, the guide to each, whether one is likely to get it, applying, the screen."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.packs.shapes import Service
from lifang.domains.counter import actions, items, judging, waiting
from lifang.domains.counter.actions import Visitor
from lifang.domains.counter.forms import HomeForm
from lifang.domains.counter.models import Filling
from lifang.domains.counter.pages.receipt import FUNCTION
from lifang.domains.grid import queries as city
from lifang.ground.access import limits, resent
from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, level_of
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

APPLIES, WINDOW = 10, 600
OLDEST = 130


@public(FUNCTION)
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """`/services/?q=`: everything one can come for, by line."""
    words = request.GET.get("q", "").strip()[:40]
    groups: dict[str, list[tuple[str, Service]]] = {}
    for name, service in items.offered(settings.CONFIG.area, today()).items():
        if not words or words in service.title or words in service.meaning:
            groups.setdefault(items.line(service), []).append((name, service))
    return render(request, "counter/services.html", {"groups": groups, "q": words, "city_name": city.city_name()})


def _service(name: str) -> Service:
    service = items.find(name, settings.CONFIG.area, today())
    if service is None:
        raise Http404(_("现在没有这个事项。"))
    return service


def _guide(name: str, service: Service) -> dict[str, Any]:
    return {
        "name": name, "service": service, "line": items.line(service), "limit": items.limit(service),
        "channels": items.channels(service), "basis": items.basis(service, settings.CONFIG.area),
        "city_name": city.city_name(), "from_home": "page" in service.channels,
    }  # fmt: skip


@csrf_exempt
@public(FUNCTION)
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, name: str) -> HttpResponse:
    """`/services/<item>/`: the guide. A POST answers «am I likely to get it» from what is typed; nothing of it is kept."""
    found, day = _service(name), today()
    context, status = _guide(name, found), 200
    questions = [(at, one) for at, one in enumerate(found.conditions) if not judging.by_age(one)]
    context |= {
        "asks_age": len(questions) < len(found.conditions),
        "questions": [(at, one, request.POST.get(f"c_{at}", "")) for at, one in questions],
        "age": request.POST.get("age", "").strip()[:4],
    }  # fmt: skip
    if request.method == "POST":
        years = whole(context["age"])
        if years is not None and years > OLDEST:
            context["wrong_age"], status = True, 422
        else:
            answers = {at: request.POST.get(f"c_{at}", "") for at, _one in questions}
            context["verdicts"] = judging.by_answers(found, years, answers, settings.CONFIG.area, day)
            context["overall"] = judging.overall(context["verdicts"])
    return render(request, "counter/service.html", context, status=status)


@public(FUNCTION)
@require_safe
def blank(request: HttpRequest, name: str) -> HttpResponse:
    """The form of an item to print and fill in by hand; the window types it back."""
    return render(request, "counter/blank.html", _guide(name, _service(name)))


@csrf_exempt
@public(FUNCTION)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """`/services/<item>/apply/`: sent from home, it stands at the community's desk at once under the number of the receipt."""
    found = _service(name)
    if "page" not in found.channels:
        raise Http404(_("这个事项不能在网上申请，请到社区窗口或打电话办。"))
    form = HomeForm(request.POST or None, service=found, area=settings.CONFIG.area)
    status = 200
    if request.method == "POST":
        status = 422
        if limits.wait_for("apply", limits.address(request), APPLIES, WINDOW):
            form.add_error(None, _("申请太频繁了，请过十分钟再交。填的都还在。"))
            status = 429
        elif form.is_valid():
            data = form.cleaned_data
            try:
                with system_scope("counter.apply"):
                    wanted = {
                        "name": name, "area": data["place"], "visitor": Visitor(data["name"], data["phone"]), "form": form.form,
                    }  # fmt: skip
                    voice = actions.standing(resent.token_of(request), **wanted) or actions.begin(
                        **wanted, channel="page", way=Filling.Way.HOME, actor=Actor(), key=data["key"]
                    )
            except NotDone as refused:
                form.add_error(None, refused.message)
            else:
                return resent.remember(redirect("service_slip", token=voice.token), request, voice.token)
    return render(request, "counter/apply.html", {**_guide(name, found), "form": form}, status=status)


@public(FUNCTION)
@require_safe
def screen(request: HttpRequest, area: int) -> HttpResponse:
    """`/services/screen/<community>/`: the numbers that are called and that wait, large; the browser speaks them."""
    if area >= 10**15 or level_of(area) != COMMUNITY:
        raise Http404
    known = names({area}, today())
    if area not in known:
        raise Http404
    with system_scope("counter.screen"):
        standing = waiting.standing(area)
    context = {**standing, "place_name": known[area], "area": area, "city_name": city.city_name()}
    name = "counter/screen_numbers.html" if "HX-Request" in request.headers else "counter/screen.html"
    return render(request, name, context)
