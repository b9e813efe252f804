"""Ground for a city's own list that has points but no boundaries: plausible cells, marked as generated."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lifang.ground.access.models import User
from lifang.ground.areas import bulk, codes, cover
from lifang.ground.areas.checks import MOST
from lifang.ground.areas.enums import ChangeKind, Kind, Layer
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.generate import GOVERNANCE_PER_CONSTRUCTION, GRID_NAMES, cells, parted
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.numbering import SERIALS, Numbers
from lifang.ground.areas.queries import AreaQuery
from lifang.ground.areas.rewriting import Basis, explained, standing
from lifang.ground.areas.shapes import DECIMALS, Floats, Plane, as_wkb
from lifang.ground.trail.actions import record

LEAST_CELL: Final = 1e-6  # km², a square metre


class Left(NamedTuple):
    """A community that got no ground, and why."""

    code: int
    name: str
    reason: str


class Grounded(NamedTuple):
    change: AreaChange
    left: list[Left]


def generate_ground(*, place: int, basis: Basis, by: User | None) -> Grounded:
    """Give every community in `place` that has a point and no boundary the ground nearest to its point, and grids.

    Cells end at the boundary of the nearest place above that has one, else a little outside the points, and at ground
    that others have already. Grids that stand keep code, name and counts; where a layer has none they are cut,
    governance for at most 500 households, evenly. Streets, counties and cities without a boundary get the union of
    what they hold once all of it has ground. Raises Refused where nothing can be done, or the day is too early.
    """
    root = standing(place, basis.on, field="place", may_begin_today=True)
    survey = _Survey(root, basis.on)
    if not survey.sites:
        raise Refused("place", _("“%(name)s”里没有可以生成界线的社区；缺界线而不能定位的有 %(left)d 个") % {
            "name": root.name, "left": len(survey.left)})  # fmt: skip
    rows = _rows(survey)
    grids = sum(codes.level_of(row.code) == codes.GRID for row in rows)
    data = {"generated": True, "communities": len(survey.sites), "grids": grids, "left": len(survey.left)}
    with transaction.atomic():
        change = AreaChange.objects.create(
            kind=ChangeKind.REDRAW, area=place, on=basis.on, document_number=basis.document_number,
            document_title=basis.document_title, reason=basis.reason, by=by, data=data,
        )  # fmt: skip
        bulk.stage(rows)
        if conflicts := bulk.too_new(basis.on):
            code, day = conflicts[0]
            raise Refused("on", _("“%(name)s”的现有记录从 %(day)s 起或止，生效日期应更晚") % {
                "name": next(row.name for row in rows if row.code == code), "day": day})  # fmt: skip
        try:
            with transaction.atomic():
                bulk.write(change, generated=True)
        except IntegrityError as broken:
            raise explained(broken) from broken
        record(what="areas.ground", kind="areachange", object_id=change.pk, area=place, **data)
    return Grounded(change, survey.left)


class _Survey:
    """What stands on the day: the communities to be given ground, those left, and the ground that is taken.

    Neighbours outside `root` on the same free ground count with their points, so that they find theirs later.
    """

    def __init__(self, root: Area, on: dt.date) -> None:
        held = Area.objects.as_of(on)
        bounded = held.exclude(boundary=None)
        self.taken = _taken(bounded.filter(level__range=(codes.CITY, codes.COMMUNITY)))
        around = (root.code, *codes.ancestors(root.code))
        reach = next((code for code in around if code in self.taken), codes.at_level(root.code, codes.CITY))
        self.places = list(held.below(reach).filter(level__lte=codes.COMMUNITY).exclude(kind=Kind.NON_PLACE).light())
        bare = [p for p in self.places if p.level == codes.COMMUNITY and p.code not in self.taken]
        bare_codes = [unit.code for unit in bare]
        self.taken |= _taken(bounded.grids().filter(parent_code__in=bare_codes))
        self.grids: dict[tuple[int, str | None], list[Area]] = defaultdict(list)
        for grid in held.grids().filter(parent_code__in=bare_codes).light():
            self.grids[grid.parent_code, grid.layer].append(grid)
        self.root = root.code
        self.left: list[Left] = []
        self.frames: dict[int, list[Area]] = defaultdict(list)
        self._sort(bare)
        self.sites = [u for units in self.frames.values() for u in units if codes.within(u.code, self.root)]

    def _sort(self, bare: Sequence[Area]) -> None:
        """Each community to the nearest bounded place above it (0 for none), or to those left."""
        held = list(self.taken)
        tree = shapely.STRtree([shape for _name, shape in self.taken.values()])
        split = {codes.parent_of(code) for code in held if codes.level_of(code) == codes.GRID}
        seen: dict[tuple[float, float], Area] = {}
        for unit in bare:
            above = codes.ancestors(unit.code)
            frame = next((code for code in above if code in self.taken), 0)
            reason = None
            if unit.lon is None or unit.lat is None:
                reason = _("没有经纬度")
            elif unit.code in split:
                reason = _("网格已有界线，本身没有")
            else:
                point = shapely.Point(unit.lon, unit.lat)
                others = [held[n] for n in tree.query(point, predicate="intersects") if held[n] not in above]
                twin = seen.setdefault((round(unit.lon, DECIMALS), round(unit.lat, DECIMALS)), unit)
                if others:
                    reason = _("位置在“%(name)s”的界线之内") % {"name": self.taken[others[0]][0]}
                elif frame and not self.taken[frame][1].contains(point):
                    reason = _("位置不在“%(name)s”的界线之内") % {"name": self.taken[frame][0]}
                elif twin is not unit:
                    reason = _("位置与“%(name)s”相同") % {"name": twin.name}
            if reason is None:
                self.frames[frame].append(unit)
            elif codes.within(unit.code, self.root):
                self.left.append(Left(unit.code, unit.name, reason))

    def free(self, frame: int, points: Floats) -> shapely.Geometry:
        """The ground of a frame without what others in it have."""
        whole = self.taken[frame][1] if frame else cover.hull(points)
        above = {frame, *codes.ancestors(frame)} if frame else set()
        others = [shape for code, (_name, shape) in self.taken.items() if code not in above]
        near = shapely.STRtree(others).query(whole, predicate="intersects")
        return shapely.difference(whole, shapely.union_all([others[n] for n in near]))


def _taken(areas: AreaQuery) -> dict[int, tuple[str, shapely.Geometry]]:
    rows = areas.order_by("code").values_list("code", "name", "boundary")
    return {code: (name, shapely.from_wkb(bytes(boundary or b""))) for code, name, boundary in rows}


def _rows(survey: _Survey) -> list[bulk.Row]:
    located = np.array([(unit.lon, unit.lat) for units in survey.frames.values() for unit in units])
    plane = Plane.around(located[:, 0].tolist(), located[:, 1].tolist())
    numbers = Numbers()
    numbers.learn([unit.code for unit in survey.sites])
    plots: dict[str, list[_Plot]] = {layer: [] for layer in Layer}
    for frame, units in survey.frames.items():
        points = np.array([(unit.lon, unit.lat) for unit in units])
        for unit, cell in zip(units, cover.nearest(plane, points, survey.free(frame, points)), strict=True):
            if codes.within(unit.code, survey.root):
                for layer in Layer:
                    plots[layer].extend(_plots(survey, numbers, plane, unit, layer, cell))
    first, second = ([(codes.parent_of(plot.code), plot.cell) for plot in plots[layer]] for layer in Layer)
    shapes = cover.nested(plane, first, second)
    rows, parts = [], defaultdict(list)
    for layer, found in zip(Layer, shapes, strict=True):
        for plot, shape in zip(plots[layer], found, strict=True):
            if shape is not None:
                rows.append(plot.row(shape))
                if layer == Layer.GOVERNANCE:
                    parts[codes.parent_of(plot.code)].append(shape)
    ground = {code: shapely.coverage_union_all(shapes) for code, shapes in parts.items()}
    rows.extend(_row(unit, ground[unit.code]) for unit in survey.sites)
    return [*rows, *_above(survey, ground)]


class _Plot(NamedTuple):
    """A grid, standing or new, with the cell that it is to have, in kilometres."""

    code: int
    name: str
    layer: str
    households: int | None
    population: int | None
    lon: float | None
    lat: float | None
    cell: shapely.Geometry

    def row(self, shape: shapely.Geometry) -> bulk.Row:
        counts, point = (self.households, self.population), _point(self.lon, self.lat, shape)
        return bulk.Row(self.code, self.name, Kind.GRID, self.layer, *counts, *point, as_wkb(shape))


def _plots(
    survey: _Survey, numbers: Numbers, plane: Plane, unit: Area, layer: str, cell: shapely.Geometry
) -> Iterator[_Plot]:
    """The grids of one layer of a community: those that stand, or as many as its households ask for."""
    rng = np.random.default_rng(unit.code + (layer == Layer.CONSTRUCTION))
    if standing_grids := survey.grids[unit.code, layer]:
        for grid, piece in zip(standing_grids, _between(rng, plane, cell, standing_grids), strict=True):
            yield _Plot(grid.code, grid.name, layer, None, None, grid.lon, grid.lat, piece)
        return
    governance = len(survey.grids[unit.code, Layer.GOVERNANCE]) or max(1, -(-(unit.households or 0) // MOST))
    count = governance if layer == Layer.GOVERNANCE else max(1, round(governance / GOVERNANCE_PER_CONSTRUCTION))
    found = parted(rng, cell, min(count, len(SERIALS[layer])))
    pieces = [piece for piece in found if piece.area > LEAST_CELL] or [cell]
    households, population = (_shared(number, len(pieces)) for number in (unit.households, unit.population))
    for number, piece in enumerate(pieces):
        code = numbers.next(unit.code, codes.GRID, Kind.GRID, layer)
        name = GRID_NAMES[layer].format(number + 1)
        yield _Plot(code, name, layer, households[number], population[number], None, None, piece)


def _between(
    rng: np.random.Generator, plane: Plane, cell: shapely.Geometry, grids: Sequence[Area]
) -> list[shapely.Geometry]:
    """The cell shared out by the grids' own points where all have one in it, else evenly."""
    points = np.array([(grid.lon or 0, grid.lat or 0) for grid in grids])
    inside = shapely.contains_xy(cell, plane.flat(points))
    if inside.all() and len(np.unique(points.round(DECIMALS), axis=0)) == len(points):
        return cells(plane.flat(points), cell)
    return parted(rng, cell, len(grids))


