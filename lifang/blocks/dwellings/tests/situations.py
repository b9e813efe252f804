"""Buildings of the east street, laid out as tests begin with them."""

import datetime as dt

from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.dwellings import actions
from lifang.blocks.dwellings.models import Building, Filing
from lifang.blocks.dwellings.plans import drawn
from lifang.blocks.dwellings.queries import dwellings_on
from lifang.blocks.registry import following
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tasks import follow
from lifang.blocks.registry.tests.situations import JUNE, Town
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_GRID, EAST_STREET

AT = "永宁路12-3"


def laid_out(
    town: Town, *, at: str = AT, area: int = EAST_GRID, on: dt.date = JUNE, otherwise: str = "", entrances: int = 2,
    floors: int = 6, each: int = 2,
) -> Filing:  # fmt: skip
    plan = drawn(area=area, at=at, name="", use="1", entrances=entrances, floors=floors, each=each, otherwise=otherwise)
    with scope_of(town.steward, "dwelling.manage"):
        return actions.lay_out(plans=[plan], area=EAST_STREET, held_on=on, source="上门核对", by=town.steward)


def takes_back(town: Town, filing: Filing) -> None:
    with scope_of(town.steward, "dwelling.manage"):
        actions.take_back(filing=filing, by=town.steward)


def flats(at: str = AT, on: dt.date | None = None) -> dict[str, str]:
    """What stands behind the doors of a building: «2-501» → its state."""
    with system_scope("test"):
        building = Building.objects.get(at=at)
        return {one.home.removeprefix(f"{at}-"): one.state for one in dwellings_on(building, on)}


def stands(name: str) -> int:
    with system_scope("test"):
        return Person.objects.get(name=name).area


def places_followed() -> None:
    """The background has done what changes of places asked for."""
    for job in ProcrastinateJob.objects.filter(task_name=following.FOLLOW, status="todo").order_by("pk"):
        follow(**job.args)
