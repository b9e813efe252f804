"""Which grid a point lies in, in both layers, today. The index is held by the process and follows the tree's edition."""

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
from lifang.ground.areas.index import Index
from lifang.ground.areas.models import Area

Problem = Literal["outside", "gap"]
FRESH_SECONDS: Final = 3.0
PROBLEMS: Final[tuple[Problem | None, ...]] = (None, "outside", "gap")


class Found(NamedTuple):
    """Codes of the grids at a point. Without a governance grid, `problem` says whether the point is outside the city."""

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
        self.index = Index(*layers[0], *layers[1])
        outline = held.filter(level__in=(codes.CITY, codes.COUNTY))
        if not outline.exists():
            outline = held.filter(level__in=(codes.STREET, codes.COMMUNITY))
        self.outline = shapely.STRtree(_shapes(outline)[0])

    def find(self, lon: float, lat: float) -> Found:
        governance, construction = self.index.find(lon, lat)
        problem: Problem | None = None
        if not governance:
            inside = len(self.outline.query(shapely.Point(lon, lat), predicate="intersects"))
            problem = "gap" if inside else "outside"
        return Found(governance or None, construction or None, problem)

    def find_many(self, lons: ArrayLike, lats: ArrayLike) -> Many:
        governance, construction = self.index.find_many(lons, lats)
        problem = np.zeros(len(governance), dtype=np.int8)
        if len(missing := np.flatnonzero(governance == 0)):
            points = shapely.points(np.asarray(lons, dtype=float)[missing], np.asarray(lats, dtype=float)[missing])
            problem[missing] = PROBLEMS.index("outside")
            problem[missing[self.outline.query(points, predicate="intersects")[0]]] = PROBLEMS.index("gap")
        return Many(governance, construction, problem)


def _shapes(areas: queries.AreaQuery) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    rows = list(areas.values_list("boundary", "code"))
    shapes = shapely.from_wkb(np.array([bytes(row[0]) for row in rows], dtype=object))
    return np.atleast_1d(shapes), np.array([row[1] for row in rows], dtype=np.int64)


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
