"""The figures of the counter: matters, lines and trips; nobody who serves is counted."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.domains.counter import items, queries
from lifang.domains.counter.pages.place import READ, choose, switch
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import day_in, today

MONTH = dt.timedelta(days=30)


@never_cache
@require_safe
@serves(READ)
def figures(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/figures/?area=&from=&to=`, of what came in on these days."""
    place, context = switch(request, READ)
    if place is None:
        return choose(request, context)
    last = day_in(request.GET.get("to", "")) or today()
    first = min(day_in(request.GET.get("from", "")) or last - MONTH, last)
    counts = queries.counted(place, first, last)
    titles = {name: one.title for name, one in items.offered(place, last).items()}
    context |= {
        "tab": "figures", "first": first, "last": last, "all": queries.together(counts),
        "rows": [(items.unit_title(one.line), titles.get(one.service, one.service), one) for one in counts],
        "again": queries.came_again(place, first, last), "moved": queries.moved(place, first, last),
        "waited": queries.waited(place, first, last), "stop": queries.one_stop(place, last),
    }  # fmt: skip
    return render(request, "counter/figures.html", context)
