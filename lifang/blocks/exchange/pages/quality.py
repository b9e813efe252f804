"""Desk pages of what is wrong with the data: by whom it is to be mended, and as a list to send them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.exchange import tasks
from lifang.blocks.exchange.desk import DESK
from lifang.blocks.exchange.flaws import as_workbook, words_of
from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.pages.returning import place_in, switch
from lifang.blocks.exchange.quality import RULES
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.pages.imports import FORMS
from lifang.blocks.registry.pages.reaching import department, system_here
from lifang.ground.access.doors import holdings, serves
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record
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
    listed = listed.select_related("system", "record", "person").order_by("system", "rule", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    elements = packs.elements(place)
    return render(
        request, "exchange/quality.html",
        {
            "systems": by_system.values(), "page": page, "rows": [(one, *words_of(one, elements)) for one in page],
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
    found = here(place).filter(system=system, ended_at=None).select_related("record", "person")
    content, rows = as_workbook(found.order_by("rule", "pk"), packs.elements(place))
    record(what="data.flaws", kind="system", object_id=pk, area=place, rows=rows)
    answer = HttpResponse(content, content_type=FORMS["xlsx"])
    answer.headers["Content-Disposition"] = f'attachment; filename="flaws-{system.code}.xlsx"'
    return answer
