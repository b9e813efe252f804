"""The community whose counter is meant, and the way to the others."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lifang.ground.access.doors import holdings
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of
from lifang.ground.typed import whole

SERVE, READ, BACK = "counter.serve", "counter.read", "counter.back"


def switch(request: HttpRequest, function: str) -> tuple[int | None, dict[str, Any]]:
    """The place asked for (`area`) within the reader's, else the first of them; None for who acts for a unit alone."""
    roots = holdings(request).roots(function)
    asked = whole(request.POST.get("area", "") or request.GET.get("area", ""))
    place = asked if asked is not None and asked < 10**15 and current().covers(asked) else next(iter(roots), None)
    if place is not None and level_of(place) > COMMUNITY:
        place = at_level(place, COMMUNITY)
    return place, {"place": place, **switching.switch(roots, place, today(), lowest=COMMUNITY)}


def is_community(place: int | None) -> bool:
    return place is not None and level_of(place) == COMMUNITY


def choose(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What is shown where no community, or none that the reader reaches, was asked for."""
    return render(request, "counter/choose.html", context)
