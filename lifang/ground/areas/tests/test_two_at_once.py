"""Two administrators change the same place at once, in real transactions: one does, the other is told why not."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from lifang.ground.access.scope import system_scope
from lifang.ground.areas import actions, locate
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.models import Area
from lifang.ground.areas.rewriting import Basis
from tests.situations import CITY, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_STREET, WEST_STREET, a_small_city

DAY = dt.date(2026, 1, 1)


@pytest.fixture
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Really committed; the application cannot delete everything, so the owner clears up."""
    with django_db_blocker.unblock():
        connections.close_all()
        a_small_city()
        yield
        connections.close_all()
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename ~ '^(access|trail|areas)_' AND tablename <> 'areas_edition'"
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")
        connections["owner"].close()
        locate.forget()


def _at_once(*tasks: Callable[[], Any]) -> list[Any]:
    ready, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Callable[[], Any]) -> None:
        try:
            with system_scope("test"):
                ready.wait()
                results[place] = task()
        except Exception as error:
            results[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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
