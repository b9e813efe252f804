"""Desk pages of the tree of places: what is where, on which day, and how it came to be."""

import datetime as dt
from collections import Counter
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lifang.ground.access.doors import serves
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current
from lifang.ground.areas import checks, codes, history, layers
from lifang.ground.areas.enums import Layer, Level
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

MOST_FOUND = 100
MOST_FINDINGS = 500
HIGHEST = 10**codes.DIGITS


def day_of(request: HttpRequest) -> dt.date:
    return day_in(request.GET.get("on", "")) or today()


def found_or_404(code: int, day: dt.date) -> Area:
    """The version of a place that holds on a day, else its newest."""
    if code >= HIGHEST:
        raise Http404
    versions = Area.objects.coded(code).defer("boundary")
    found = versions.as_of(day).first() or versions.order_by("-valid").first()
    if found is None:
        raise Http404(_("没有代码为 {code} 的地方。").format(code=code))
    return found


def crumbs(area: Area, day: dt.date) -> list[tuple[str, str]]:
    """The way down from the city: (name, address)."""
    path = [area.code, *codes.ancestors(area.code)]
    known = names(path, day)
    steps = [code for code in reversed(path) if codes.level_of(code) >= codes.CITY and code in known]
    return [(known[code], f"{reverse('place', args=[code])}?on={day}") for code in steps] or [(area.name, "")]


def _home() -> int:
    places = current().places
    return places[0][0] if places and places[0][0] else settings.CONFIG.area


@serves("area.read")
def top(request: HttpRequest) -> HttpResponse:
    """The place that the reader answers for."""
    return redirect("place", _home())


@serves("area.read")
def place(request: HttpRequest, code: int) -> HttpResponse:
    """One place on a day: facts, what lies in it, its two grid layers, its ground, its history, its bodies."""
    day = day_of(request)
    if request.GET.get("q"):
        return redirect(f"{reverse('places_search')}?{request.GET.urlencode()}")
    area = found_or_404(code, day)
    children = list(Area.objects.as_of(day).children_of(code).light())
    grids = {layer: [c for c in children if c.layer == layer] for layer in Layer.values}
    facts = [
        (_("代码"), codes.text(code)),
        (_("级别"), area.get_level_display()),
        (_("类别"), area.get_layer_display() if area.layer else area.get_kind_display()),
        (_("户数"), area.households if area.households is not None else _("未填")),
        (_("人口"), area.population if area.population is not None else _("未填")),
        (_("有效期"), _span(area)),
        (_("位置"), f"{area.lon:.5f}, {area.lat:.5f}" if area.lon is not None and area.lat is not None else _("未填")),
    ]
    return render(
        request,
        "areas/place.html",
        {
            "area": area,
            "day": day,
            "today": today(),
            "standing": area.valid.upper is None or area.valid.upper > day,
            "crumbs": crumbs(area, day),
            "facts": facts,
            "children": [c for c in children if not c.layer],
            "grids": [(Layer(layer).label, found) for layer, found in grids.items() if found],
            "units": Unit.objects.filter(area=code, active=True).order_by("kind")[:60],
            "versions": _versions(code),
            "changes": _changes(code),
            "aliases": [(old, codes.text(old)) for old in history.aliases(code)],
            "heirs": _heirs(area),
        },
    )


def _span(area: Area) -> str:
    until = area.valid.upper - dt.timedelta(days=1) if area.valid.upper else None
    return _("{since} 起").format(since=area.valid.lower) if until is None else f"{area.valid.lower} – {until}"


def _versions(code: int) -> list[dict[str, Any]]:
    found = Area.objects.coded(code).select_related("begun_by", "ended_by").defer("boundary").order_by("-valid")[:30]
    return [{"area": a, "span": _span(a), "begun": a.begun_by, "ended": a.ended_by} for a in found]


def _changes(code: int) -> list[dict[str, Any]]:
    """The changes recorded at this place, with the bodies and the number of grants that each carried to an heir."""
    found = list(AreaChange.objects.filter(area=code).select_related("by").order_by("-on", "-pk")[:30])
    carried = {change.pk: change.data.get("carried", {}) for change in found}
    bodies = {new for one in carried.values() for _old, new in one.get("units", ())}
    names = dict(Unit.objects.filter(pk__in=bodies).values_list("pk", "name"))
    return [
        {
            "change": change,
            "units": [names[pk] for pk in sorted({new for _old, new in one.get("units", ())}) if pk in names],
            "grants": len(one.get("grants", ())),
        }
        for change in found
        for one in [carried[change.pk]]
    ]


