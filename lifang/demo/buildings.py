"""The buildings of the demo's home street, in which its made-up residents live, laid out from one table."""

import datetime as dt

from lifang.blocks.dwellings import actions
from lifang.blocks.dwellings.models import Building
from lifang.blocks.dwellings.plans import Plan, drawn
from lifang.demo.residents import CROWDED, ROADS
from lifang.ground.access.models import User
from lifang.ground.areas.models import Area

OTHERWISE = ("", "1-101 商铺；1-102 商铺", "2-503 出租；1-301 空置", "1-202 出租", "2-101 办公；2-402 空置；1-501 空置")


def make_buildings(street: int, by: User, on: dt.date) -> int:
    """Register a building at every gate, in the grid whose residents live there; returns how many."""
    if Building.objects.exists():
        return 0
    roads, gates, entrances, floors, flats = CROWDED
    grids = Area.objects.as_of(on).below(street).grids("governance").order_by("code").values_list("code", flat=True)
    plans: list[Plan] = [
        drawn(
            area=grids[(gate - 1) % len(grids)],
            at=f"{road}{gate}-1",
            name="",
            use="1",
            entrances=entrances,
            floors=floors,
            each=flats,
            otherwise=OTHERWISE[gate % len(OTHERWISE)],
        )
        for road in ROADS[:roads]
        for gate in range(1, gates + 1)
    ]
    actions.lay_out(plans=plans, area=street, held_on=on, source="演示：物业楼栋台账", name="楼栋台账.xlsx", by=by)
    return len(plans)
