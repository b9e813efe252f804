"""Figures through the desk, of events that were reported and handled through the engine."""

import datetime as dt
import re
import statistics
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lifang.blocks.cases.models import Case
from lifang.blocks.indicators import patterns, tally
from lifang.blocks.indicators.closing import medians
from lifang.blocks.indicators.models import Finding
from lifang.blocks.indicators.periods import Period
from lifang.blocks.indicators.queries import Ask, figures
from lifang.domains.grid.tests import situations as grid
from lifang.domains.grid.tests.situations import City, build_city
from lifang.ground.access.models import Grant, Role, User
from lifang.ground.access.scope import current, scope_of, system_scope
from lifang.ground.areas.actions import move
from lifang.ground.areas.rewriting import Basis
from tests.situations import (
    BEGINNING,
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_STREET,
    IN_WEST_GRID,
    WEST,
    WEST_COMMUNITY,
    WEST_STREET,
    a_person,
)

NOW = timezone.now()
MONTH = Period(NOW.date() - dt.timedelta(days=29), NOW.date() + dt.timedelta(days=2))
Door = Callable[[str], Client]


@pytest.fixture
def city(db: None) -> City:
    cache.clear()
    return build_city()


@pytest.fixture
def signed_in(city: City) -> Door:
    def door(person: str) -> Client:
        client = Client()
        client.force_login(city.people[person])
        return client

    return door


def some_events(city: City) -> list[Case]:
    """Two closed in the east, one still handled there, one waiting in the west."""
    begun = NOW - dt.timedelta(days=20)
    return [
        grid.to_closed(city, at=begun),
        grid.to_closed(city, at=begun + dt.timedelta(hours=2)),
        grid.to_handling(city, at=begun + dt.timedelta(hours=4)),
        grid.reported(at=begun, lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1]).case,
    ]


def figure(user: User, place: int, name: str, **more: Any) -> Any:
    with scope_of(user, "figures.read", read_only=True):
        return figures(current(), place, MONTH, names=(name,), **more)[0]


def period(page: str) -> str:
    return f"{page}?from={MONTH.start}&to={MONTH.last}"


def test_s111_each_level_sees_its_own_roll_up(city: City, signed_in: Door) -> None:
    """S111: the city counts all, a street what stands in it, and neither sees the other's."""
    some_events(city)
    tally.fold()
    assert figure(city.people["dispatcher"], CITY, "reported").value == 4
    assert figure(city.people["street"], EAST_STREET, "reported").value == 3
    assert figure(city.people["other_street"], WEST_STREET, "reported").value == 1
    assert figure(city.people["worker"], EAST_COMMUNITY, "reported").value == 3
    page = signed_in("street").get(period(reverse("figures")))
    assert page.status_code == 200
    assert page.context["ask"].place == EAST_STREET
    assert signed_in("street").get(period(reverse("figures")), {"place": str(WEST_STREET)}).status_code == 404
    assert signed_in("street").get(period(reverse("figures")) + f"&place={CITY}").status_code == 404
    whole = signed_in("dispatcher").get(period(reverse("figures"))).content.decode()
    assert "东湖区" in whole
    assert "西湖区" in whole


def test_a_department_sees_the_cases_in_which_it_has_a_part(city: City, signed_in: Door) -> None:
    some_events(city)
    page = signed_in("urban").get(period(reverse("figures")))
    assert page.status_code == 200
    assert [c.figure.value for c in page.context["head"] if c.figure.name == "reported"] == [3]
    assert [c.figure.value for c in signed_in("water").get(period(reverse("figures"))).context["head"]][0] == 0


def test_rates_say_formula_clause_and_cases(city: City, signed_in: Door) -> None:
    closed = some_events(city)[:2]
    found = figure(city.people["dispatcher"], CITY, "handling_in_time_rate")
    assert found.unit == "percent"
    assert (found.numerator, found.denominator) == (2, 3)
    assert "按期处置数" in found.formula
    assert found.citation.startswith("《")
    client = signed_in("dispatcher")
    page = client.get(found.url)
    text = page.content.decode()
    assert found.formula in text
    assert found.citation in text
    listed = client.get(found.numerator_url)
    assert {case.number for case, *_rest in listed.context["rows"]} == {case.number for case in closed}
    assert listed.context["number"] == 2


