"""Boundaries as GeoJSON: a city's own, with their stated datum, onto places that stand."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from lifang.ground.access.models import User
from lifang.ground.areas import bulk, codes
from lifang.ground.areas.datum import TO_WGS84, Datum
from lifang.ground.areas.enums import ChangeKind
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.imports import Problem, Unfit
from lifang.ground.areas.models import Area, AreaChange, AreaImport
from lifang.ground.areas.rewriting import Basis, alone
from lifang.ground.areas.shapes import DECIMALS, checked
from lifang.ground.trail.actions import record

CODE_KEYS = ("code", "代码", "区划代码", "编码", "网格编码", "adcode")


def read_boundaries(content: bytes, datum: Datum) -> tuple[dict[int, shapely.Geometry], list[Problem]]:
    """Code → boundary in WGS 84 degrees, rounded to 1e-6; and what cannot be taken, by feature number from 1.

    Raises Refused where the file is no GeoJSON FeatureCollection.
    """
    try:
        features = json.loads(content)["features"]
        if not isinstance(features, list) or not features:
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("boundaries", _("文件不是 GeoJSON 要素集合（FeatureCollection）")) from None
    found: dict[int, shapely.Geometry] = {}
    problems = []
    for number, feature in enumerate(features, 1):
        try:
            code, shape = _feature(feature)
            found[code] = checked(_to_wgs84(shape, datum))
        except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
            problems.append(Problem(number, "geometry", _shown(feature), str(error), "Polygon、MultiPolygon"))
    return found, problems


def import_boundaries(*, content: bytes, file_name: str, datum: Datum, basis: Basis, by: User | None) -> AreaChange:
    """Give standing places new boundaries from the basis' day on; whole, or not at all (Unfit, Refused)."""
    found, problems = read_boundaries(content, datum)
    alone("file")
    held = {area.code: area for area in Area.objects.as_of(basis.on).filter(code__in=found).light()}
    for number, code in enumerate(found, 1):
        if code not in held:
            problems.append(Problem(number, "code", codes.text(code), _("没有这个地域"), _("现有的区划代码")))
    if problems:
        raise Unfit(problems, len(problems))
    with transaction.atomic():
        root = min(held)
        while any(code not in codes.span(root) for code in held):
            root = codes.parent_of(root)
        change = AreaChange.objects.create(
            kind=ChangeKind.REDRAW, area=root, on=basis.on, document_number=basis.document_number,
            document_title=basis.document_title, reason=basis.reason, by=by,
        )  # fmt: skip
        AreaImport.objects.create(change=change, file_name=file_name[:200], sha256="", rows=len(found))
        bulk.stage(_rows(found, held))
        if conflicts := bulk.too_new(basis.on):
            code, day = conflicts[0]
            raise Refused("on", _("%(name)s 的现有记录从 %(day)s 起或止，生效日期应更晚") % {
                "name": held[code].name, "day": day})  # fmt: skip
        written = bulk.write(change, generated=False)
        record(what="areas.boundaries", kind="areachange", object_id=change.pk, area=root, rows=written.begun)
    return change


def _rows(found: dict[int, shapely.Geometry], held: dict[int, Area]) -> Iterator[bulk.Row]:
    for code, shape in found.items():
        inner, area = shapely.point_on_surface(shape), held[code]
        lon, lat = round(inner.x, DECIMALS), round(inner.y, DECIMALS)
        yield bulk.Row(code, area.name, area.kind, area.layer, None, None, lon, lat, shapely.to_wkb(shape))


def _feature(feature: Any) -> tuple[int, shapely.Geometry]:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise ValueError(_("缺边界"))
    given = {**(feature.get("properties") or {}), "id": feature.get("id")}
    value = next((given[key] for key in (*CODE_KEYS, "id") if given.get(key)), None)
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    return codes.parse(value), shapely.force_2d(shape)


def _to_wgs84(shape: shapely.Geometry, datum: Datum) -> shapely.Geometry:
    def moved(points: np.ndarray) -> np.ndarray:
        return np.stack(TO_WGS84[datum](points[:, 0], points[:, 1]), axis=1).round(DECIMALS)

    return shapely.transform(shape, moved)


def _shown(feature: Any) -> str:
    return str(feature.get("properties") if isinstance(feature, dict) else feature)[:80]
