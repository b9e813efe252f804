"""Plausible ground for places that have no surveyed boundaries: the same input always gives the same map.

From above downwards: counties are Voronoi cells of their seats, streets and communities spread inside them (dense at
the seat), grids cut each community once for governance (300 to 500 households) and once, coarser, for construction
management. Then all cells of both layers are given each other's corners, bent a little so that they look grown, and
rounded to 1e-6 degrees; what lies above is the union of what lies below, so that levels nest without gap or overlap.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from lifang.ground.areas import codes
from lifang.ground.areas.shapes import Plane, bend, node, round_off

Floats = NDArray[np.float64]

PERSONS_PER_HOUSEHOLD: Final = 2.6
GRID_HOUSEHOLDS: Final = 480  # aimed at; the lawful range is 300 to 500
GOVERNANCE_PER_CONSTRUCTION: Final = 3
FIRST_CONSTRUCTION: Final = 501
GRID_NAMES: Final = {"governance": "第{}网格", "construction": "建管第{}网格"}
# Median households, before scaling to the city's residents.
HOUSEHOLDS: Final = {"community": 2000, "village": 480, "quasi_community": 400, "quasi_village": 150}
URBAN_FIRST: Final = {"street": 0, "community": 0, "zone": 1, "quasi_community": 1, "town": 2, "village": 2}


class Given(NamedTuple):
    """A place as it is known: no boundary yet."""

    code: int
    name: str
    kind: str
    lon: float | None
    lat: float | None


class Unit(NamedTuple):
    """A place with its ground. Boundary in WGS 84 degrees; layer only for grids."""

    code: int
    name: str
    kind: str
    layer: str | None
    households: int
    population: int
    lon: float | None
    lat: float | None
    boundary: shapely.Geometry | None


class _Cut(NamedTuple):
    """Cells of one layer, in kilometres, with their codes, names and households."""

    codes: list[int]
    names: list[str]
    households: list[int]
    cells: list[shapely.Geometry]


def generate(places: Sequence[Given], residents: int, square_km: float) -> list[Unit]:
    """Give ground, households and grids to a city's places (codes of any levels down to community).

    Places of the kind non_place, and those that hold nothing else, get no ground. Returns every place and the grids,
    by code. Raises ValueError where a county has no position.
    """
    tree = _Tree(places)
    seats = {code: tree.places[code] for code in tree.counties}
    if missing := [place.name for place in seats.values() if place.lon is None]:
        raise ValueError("no position: " + ", ".join(missing))
    plane = Plane.around([place.lon or 0 for place in seats.values()], [place.lat or 0 for place in seats.values()])
    households = _households(tree, residents)
    ground = _communities(tree, plane, square_km)
    governance, construction = _grids(ground, households)
    finished = _finish(plane, [*governance.cells, *construction.cells])
    split = len(governance.cells)
    return _assemble(tree, households, (governance, finished[:split]), (construction, finished[split:]))


class _Tree:
    """The communities with ground, under their streets and counties."""

    def __init__(self, places: Sequence[Given]) -> None:
        self.places = {place.code: place for place in places}
        self.communities = [
            place
            for place in sorted(places)
            if codes.level_of(place.code) == codes.COMMUNITY and place.kind != "non_place"
        ]
        self.children: dict[int, list[int]] = defaultdict(list)
        for place in self.communities:
            below = place.code
            for above in codes.ancestors(place.code):
                if below in self.children[above]:
                    break
                self.children[above].append(below)
                below = above
        streets = {codes.parent_of(place.code) for place in self.communities}
        self.counties = sorted({codes.parent_of(street) for street in streets})


def _households(tree: _Tree, residents: int) -> dict[int, int]:
    drawn = {}
    for place in tree.communities:
        rng = np.random.default_rng(place.code)
        spread = 0.42 if place.kind == "community" else 0.5
        drawn[place.code] = rng.lognormal(np.log(HOUSEHOLDS.get(place.kind, 300)), spread)
    scale = residents / PERSONS_PER_HOUSEHOLD / sum(drawn.values())
    return {code: max(20, round(number * scale)) for code, number in drawn.items()}


def _communities(tree: _Tree, plane: Plane, square_km: float) -> dict[int, shapely.Geometry]:
    seats = {code: plane.to_km(tree.places[code].lon, tree.places[code].lat) for code in tree.counties}
    outline = _outline(np.array(list(seats.values())), square_km)
    ground: dict[int, shapely.Geometry] = {}
    for county, county_cell in zip(tree.counties, cells(np.array(list(seats.values())), outline), strict=True):
        for street, street_cell in _divide(tree, county, county_cell, seats[county], urban=18.0):
            ground.update(_divide(tree, street, street_cell, seats[county], urban=2.0))
    return ground


def _outline(seats: Floats, square_km: float) -> shapely.Geometry:
    """A convex shape around the seats with the given area."""
    hull, low, high = shapely.convex_hull(shapely.multipoints(seats)), 0.5, 200.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if shapely.area(shapely.buffer(hull, middle)) < square_km else (low, middle)
    return shapely.buffer(hull, high, quad_segs=6)


def _divide(
    tree: _Tree, parent: int, cell: shapely.Geometry, seat: Floats, urban: float
) -> Iterable[tuple[int, shapely.Geometry]]:
    children = sorted(tree.children[parent], key=lambda code: (URBAN_FIRST.get(tree.places[code].kind, 3), code))
    centres = spread(np.random.default_rng(parent), cell, len(children), seat, urban)
    nearest = np.argsort(np.hypot(*(centres - seat).T), kind="stable")
    return zip(children, cells(centres[nearest], cell), strict=True)


def spread(rng: np.random.Generator, within: shapely.Geometry, count: int, seat: Floats, urban: float) -> Floats:
    """Centres for `count` cells inside a convex shape (Lloyd), `urban` times denser at the seat. Kilometres."""
    left, low, right, high = shapely.bounds(within)
    wanted, sample = max(30 * count, 120), np.empty((0, 2))
    reach = 0.22 * np.sqrt(shapely.area(within))
    while len(sample) < wanted:
        drawn = rng.uniform((left, low), (right, high), (wanted * 3, 2))
        drawn = drawn[shapely.contains_xy(within, drawn)]
        if urban > 1:
            density = 1 + (urban - 1) * np.exp(-np.hypot(*(drawn - seat).T) / reach)
            drawn = drawn[rng.random(len(drawn)) * urban < density]
        sample = np.concatenate([sample, drawn])
    centres = sample[:count].copy()
    for _ in range(12):
        owner = np.argmin(((sample[:, None, :] - centres[None]) ** 2).sum(2), axis=1)
        members = np.bincount(owner, minlength=count)
        for axis in (0, 1):
            sums = np.bincount(owner, sample[:, axis], count)
            centres[:, axis] = np.where(members, sums / np.maximum(members, 1), centres[:, axis])
    return centres


def cells(points: Floats, within: shapely.Geometry) -> list[shapely.Geometry]:
    """Voronoi cells of the points, cut to the shape, in the points' order."""
    if len(points) == 1:
        return [within]
    found = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=within, ordered=True)
    return list(shapely.intersection(shapely.get_parts(found), within))


