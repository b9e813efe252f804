"""What is read aloud, printed and checked: a month in whole sentences, a year on paper, the rules on formalism."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.domains.gate.models import Sending
from lifang.domains.gate.words import as_shown, time_words
from lifang.domains.meter import burden, checking
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.pages.meter import ASKED
from lifang.domains.meter.pages.reaching import READ, measured, month_in, reader_of, shared, unit_titles
from lifang.domains.meter.words import KINDS
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import system_scope
from lifang.ground.typed import whole

TOP = 3


@require_safe
@serves(READ)
@measured
def aloud(request: HttpRequest) -> HttpResponse:
    """`?area=&month=`: large, in sentences, to be read out."""
    reader, on = reader_of(request), month_in(request)
    place = reader.place or settings.CONFIG.area
    now, last = burden.month_of(reader, on, place), burden.month_of(reader, burden.before(on), place)
    more = as_shown(now.asked.minutes) - as_shown(last.asked.minutes)
    return render(
        request, "meter/aloud.html",
        {
            **shared(request, reader, "aloud", on), "now": now, "asked": time_words(now.asked.minutes),
            "last": time_words(last.asked.minutes), "last_month": last.since, "kept": time_words(now.kept.minutes),
            "saved": time_words(now.saved), "filled": time_words(now.filled_minutes), "without": time_words(now.without),
            "difference": time_words(abs(more)), "more": more > 0, "same": not more,
            "askers": _askers(reader, now.since, now.until, TOP), "turned_away": _turned_away(reader, now.since, now.until),
            "use": burden.use(reader, now.since, now.until),
        },
    )  # fmt: skip


def _askers(reader: Reader, since: dt.date, until: dt.date, most: int) -> list[tuple[str, int, str]]:
    """Units that asked most: name, requests, time."""
    found = sums(reader, since, until, by=("unit",), **ASKED)[:most]
    units = unit_titles(one.key[0] for one in found)
    return [(units.get(one.key[0], ""), one.n, time_words(one.minutes)) for one in found]


def _turned_away(reader: Reader, since: dt.date, until: dt.date) -> list[Sending]:
    keys = [one.key[0] for one in sums(reader, since, until, by=("sending",), kept=True)][:TOP]
    with system_scope("meter.aloud"):
        return list(Sending.objects.filter(pk__in=keys).select_related("unit").order_by("at"))


@require_safe
@serves(READ)
@measured
def year(request: HttpRequest) -> HttpResponse:
    """`?area=&year=`: the yearly report, to print."""
    reader = reader_of(request)
    number = whole(request.GET.get("year", "")) or today().year
    number = number if 2000 <= number <= today().year else today().year
    since, until = dt.date(number, 1, 1), min(dt.date(number, 12, 31), today())
    before = (dt.date(number - 1, 1, 1), dt.date(number - 1, until.month, min(until.day, 28)))
    place = reader.place or settings.CONFIG.area
    months = {one.key[0]: one for one in sums(reader, since, until, by=("month",), **ASKED)}
    last = {one.key[0]: one for one in sums(reader, *before, by=("kind",), **ASKED)}
    now = {one.key[0]: one for one in sums(reader, since, until, by=("kind",), **ASKED)}
    return render(
        request, "meter/year.html",
        {
            **shared(request, reader, "year", until), "year": number, "until": until,
            "years": range(today().year, today().year - 3, -1), "whole": _spell(burden.spell(reader, since, until, place)),
            "before": _spell(burden.spell(reader, *before, place)),
            "months": [(day, one.n, time_words(one.minutes)) for day, one in sorted(months.items())],
            "kinds": [
                (KINDS.get(kind, kind), *(_cell(found.get(kind)) for found in (now, last)))
                for kind in dict.fromkeys([*now, *last])
            ],
            "askers": _askers(reader, since, until, 10), "returned": _returned(reader, since, until),
            "use": burden.use(reader, since, until),
        },
    )  # fmt: skip


def _spell(one: burden.Month) -> dict[str, Any]:
    return {
        "asked": time_words(one.asked.minutes), "n": one.asked.n, "kept": time_words(one.kept.minutes),
        "kept_n": one.kept.n, "merged": one.merged, "saved": time_words(one.saved),
        "filled": time_words(one.filled_minutes),
    }  # fmt: skip


def _cell(one: Any) -> tuple[int, str]:
    return (one.n, time_words(one.minutes)) if one else (0, time_words(0))


def _returned(reader: Reader, since: dt.date, until: dt.date) -> dict[str, int]:
    """Requests that were sent and those that were returned: the share that arrived outside the lists."""
    found = Sending.objects.filter(at__gte=midnight(since), at__lt=midnight(until + dt.timedelta(days=1)))
    rows = [one for one in sums(reader, since, until, by=("sending", "kept"), own=False) if one.key[0]]
    kept = {one.key[0] for one in rows if one.key[1]}
    with system_scope("meter.year"):
        around = found.filter(rule="around", pk__in={one.key[0] for one in rows}).count()
    return {"all": len({one.key[0] for one in rows}), "returned": len(kept), "around": around}


@require_safe
@serves(READ)
def rules(request: HttpRequest) -> HttpResponse:
    """The self-check: what tools and bodies demand, and what the platform itself never does."""
    reader = reader_of(request)
    return render(
        request, "meter/rules.html",
        {
            **shared(request, reader, "rules", today()), "findings": checking.findings(reader.here, today()),
            "tools": checking.inventory(reader.here, today()), "never": checking.NEVER,
            "notice": _("发现的问题由提出要求的部门改，不用社区写材料。"),
        },
    )  # fmt: skip
