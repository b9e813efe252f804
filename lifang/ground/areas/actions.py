"""Changes of the tree. Each is dated, rests on a document, and is written whole or not at all, with its trail.

The day of a change lies after the day on which the versions that it ends began. What had a code keeps it as an alias.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.db import IntegrityError, connection, transaction
from django.db.models import Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.ground.access.models import User
from lifang.ground.areas import codes
from lifang.ground.areas.carrying import take_back
from lifang.ground.areas.enums import ChangeKind, Kind, Layer
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.kinds import KIND_LEVEL
from lifang.ground.areas.models import Area, AreaChange, Succession
from lifang.ground.areas.numbering import Numbers
from lifang.ground.areas.rewriting import ONE_VERSION, Basis, Rewrite, alone, explained, standing, version
from lifang.ground.areas.shapes import as_wkb, checked, from_wkb, joined
from lifang.ground.trail.actions import record


@dataclass(frozen=True, kw_only=True)
class Part:
    """One unit after a split. `code` None takes a free one; the old code continues it.

    `children` are codes directly below the old unit that go with this part. Counts and boundary that are not given
    are those of its governance grids or lower units.
    """

    name: str
    code: int | None = None
    children: Sequence[int] = field(default=())
    households: int | None = None
    population: int | None = None
    boundary: shapely.Geometry | None = None


def create(
    *,
    name: str,
    parent: int,
    kind: str,
    basis: Basis,
    by: User | None,
    layer: str | None = None,
    code: int | None = None,
    households: int | None = None,
    population: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    boundary: shapely.Geometry | None = None,
) -> Area:
    """Set up a new place under a standing one. The level follows from the kind, or from the code if given."""
    above = standing(parent, basis.on, field="parent", may_begin_today=True)
    level = codes.level_of(code) if code else _level_under(above, kind)
    if code is not None and codes.parent_of(code) != parent:
        raise Refused(
            "code", _("代码 %(code)s 不在 %(parent)s 之下") % {"code": codes.text(code), "parent": codes.text(parent)}
        )
    if code is not None and Area.objects.coded(code).exists():
        raise Refused("code", _("代码 %(code)s 用过，不能再用") % {"code": codes.text(code)})
    code = code or Numbers().next(parent, level, kind, layer)
    area = Area(
        code=code,
        name=_named(name),
        level=level,
        kind=kind,
        layer=layer,
        households=households,
        population=population,
        lon=lon,
        lat=lat,
        boundary=as_wkb(_ground(boundary)) if boundary is not None else None,
    )
    if lon is None:
        _placed(area)
    with Rewrite(ChangeKind.CREATE, parent, basis, by, {"code": code, "name": name}) as rewrite:
        rewrite.begin(area)
    return area


def rename(*, code: int, name: str, basis: Basis, by: User | None) -> AreaChange:
    """A new name, the same code."""
    old = standing(code, basis.on)
    with Rewrite(ChangeKind.RENAME, code, basis, by, {"from": old.name, "to": name}) as rewrite:
        rewrite.end(old)
        rewrite.begin(version(old, name=_named(name)))
    return rewrite.change


def set_boundary(*, code: int, boundary: shapely.Geometry, basis: Basis, by: User | None) -> AreaChange:
    """A new boundary in WGS 84 degrees. Surveyed ground replaces generated ground."""
    old = standing(code, basis.on)
    shape = _ground(boundary)
    inner = shapely.point_on_surface(shape)
    with Rewrite(ChangeKind.REDRAW, code, basis, by, {}) as rewrite:
        rewrite.end(old)
        rewrite.begin(version(old, boundary=as_wkb(shape), lon=inner.x, lat=inner.y, generated=False))
    return rewrite.change


def split(*, code: int, parts: Sequence[Part], basis: Basis, by: User | None) -> AreaChange:
    """One unit becomes several of the same kind under the same parent."""
    old = standing(code, basis.on)
    below = list(Area.objects.as_of(basis.on).children_of(code).order_by("code"))
    if len(parts) < 2:
        raise Refused("parts", _("拆分后至少要有两个单位"))
    if len({part.name for part in parts}) < len(parts):
        raise Refused("parts", _("拆分后的单位不能同名"))
    if len({part.code for part in parts if part.code}) < sum(part.code is not None for part in parts):
        raise Refused("parts", _("拆分后的单位不能用同一个代码"))
    assigned = _assign(below, parts)
    numbers = Numbers()
    given = {"parts": [{"name": part.name, "children": list(part.children)} for part in parts]}
    with Rewrite(ChangeKind.SPLIT, codes.parent_of(code), basis, by, given | {"code": code}) as rewrite:
        fresh = []
        for part, mine in zip(parts, assigned, strict=True):
            new_code = part.code or numbers.next(old.parent_code, old.level, old.kind, old.layer)
            if new_code != code and Area.objects.coded(new_code).exists():
                raise Refused("parts", _("“%(name)s”的代码用过，不能再用") % {"name": part.name})
            if codes.parent_of(new_code) != old.parent_code:
                raise Refused("parts", _("“%(name)s”的代码不在原上级之下") % {"name": part.name})
            fresh.append((version(old, code=new_code, name=_named(part.name), **_sums(part, mine)), mine))
        shares = _shares([area.households for area, _mine in fresh])
        rewrite.end(old)
        for (area, mine), share in zip(fresh, shares, strict=True):
            rewrite.begin(area)
            rewrite.passed(code, area.code, share, 1.0)
            if area.code != code:
                for child in mine:
                    rewrite.recode(child, numbers.next(area.code, child.level, child.kind, child.layer))
    return rewrite.change


def merge(*, merged: Sequence[int], name: str, basis: Basis, by: User | None, code: int | None = None) -> AreaChange:
    """Several units of one parent become one. `code` is one of theirs, which goes on, or None for a new one."""
    olds = [standing(one, basis.on, field="merged") for one in dict.fromkeys(merged)]
    if len(olds) < 2:
        raise Refused("merged", _("合并至少要有两个单位"))
    first = olds[0]
    if any((one.parent_code, one.level) != (first.parent_code, first.level) for one in olds):
        raise Refused("merged", _("只能合并同一上级之下的同级单位；不同上级的先划转"))
    if code is not None and code not in {one.code for one in olds}:
        raise Refused("code", _("合并后沿用的代码应是其中一个单位的代码"))
    numbers = Numbers()
    new_code = code or numbers.next(first.parent_code, first.level, first.kind, first.layer)
    shares = _shares([one.households for one in olds])
    below = Area.objects.as_of(basis.on)
    with Rewrite(ChangeKind.MERGE, first.parent_code, basis, by, {"merged": list(merged), "code": new_code}) as rewrite:
        whole = version(
            first,
            code=new_code,
            name=_named(name),
            households=_sum(one.households for one in olds),
            population=_sum(one.population for one in olds),
            boundary=joined([one.boundary for one in olds]),
        )
        rewrite.begin(_placed(whole))
        for old, share in zip(olds, shares, strict=True):
            rewrite.end(old)
            rewrite.passed(old.code, new_code, 1.0, share)
            if old.code != new_code:
                for child in below.children_of(old.code).order_by("code"):
                    rewrite.recode(child, numbers.next(new_code, child.level, child.kind, child.layer))
    return rewrite.change


def move(*, code: int, to: int, basis: Basis, by: User | None) -> AreaChange:
    """A unit with all below it goes under another parent and takes a code there; the old code stays as its alias.

    Boundaries of the places that lose and gain it are redrawn.
    """
    old = standing(code, basis.on)
    target = standing(to, basis.on, field="to", may_begin_today=True)
    source = standing(old.parent_code, basis.on, may_begin_today=True)
    if target.level != source.level or to == old.parent_code:
        raise Refused("to", _("应划转到另一个同级的上级之下"))
    new_code = Numbers().next(to, old.level, old.kind, old.layer)
    common = {codes.NATION, *codes.ancestors(to)} & {codes.NATION, *codes.ancestors(code)}
    with Rewrite(ChangeKind.MOVE, max(common), basis, by, {"code": code, "to": to, "new": new_code}) as rewrite:
        rewrite.recode(old, new_code)
        if old.boundary is not None:
            for place, gains in ((source, False), (target, True)):
                for one in (place.code, *codes.ancestors(place.code)):
                    if one not in common:
                        _reshape(rewrite, standing(one, basis.on), old, gains)
    return rewrite.change


def undo(*, change: AreaChange, by: User | None) -> None:
    """Take a change or an import back: its versions vanish, those that it ended go on. History keeps the trace."""
    with transaction.atomic():
        alone("change")
        locked = AreaChange.objects.select_for_update().get(pk=change.pk)
        if locked.undone_at:
            raise Refused("change", _("这次变更已经撤销"))
        if later := Area.objects.filter(begun_by=locked).exclude(ended_by=None).select_related("ended_by").first():
            raise Refused(
                "change",
                _("“%(name)s”后来又有变更（%(later)s），请先撤销那一次")
                % {"name": later.name, "later": later.ended_by},
            )
        try:
            with transaction.atomic():
                _reopen(locked)
        except IntegrityError as broken:
            raise _in_use(broken) from broken
        steps = list(Succession.objects.filter(change=locked))
        Succession.objects.filter(change=locked).delete()
        take_back(locked, steps, by)
        locked.undone_at, locked.undone_by = timezone.now(), by
        locked.save(update_fields=["undone_at", "undone_by"])
        record(what="areas.undo", kind="areachange", object_id=locked.pk, area=locked.area)


def _reopen(change: AreaChange) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} DEFERRED")
        open_again = Func(Func("valid", function="lower"), Value(None), function="daterange")
        Area.objects.filter(ended_by=change).update(valid=open_again, ended_by=None)
        gone = Area.objects.filter(begun_by=change)
        gone._raw_delete(gone.db)
        cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} IMMEDIATE")


def _in_use(error: IntegrityError) -> Refused:
    refused = explained(error)
    if refused.field == "parent":
        return Refused("change", _("后来在它设立的地方之下又有新设的单位，请先撤销那些调整"))
    return Refused("change", refused.message)


def _level_under(above: Area, kind: str) -> int:
    level = KIND_LEVEL.get(kind, above.level + 1) if kind in Kind.values else 0
    if level <= above.level:
        raise Refused("kind", _("“%(parent)s”之下不能设“%(kind)s”") % {"parent": above.name, "kind": kind})
    return level


def _named(name: str) -> str:
    if not name.strip() or len(name) > 120:
        raise Refused("name", _("名称不能为空，最多 120 个字"))
    return name.strip()


def _ground(boundary: shapely.Geometry) -> shapely.Geometry:
    try:
        return checked(boundary)
    except ValueError as error:
        raise Refused("boundary", str(error)) from error


def _placed(area: Area) -> Area:
    """Its position is a point inside its boundary, if it has one."""
    if (shape := from_wkb(area.boundary)) is not None:
        inner = shapely.point_on_surface(shape)
        area.lon, area.lat = round(inner.x, 6), round(inner.y, 6)
    return area


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _shares(households: Sequence[int | None]) -> list[float]:
    known = [number or 0 for number in households]
    total = sum(known)
    if not total or 0 in known:
        return [1 / len(known)] * len(known)
    return [number / total for number in known]


def _counted(children: Sequence[Area]) -> list[Area]:
    """Those of the children that cover the ground once."""
    return [child for child in children if child.layer != Layer.CONSTRUCTION]


def _sums(part: Part, children: Sequence[Area]) -> dict[str, Any]:
    once = _counted(children)
    boundary = as_wkb(_ground(part.boundary)) if part.boundary is not None else joined([c.boundary for c in once])
    households = part.households if part.households is not None else _sum(c.households for c in once)
    population = part.population if part.population is not None else _sum(c.population for c in once)
    placed = _placed(Area(boundary=boundary))
    return {
        "households": households, "population": population, "boundary": boundary,
        "lon": placed.lon, "lat": placed.lat,
    }  # fmt: skip


def _assign(below: Sequence[Area], parts: Sequence[Part]) -> list[list[Area]]:
    """The children of each part: those listed, the rest by where they lie."""
    listed = {code: number for number, part in enumerate(parts) for code in part.children}
    by_code = {child.code: child for child in below}
    if strange := set(listed) - set(by_code):
        raise Refused("parts", _("%(code)s 不是它的下级") % {"code": codes.text(min(strange))})
    if sum(len(part.children) for part in parts) > len(listed):
        raise Refused("parts", _("同一个下级不能归两个单位"))
    grounds = [
        part.boundary or from_wkb(joined([by_code[c].boundary for c in part.children if c in by_code]))
        for part in parts
    ]
    assigned: list[list[Area]] = [[] for _part in parts]
    for child in below:
        number = listed.get(child.code)
        if number is None and child.lon is not None and child.lat is not None:
            point = shapely.Point(child.lon, child.lat)
            number = next((n for n, ground in enumerate(grounds) if ground is not None and ground.covers(point)), None)
        if number is None:
            raise Refused("parts", _("“%(name)s”（%(code)s）没有归到任何一个新单位") % {
                "name": child.name, "code": codes.text(child.code)})  # fmt: skip
        assigned[number].append(child)
    return assigned


def _reshape(rewrite: Rewrite, place: Area, moved: Area, gains: bool) -> None:
    before, piece = from_wkb(place.boundary), from_wkb(moved.boundary)
    if before is None or piece is None:
        return
    after = shapely.union(before, piece) if gains else shapely.difference(before, piece)
    if after.geom_type not in ("Polygon", "MultiPolygon") or after.is_empty:
        return
    counts = {
        name: (getattr(place, name) or 0) + (1 if gains else -1) * (getattr(moved, name) or 0)
        if getattr(place, name) is not None else None
        for name in ("households", "population")
    }  # fmt: skip
    rewrite.end(place)
    rewrite.begin(_placed(version(place, boundary=as_wkb(after), **counts)))
