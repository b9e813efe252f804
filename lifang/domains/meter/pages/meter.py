"""The meter at the desk: a month of a place, one unit, and the records behind each figure."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.words import TASKS
from lifang.domains.gate.models import Sending
from lifang.domains.gate.words import time_words
from lifang.domains.meter import burden, plates
from lifang.domains.meter.measured import Line, Reader, Sum, by_place, lines, rates, sums
from lifang.domains.meter.pages.reaching import READ, measured, month_in, place_here, reader_of, shared, unit_titles
from lifang.domains.meter.words import KINDS
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, level_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

MOST, MOST_UNITS = 300, 200
ASKED: dict[str, Any] = {"kept": False, "own": False}
COUNTS = {
    "items": gettext_lazy("事项"), "ledgers": gettext_lazy("台账报表"), "meetings": gettext_lazy("会议"), "inspections": gettext_lazy("检查考核"),
    "plates": gettext_lazy("牌子"), "certificates": gettext_lazy("证明"),
}  # fmt: skip


@require_safe
@serves(READ)
@measured
def home(request: HttpRequest) -> HttpResponse:
    """`/desk/meter/?area=&month=`: minutes asked in a month by kind, department and matter, and of each community."""
    reader, on = reader_of(request), month_in(request)
    spell = burden.month(on)
    place = _place(reader)
    of_kind = sums(reader, *spell, by=("kind",), **ASKED)
    of_unit = sums(reader, *spell, by=("unit",), **ASKED)
    of_matter = sums(reader, *spell, by=("matter",), **ASKED)
    of_area = by_place(reader, *spell)[:MOST_UNITS]
    units = unit_titles(one.key[0] for one in of_unit)
    known = names([one.key[0] for one in of_area], today())
    titles = _titles({one.key[0] for one in of_matter}, place, on)
    return render(
        request, "meter/home.html",
        {
            **shared(request, reader, "meter", on), "now": _month(burden.month_of(reader, on, place)),
            "last": _month(burden.month_of(reader, burden.before(on), place)),
            "kinds": [_row(one, KINDS.get(one.key[0], one.key[0]), kind=one.key[0]) for one in of_kind],
            "units": [_row(one, units.get(one.key[0], ""), unit=one.key[0]) for one in of_unit],
            "matters": [_row(one, titles[one.key[0]], matter=one.key[0] or "-") for one in of_matter],
            "places": [_row(one, known.get(one.key[0], ""), area=one.key[0]) for one in of_area],
            "one_community": reader.place is not None and level_of(reader.place) >= COMMUNITY,
            "total": sum(one.minutes for one in of_kind),
        },
    )  # fmt: skip


def _place(reader: Reader) -> int:
    return reader.place or int(settings.CONFIG.area)


def _month(one: burden.Month) -> dict[str, Any]:
    return {
        "month": one, "asked": time_words(one.asked.minutes), "kept": time_words(one.kept.minutes),
        "saved": time_words(one.saved), "filled": time_words(one.filled_minutes), "without": time_words(one.without),
    }  # fmt: skip


def _row(one: Sum, title: Any, **query: Any) -> dict[str, Any]:
    return {"title": title, "n": one.n, "time": time_words(one.minutes), "minutes": one.minutes, "query": query}


def _titles(wanted: set[str], place: int, on: Any) -> dict[str, str]:
    """Of each matter: as it stands in the list, else as it was judged by when it was asked."""
    listed = matters.at(place, on)
    found = {name: listed[name].title for name in wanted & listed.keys()}
    left = wanted - listed.keys()
    with system_scope("meter.title"):
        rows = Sending.objects.filter(matter__in=left).order_by("matter", "pk").distinct("matter")
        judged = dict(rows.values_list("matter", "judged__title"))
    found |= {name: judged.get(name) or name for name in left}
    return found | {"": _("不在清单（应急、依法或绕过平台的）")}


@require_safe
@serves(READ)
@measured
def records(request: HttpRequest) -> HttpResponse:
    """`…/records/?area=&since=&until=&kind=&unit=&matter=&kept=`: the records behind a figure, each with its rate."""
    reader, on = reader_of(request), month_in(request)
    first, last = burden.month(on)
    since, until = day_in(request.GET.get("since", "")) or first, day_in(request.GET.get("until", "")) or last
    only: dict[str, Any] = {"kept": request.GET.get("kept") == "1"}
    if request.GET.get("own") != "1":
        only["own"] = False
    if (kind := request.GET.get("kind", "")) in KINDS:
        only["kind"] = kind
    if (unit := whole(request.GET.get("unit", ""))) is not None and unit < 2**31:
        only["unit"] = unit
    if matter := request.GET.get("matter", "").replace("\0", "")[:40]:
        only["matter"] = "" if matter == "-" else matter
    found = lines(reader, since, until, MOST + 1, **only)
    added = sums(reader, since, until, **only)
    place = _place(reader)
    return render(
        request, "meter/records.html",
        {
            **shared(request, reader, "meter", on), "since": since, "until": until, "rows": _lines(found[:MOST]),
            "more": len(found) > MOST, "rates": list(rates(place, until)),
            "total": time_words(sum(one.minutes for one in added)),
            "n": sum(one.n for one in added),
        },
    )  # fmt: skip


COUNTED = {
    "rate": gettext_lazy("下达时按该种方式的用时算"), "cells": gettext_lazy("按实际填的格数算"), "calendar": gettext_lazy("按日历里的时长和人数算"),
    "visit": gettext_lazy("按走访一户的用时算"), "said": gettext_lazy("按社区说的用时算"), "objected": gettext_lazy("社区有异议，没有做"),
}  # fmt: skip


def _lines(found: list[Line]) -> list[dict[str, Any]]:
    known, units = names({one.area for one in found}, today()), unit_titles(one.unit for one in found)
    with system_scope("meter.records"):
        sent = {one.pk: one for one in Sending.objects.filter(pk__in={one.sending for one in found if one.sending})}
    return [
        {
            "line": one, "place": known.get(one.area, ""), "unit": units.get(one.unit or 0, ""),
            "kind": KINDS.get(one.kind, one.kind), "sending": sent.get(one.sending or 0), "how": COUNTED[one.counted],
        }
        for one in found
    ]  # fmt: skip


@require_safe
@serves(READ)
@measured
def unit(request: HttpRequest, code: int) -> HttpResponse:
    """A unit's quarter against the one before, its matters per worker, the kinds of its work, and where its time goes."""
    place_here(code)
    on = day_in(request.GET.get("on", "")) or today()
    reader = Reader(code)
    index = burden.index(code, on)
    spell = burden.month(on)
    kinds = burden.three_kinds(reader, *spell, code)
    loads = burden.loads(code, on)
    kind = Area.objects.as_of(today()).filter(code=code).values_list("kind", flat=True).first()
    if kind is None:
        raise Http404
    villages = [one for one in loads if one.village]
    return render(
        request, "meter/unit.html",
        {
            **shared(request, reader, "meter", on, lambda to: reverse("meter_place", args=[to])), "on": on, "index": index, "loads": loads[:MOST_UNITS],
            "counts": [(title, index.now.counts[name], index.last.counts[name], _kind_of(name)) for name, title in COUNTS.items()],
            "hours": (round(index.now.hours, 1), round(index.last.hours, 1)),
            "village": kind in burden.VILLAGES, "one_community": level_of(code) >= COMMUNITY,
            "sides": [
                (title, len(some), time_words(sum(one.minutes for one in some)))
                for title, some in ((_("社区"), [one for one in loads if not one.village]), (_("村"), villages))
                if some
            ],
            "three": [(TASKS.get(name, _("没有归类的")), time_words(minutes)) for name, minutes in kinds.items()],
            "three_total": time_words(sum(kinds.values())), "share": burden.share(reader, *spell),
            "use": burden.use(reader, *spell), "use_last": burden.use(reader, *burden.month(burden.before(on))),
            "learning": burden.learning(code, on),
            "plates": plates.standings(code, on, [code] if level_of(code) == COMMUNITY else []).get(code),
        },
    )  # fmt: skip


def _kind_of(name: str) -> str:
    return next((kind for kind, count in burden.SORTS.items() if count == name and kind != "data"), "")
