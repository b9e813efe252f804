"""What an event counts as, in the month that it belongs to: settled at once, closed by force, reopened later."""

import datetime as dt

import pytest

from lifang.blocks.cases.models import Case
from lifang.blocks.indicators import tally
from lifang.blocks.indicators.listing import Listing
from lifang.blocks.indicators.measures import MEASURES
from lifang.blocks.indicators.periods import Period
from lifang.blocks.indicators.queries import Ask, counts
from lifang.domains.grid.tests.situations import MONDAY, City, due, reported, to_closed, to_filed, to_handling
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, EAST_COMMUNITY

MARCH, APRIL = (Period(dt.date(2026, month, 1), dt.date(2026, month + 1, 1)) for month in (3, 4))
LATER = dt.datetime(2026, 5, 20, 9, 0, tzinfo=MONDAY.tzinfo)


def at(hours: float) -> dt.datetime:
    return MONDAY + dt.timedelta(hours=hours)


def number(period: Period, *names: str, fair: bool = False) -> tuple[int, ...]:
    """The same from the counters, before and after a fold, in the city and below it, and from the lists."""
    found = set()
    with system_scope("figures"):
        for fold in (False, True):
            if fold:
                tally.fold()
                assert tally.differences() == []
            for place in (CITY, EAST_COMMUNITY):
                ask = Ask(place, period, LATER)
                held = counts(ask)[None].of(fair)
                found.add(tuple(held[name] for name in names))
                found.add(tuple(Listing(ask, MEASURES[name], fair=fair).amount() for name in names))
    assert len(found) == 1, found
    return found.pop()


HANDLED = ("due_to_handle", "handled", "handled_in_time", "due_to_close", "closed", "closed_in_time")


def test_twenty_events_settled_on_the_spot_count_as_handled_and_closed_in_time(city: City) -> None:
    for n in range(20):
        case = reported(at(n)).case
        city.do("worker", case, "settle", result="当场办了", at=at(n + 0.5))
        city.do("dispatcher", case, "verify", at=at(n + 1))
        city.do("dispatcher", case, "close", at=at(n + 2))
    assert number(MARCH, *HANDLED) == (20,) * 6


def test_what_is_settled_and_not_good_runs_against_the_limit(city: City) -> None:
    case = reported().case
    city.do("worker", case, "settle", result="当场办了", at=at(0.5))
    city.do("dispatcher", case, "rework", reason="没办", at=at(1))
    assert case.handle_due_at == due(case, "handle", city) > at(1)


def test_a_case_closed_by_force_before_dispatch_is_closed_and_not_handled(city: City) -> None:
    case = to_filed(city)
    city.do("dispatcher", case, "force_close", closing_reason="no_object", reason="没了", proof="照片", at=at(3))
    assert number(MARCH, *HANDLED) == (1, 0, 0, 1, 1, 1)


def a_closed_case_with_a_bad_answer(city: City) -> Case:
    case = to_closed(city)
    city.do("caller", case, "callback", reached=True, solved=False, satisfied=False, at=at(2))
    return case


def test_a_reopened_case_begins_a_fresh_clock(city: City) -> None:
    case = a_closed_case_with_a_bad_answer(city)
    again = dt.datetime(2026, 4, 13, 9, 0, tzinfo=MONDAY.tzinfo)
    city.do("caller", case, "reopen", reason="又摆出来了", at=again)
    assert (case.handle_due_at, case.handled_at, case.answered, case.satisfied) == (None, None, None, None)
    assert due(case, "handle", city) is None
    assert case.due_at > again
    city.do("dispatcher", case, "file", at=again + dt.timedelta(minutes=5))
    city.do("street", case, "take_on", at=again + dt.timedelta(minutes=10))
    assert case.handle_due_at == due(case, "handle", city) > again


def test_what_was_true_in_the_month_of_its_closing_stays_when_a_case_is_reopened(city: City) -> None:
    case = a_closed_case_with_a_bad_answer(city)
    names = ("reported", *HANDLED, "callback_answered", "satisfied", "response_due")
    before = number(MARCH, *names)
    assert before == (1, 1, 1, 1, 1, 1, 1, 1, 0, 1)
    again = dt.datetime(2026, 4, 13, 9, 0, tzinfo=MONDAY.tzinfo)
    city.do("caller", case, "reopen", reason="又摆出来了", at=again)
    assert number(MARCH, *names) == before
    city.do("dispatcher", case, "file", at=again)
    city.do("street", case, "take_on", at=again)
    city.do("street", case, "finish", result="清了", at=again + dt.timedelta(minutes=20))
    city.do("dispatcher", case, "verify", at=again + dt.timedelta(minutes=30))
    city.do("dispatcher", case, "close", at=again + dt.timedelta(minutes=40))
    city.do("caller", case, "callback", reached=True, solved=True, satisfied=True, at=again + dt.timedelta(hours=1))
    assert number(MARCH, *names) == before
    assert number(APRIL, *names) == (0, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    with system_scope("test"):
        assert Listing(Ask(CITY, MARCH, LATER), MEASURES["closed"]).ids(9) == [case.pk]


def test_an_exclusion_stays_with_the_closing_that_it_was_granted_for(city: City) -> None:
    case = a_closed_case_with_a_bad_answer(city)
    city.do("urban", case, "ask_exclusion", exclusion="repeated", proof="同一件已办三次")
    city.do("supervisor", case, "grant_exclusion", exclusion="repeated", reason="属实")
    assert number(MARCH, "callback_answered", fair=True) == (0,)
    city.do("caller", case, "reopen", reason="又摆出来了")
    assert (case.excluded, {"excluded", "exclusion_asked"} & set(case.flags)) == ("", set())
    assert number(MARCH, "callback_answered", "excluded") == (1, 1)
    assert number(MARCH, "callback_answered", fair=True) == (0,)


def test_a_part_split_off_has_nobody_to_answer_and_is_reported_once(city: City) -> None:
    parent = to_handling(city)
    city.do("street", parent, "split", category="09005", text="旁边店铺也把货摆出来了", at=at(0.6))
    with system_scope("test"):
        child = Case.objects.get(parent=parent)
    assert (child.respond_due_at, due(child, "respond", city)) == (None, None)
    assert number(MARCH, "reported", "response_due") == (1, 1)
    city.do("worker", child, "settle", result="已收回", at=at(0.7))
    city.do("dispatcher", child, "verify", at=at(0.8))
    city.do("dispatcher", child, "close", at=at(0.9))
    assert (child.clock, child.due_at) == ("", None)
    assert number(MARCH, "handled", "callback_asked") == (1, 0)


@pytest.mark.parametrize("measure", ["reported", "accepted"])
def test_a_case_waiting_is_counted_once(city: City, measure: str) -> None:
    to_handling(city)
    assert number(MARCH, measure) == (1,)
