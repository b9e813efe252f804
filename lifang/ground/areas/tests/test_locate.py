"""Point → grid: exact against shapely on partitions, gaps, overlaps, holes and corners."""

import datetime as dt

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from lifang.ground.areas import codes, locate
from lifang.ground.areas.actions import rename
from lifang.ground.areas.index import SCALE, Index
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import Basis

NONE = np.array([], dtype=object)


def cells(seed: int, count: int) -> NDArray[np.object_]:
    """Voronoi cells over half a degree, rounded to the index's unit."""
    points = np.random.default_rng(seed).uniform((115, 28), (115.5, 28.5), (count, 2))
    box = shapely.box(115, 28, 115.5, 28.5)
    parts = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box, ordered=True)
    return shapely.set_precision(shapely.intersection(shapely.get_parts(parts), box), 1 / SCALE)


def expected(shapes: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    found = np.zeros(len(x), dtype=np.int64)
    point, shape = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="within")
    found[point] = shape + 1
    return found


@pytest.mark.parametrize("count", [1, 7, 900])
def test_agrees_with_shapely_in_both_layers(count: int) -> None:
    first, second = cells(1, count), cells(2, count // 3 + 1)
    index = Index(first, np.arange(len(first)) + 1, second, np.arange(len(second)) + 1)
    x, y = np.random.default_rng(3).uniform((114.9, 27.9), (115.6, 28.6), (20_000, 2)).round(7).T
    got = index.find_many(x, y)
    for layer, shapes in enumerate((first, second)):
        want = expected(shapes, x, y)
        clear = want > 0
        assert (got[layer][clear] == want[clear]).all()
        strays = shapely.distance(shapely.points(x[~clear], y[~clear]), shapely.union_all(shapes))
        assert not got[layer][~clear][strays > 1e-7].any()
    singles = [index.find(float(lon), float(lat)) for lon, lat in zip(x[:500], y[:500], strict=True)]
    assert singles == list(zip(got[0][:500].tolist(), got[1][:500].tolist(), strict=True))


def test_every_corner_and_edge_belongs_to_exactly_one_cell() -> None:
    shapes = cells(5, 400)
    single = [Index([shape], [1], NONE, NONE) for shape in shapes[:60]]
    whole = Index(shapes, np.arange(len(shapes)) + 1, NONE, NONE)
    inner = shapely.box(115.05, 28.05, 115.45, 28.45)
    corners = np.unique(shapely.get_coordinates(shapes), axis=0)
    corners = corners[shapely.contains_xy(inner, corners)]
    got = whole.find_many(*corners.T)[0]
    assert (got > 0).all()
    for number, index in enumerate(single, 1):
        assert np.array_equal(index.find_many(*corners.T)[0] > 0, got == number)


def test_holes_and_overlaps_and_parts() -> None:
    ring = shapely.box(115, 28, 115.2, 28.2) - shapely.box(115.05, 28.05, 115.15, 28.15)
    pair = shapely.union(shapely.box(115.3, 28, 115.4, 28.1), shapely.box(115.3, 28.2, 115.4, 28.3))
    over = shapely.box(115.35, 28.05, 115.5, 28.1)
    index = Index([ring, pair, over], [1, 2, 3], NONE, NONE)
    assert index.find(115.1, 28.1) == (0, 0)
    assert index.find(115.02, 28.1) == (1, 0)
    assert index.find(115.31, 28.25) == (2, 0)
    assert index.find(115.36, 28.06) == (2, 0), "where grids overlap, the lower code has it"
    assert index.find(115.45, 28.06) == (3, 0)


def test_seventy_copies_of_one_place_do_not_break_the_index() -> None:
    index = Index([shapely.box(115, 28, 115.2, 28.2)] * 70, np.arange(70) + 1, NONE, NONE)
    assert index.find(115.1, 28.1) == (1, 0)


@pytest.mark.parametrize(("lon", "lat"), [(float("nan"), 28.0), (float("inf"), 28.0), (1e300, -1e300), (0.0, 0.0)])
def test_no_point_at_all_is_outside(lon: float, lat: float) -> None:
    index = Index(cells(1, 20), np.arange(20) + 1, NONE, NONE)
    assert index.find(lon, lat) == (0, 0)
    assert [found.tolist() for found in index.find_many([lon], [lat])] == [[0], [0]]


def test_an_empty_index_finds_nothing() -> None:
    index = Index(NONE, NONE, NONE, NONE)
    assert index.find(115.0, 28.0) == (0, 0)
    assert index.find_many([115.0], [28.0])[0].tolist() == [0]


def test_s199_a_point_finds_its_grid_in_both_layers(yicheng: AreaChange) -> None:
    """S199: governance and construction grids cover the same ground; an event finds both."""
    for grid in Area.objects.grids("governance").order_by("?")[:30]:
        found = locate.find(grid.lon or 0, grid.lat or 0)
        assert found.governance == grid.code
        assert found.construction is not None
        assert codes.parent_of(found.construction) == grid.parent_code
        assert found.problem is None


def test_outside_the_city_and_in_a_gap_are_told_apart(yicheng: AreaChange) -> None:
    grid = Area.objects.grids("governance").order_by("code").first()
    assert grid is not None
    spot = (grid.lon or 0, grid.lat or 0)
    assert locate.find(spot[0] + 3, spot[1]).problem == "outside"
    Area.objects.filter(pk=grid.pk).update(boundary=None)
    locate.forget()
    gap = locate.find(*spot)
    assert (gap.governance, gap.problem) == (None, "gap")
    assert gap.construction is not None, "the other layer still answers"
    many = locate.find_many([spot[0], spot[0] + 3], [spot[1]] * 2)
    assert [locate.PROBLEMS[p] for p in many.problem] == ["gap", "outside"]


def test_the_index_follows_a_change_of_the_tree(yicheng: AreaChange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "FRESH_SECONDS", 0.0)
    before = locate.ground()
    assert locate.ground() is before
    grid = Area.objects.grids("governance").order_by("code").first()
    assert grid is not None
    rename(code=grid.code, name="试点网格", basis=Basis(on=dt.date(2025, 1, 1)), by=None)
    assert locate.ground() is not before
