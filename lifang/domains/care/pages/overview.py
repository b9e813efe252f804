"""The households of a place, who answers for each, and those for whom nobody does."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.domains.care import households
from lifang.domains.care.duties import FUNCTION, Served, served
from lifang.domains.care.forms import ALL, WITHOUT
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY, GRID, at_level, level_of
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

PERSONS = "person.read"
PAGE = 50


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def care(request: HttpRequest) -> HttpResponse:
    """`/desk/care/?area=&show=`: a community by grid, or a grid; `show=without` those for whom nobody answers."""
    place, context = switch(request)
    show = WITHOUT if request.GET.get("show") == WITHOUT else ALL
    if level_of(place) < COMMUNITY:
        return render(request, "care/choose.html", context)
    with acting(request, PERSONS):
        found, alone = households.of_place(place)
        rows = served(found, at_level(place, COMMUNITY))
        looked(request, what=SEARCHED, area=place, by="households", found=len(rows))
    without = [row for row in rows if not row.stands]
    page = Paginator(without if show == WITHOUT else rows, PAGE).get_page(request.GET.get("page"))
    grids = names({row.household.grid for row in rows}, today())
    context |= {
        "page": page, "show": show, "rows": [(row, grids.get(row.household.grid, "")) for row in page.object_list], "whole": len(rows),
        "rest": len(without), "alone": alone, "grids": _by_grid(rows, grids) if level_of(place) == COMMUNITY else [],
        "is_grid": level_of(place) == GRID, "may_assign": holdings(request).may("care.assign", place),
    }  # fmt: skip
    return render(request, "care/care.html", context)


def _by_grid(rows: Sequence[Served], grids: dict[int, str]) -> list[dict[str, Any]]:
    """Counts by grid, those known only by community last."""
    found: dict[int, list[Served]] = {}
    for row in rows:
        found.setdefault(row.household.grid, []).append(row)
    return [
        {
            "code": code, "name": grids.get(code, ""), "whole": len(listed),
            "rest": sum(not row.stands for row in listed), "is_grid": level_of(code) == GRID,
        }
        for code, listed in sorted(found.items(), key=lambda item: (level_of(item[0]) < GRID, item[0]))
    ]  # fmt: skip


def switch(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The place asked for within the reader's, else the first of them; and the way to the others."""
    roots = holdings(request).roots(FUNCTION)
    asked = whole(request.GET.get("area", ""))
    place = asked if asked is not None and asked < 10**15 and current().covers(asked) else roots[0]
    return place, {"place": place, **switching.switch(roots, place, today())}