def _grids(ground: dict[int, shapely.Geometry], households: dict[int, int]) -> tuple[_Cut, _Cut]:
    governance, construction = _Cut([], [], [], []), _Cut([], [], [], [])
    for code, cell in sorted(ground.items()):
        rng = np.random.default_rng(code + 1)
        count = min(-(-households[code] // GRID_HOUSEHOLDS), FIRST_CONSTRUCTION - 1)
        _cut(governance, rng, "governance", code, cell, count, households[code])
        coarse = max(1, round(count / GOVERNANCE_PER_CONSTRUCTION))
        _cut(construction, rng, "construction", code, cell, coarse, households[code])
    return governance, construction


def _cut(
    cut: _Cut, rng: np.random.Generator, layer: str, community: int, cell: shapely.Geometry, count: int, total: int
) -> None:
    first = community + (1 if layer == "governance" else FIRST_CONSTRUCTION)
    cut.cells.extend(parted(rng, cell, count))
    shares = np.cumsum(rng.normal(1, 0.06, count).clip(0.8, 1.2))
    ends = np.round(shares / shares[-1] * total).astype(int)
    cut.codes.extend(range(first, first + count))
    cut.names.extend(GRID_NAMES[layer].format(number) for number in range(1, count + 1))
    cut.households.extend(np.diff(ends, prepend=0).tolist())


def parted(rng: np.random.Generator, cell: shapely.Geometry, count: int) -> list[shapely.Geometry]:
    """The cell cut into `count` of about one size. Kilometres."""
    return cells(spread(rng, cell, count, np.zeros(2), urban=1), cell) if count > 1 else [cell]


def _finish(plane: Plane, pieces: list[shapely.Geometry]) -> list[shapely.Geometry]:
    return round_off(plane, bend(node(pieces)))


def _assemble(
    tree: _Tree,
    households: dict[int, int],
    governance: tuple[_Cut, list[shapely.Geometry]],
    construction: tuple[_Cut, list[shapely.Geometry]],
) -> list[Unit]:
    ground: dict[int, shapely.Geometry] = {}
    pieces: dict[int, list[shapely.Geometry]] = defaultdict(list)
    for code, shape in zip(governance[0].codes, governance[1], strict=True):
        pieces[codes.parent_of(code)].append(shape)
    for level in (codes.COMMUNITY, codes.STREET, codes.COUNTY, codes.CITY):
        for code, parts in list(pieces.items()):
            if codes.level_of(code) == level:
                ground[code] = shapely.coverage_union_all(parts)
                pieces[codes.parent_of(code)].append(ground[code])
    totals: dict[int, int] = defaultdict(int)
    for code, number in households.items():
        for place in (code, *codes.ancestors(code)):
            totals[place] += number
    units = [
        _unit(place.code, place.name, place.kind, None, totals[place.code], ground.get(place.code), place)
        for place in tree.places.values()
    ]
    for layer, (cut, shapes) in (("governance", governance), ("construction", construction)):
        units.extend(
            _unit(code, name, "grid", layer, number, shape, None)
            for code, name, number, shape in zip(cut.codes, cut.names, cut.households, shapes, strict=True)
        )
    return sorted(units, key=lambda unit: unit.code)


def _unit(
    code: int,
    name: str,
    kind: str,
    layer: str | None,
    households: int,
    shape: shapely.Geometry | None,
    known: Given | None,
) -> Unit:
    lon, lat = (known.lon, known.lat) if known else (None, None)
    if shape is not None and lon is None:
        inner = shapely.point_on_surface(shape)
        lon, lat = round(inner.x, 6), round(inner.y, 6)
    return Unit(code, name, kind, layer, households, round(households * PERSONS_PER_HOUSEHOLD), lon, lat, shape)
