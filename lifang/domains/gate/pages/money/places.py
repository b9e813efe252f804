"""What was promised, received and spent: at a place, for a matter, by a payer; and what was promised and did not come."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.queries import closed_until
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.domains.gate.money import checks_of
from lifang.domains.gate.money_sums import Sums, sums
from lifang.domains.gate.pages.money import shared
from lifang.domains.gate.pages.money.shared import CLOSE, ENTER, READ
from lifang.domains.gate.unpromised import unpromised
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.models import Unit
from lifang.ground.access.queries import unit_names
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span
from lifang.ground.areas.queries import names

MOST = 500


@require_safe
@serves(READ)
def index(request: HttpRequest) -> HttpResponse:
    """`/desk/money/?area=&on=`: a community by matter and payer; a place above by the places below, by matter, by payer."""
    place, context = shared.place(request)
    on = shared.day(request)
    found = sums(on, area=span(place) if place else None)
    context |= {"tab": "money", "on": on, "today": today(), "all": _total(found, on)}
    if place and level_of(place) == COMMUNITY:
        until = closed_until(MONEY, place)
        context |= {
            "rows": shared.rows(found, on), "until": until, "month": f"{_open_month(until):%Y-%m}",
            "may_close": holdings(request).may(CLOSE, place), "may_enter": holdings(request).may(ENTER, place),
        }  # fmt: skip
        return render(request, "gate/money/community.html", context)
    level = min(level_of(place) + 1, COMMUNITY) if place else COMMUNITY
    by_place = shared.together(found, lambda one: at_level(one.area, level))
    by_matter, by_payer = shared.together(found, lambda one: one.matter), shared.together(found, lambda one: one.unit)
    places, units = names(by_place, on), unit_names(by_payer)
    context |= {
        "places": _listed(by_place, places, on), "matters": _listed(by_matter, shared.called(found, on), on),
        "payers": _listed(by_payer, units, on), "may_enter": holdings(request).holds(ENTER),
    }  # fmt: skip
    return render(request, "gate/money/above.html", context)


def _open_month(until: dt.date | None) -> dt.date:
    """The month that is closed next: the one after the last closed, else the last one that is over."""
    if until:
        return until + dt.timedelta(days=1)
    return (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def _total(found: Sequence[Sums], on: dt.date) -> dict[str, Any]:
    whole = sum(found[1:], found[0]) if found else Sums(0, "", 0)
    return {"one": whole, "late": sum((one.unpaid for one in whole.overdue(on)), whole.promised * 0)}


def _listed(by: dict[Any, Sums], called: dict[Any, str], on: dt.date) -> list[dict[str, Any]]:
    return [{"key": key, "title": called.get(key, ""), **_total([one], on)} for key, one in by.items()]


@require_safe
@serves(READ)
def unpaid(request: HttpRequest) -> HttpResponse:
    """`?area=&on=`: promises past their day of which some has not come, and what was asked with none; the oldest first."""
    place, context = shared.place(request)
    on = shared.day(request)
    found = sums(on, area=span(place) if place else None)
    late = [
        {**row, "promise": promise, "days": (on - promise.due_on).days}
        for row in shared.rows([one for one in found if one.overdue(on)], on)
        for promise in row["one"].overdue(on)
    ]
    late.sort(key=lambda row: row["promise"].due_on)
    bare = _bare(span(place) if place else None, on)
    context |= {
        "tab": "unpaid",
        "on": on,
        "today": today(),
        "rows": late[:MOST],
        "whole": len(late),
        "bare": bare[:MOST],
        "all_bare": len(bare),
        "all": _total(found, on),
    }
    return render(request, "gate/money/unpaid.html", context)


def _bare(area: range | None, on: dt.date) -> list[dict[str, Any]]:
    """What was asked and nobody promised anything for, of matters that still stand; the payer is who ought to."""
    found = unpromised(current(), area, on)
    standing = {one.matter: matters.find(one.matter, one.area, on) for one in found}
    places = names({one.area for one in found}, on)
    return [
        {
            "place": places.get(one.area, ""), "matter": matter, "days": (on - one.since).days, "since": one.since,
            "payer": packs.units()[matter.fund].title if matter.fund in packs.units() else "",
            **shared.judged(Sums(one.area, one.matter, 0), on, one.since),
        }
        for one in found
        if (matter := standing[one.matter]) and matter.class_ == "assist"
    ]  # fmt: skip


@require_safe
@serves(READ)
def matter(request: HttpRequest, name: str) -> HttpResponse:
    """A matter's money at each community of the reader's, with that of what it replaces, and the three checks of 权随责走、
    费随事转、事费配套."""
    place, context = shared.place(request)
    on = shared.day(request)
    found = sums(on, area=span(place) if place else None, matter=name)
    where = place or (found[0].area if found else 0)
    listed = matters.find(name, where, on) if where else None
    for code in matters.codes(listed) if listed else ():
        found += sums(on, area=span(place) if place else None, matter=code) if code != name else []
    if not found and listed is None:
        raise Http404(_("清单里没有这个事项，账上也没有它的经费。"))
    context |= {
        "tab": "money", "on": on, "today": today(), "rows": shared.rows(found, on), "all": _total(found, on), "name": name,
        "title": listed.title if listed else shared.titles([name], where, on).get(name, name),
        "checks": checks_of(listed, where, on) if listed and listed.class_ == "assist" else [],
    }  # fmt: skip
    return render(request, "gate/money/matter.html", context)


@require_safe
@serves(READ)
def payer(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit promised, what of it came, and what is overdue."""
    place, context = shared.place(request)
    on = shared.day(request)
    found = sums(on, area=span(place) if place else None, unit=pk)
    unit = Unit.objects.filter(pk=pk).first()
    if unit is None:
        raise Http404(_("没有这个单位。"))
    context |= {
        "tab": "money",
        "on": on,
        "today": today(),
        "unit": unit,
        "rows": shared.rows(found, on),
        "all": _total(found, on),
    }
    return render(request, "gate/money/payer.html", context)
