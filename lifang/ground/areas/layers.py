"""Places as GeoJSON for the map: own vector data, no tiles from elsewhere. Kept by the tree's edition."""

import datetime as dt
import json
from functools import lru_cache
from typing import Final

import shapely
from django.utils import timezone

from lifang.ground.areas import codes, queries
from lifang.ground.areas.enums import Layer
from lifang.ground.areas.models import Area

# Degrees by which a border may be moved to save points, by level: from 200 m for cities to 2 m for grids.
TOLERANCE: Final = {1: 0.01, 2: 0.002, 3: 0.0008, 4: 0.0003, 5: 0.0001, 6: 0.00002}

DECIMALS: Final = 5  # a metre


def key(place: int, level: int, layer: str = "") -> str:
    """For an ETag: changes whenever the answer may change."""
    return f"{queries.edition()}-{timezone.localdate():%Y%m%d}-{place}-{level}-{layer}"


def geojson(place: int, level: int, layer: str = Layer.GOVERNANCE) -> str:
    """A FeatureCollection of the places of one level inside `place` today, as text.

    `id` is the code (15 digits, as a number); properties: code (text), name, kind, households, generated, lon, lat.
    Borders are simplified alike on both sides. Grids come in one layer.
    """
    return _geojson(queries.edition(), timezone.localdate(), place, level, layer if level == codes.GRID else "")


@lru_cache(maxsize=8)  # a whole city's grids are 3 MB
def _geojson(edition: int, day: dt.date, place: int, level: int, layer: str) -> str:
    found = Area.objects.as_of(day).below(place).at_level(level).exclude(boundary=None).order_by("code")
    rows = list((found.filter(layer=layer) if layer else found).only(
        "code", "name", "kind", "households", "generated", "lon", "lat", "boundary"))  # fmt: skip
    if not rows:
        return json.dumps({"type": "FeatureCollection", "features": []})
    borders = shapely.from_wkb([bytes(row.boundary or b"") for row in rows])
    shapes = shapely.coverage_simplify(borders, TOLERANCE[level])
    shapes = shapely.transform(shapes, lambda points: points.round(DECIMALS))
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": {
                "code": codes.text(row.code), "name": row.name, "kind": row.kind, "households": row.households,
                "generated": row.generated, "lon": row.lon, "lat": row.lat,
            },
            "geometry": json.loads(text),
        }
        for row, text in zip(rows, shapely.to_geojson(shapes), strict=True)
    ]  # fmt: skip
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
