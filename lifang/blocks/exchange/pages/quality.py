"""Desk pages of what is wrong with the data: by whom it is to be mended, as a list to send them, and a department's own."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.exchange import tasks
from lifang.blocks.exchange.desk import DESK
from lifang.blocks.exchange.flaws import as_sheet, sheets, told
from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.pages.returning import place_in, switch
from lifang.blocks.exchange.quality import RULES
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.pages.imports import FORMS
from lifang.blocks.registry.pages.reaching import department, home, system_here
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import span
from lifang.ground.trail.models import Entry as Trail
from lifang.ground.typed import whole

ON_A_PAGE = 50


def here(place: int) -> QuerySet[Flaw]:
    below = span(place)
    return Flaw.objects.filter(area__gte=below.start, area__lt=below.stop)


@never_cache
@require_safe
@serves("data.read")
def top(request: HttpRequest) -> HttpResponse:
    """By system and rule; `?system=` and `?rule=` open the list, `?mended=1` that of what is mended."""
    place, system = place_in(request), whole(request.GET.get("system", ""))
    rule, mended = request.GET.get("rule", ""), bool(request.GET.get("mended"))
    found = here(place).filter(ended_at__isnull=not mended)
    by_system: dict[int, dict[str, Any]] = {}
    counts = found.values_list("system", "system__title", "system__code", "system__department", "rule")
    for pk, title, code, kind, name, n in counts.annotate(Count("pk")).order_by("system__department", "system"):
        row = by_system.setdefault(
            pk, {"pk": pk, "title": title, "ours": code == DESK, "department": department(kind), "rules": [], "n": 0}
        )
        row["rules"].append((name, RULES.get(name, name), n))
        row["n"] += n
    listed = found.filter(Q(system=system) if system else Q(), Q(rule=rule) if rule in RULES else Q())
    listed = listed.select_related("system").order_by("system", "rule", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    taken = {} if mended else _taken(by_system)
    for pk, row in by_system.items():
        row["sheets"], row["taken"] = sheets(row["n"]), taken.get(str(pk))
    return render(
        request, "exchange/quality.html",
        {
            "systems": by_system.values(), "page": page, "rows": told(page, packs.elements(place)),
            "chosen": system, "rule": rule, "rules": RULES.items(), "mended": mended, "place": place,
            "may_send": holdings(request).may("data.import", place), **switch(request, place),
        },
    )  # fmt: skip


@require_POST
@serves("data.import")
def again(request: HttpRequest) -> HttpResponse:
    """Look for what is wrong again, in the background."""
    tasks.check_soon(place_in(request))
    messages.success(request, _("正在后台重查，过一会儿刷新这一页。"))
    return redirect("data_quality")


@require_POST
@serves("data.import")
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """What one sender has to mend, as a sheet with the file and row that each stands in; who took it is in the trail."""
    system, place = system_here(pk), place_in(request)
    return _sheet(request, here(place).filter(system=system, ended_at=None), place, system.code)


def _sheet(request: HttpRequest, found: QuerySet[Flaw], place: int, name: str) -> HttpResponse:
    """`sheet` says which one, where there are several."""
    number = whole(request.POST.get("sheet", "")) or 1
    answer = HttpResponse(as_sheet(found, number, place, packs.elements(place)), content_type=FORMS["xlsx"])
    answer.headers["Content-Disposition"] = f'attachment; filename="flaws-{name}-{number}.xlsx"'
    return answer


def _taken(systems: Iterable[int]) -> dict[str, dt.datetime]:
    """System → when somebody last took the list of what it has to mend."""
    with system_scope("data.flaws"):
        found = Trail.objects.filter(kind="system", object_id__in=[str(pk) for pk in systems], what="data.flaws")
        return dict(found.order_by().values_list("object_id").annotate(Max("at")))


def _own() -> QuerySet[Flaw]:
    """Those of the systems that one's department answers for: the database shows no others."""
    return Flaw.objects.filter(in_places("area", current().places))


@never_cache
@require_safe
@serves("flaw.read")
def own(request: HttpRequest) -> HttpResponse:
    """`/desk/flaws/`: what one's own department has to mend; `?mended=1` what it has mended."""
    rule, mended = request.GET.get("rule", ""), bool(request.GET.get("mended"))
    found = _own().filter(ended_at__isnull=not mended)
    counts = found.order_by().values_list("rule").annotate(Count("pk"))
    rules = [(name, RULES.get(name, name), n) for name, n in counts]
    if rule in RULES:
        found = found.filter(rule=rule)
    listed = found.select_related("system").order_by("-ended_at" if mended else "since", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "exchange/flaws.html",
        {
            "page": page, "rows": told(page, packs.elements(home())), "rules": sorted(rules, key=lambda one: -one[2]),
            "rule": rule, "mended": mended, "sheets": sheets(0 if mended else page.paginator.count),
        },
    )  # fmt: skip


@require_POST
@serves("flaw.read")
def own_sheet(request: HttpRequest) -> HttpResponse:
    found, rule = _own().filter(ended_at=None), request.POST.get("rule", "")
    return _sheet(request, found.filter(rule=rule) if rule in RULES else found, home(), "own")