def test_two_readers_of_one_place_on_todays_boundaries_each_see_their_own(city: City, signed_in: Door) -> None:
    """A community passed from the west to the east; its old cases are reached by their old place."""
    grid.reported(at=NOW - dt.timedelta(days=3), lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])
    with system_scope("test"):
        move(code=WEST_COMMUNITY, to=EAST_STREET, basis=Basis(on=timezone.localdate()), by=None)
        both = a_person("dispatcher", EAST)
        Grant.objects.create(
            user=both, role=Role.objects.get(code="dispatcher"), area=WEST, valid=(BEGINNING, None), purpose="测试"
        )
    city.people |= {"east": a_person("dispatcher", EAST), "both": both}
    asked = period(reverse("figures")) + f"&place={EAST}&boundary=now"
    for person, number in (("both", 1), ("east", 0)):
        head = signed_in(person).get(asked).context["head"]
        assert [c.figure.value for c in head if c.figure.name == "reported"] == [number], person


def test_without_a_base_there_is_no_rate(city: City, signed_in: Door) -> None:
    grid.reported(at=NOW - dt.timedelta(hours=1))
    found = figure(city.people["dispatcher"], CITY, "satisfied_rate")
    assert found.value is None
    assert "接通回访数" in found.reason
    page = signed_in("dispatcher").get(found.url).content.decode()
    assert "—" in page
    assert "0.0<small>%" not in page


def test_raw_and_fair_stand_side_by_side(city: City, signed_in: Door) -> None:
    """A dissatisfied case left out by a recorded decision counts in the raw rate alone; who decided is shown."""
    pleased, angry = some_events(city)[:2]
    for case, content in ((pleased, True), (angry, False)):
        city.do("caller", case, "callback", reached=True, solved=content, satisfied=content)
    city.do("urban", angry, "ask_exclusion", exclusion="unreasonable", proof="信访条例第二十条")
    city.do("supervisor", angry, "grant_exclusion", exclusion="unreasonable", reason="诉求违法")
    name = "satisfied_rate"
    user = city.people["dispatcher"]
    assert figure(user, CITY, name).value == 50
    assert figure(user, CITY, name, fair=True).value == 100
    text = signed_in("dispatcher").get(figure(user, CITY, name).url).content.decode()
    assert "50.0<small>%" in text
    assert "100.0<small>%" in text
    for words in (angry.number, "信访条例第二十条", "诉求违法", city.people["supervisor"].name):
        assert words in text


def test_s113_five_of_a_kind_at_one_place_are_suggested_with_the_events_behind(city: City, signed_in: Door) -> None:
    """S113: 5 same-kind events at one building in 30 days make a suggestion that a person decides on."""
    numbers = [grid.reported(at=NOW - dt.timedelta(days=6 * n, hours=1)).case.number for n in range(4)]
    grid.reported(at=NOW - dt.timedelta(days=40))
    grid.reported(at=NOW - dt.timedelta(days=1), category="03005")
    assert patterns.find(NOW) == 0
    numbers.append(grid.reported(at=NOW - dt.timedelta(minutes=5)).case.number)
    assert patterns.find(NOW) == 1
    client = signed_in("street")
    dashboard = client.get(reverse("figures")).content.decode()
    assert "30 日内同一地点 5 件" in dashboard
    page = client.get(reverse("figures_findings")).content.decode()
    assert all(number in page for number in numbers)
    assert len(re.findall(r"/desk/events/\d{6}-\d+-\d/", page)) == 5
    assert signed_in("other_street").get(reverse("figures_findings")).context["rows"] == []

    with system_scope("test"):
        finding = Finding.objects.get()
    decide = reverse("figures_decide", args=[finding.pk])
    assert signed_in("auditor").post(decide, {"accepted": "yes", "reason": "看"}).status_code == 404
    assert signed_in("other_street").post(decide, {"accepted": "yes", "reason": "看"}).status_code in (404,)
    without = client.post(decide, {"accepted": "yes", "reason": ""})
    assert without.status_code == 422
    assert client.post(decide, {"accepted": "yes", "reason": "设固定摊位"}).status_code == 302
    again = client.post(decide, {"accepted": "no", "reason": "不必"}, follow=True).content.decode()
    assert "已经处理" in again
    with system_scope("test"):
        finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("accepted", "设固定摊位")
    assert patterns.find(NOW) == 0


