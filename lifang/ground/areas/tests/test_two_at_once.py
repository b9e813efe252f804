"""Two administrators change the same place at once, in real transactions: one does, the other is told why not."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lifang.ground.access.scope import system_scope
from lifang.ground.areas import actions, locate
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.models import Area
from lifang.ground.areas.rewriting import Basis
from tests.at_once import at_once, committed
from tests.situations import CITY, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_STREET, WEST_STREET, a_small_city

DAY = dt.date(2026, 1, 1)


@pytest.fixture
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(django_db_blocker, "access|trail|areas"):
        a_small_city()
        yield
    locate.forget()


def _in_system_scope(task: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with system_scope("test"):
            return task()

    return run


def _at_once(*tasks: Callable[[], Any]) -> list[Any]:
    return at_once(*map(_in_system_scope, tasks))


def test_one_place_changed_by_two_is_changed_once(city: None) -> None:
    basis: dict[str, Any] = {"basis": Basis(on=DAY), "by": None}
    results = _at_once(
        lambda: actions.merge(merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", **basis),
        lambda: actions.move(code=EAST_COMMUNITY_2, to=WEST_STREET, **basis),
        lambda: actions.rename(code=EAST_COMMUNITY_2, name="新风社区", **basis),
    )
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(refused) == 2, results
    with system_scope("test"):
        assert Area.objects.filter(ended_by__isnull=False, code=EAST_COMMUNITY_2).count() == 1


def test_nothing_is_set_up_under_a_place_that_goes_at_the_same_time(city: None) -> None:
    for street in (EAST_STREET, WEST_STREET):
        with system_scope("test"):
            units = list(Area.objects.as_of(DAY).children_of(street).values_list("code", flat=True))
        basis: dict[str, Any] = {"basis": Basis(on=DAY), "by": None}
        _at_once(
            lambda units=units, basis=basis: actions.merge(merged=units, name="大社区", **basis),
            lambda units=units, basis=basis: actions.create(
                name="第九网格", parent=units[1], kind="grid", layer="governance", **basis
            ),
        )
    with system_scope("test"):
        held = Area.objects.as_of(DAY).below(CITY)
        codes = set(held.values_list("code", flat=True))
        assert {area.parent_code for area in held.exclude(code=CITY)} <= codes
