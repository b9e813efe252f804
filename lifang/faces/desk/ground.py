"""The map: places of one's own as ground, open cases as points."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.cases import queries
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.ground.access.doors import serves
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import GRID, NATION, ancestors, level_of, span
from lifang.ground.areas.layers import geojson
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

MOST_POINTS = 2000
LISTED = 30


def _here(request: HttpRequest) -> int:
    """The place that the map shows: the one asked for, else the widest that the person holds."""
    if asked := whole(request.GET.get("area", "")[:15]):
        return asked
    own = [(hi - lo, lo) for lo, hi in current().places]
    place = max(own)[1] if own else settings.CONFIG.area
    return place if level_of(place) != NATION else settings.CONFIG.area


@require_safe
@serves("case.read")
def ground(request: HttpRequest) -> HttpResponse:
    here, today = _here(request), timezone.localdate()
    known = names([here, *ancestors(here)], today)
    below = list(
        Area.objects.as_of(today)
        .children_of(here)
        .exclude(layer="construction")
        .order_by("code")
        .values_list("name", "code")[:200]
    )
    up = [code for code in ancestors(here) if code in known and level_of(code) > 1]
    return render(
        request,
        "desk/map.html",
        {
            "here": here,
            "here_text": str(here),
            "place_title": known.get(here, _("地图")),
            "place_choices": [(known[c], f"?area={c}") for c in up] + [(name, f"?area={code}") for name, code in below],
            "crumbs": [(known[c], f"?area={c}") for c in [*reversed(up), here] if c in known],
            "places": [(case_words(case), reverse("case", args=[case.number])) for case in _open(here)[:LISTED]],
        },
    )


def case_words(case: Case) -> str:
    return f"{case.number} {case.title} {case.place_text}"


def _open(here: int) -> Any:
    parts = queries.part_cases(current().units)
    below = span(here)
    found = Case.objects.filter(queries.reach(current(), parts), is_open=True, lon__isnull=False)
    found = found.filter(area__gte=below.start, area__lt=below.stop)
    return found.newest().only(
        "number", "title", "place_text", "lon", "lat", "state", "due_at", "type", "type_version", "area", "opened_at"
    )


@require_safe
@serves("case.read")
def areas(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the places right below the one shown; public facts, kept by the tree's edition."""
    here = _here(request)
    answer = HttpResponse(
        _leading_on(geojson(here, min(level_of(here) + 1, GRID))), content_type="application/geo+json"
    )
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


@lru_cache(maxsize=64)
def _leading_on(text: str) -> str:
    """The same places with where their name stands, and the address of the map one level below."""
    collection = json.loads(text)
    for feature in collection["features"]:
        about = feature["properties"]
        feature["properties"] = {"name": about["name"], "label_at": [about["lon"], about["lat"]]}
        if feature["id"] % 1000 == 0:
            feature["properties"]["url"] = f"?area={feature['id']}"
        if about["lon"] is None:
            del feature["properties"]["label_at"]
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))


@require_safe
@serves("case.read")
def points(request: HttpRequest) -> HttpResponse:
    """GeoJSON of at most 2,000 open cases in scope, the newest first."""
    now = timezone.now()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
            "properties": {
                "name": case.title,
                "state": type_of(case).states[case.state].title,
                "tone": "bad"
                if case.due_at and case.due_at < now
                else "warn"
                if case.due_at and case.due_at < now + queries.SOON
                else "info",
                "url": reverse("case", args=[case.number]),
            },
        }
        for case in _open(_here(request))[:MOST_POINTS]
    ]
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
