"""The directory of forms on a day, and what they cost the communities."""

import datetime as dt
from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lifang.blocks.forms import queries
from lifang.blocks.forms.pages.reaching import READ, tabs
from lifang.blocks.matters.words import PERIODS
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Range, current
from lifang.ground.areas.codes import span

MONTHS = 12


def reach(request: HttpRequest) -> list[Range]:
    """One's places; of a department those of its unit."""
    scope = current()
    held = (one.area for one in holdings(request).held if READ in one.functions)
    return list(scope.places) or [(span(area).start, span(area).stop) for area in held]


@require_safe
@serves(READ)
def directory(request: HttpRequest) -> HttpResponse:
    """`?on=&q=`: the ledgers that may be asked, each with the matter that it serves."""
    on, words = day_in(request.GET.get("on", "")) or today(), request.GET.get("q", "").strip()[:40]
    places = reach(request)
    rows = [
        {"edition": one.edition, "matter": one.matter, "columns": one.columns, "period": PERIODS[one.edition.period]}
        for one in queries.directory(places, on)
        if not words or words in one.edition.title or words in one.matter.title or words in one.edition.form.code
    ]
    return render(
        request, "forms/directory.html",
        {**tabs(request, "directory"), "rows": rows, "on": on, "q": words, "version": queries.version(places, on)},
    )  # fmt: skip


@require_safe
@serves(READ)
def burden(request: HttpRequest) -> HttpResponse:
    """By month, form and department: how many cells filled themselves, and how many had to be typed."""
    day = today()
    since = (day.replace(day=1) - dt.timedelta(days=30 * (MONTHS - 1))).replace(day=1)
    rows = queries.burden(current(), since)
    months: dict[dt.date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        for name in ("returns", "known", "old", "asked", "minutes"):
            months[row.month][name] += getattr(row, name)
    told = [
        {
            "month": month, **sums,
            "share": round((sums["known"] + sums["old"]) * 100 / cells, 1) if (cells := sums["known"] + sums["old"] + sums["asked"]) else 100,
            "hours": sums["minutes"] / 60,
        }
        for month, sums in months.items()
    ]  # fmt: skip
    return render(request, "forms/burden.html", {**tabs(request, "burden"), "rows": rows, "months": told})
