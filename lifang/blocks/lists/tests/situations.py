"""Residents of whom departments say different things, as registers and lists of them begin."""

import datetime as dt
from typing import Any

from django.test import Client

from lifang.blocks.registry.days import years_before
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, EAST_GRID, a_person, unit_of

HEADS = ("姓名", "身份证号", "联系电话", "现住址", "所属社区")
HERE = "东风1社区"
ALONE, PAIR, YOUNG = "永宁路12号3栋2单元501室", "永宁路12号3栋1单元101室", "长春路8号1栋1单元302室"


def number(age: int, serial: int = 1) -> str:
    return made_up(f"990101{years_before(today(), age) - dt.timedelta(days=40):%Y%m%d}{serial:03}")


def row(name: str, age: int, home: str = "", *, serial: int = 1, phone: str = "", place: str = HERE) -> tuple[str, ...]:
    return (name, number(age, serial), phone, home, place)


RESIDENTS = (
    row("周建国", 70, ALONE, phone="13800010001"),
    row("林小芳", 75, PAIR, serial=2),
    row("林大山", 77, PAIR, serial=3),
    row("吴奶奶", 85, YOUNG, serial=4),
    row("吴小宝", 9, YOUNG, serial=5),
    row("郑无家", 66, serial=6),
)


def a_neighbourhood(town: Town, on: dt.date = dt.date(2026, 6, 1)) -> None:
    town.took("police", RESIDENTS, heads=HEADS, on=on)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_grid_worker() -> User:
    return a_person("grid_worker", EAST_GRID, unit_of("community_committee", EAST_COMMUNITY), name="网格甲")


def another_worker() -> User:
    return a_person("community_worker", EAST_COMMUNITY, unit_of("community_committee", EAST_COMMUNITY), name="社区乙")


def on_list(client: Client, name: str, **asked: object) -> list[str]:
    answer = client.get(f"/desk/persons/care/{name}/", asked)
    assert answer.status_code == 200
    return [row.person.name for row, _why, _mark in answer.context["rows"]]


def why(client: Client, name: str, person: str, **asked: object) -> list[tuple[str, str]]:
    answer = client.get(f"/desk/persons/care/{name}/", asked)
    (found,) = [told for row, told, _mark in answer.context["rows"] if row.person.name == person]
    return [tuple(one) for one in found]


def person(name: str) -> Person:
    with system_scope("test"):
        return Person.objects.standing().get(name=name)


def entries(what: str) -> list[Entry]:
    with system_scope("test"):
        return list(Entry.objects.filter(what=what).order_by("pk"))


def text(answer: Any) -> str:
    return str(answer.content.decode())
