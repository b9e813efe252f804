"""Situations that tests begin with: a small city with two districts, its bodies, and people with one role each.

The city is 南昌 (360100): districts 360102 and 360103, in each one street, two communities and, in each community, two
governance grids and one construction grid over the same ground. Every community is a square of 0.02 degrees.
"""

import datetime as dt
import functools
import itertools

import shapely
from django.contrib.auth.hashers import make_password

from lifang.blocks.packs import service as packs
from lifang.ground.access.models import Grant, Role, Unit, User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas import locate
from lifang.ground.areas.codes import level_of, parent_of
from lifang.ground.areas.models import Area, AreaChange

CITY = 360100 * 10**9
EAST, WEST = 360102 * 10**9, 360103 * 10**9
EAST_STREET, WEST_STREET = EAST + 1 * 10**6, WEST + 1 * 10**6
EAST_COMMUNITY, EAST_COMMUNITY_2 = EAST_STREET + 1000, EAST_STREET + 2000
WEST_COMMUNITY = WEST_STREET + 1000
EAST_GRID, EAST_GRID_2 = EAST_COMMUNITY + 1, EAST_COMMUNITY + 2
EAST_BUILDING_GRID = EAST_COMMUNITY + 501
WEST_GRID = WEST_COMMUNITY + 1
IN_EAST_GRID = (115.905, 28.705)
IN_WEST_GRID = (115.955, 28.705)
OUTSIDE = (121.47, 31.23)
BEGINNING = dt.date(2020, 1, 1)
PASSWORD = "correct horse battery"

_serial = itertools.count(1)


def a_small_city() -> None:
    """Places, grids, units and roles, all valid since 2020."""
    with system_scope("test"):
        change = AreaChange.objects.create(kind="import", area=CITY, on=BEGINNING)
        rows = [_area(36 * 10**13, "江西省", "province"), _area(CITY, "南昌市", "city")]
        for district, name, west_edge in ((EAST, "东湖区", 115.90), (WEST, "西湖区", 115.95)):
            street = district + 10**6
            rows += [_area(district, name, "county", shapely.box(west_edge, 28.70, west_edge + 0.05, 28.74))]
            rows += [_area(street, f"{name[:1]}街街道", "street")]
            for number in (1, 2):
                rows += _community(
                    street + number * 1000, f"{name[:1]}风{number}社区", west_edge, 28.70 + 0.02 * (number - 1)
                )
        for row in rows:
            row.begun_by = change
        Area.objects.bulk_create(rows)
        units = [_unit(CITY, kind) for kind in ("grid_center", "supervision", "urban_management")]
        for district in (EAST, WEST):
            units += [_unit(district, kind) for kind in packs.units() if kind != "community_committee"]
            units += [_unit(district + 10**6, "grid_center"), _unit(district + 10**6, "street_office")]
            units += [_unit(district + 10**6 + 1000 * n, "community_committee") for n in (1, 2)]
        Unit.objects.bulk_create(units)
        for code, role in packs.roles().items():
            Role.objects.update_or_create(
                code=code,
                defaults={"name": role.title, "functions": list(role.functions), "unit_bound": role.unit_bound},
            )
    locate.forget()


def _area(code: int, name: str, kind: str, shape: shapely.Geometry | None = None, layer: str | None = None) -> Area:
    return Area(
        code=code, name=name, level=level_of(code), kind=kind, layer=layer, parent_code=parent_of(code),
        valid=(BEGINNING, None), boundary=shapely.to_wkb(shape) if shape else None,
        households=400 if layer else None,
    )  # fmt: skip


def _community(code: int, name: str, west: float, south: float) -> list[Area]:
    half = 0.01
    return [
        _area(code, name, "community"),
        _area(
            code + 1, f"{name}第一网格", "grid", shapely.box(west, south, west + half, south + 2 * half), "governance"
        ),
        _area(
            code + 2,
            f"{name}第二网格",
            "grid",
            shapely.box(west + half, south, west + 2 * half, south + 2 * half),
            "governance",
        ),
        _area(
            code + 501,
            f"{name}建管网格",
            "grid",
            shapely.box(west, south, west + 2 * half, south + 2 * half),
            "construction",
        ),
    ]


def _unit(area: int, kind: str) -> Unit:
    return Unit(code=f"{area}-{kind}", name=f"{area // 10**9}{packs.units()[kind].title}", kind=kind, area=area)


@functools.cache
def _hashed() -> str:
    """Hashing takes a quarter of a second; everybody here has the same password."""
    return make_password(PASSWORD)


def unit_of(kind: str, area: int) -> Unit:
    return Unit.objects.get(kind=kind, area=area)


def a_person(role: str, area: int, unit: Unit | None = None, name: str = "", purpose: str = "测试") -> User:
    """Somebody who holds one role at one place; password PASSWORD. The unit bounds the role where it is unit-bound."""
    number = next(_serial)
    with system_scope("test"):
        held = Role.objects.get(code=role)
        user = User.objects.create(
            username=f"{role}{number}", name=name or f"{held.name}{number}", unit=unit, password=_hashed()
        )
        Grant.objects.create(
            user=user,
            role=held,
            area=area,
            unit=unit if held.unit_bound else None,
            valid=(BEGINNING, None),
            purpose=purpose,
        )
    return user
