"""Whose figures a page shows, and for which month."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lifang.blocks.packs.service import NoRule
from lifang.domains.meter.measured import Reader
from lifang.ground.access.doors import holdings
from lifang.ground.access.models import Unit
from lifang.ground.access.queries import unit_names
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Scope, current
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

READ = "meter.read"
Page = Callable[..., HttpResponse]


def measured(page: Page) -> Page:
    """For days of which no pack says how time is reckoned the page says so."""

    @wraps(page)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return page(request, **named)
        except NoRule:
            return render(request, "meter/unmeasured.html", {"month": today()})

    return answer


def reader_of(request: HttpRequest) -> Reader:
    """The place asked for where it is the reader's; else the widest that is. A department reads what it asked itself, there
    or wherever."""
    scope = current()
    code = whole(request.GET.get("area", ""))
    mine = code is not None and (
        scope.covers(code) if scope.places else any(code in span(root) for root in _of_units(scope))
    )
    if code is not None and mine and level_of(code) > COMMUNITY:
        code = at_level(code, COMMUNITY)
    if not scope.places:
        return Reader(code if mine else None, tuple(scope.units))
    if mine:
        return Reader(code)
    lo, hi = max(scope.places, key=lambda place: place[1] - place[0])
    return Reader(at_level(lo, COMMUNITY) if hi - lo == 1 else max(lo, settings.CONFIG.area))


def _of_units(scope: Scope) -> list[int]:
    return sorted(set(Unit.objects.filter(pk__in=scope.units).values_list("area", flat=True)))


def place_here(code: int) -> int:
    """A place of the reader's. Raises 404 for others."""
    if not current().covers(code) or code not in names([code], today()):
        raise Http404(_("没有这个地方，或者不在你的范围内。"))
    return code


def month_in(request: HttpRequest) -> dt.date:
    return day_in(request.GET.get("month", "")[:7] + "-01") or today().replace(day=1)


def shared(
    request: HttpRequest, reader: Reader, tab: str, on: dt.date, to: Callable[[int], str] | None = None
) -> dict[str, Any]:
    """What every page of the meter shows: whose figures, which tab, and where else one may look."""
    scope = current()
    roots = _of_units(scope) if reader.units else holdings(request).roots(READ)
    place = names([reader.place], today()).get(reader.place, "") if reader.place else ""
    units = "、".join(unit_names(reader.units).values()) if reader.units else ""
    kept = {name: value for name, value in request.GET.items() if name in ("month", "year", "on")}
    ways = to or (lambda code: f"?{urlencode({'area': code, **kept})}")
    return {
        "tab": tab, "reader": reader, "name": " · ".join(filter(None, (units, place))), "month": on,
        "area": reader.place or "", **switching.switch(roots, reader.place, today(), ways, lowest=COMMUNITY),
    }  # fmt: skip


def unit_titles(wanted: Any) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in={pk for pk in wanted if pk}).values_list("pk", "name"))


def asking(user: Any) -> Scope:
    """The places below which the person may ask: their own, or those of their unit."""
    own = current().places
    if not own and user.unit:
        below = span(user.unit.area)
        own = ((below.start, below.stop),)
    return Scope(current().function, own)
