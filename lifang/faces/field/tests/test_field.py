"""The phone app's pages: what is in the list, what stays out of reach, what may be kept."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case
from lifang.domains.grid.actions import Report, report_event
from lifang.domains.grid.tests.situations import HAWKER, MONDAY, City, build_city, reported, to_handled
from lifang.faces.field import queries
from lifang.faces.field.offline import SCRIPTS, SHELL, STATIC
from lifang.ground.access.scope import EVERYWHERE, Scope, scope_of, system_scope, within_scope
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.trail.models import Entry
from tests.situations import BEGINNING, EAST_COMMUNITY, EAST_GRID, EAST_GRID_2, WEST_GRID, a_person


@pytest.fixture
def city(db: None) -> City:
    return build_city()


def phone_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def plain(page: Any, number: str) -> str:
    """The page without what differs by chance."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page.content.decode()).replace(number, "")


def case_in(grid: int, text: str = "垃圾没有清") -> Case:
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        from_place = Report(category=HAWKER, text=text, area=grid, place_text="3栋")
        return report_event(report=from_place, actor=Actor(), key=uuid.uuid4()).case


def fifty_grids() -> list[int]:
    with system_scope("test"):
        change = AreaChange.objects.latest("pk")
        codes = [EAST_COMMUNITY + n for n in range(3, 51)]
        Area.objects.bulk_create(
            Area(code=code, name=f"第{code % 1000}网格", level=6, kind="grid", layer="governance",
                 parent_code=EAST_COMMUNITY, valid=(BEGINNING, None), households=400, begun_by=change)
            for code in codes
        )  # fmt: skip
    return [EAST_GRID, EAST_GRID_2, *codes]


def test_a_grid_worker_sees_one_grid_of_fifty(city: City) -> None:
    """S224: of fifty grids one's own; the case of another looks missing, and the attempt is in the trail."""
    cases = {grid: case_in(grid) for grid in fifty_grids()}
    assert len(cases) == 50
    phone = phone_of(city.people["grid"])
    listed = phone.get("/field/").content.decode()
    assert [case.number for case in cases.values() if case.number in listed] == [cases[EAST_GRID].number]
    found = phone.get("/field/search/?q=垃圾").content.decode()
    assert [case.number for case in cases.values() if case.number in found] == [cases[EAST_GRID].number]
    foreign = cases[EAST_COMMUNITY + 30]
    refused = phone.get(f"/field/cases/{foreign.number}/")
    missing = phone.get("/field/cases/260101-999999-0/")
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert plain(refused, foreign.number) == plain(missing, "260101-999999-0")
    auditor = a_person("auditor", EAST_COMMUNITY)
    with scope_of(auditor, "trail.read"):
        [kept] = Entry.objects.filter(what="case.foreign")
    assert (kept.user_id, kept.object_id, kept.area) == (city.people["grid"].pk, foreign.number, foreign.area)
    assert kept.function == "case.read"


def test_an_act_on_a_foreign_case_is_refused_and_kept(city: City) -> None:
    foreign = case_in(WEST_GRID)
    phone = phone_of(city.people["grid"])
    sent = {"act": "add_note", "version": 1, "key": uuid.uuid4(), "note": "看一眼"}
    assert phone.post(f"/field/cases/{foreign.number}/", sent).status_code == 404
    assert phone.get(f"/field/cases/{foreign.number}/photos/1").status_code == 404
    with system_scope("test"):
        assert Act.objects.filter(case=foreign).count() == 1
        assert Entry.objects.filter(what="case.foreign", object_id=foreign.number).count() == 2


def test_the_list_does_not_grow_in_queries(city: City) -> None:
    """S115: one list over all lines."""
    phone = phone_of(city.people["grid"])
    for _n in range(2):
        to_handled(city, "urban")
    first = queries_of(phone)
    for unit in ("water", "market", "fire", "police"):
        to_handled(city, unit)
        reported()
    assert queries_of(phone) == first


def queries_of(phone: Client) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert phone.get("/field/").status_code == 200
    return len(caught)


