"""A community with residents on record, its workers, and what the morning's job opens there."""

import datetime as dt
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.queries import years_before
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import Town, a_town
from lifang.domains.care import outreach
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST_COMMUNITY, EAST_GRID, a_person, unit_of

HEADS = ("姓名", "身份证号", "户号", "与户主关系", "现住址", "所属网格")
GRID, GRID_2 = "东风1社区第一网格", "东风1社区第二网格"
HOME, OTHER_HOME = "永宁路12号3栋2单元501室", "永宁路12号3栋1单元101室"


def born(years: int, on: dt.date | None = None) -> dt.date:
    """The birth of somebody who reaches this age on a day (today)."""
    return years_before(on or today(), years)


def row(
    name: str, birth: dt.date, *, household: str = "", relation: str = "", home: str = HOME, grid: str = GRID,
    serial: int = 1,
) -> tuple[str, ...]:  # fmt: skip
    return (name, made_up(f"990101{birth:%Y%m%d}{serial:03}"), household, relation, home, grid)


@dataclass
class Ward:
    town: Town
    committee: User
    grid_worker: User

    def knows(self, *rows: tuple[str, ...], department: str = "police", on: dt.date | None = None) -> None:
        self.town.took(department, rows, heads=HEADS, **({"on": on} if on else {}))

    def morning(self, days: int = 0) -> int:
        """What the job opens today, or some days on."""
        return outreach.open_due(timezone.now() + dt.timedelta(days=days))

    def person(self, name: str) -> Person:
        with system_scope("test"):
            return Person.objects.standing().get(name=name)


def cases() -> list[Case]:
    with system_scope("test"):
        return list(Case.objects.filter(type="outreach").order_by("pk"))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_ward() -> Ward:
    town = a_town()
    unit = unit_of("community_committee", EAST_COMMUNITY)
    return Ward(
        town,
        a_person("community_worker", EAST_COMMUNITY, unit, name="社区甲"),
        a_person("grid_worker", EAST_GRID, unit, name="网格甲"),
    )
