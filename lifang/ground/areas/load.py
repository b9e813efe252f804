"""Load shipped cities with generated ground."""

import datetime as dt
from typing import Final, NamedTuple

from django.db import transaction

from lifang.ground.access.models import User
from lifang.ground.areas import bulk, codes
from lifang.ground.areas.data import shipped
from lifang.ground.areas.enums import ChangeKind
from lifang.ground.areas.generate import Given, Unit, generate
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import alone
from lifang.ground.areas.shapes import as_wkb
from lifang.ground.trail.actions import record


class About(NamedTuple):
    """Residents: seventh national census, 2020-11-01. Land in square kilometres: the cities' own statements."""

    residents: int
    square_km: float


ABOUT: Final = {
    "nanchang": About(6_255_007, 7_195),
    "tieling": About(2_388_294, 12_985),
    "dalian": About(7_450_785, 12_574),
    "chaoyang": About(2_872_857, 19_698),
    "yicheng": About(469_417, 2_115),
}
LIST_DAY: Final = dt.date(2023, 6, 30)
TITLE: Final = "统计用区划代码和城乡划分代码（2023 年）"


def city_units(city: str) -> list[Unit]:
    """A shipped city with generated ground: every place and grid, by code."""
    return generate([Given(*place) for place in shipped.city_places(city)], *ABOUT[city])


def load_city(*, city: str, by: User | None, on: dt.date = LIST_DAY) -> AreaChange:
    """Load a shipped city, the places above it included; places that stand already stay as they are."""
    rows = [
        bulk.Row(u.code, u.name, u.kind, u.layer, u.households, u.population, u.lon, u.lat, as_wkb(u.boundary))
        for u in city_units(city)
    ]
    root = codes.parse(shipped.CITIES[city])
    with transaction.atomic():
        alone()
        standing = set(Area.objects.as_of(on).values_list("code", flat=True))
        change = AreaChange.objects.create(
            kind=ChangeKind.LOAD, area=root, on=on, document_title=TITLE, by=by, data={"city": city}
        )
        bulk.stage(row for row in rows if row.code not in standing)
        written = bulk.write(change, generated=True)
        record(what="areas.load", kind="areachange", object_id=change.pk, area=root, city=city, rows=written.begun)
    return change
