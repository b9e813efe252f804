"""What is amiss in the tree today, for the daily report: softer rules than the database's own."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _

from lifang.ground.access.models import Grant, Unit
from lifang.ground.areas import codes
from lifang.ground.areas.enums import Layer
from lifang.ground.areas.models import Area, AreaChange

LEAST: Final = 300
MOST: Final = 500
SLIVER: Final = 1e-9  # square degrees, about 10 m²


class Finding(NamedTuple):
    """`rule`: size, no_grid, no_layer, overlap, gap, carried or stranded."""

    rule: str
    code: int
    name: str
    text: str


def findings(place: int, day: dt.date) -> Iterator[Finding]:
    """Everything amiss inside a place on a day."""
    yield from sizes(place, day)
    yield from layers(place, day)
    yield from ground(place, day)
    yield from served(place, day)


def sizes(place: int, day: dt.date) -> Iterator[Finding]:
    """Governance grids outside 300 to 500 households."""
    grids = Area.objects.as_of(day).below(place).grids(Layer.GOVERNANCE).light()
    for grid in grids.exclude(households__range=(LEAST, MOST)):
        if grid.households is None:
            text = _("户数未填")
        else:
            text = _("%(households)d 户，应为 %(least)d–%(most)d 户") % {
                "households": grid.households, "least": LEAST, "most": MOST}  # fmt: skip
        yield Finding("size", grid.code, grid.name, text)


def layers(place: int, day: dt.date) -> Iterator[Finding]:
    """Communities and villages without any grid, or lacking one layer."""
    inside = Area.objects.as_of(day).below(place)
    held = defaultdict(set)
    for parent, layer in inside.grids().values_list("parent_code", "layer").distinct():
        held[parent].add(layer)
    for unit in inside.base_units().light():
        lacking = [layer for layer in Layer if layer not in held[unit.code]]
        if len(lacking) == len(Layer):
            yield Finding("no_grid", unit.code, unit.name, _("没有网格"))
        for layer in lacking if len(lacking) == 1 else []:
            yield Finding("no_layer", unit.code, unit.name, _("没有%(layer)s") % {"layer": layer.label})


def ground(place: int, day: dt.date) -> Iterator[Finding]:
    """Grids of a layer that overlap, and communities that their grids of a layer do not fill."""
    inside = Area.objects.as_of(day).below(place).exclude(boundary=None)
    units = {
        unit.code: (unit.name, shapely.from_wkb(bytes(unit.boundary or b"")))
        for unit in inside.at_level(codes.COMMUNITY)
    }
    for layer in Layer:
        grids = list(inside.grids(layer).order_by("code"))
        shapes = shapely.from_wkb(np.array([bytes(grid.boundary or b"") for grid in grids], dtype=object))
        shapes = np.atleast_1d(shapes)
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects") if grids else ([], [])
        pairs = np.stack([left, right])[:, np.asarray(left) < np.asarray(right)]
        shared = shapely.area(shapely.intersection(shapes[pairs[0]], shapes[pairs[1]])) if grids else []
        for (one, other), area in zip(pairs.T, shared, strict=True):
            if area > SLIVER:
                text = _("与“%(name)s”（%(code)s）重叠") % {
                    "name": grids[other].name, "code": codes.text(grids[other].code)}  # fmt: skip
                yield Finding("overlap", grids[one].code, grids[one].name, text)
        held = defaultdict(list)
        for grid, shape in zip(grids, shapes, strict=True):
            held[grid.parent_code].append(shape)
        for code, pieces in held.items():
            name, whole = units.get(code, ("", None))
            bare = 0.0 if whole is None else shapely.difference(whole, shapely.union_all(pieces)).area
            if bare > SLIVER:
                yield Finding("gap", code, name, _("%(layer)s没有铺满") % {"layer": layer.label})


def served(place: int, day: dt.date) -> Iterator[Finding]:
    """Codes that do not stand and still have grants or bodies: how many went on at an heir, how many did not.

    Grants are those that the present scope may read.
    """
    grants: dict[int, set[int]] = defaultdict(set)
    units: dict[int, set[int]] = defaultdict(set)
    below = codes.span(place)
    where = {"area__gte": max(below.start, 1), "area__lt": below.stop}
    for pk, area in Grant.objects.in_force(day).filter(**where).values_list("pk", "area"):
        grants[area].add(pk)
    for pk, area in Unit.objects.filter(active=True, **where).values_list("pk", "area"):
        units[area].add(pk)
    wanted = grants.keys() | units.keys()
    there = set(Area.objects.as_of(day).filter(code__in=wanted).values_list("code", flat=True))
    carried = [
        c["carried"]
        for c in AreaChange.objects.standing().filter(data__has_key="carried").values_list("data", flat=True)
    ]
    gone_on = {kind: {old for one in carried for old, _new in one[kind]} for kind in ("grants", "units")}
    last = dict(Area.objects.filter(code__in=wanted - there).order_by("valid").values_list("code", "name"))
    for code in sorted(wanted - there):
        for rule, text, mine, bodies in (
            ("carried", _("%(grants)d 项授权、%(units)d 个单位已随区划调整延续到新的地域"),
             grants[code] & gone_on["grants"], units[code] & gone_on["units"]),
            ("stranded", _("%(grants)d 项授权、%(units)d 个单位还在已撤销的代码上，请另行授权、另设单位"),
             grants[code] - gone_on["grants"], units[code] - gone_on["units"]),
        ):  # fmt: skip
            if mine or bodies:
                said = text % {"grants": len(mine), "units": len(bodies)}
                yield Finding(rule, code, last.get(code, codes.text(code)), said)