def test_matters_are_gathered_by_building_and_sorted_by_time_left(city: City) -> None:
    for place, hours in (("3栋 1单元", 5), ("8号楼", 0), ("3栋 2单元", 1)):
        with within_scope(Scope("public.report", (EVERYWHERE,))):
            report_event(
                report=Report(category=HAWKER, text="占道", area=EAST_GRID, place_text=f"东风1社区第一网格 {place}"),
                actor=city.actor("grid"), at=MONDAY + dt.timedelta(hours=hours),
            )  # fmt: skip
    with city.acting("grid", "case.read"):
        day = queries.my_day(city.holdings("grid"), MONDAY + dt.timedelta(hours=6))
    assert day.total == 3
    assert [(place.title, len(place.matters)) for place in day.places] == [("8号楼", 1), ("3栋", 2)]


@pytest.mark.parametrize(
    ("text", "grid", "title"),
    [
        ("永外社区第3网格 12栋附近", "永外社区第3网格", "12栋"),
        ("中山路 18 号院 3 单元", "", "中山路 18 号院"),
        ("河边", "第1网格", "河边"),
        ("", "第1网格", "第1网格"),
        ("  ", "", "没有写明地点"),
    ],
)
def test_the_building_in_an_address(text: str, grid: str, title: str) -> None:
    assert queries.building(text, grid) == title


@pytest.mark.parametrize(
    ("hours", "tone", "words"),
    [(-1, "bad", "已超 1 小时"), (0.5, "warn", "还有 30 分钟"), (30, "", "还有 30 小时"), (72, "", "还有 3 天")],
)
def test_time_left_in_words(hours: float, tone: str, words: str) -> None:
    now = timezone.now()
    assert queries.time_left(now + dt.timedelta(hours=hours), now) == (tone, words)


def test_only_pages_that_came_out_well_may_be_kept(city: City) -> None:
    case = reported().case
    phone = phone_of(city.people["grid"])
    for path in ("/field/", "/field/report/", "/field/search/", "/field/me/", f"/field/cases/{case.number}/"):
        page = phone.get(path)
        assert page.headers["X-Keep-For"] == str(city.people["grid"].pk), path
        assert page.headers["Cache-Control"] == "private, no-store"
    assert phone.get(f"/field/cases/{case.number}/").headers["X-Keep-Version"] == "1"
    refused = phone.post(f"/field/cases/{case.number}/", {"act": "settle", "version": 1})
    assert refused.status_code == 422
    assert "X-Keep-For" not in refused.headers


def test_a_refused_or_late_act_keeps_what_was_typed(city: City) -> None:
    case = reported().case
    phone = phone_of(city.people["grid"])
    late = phone.post(f"/field/cases/{case.number}/", {"act": "settle", "version": 7, "result": "扫净了"})
    assert (late.status_code, "扫净了" in late.content.decode()) == (409, True)
    city.do("dispatcher", case, "accept")
    again = phone.post(f"/field/cases/{case.number}/", {"act": "settle", "version": 1, "result": "扫净了"})
    assert again.status_code == 409
    assert "dispatcher已先办理“受理”" in again.content.decode()
    key = uuid.uuid4()
    for _n in range(2):
        sent = {"act": "settle", "version": 2, "key": key, "result": "扫净了"}
        assert phone.post(f"/field/cases/{case.number}/", sent).status_code == 302
    assert [act.act for act in city.acts(case)] == ["report", "accept", "settle"]


def test_everything_that_the_phone_keeps_exists() -> None:
    assert [name for name in (*SHELL, *SCRIPTS) if not (STATIC / name).is_file()] == []


def test_who_gives_a_token_only_to_those_signed_in(city: City) -> None:
    nobody = Client().get("/field/who.json").json()
    somebody = phone_of(city.people["grid"]).get("/field/who.json").json()
    assert (nobody["user"], nobody["csrf"]) == (None, "")
    assert somebody["user"] == city.people["grid"].pk
    assert somebody["csrf"]


def test_a_report_by_plain_form(city: City) -> None:
    """Without JavaScript the suggestions come with the first answer, and nothing typed is lost."""
    phone = phone_of(city.people["grid"])
    sent = {"key": uuid.uuid4(), "text": "3栋楼下垃圾堆了两天没人收", "place_text": "东风1社区 3栋"}
    first = phone.post("/field/report/", sent)
    assert first.status_code == 422
    assert 'value="06010"' in first.content.decode()
    assert sent["text"] in first.content.decode()
    for _n in range(2):
        assert phone.post("/field/report/", {**sent, "category": "06010", "listed": ""}).status_code == 302
    with system_scope("test"):
        assert Case.objects.filter(source="patrol").count() == 1