def _shared(total: int | None, count: int) -> list[int | None]:
    if total is None:
        return [None] * count
    return [total * (n + 1) // count - total * n // count for n in range(count)]


def _row(place: Area, shape: shapely.Geometry) -> bulk.Row:
    point = _point(place.lon, place.lat, shape)
    return bulk.Row(place.code, place.name, place.kind, None, None, None, *point, as_wkb(shape))


def _point(lon: float | None, lat: float | None, shape: shapely.Geometry) -> tuple[float, float]:
    if lon is not None and lat is not None:
        return lon, lat
    inner = shapely.point_on_surface(shape)
    return round(inner.x, DECIMALS), round(inner.y, DECIMALS)


def _above(survey: _Survey, ground: dict[int, shapely.Geometry]) -> Iterator[bulk.Row]:
    """Streets, counties and cities of the place that have no boundary and hold nothing without ground."""
    held = {code: shape for code, (_name, shape) in survey.taken.items()} | ground
    settled = {
        above for p in survey.places if p.level == codes.COMMUNITY for above in (p.code, *codes.ancestors(p.code))
    }
    children = defaultdict(list)
    for place in survey.places:
        if place.code in settled:
            children[place.parent_code].append(place.code)
    for place in sorted(survey.places, key=lambda place: -place.level):
        if place.code in held or place.level < codes.CITY or not codes.within(place.code, survey.root):
            continue
        if (inner := children[place.code]) and all(code in held for code in inner):
            held[place.code] = shapely.union_all([held[code] for code in inner])
            yield _row(place, held[place.code])
