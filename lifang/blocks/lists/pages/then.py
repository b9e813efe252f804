"""The residents of a community as of a day: who was known to live there then, and how."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from lifang.blocks.lists.filters import Listed
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.narrowing import narrow
from lifang.blocks.registry.pages.persons import FUNCTION, keep_search, places_of, rows_of
from lifang.blocks.registry.queries import PAGE
from lifang.blocks.registry.then import records_of, stood
from lifang.ground.access.doors import holdings
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, level_of


def rows_then(request: HttpRequest, filters: Listed, on: dt.date) -> dict[str, Any]:
    """What the list of residents shows of a day; the view stands under `person.read` and within `leaves_a_row`."""
    mine = holdings(request)
    mine_at = mine.roots(FUNCTION)
    place = filters.area or (mine_at[0] if len(mine_at) == 1 else None)
    found: list[Person] = []
    wide = place is None or level_of(place) < COMMUNITY
    if place is not None and not wide:
        there = stood(narrow(current().places, place), on)
        looks = filters.probing or filters.system is not None
        said = records_of([one.pk for one in there], on) if looks else {}
        found = [one for one in there if filters.held(one, said.get(one.pk, ()), on)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows: list[Person] = list(page.object_list)
    keep_search(request, filters, "day", len(rows))
    places = places_of(rows, filters.area, mine, on)
    return {
        "page": page, "persons": rows, "rows": rows_of(rows, places, on, mine, on), "places": places,
        "narrow_first": wide, "count": len(found),
    }  # fmt: skip
