"""Which grids a point lies in today. The index is held by the process and follows the tree's edition."""

import datetime as dt
import threading
import time
from typing import Final, Literal, NamedTuple

import numpy as np
import shapely
from django.utils import timezone
from numpy.typing import ArrayLike, NDArray

from lifang.ground.areas import codes, queries
from lifang.ground.areas.enums import Layer
from lifang.ground.areas.index import Index, give_back
from lifang.ground.areas.models import Area

Problem = Literal["outside", "gap"]
FRESH_SECONDS: Final = 3.0
PROBLEMS: Final[tuple[Problem | None, ...]] = (None, "outside", "gap")


class Found(NamedTuple):
    """Codes of the grids at a point. Without a governance grid, `problem` says if it is outside the city or a gap."""

    governance: int | None
    construction: int | None
    problem: Problem | None


class Many(NamedTuple):
    """The same for arrays: codes or 0, and positions in PROBLEMS."""

    governance: NDArray[np.int64]
    construction: NDArray[np.int64]
    problem: NDArray[np.int8]


class Ground:
    """The grids of one day and the outline of the places that hold them."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self.edition = queries.edition()
        self.checked = time.monotonic()
        held = Area.objects.as_of(day).exclude(boundary=None).order_by("code")
        layers = [_shapes(held.grids(layer)) for layer in (Layer.GOVERNANCE, Layer.CONSTRUCTION)]
        cities = np.unique(np.concatenate([codes.at_level(layer[1], codes.CITY) for layer in layers]))
        self.parts = [_part(layers, city) for city in cities]
        outline = held.filter(level__in=(codes.CITY, codes.COUNTY))
        if not outline.exists():
            outline = held.filter(level__in=(codes.STREET, codes.COMMUNITY))
        self.outline = shapely.STRtree(_shapes(outline)[0])
        del layers
        give_back()

    def find(self, lon: float, lat: float) -> Found:
        governance = construction = 0
        for (left, low, right, high), index in self.parts:
            if left <= lon <= right and low <= lat <= high:
                governance, construction = index.find(lon, lat)
                if governance or construction:
                    break
        problem: Problem | None = None
        if not governance:
            inside = len(self.outline.query(shapely.Point(lon, lat), predicate="intersects"))
            problem = "gap" if inside else "outside"
        return Found(governance or None, construction or None, problem)

    def find_many(self, lons: ArrayLike, lats: ArrayLike) -> Many:
        x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
        found = np.zeros((2, len(x)), dtype=np.int64)
        for (left, low, right, high), index in self.parts:
            inside = np.flatnonzero((left <= x) & (x <= right) & (low <= y) & (y <= high) & (found == 0).all(axis=0))
            found[:, inside] = index.find_many(x[inside], y[inside])
        governance, construction = found
        problem = np.zeros(len(governance), dtype=np.int8)
        if len(missing := np.flatnonzero(governance == 0)):
            points = shapely.points(x[missing], y[missing])
            problem[missing] = PROBLEMS.index("outside")
            problem[missing[self.outline.query(points, predicate="intersects")[0]]] = PROBLEMS.index("gap")
        return Many(governance, construction, problem)


Layered = tuple[NDArray[np.object_], NDArray[np.int64]]


def _part(layers: list[Layered], city: int) -> tuple[tuple[float, ...], Index]:
    """The index of one city, with its bounds: bins of even size suit one city, not a province."""
    first, second = (
        (shapes[mine], known[mine]) for shapes, known in layers for mine in [codes.at_level(known, codes.CITY) == city]
    )
    bounds = shapely.total_bounds(np.concatenate([first[0], second[0]]))
    return tuple(bounds.tolist()), Index(*first, *second)


def _shapes(areas: queries.AreaQuery) -> Layered:
    rows = list(areas.values_list("boundary", "code"))
    shapes = shapely.from_wkb([bytes(row[0] or b"") for row in rows])
    return np.asarray(shapes, dtype=object), np.array([row[1] for row in rows], dtype=np.int64)


_lock = threading.Lock()
_held: Ground | None = None


def ground() -> Ground:
    """Today's ground; read again after a change of the tree, at most every few seconds."""
    global _held
    held = _held
    if held is not None and time.monotonic() - held.checked < FRESH_SECONDS:
        return held
    with _lock:
        held = _held
        if held is not None and time.monotonic() - held.checked >= FRESH_SECONDS:
            held.checked = time.monotonic()
            if held.edition != queries.edition() or held.day != timezone.localdate():
                held = None
        if held is None:
            held = _held = Ground(timezone.localdate())
        return held


def find(lon: float, lat: float) -> Found:
    """The grids at a point (degrees, WGS 84) today."""
    return ground().find(lon, lat)


def find_many(lons: ArrayLike, lats: ArrayLike) -> Many:
    return ground().find_many(lons, lats)


def forget() -> None:
    """Drop the held index, so that the next question reads the tree."""
    global _held
    _held = None
