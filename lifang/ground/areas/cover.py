"""Cells inside ground of any shape: two layers that share every corner, neighbours without gap or overlap.

What is cut here borders on surveyed ground, so nothing is bent; corners are whole numbers of 1e-7 degrees, as finely as
points are looked up.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from lifang.ground.areas.generate import cells
from lifang.ground.areas.index import SCALE
from lifang.ground.areas.shapes import Plane

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Owned = tuple[int, shapely.Geometry]  # a community's code and a cell in it, in kilometres

STEP: Final = 1 / SCALE  # degrees
LONE_KM: Final = 0.5  # around a single point
MARGIN_KM: Final = (0.2, 3.0)


def hull(points: Floats) -> shapely.Geometry:
    """Ground around points in degrees: their hull, wider by the usual distance between neighbours."""
    plane = Plane.around(points[:, 0].tolist(), points[:, 1].tolist())
    flat = plane.flat(points)
    margin = LONE_KM
    if len(flat) > 1:
        sites = shapely.points(flat)
        distances = shapely.STRtree(sites).query_nearest(sites, exclusive=True, return_distance=True)[1]
        margin = float(np.clip(np.median(distances), *MARGIN_KM))
    around = shapely.buffer(shapely.convex_hull(shapely.multipoints(flat)), margin, quad_segs=6)
    return shapely.transform(around, plane.to_degrees)


def nearest(plane: Plane, points: Floats, within: shapely.Geometry) -> list[shapely.Geometry]:
    """The ground in `within` nearest to each of the points (both in degrees), in kilometres of the plane."""
    found = cells(plane.flat(points), shapely.transform(within, plane.flat))
    return [_surface(cell) for cell in found]


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else shapely.Polygon()


def nested(
    plane: Plane, first: Sequence[Owned], second: Sequence[Owned]
) -> tuple[list[shapely.Geometry | None], list[shapely.Geometry | None]]:
    """Two layers of cells of the same communities, as boundaries in degrees with all corners in common.

    Every face between the lines of both layers goes to one cell of each layer, both of one community. None for a cell
    too small to hold a face.
    """
    shapes = [_degrees(plane, [_surface(cell) for _owner, cell in layer]) for layer in (first, second)]
    owners = [np.array([owner for owner, _cell in layer], dtype=np.int64) for layer in (first, second)]
    lines = shapely.union_all(shapely.boundary(np.concatenate(shapes)), grid_size=STEP)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    middles = shapely.point_on_surface(faces)
    face, upper = shapely.STRtree(shapes[0]).query_nearest(middles, max_distance=2 * STEP, all_matches=False)
    faces, middles = faces[face], middles[face]
    lower = shapely.STRtree(shapes[1]).nearest(middles)
    for strayed in np.flatnonzero(owners[0][upper] != owners[1][lower]):
        own = np.flatnonzero(owners[1] == owners[0][upper[strayed]])
        lower[strayed] = own[np.argmin(shapely.distance(shapes[1][own], middles[strayed]))]
    return _united(faces, upper, len(first)), _united(faces, lower, len(second))


def _degrees(plane: Plane, found: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(np.array(found, dtype=object), plane.to_degrees), dtype=object)


def _united(faces: NDArray[np.object_], cell: Ints, count: int) -> list[shapely.Geometry | None]:
    held: list[list[shapely.Geometry]] = [[] for _cell in range(count)]
    for face, number in zip(faces, cell, strict=True):
        held[number].append(face)
    return [shapely.coverage_union_all(parts) if parts else None for parts in held]