def _heirs(area: Area) -> list[tuple[str, str, str]]:
    """Name, address and share of the places that took over, for one that has ended."""
    if area.valid.upper is None:
        return []
    shares = history.successors(area.code, area.valid.lower, today())
    known = names(shares, today())
    return [
        (known[code], reverse("place", args=[code]), f"{share:.0%}")
        for code, share in shares.items()
        if code != area.code and code in known
    ]


@serves("area.read")
def ground(request: HttpRequest, code: int) -> HttpResponse:
    """The boundaries inside a place as GeoJSON: its children's, or the grids of a layer."""
    area = found_or_404(code, today())
    layer = request.GET.get("layer", Layer.GOVERNANCE)
    level = min(area.level + 1, codes.GRID)
    if (asked := whole(request.GET.get("level", ""))) is not None:
        level = min(max(asked, codes.PROVINCE), codes.GRID)
    text = layers.geojson(code, level, layer if layer in Layer.values and level == codes.GRID else "")
    return HttpResponse(text, content_type="application/geo+json")


@serves("area.read")
def search(request: HttpRequest) -> HttpResponse:
    """By part of the name, first letters, or leading digits of present or former codes."""
    words, day = request.GET.get("q", "").strip()[:60].replace("\0", ""), day_of(request)
    found = Area.objects.as_of(day).search(words).defer("boundary")[:MOST_FOUND] if words else []
    above = names({codes.parent_of(a.code) for a in found}, day)
    rows = [{"area": a, "text": codes.text(a.code), "above": above.get(codes.parent_of(a.code), "")} for a in found]
    return render(request, "areas/search.html", {"q": words, "rows": rows, "day": day})


@serves("area.read")
def findings(request: HttpRequest) -> HttpResponse:
    """Grids outside 300 to 500 households, and communities that lack grids or a layer."""
    code, day = whole(request.GET.get("place", "")) or _home(), day_of(request)
    area = found_or_404(code, day)
    rule = request.GET.get("rule", "size")
    source = checks.sizes(code, day) if rule == "size" else checks.layers(code, day)
    rows = list(islice(source, MOST_FINDINGS + 1))
    above = names({codes.parent_of(f.code) for f in rows}, day)
    shown = [
        {"finding": f, "text": codes.text(f.code), "above": above.get(codes.parent_of(f.code), "")}
        for f in rows[:MOST_FINDINGS]
    ]
    return render(
        request, "areas/findings.html",
        {"area": area, "rows": shown, "more": len(rows) > MOST_FINDINGS, "rule": rule, "day": day, "crumbs": crumbs(area, day)},
    )  # fmt: skip


@serves("area.read")
def coverage(request: HttpRequest) -> HttpResponse:
    """How many communities and villages there are, how many have a code of their own, which kept former codes."""
    day, code = day_of(request), _home()
    area = found_or_404(code, day)
    below = Area.objects.as_of(day).below(code).base_units()
    communities: Counter[int] = Counter()
    villages: Counter[int] = Counter()
    units = list(below.values_list("code", "kind"))
    for unit, kind in units:
        (villages if "village" in kind else communities)[codes.at_level(unit, Level.COUNTY)] += 1
    known = names({*communities, *villages}, day)
    rows = [
        {
            "code": county, "name": known.get(county, codes.text(county)), "communities": communities[county],
            "villages": villages[county], "all": communities[county] + villages[county],
        }
        for county in sorted({*communities, *villages})
    ]  # fmt: skip
    coded = 100 * len({unit for unit, _sort in units}) / len(units) if units else None
    total = {"communities": communities.total(), "villages": villages.total(), "coded": coded}
    span = codes.span(code)
    renamed = AreaChange.objects.standing().filter(area__gte=span.start, area__lt=span.stop, on__lte=day)
    changed = renamed.exclude(kind__in=["load", "import", "update", "redraw"]).order_by("-on")[:50]
    return render(
        request, "areas/coverage.html",
        {"area": area, "rows": rows, "total": {**total, "all": len(units)}, "changed": changed, "day": day},
    )  # fmt: skip