def test_s200_minutes_from_report_to_close_by_kind_and_month_devices_apart(city: City, signed_in: Door) -> None:
    """S200: 20 events, the median minutes to close per kind and month; found by device and by person counted apart."""
    begun = NOW - dt.timedelta(days=20)
    minutes: dict[tuple[str, dt.date, bool], list[int]] = {}
    for n in range(20):
        device, category, took = n % 4 == 0, ("09001", "03005")[n % 2], 30 + 7 * n
        at = begun + dt.timedelta(hours=6 * n)
        case = grid.reported(at, category=category, channel="device" if device else "web", text=f"第{n}件").case
        city.do("dispatcher", case, "accept", at=at + dt.timedelta(minutes=2))
        city.do("worker", case, "settle", result="当场办了", at=at + dt.timedelta(minutes=5))
        city.do("dispatcher", case, "verify", at=at + dt.timedelta(minutes=6))
        city.do("dispatcher", case, "close", at=at + dt.timedelta(minutes=took))
        month = timezone.localtime(at + dt.timedelta(minutes=took)).date().replace(day=1)
        minutes.setdefault((category, month, device), []).append(took)
    with scope_of(city.people["supervisor"], "figures.read"):
        found = medians(Ask.within(current(), CITY, MONTH))
    assert sum(c.cases for c in found) == 20
    assert sum(c.cases for c in found if c.sensor) == 5
    assert {(c.category, c.month, c.sensor): c.minutes for c in found} == {
        k: statistics.median(v) for k, v in minutes.items()
    }
    page = signed_in("supervisor").get(period(reverse("figures_closing")))
    assert (page.context["by_person"], page.context["by_device"]) == (15, 5)


def test_pages_ask_no_more_of_the_database_for_more_cases(city: City, signed_in: Door) -> None:
    client = signed_in("dispatcher")
    addresses = [period(reverse("figures")) + f"&view={view}" for view in ("place", "category", "unit")]
    addresses += [
        period(reverse("figures_cases")) + "&measure=reported",
        period(reverse("figures_explain")) + "&name=satisfied_rate",
        period(reverse("figures_closing")),
    ]

    def asked() -> list[int]:
        counts = []
        cache.clear()
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    some_events(city)
    asked()
    before = asked()
    some_events(city)
    some_events(city)
    assert asked() == before
    assert max(before) < 30


def test_export_is_a_file_of_the_cases_and_leaves_a_trace(city: City, signed_in: Door) -> None:
    cases = some_events(city)
    address = period(reverse("figures_export")) + "&measure=reported"
    answer = signed_in("dispatcher").post(address)
    assert answer.status_code == 200
    assert all(case.number in answer.content.decode() for case in cases)
    assert signed_in("worker").post(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["place=zzz", "place=36010", "period=none", "from=2026-13-45&to=x", "from=2026-02-01&to=2026-01-01", "view=xx",
     "from=0001-01-01&to=9999-12-31", "place=999999", "from=0001-01-01&to=0001-01-02"],
)  # fmt: skip
def test_an_address_with_nonsense_is_refused_or_read_as_usual(signed_in: Door, query: str) -> None:
    client = signed_in("dispatcher")
    assert client.get(reverse("figures") + "?" + query).status_code in (200, 404)
    for page, more in (
        ("figures_explain", "name=nothing"),
        ("figures_cases", "measure=nothing"),
        ("figures_cases", "measure=reported&by=unit&member=x&before=y"),
    ):
        assert client.get(reverse(page) + f"?{query}&{more}").status_code in (200, 404)


def test_places_keep_their_order_whatever_the_figures(city: City, signed_in: Door) -> None:
    some_events(city)
    rows = signed_in("dispatcher").get(period(reverse("figures"))).context["rows"]
    assert [row.title for row in rows] == ["东湖区", "西湖区"]
    assert rows[0].url.startswith(f"?place={EAST}")
