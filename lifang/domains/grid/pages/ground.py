"""The ground of the map on which a place is pointed out."""

from functools import lru_cache
from typing import Any

import shapely
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, COUNTY, STREET
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import edition

COARSE, FINE, DIGITS = 0.0008, 0.0001, 5


@public("public.report")
@require_safe
def ground(request: HttpRequest, area: int) -> HttpResponse:
    """GeoJSON of the streets of the city (area 0), or of the communities of one street."""
    response = JsonResponse(_ground(area, edition()), content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@lru_cache(maxsize=64)
def _ground(area: int, edition_number: int) -> dict[str, Any]:
    held = Area.objects.as_of(today()).exclude(boundary=None)
    if area:
        rows = held.below(area).at_level(COMMUNITY)
    else:
        rows = held.below(settings.CONFIG.area).filter(level__in=(COUNTY, STREET))
    features = []
    for name, level, boundary, lon, lat in rows.values_list("name", "level", "boundary", "lon", "lat"):
        shape = shapely.from_wkb(bytes(boundary)).simplify(FINE if area else COARSE)
        properties: dict[str, Any] = {"name": name if level != COUNTY else ""}
        if lon is not None and lat is not None:
            properties["label_at"] = [round(lon, DIGITS), round(lat, DIGITS)]
        geometry = shapely.geometry.mapping(shapely.set_precision(shape, 10**-DIGITS))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}
