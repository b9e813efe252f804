"""One box for residents, cases, buildings, bodies and places."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.faces import finding
from lifang.ground.access import looking_for
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import CITY, at_level, level_of, parent_of, span, text
from lifang.ground.areas.enums import Kind
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import AreaQuery, full_names, names


def _places(words: str, day: dt.date, working: Iterable[int]) -> AreaQuery:
    """Places in the cities where the reader works, also for a unit alone; those that they hold first."""
    cities = [span(at_level(area, CITY) if level_of(area) > CITY else area) for area in working]
    within = in_places("code", [(city.start, city.stop) for city in cities])
    held = in_places("code", current().places)
    found = Area.objects.as_of(day).search(words).filter(within).annotate(held=held)
    return found.order_by("-held", "level", "code").defer("boundary")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves("notice.read", read_only=True)
def search(request: HttpRequest) -> HttpResponse:
    """What is typed is POSTed and leads to an address that shows no word of it; a whole case number leads straight there.

    Everybody may search; what is found hangs on the functions that they hold.
    """
    if request.method == "POST":
        return redirect(f"{reverse('desk_search')}?w={looking_for.keep(request, request.POST.get('q', ''))}")
    words, token = finding.typed(request)
    number = normalise(words)
    if number and holdings(request).holds(finding.CASES):
        with acting(request, finding.CASES):
            if Case.objects.filter(number=number).exists():
                return redirect("case", number)
    today = timezone.localdate()
    working = {one.area for one in holdings(request).held}
    places = list(_places(words, today, working)[: finding.MOST + 1]) if words else []
    above, reach = (
        full_names({place.parent_code for place in places}, today),
        holdings(request).scope(finding.CASES).places,
    )
    kinds = dict(Kind.choices)
    found = finding.found(request, words)
    listed = [case for one in found if one.kind == "cases" for case in one.rows]
    known = names({code for case in listed for code in (case.area, parent_of(case.area))}, today)
    return render(
        request,
        "desk/search.html",
        {
            "words": words,
            "token": token,
            "found": found,
            "cases": [
                (
                    case,
                    type_of(case).states[case.state].title,
                    known.get(parent_of(case.area), "")
                    + known.get(case.area, "").removeprefix(known.get(parent_of(case.area), "")),
                )
                for case in listed
            ],
            "places": [
                {
                    "name": place.name,
                    "code": text(place.code),
                    "area": place.code,
                    "kind": kinds.get(place.kind, ""),
                    "above": above.get(place.parent_code, ""),
                    "mine": any(lo <= place.code < hi for lo, hi in reach),
                }
                for place in places[: finding.MOST]
            ],
            "more_places": len(places) > finding.MOST,
        },
    )
