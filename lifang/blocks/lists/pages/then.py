"""The residents of a community as of a day: who was known to live there then, and how."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from lifang.blocks.lists.filters import Listed
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.persons import FUNCTION, keep_search, places_of, rows_of
from lifang.blocks.registry.queries import PAGE
from lifang.blocks.registry.then import held
from lifang.ground.access.doors import holdings


def rows_then(request: HttpRequest, filters: Listed, on: dt.date) -> dict[str, Any]:
    """What the list of residents shows of a day; the view stands under `person.read` and within `leaves_a_row`."""
    mine = holdings(request)
    found = held(filters, mine.roots(FUNCTION), on)
    wide, found = found is None, found or []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows: list[Person] = list(page.object_list)
    keep_search(request, filters, "day", len(rows))
    places = places_of(rows, filters.area, mine, on)
    return {
        "page": page, "persons": rows, "rows": rows_of(rows, places, on, mine, on), "places": places,
        "narrow_first": wide, "count": len(found),
    }  # fmt: skip
