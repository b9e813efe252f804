"""The ground of the map on which a place is pointed out."""

import math
from functools import lru_cache
from typing import Any

import shapely
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.areas import locate
from lifang.ground.areas.codes import COMMUNITY, STREET, at_level
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import AreaQuery, edition

COARSE, FINE, DIGITS = 0.001, 0.0001, 5


@gzip_page
@public("public.report")
@require_safe
def ground(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the city's streets; with `lon` and `lat`, of the communities of the street at that point."""
    response = JsonResponse(_ground(_street(request), edition()), content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=3600)
    return response


def _street(request: HttpRequest) -> int:
    """The street at the point asked for; 0 for none."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return 0
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return 0
    found = locate.find(lon, lat).governance
    return at_level(found, STREET) if found else 0


@lru_cache(maxsize=64)
def _ground(street: int, edition_number: int) -> dict[str, Any]:
    held = Area.objects.as_of(today()).exclude(boundary=None)
    if street:
        rows, tolerance = held.below(street).at_level(COMMUNITY), FINE
    else:
        rows, tolerance = held.below(settings.CONFIG.area).at_level(STREET), COARSE
    return {"type": "FeatureCollection", "features": _features(rows, tolerance)}


def _features(rows: AreaQuery, tolerance: float) -> list[dict[str, Any]]:
    found = list(rows.values_list("name", "boundary", "lon", "lat"))
    shapes = shapely.from_wkb([bytes(boundary or b"") for _name, boundary, _lon, _lat in found])
    shapes = shapely.set_precision(shapely.coverage_simplify(shapes, tolerance), 10**-DIGITS)
    features = []
    for (name, _boundary, lon, lat), shape in zip(found, shapes, strict=True):
        properties: dict[str, Any] = {"name": name}
        if lon is not None and lat is not None:
            properties["label_at"] = [round(lon, DIGITS), round(lat, DIGITS)]
        features.append({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)})
    return features
