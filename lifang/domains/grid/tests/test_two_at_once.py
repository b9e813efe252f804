"""Two people at once, in real transactions: one wins, the other is told, nothing is done twice."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.cases import actions
from lifang.blocks.cases.errors import Conflict
from lifang.blocks.cases.models import Act, Case
from lifang.domains.grid.actions import Report, Reported, report_event
from lifang.domains.grid.tests.situations import HAWKER, IN_EAST_GRID, City, build_city, reported, to_dispatched
from lifang.ground.access.scope import EVERYWHERE, Scope, system_scope, within_scope
from tests.at_once import at_once, committed


@pytest.fixture
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    with committed(django_db_blocker, "cases|access|trail|areas"):
        yield build_city()


def act_of(
    city: City, person: str, case: Case, act: str, function: str, /, key: uuid.UUID | None = None, **data: Any
) -> Callable[[], Act]:
    holdings, actor, version = city.holdings(person), city.actor(person), case.version

    def do() -> Act:
        with within_scope(holdings.scope(function)):
            return actions.apply(case_id=case.pk, act=act, version=version, actor=actor, data=data, key=key)

    return do


def test_one_wins_and_the_other_is_told(city: City) -> None:
    for _round in range(5):
        case = to_dispatched(city)
        results = at_once(
            act_of(city, "urban", case, "receive", "event.handle"),
            act_of(city, "dispatcher", case, "recall", "event.dispatch", reason="派错了"),
        )
        conflicts = [r for r in results if isinstance(r, Conflict)]
        assert len(conflicts) == 1, results
        assert conflicts[0].by
        assert conflicts[0].act in ("签收", "撤回派遣")
        city.refresh(case)
        assert case.version == 5 == len(city.acts(case))
        assert case.state in ("handling", "filed")


def test_one_send_repeated_at_once_is_done_once(city: City) -> None:
    case, key = to_dispatched(city), uuid.uuid4()
    results = at_once(*[act_of(city, "urban", case, "receive", "event.handle", key=key)] * 4)
    assert {r.pk for r in results} == {city.acts(case)[-1].pk}
    assert city.refresh(case).version == 5


def test_two_cases_merged_into_each_other_at_once_leave_one(city: City) -> None:
    for _round in range(5):
        one, two = reported().case, reported().case
        results = at_once(
            act_of(city, "dispatcher", one, "merge", "event.merge", case=two.number),
            act_of(city, "dispatcher", two, "merge", "event.merge", case=one.number),
        )
        assert sorted(type(result).__name__ for result in results) == ["Act", "Refused"], results
        assert {city.refresh(one).state, city.refresh(two).state} == {"duplicate", "reported"}
        assert sorted((one.voices_count, two.voices_count)) == [0, 2]


def test_many_voices_at_once_are_all_counted(city: City) -> None:
    case = reported().case

    def join() -> Act:
        with within_scope(Scope("public.report", (EVERYWHERE,))):
            return actions.apply(case_id=case.pk, act="join", version=None, actor=actions.Actor(), key=uuid.uuid4())

    results = at_once(*[join] * 6)
    assert sorted(act.seq for act in results) == [2, 3, 4, 5, 6, 7]
    with system_scope("test"):
        assert Act.objects.filter(case=case).count() == 7


def test_one_report_sent_many_times_at_once_is_one_case(city: City) -> None:
    key, report = uuid.uuid4(), Report(category=HAWKER, text="小贩占道", lon=IN_EAST_GRID[0], lat=IN_EAST_GRID[1])

    def send() -> Reported:
        with within_scope(Scope("public.report", (EVERYWHERE,))):
            return report_event(report=report, actor=actions.Actor(), key=key)

    results = at_once(*[send] * 6)
    assert len({(one.case.pk, one.token) for one in results}) == 1
    assert sorted(one.repeated for one in results) == [False, True, True, True, True, True]
