"""Geometry shared by generation and import: a flat plane in kilometres, common corners, natural edges, rounding."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KM_PER_DEGREE: Final = 111.32
DECIMALS: Final = 6  # about 0.1 m
TOUCHING: Final = 1e-7  # km; closer corners are the same corner
# Length of a wave and how far it moves a point, in km. The sum of 2π·shift/wave stays below 1: nothing folds over.
WAVES: Final = ((5.0, 0.22), (1.4, 0.05), (0.5, 0.014))
LONGEST_EDGE: Final = 0.3  # km


class Plane(NamedTuple):
    """A flat plane in kilometres around a point; good to a fraction of a percent over a city."""

    lon: float
    lat: float

    @classmethod
    def around(cls, lons: Sequence[float], lats: Sequence[float]) -> Self:
        return cls(float(np.mean(lons)), float(np.mean(lats)))

    def to_km(self, lon: float | None, lat: float | None) -> Floats:
        across = KM_PER_DEGREE * np.cos(np.radians(self.lat))
        return np.array([((lon or 0) - self.lon) * across, ((lat or 0) - self.lat) * KM_PER_DEGREE])

    def flat(self, degrees: Floats) -> Floats:
        across = KM_PER_DEGREE * np.cos(np.radians(self.lat))
        return (degrees - (self.lon, self.lat)) * (across, KM_PER_DEGREE)

    def to_degrees(self, km: Floats) -> Floats:
        across = KM_PER_DEGREE * np.cos(np.radians(self.lat))
        return km / (across, KM_PER_DEGREE) + (self.lon, self.lat)


def node(pieces: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """Give every simple polygon the corners of its neighbours that lie on its edges, and cut long edges evenly."""
    rings = [shapely.get_coordinates(piece) for piece in pieces]
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    corners = np.unique(starts.round(9), axis=0)
    edge, corner = shapely.STRtree(shapely.points(corners)).query(
        shapely.linestrings(np.stack([starts, ends], axis=1)), predicate="dwithin", distance=TOUCHING
    )
    length = np.hypot(*(ends - starts).T)
    along = ((corners[corner] - starts[edge]) * (ends - starts)[edge]).sum(1) / np.maximum(length[edge] ** 2, 1e-30)
    inner = (along * length[edge] > 2 * TOUCHING) & ((1 - along) * length[edge] > 2 * TOUCHING)
    edge, along, corner = edge[inner], along[inner], corner[inner]
    order = np.argsort(np.concatenate([np.arange(len(starts)), edge]) + np.concatenate([np.zeros(len(starts)), along]))
    points = np.concatenate([starts, corners[corner]])[order]
    owner = np.concatenate([np.arange(len(starts)), edge])[order]
    ring_of_edge = np.repeat(np.arange(len(rings)), [len(ring) - 1 for ring in rings])
    ring = ring_of_edge[owner]
    return [_closed(_even(part)) for part in np.split(points, np.flatnonzero(np.diff(ring)) + 1)]


def _even(ring: Floats) -> Floats:
    """Cut long edges into equal parts, alike from both ends."""
    following = np.roll(ring, -1, axis=0)
    parts = np.maximum(1, np.ceil(np.hypot(*(following - ring).T) / LONGEST_EDGE - 1e-6)).astype(int)
    first = np.repeat(np.cumsum(parts) - parts, parts)
    share = ((np.arange(parts.sum()) - first) / np.repeat(parts, parts))[:, None]
    return np.repeat(ring, parts, axis=0) * (1 - share) + np.repeat(following, parts, axis=0) * share


def _closed(ring: Floats) -> shapely.Geometry:
    return shapely.polygons(np.concatenate([ring, ring[:1]]))


def bend(pieces: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """Move every point by a smooth field of waves: straight borders become natural ones, neighbours stay neighbours."""
    rng = np.random.default_rng(20260101)
    waves = []
    for wave, shift in WAVES:
        for turn in (0.0, 1.1, 2.2):
            angle, phase = turn + rng.uniform(0, 0.6), rng.uniform(0, 2 * np.pi, 2)
            waves.append((2 * np.pi / wave * np.array([np.cos(angle), np.sin(angle)]), phase, shift / 2))

    def moved(points: Floats) -> Floats:
        result = points.copy()
        for direction, phase, shift in waves:
            along = points @ direction
            result += shift * np.stack([np.sin(along + phase[0]), np.sin(along + phase[1])], axis=1)
        return result

    return list(shapely.transform(np.array(pieces, dtype=object), moved))


def round_off(plane: Plane, pieces: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """From kilometres to degrees with DECIMALS decimals."""
    shapes = np.array(pieces, dtype=object)
    return list(shapely.transform(shapes, lambda points: plane.to_degrees(points).round(DECIMALS)))


def checked(shape: shapely.Geometry) -> shapely.Geometry:
    """The boundary itself. Raises ValueError with the reason where it is no valid polygon in degrees inside China."""
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise ValueError(_("边界应为面（Polygon 或 MultiPolygon），不是 %(kind)s") % {"kind": shape.geom_type})
    if not shape.is_valid:
        raise ValueError(_("边界自相交：%(why)s") % {"why": shapely.is_valid_reason(shape)})
    left, low, right, high = shape.bounds
    if left < 73 or right > 136 or low < 3 or high > 54:
        raise ValueError(_("边界不在中国的经纬度范围（东经 73–136，北纬 3–54），请检查坐标的次序和单位"))
    return shape


def joined(boundaries: Sequence[bytes | memoryview | None]) -> bytes | None:
    """The union as WKB, or None where one is missing."""
    if not boundaries or any(boundary is None for boundary in boundaries):
        return None
    return as_wkb(shapely.union_all(shapely.from_wkb([bytes(b) for b in boundaries if b is not None])))


def as_wkb(shape: shapely.Geometry | None) -> bytes | None:
    return None if shape is None else shapely.to_wkb(shape)


def from_wkb(boundary: bytes | memoryview | None) -> shapely.Geometry | None:
    return None if boundary is None else shapely.from_wkb(bytes(boundary))
