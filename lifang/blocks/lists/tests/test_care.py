"""Registers of special care follow from what departments say, and say why."""

import datetime as dt

import pytest
from django.test import Client

from lifang.blocks.lists.models import Showing
from lifang.blocks.lists.tests.situations import (
    ALONE,
    HEADS,
    HERE,
    PAIR,
    a_grid_worker,
    a_neighbourhood,
    browser,
    entries,
    number,
    on_list,
    person,
    row,
    text,
    why,
)
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_GRID, EAST_STREET, a_person

CARE = ("姓名", "身份证号", "是否低保", "残疾等级", "所属社区")
HEALTH = ("姓名", "身份证号", "健康状况", "所属社区")


@pytest.fixture
def desk(town: Town) -> Client:
    a_neighbourhood(town)
    return browser(town.worker)


def test_each_register_has_those_whom_its_rule_means(desk: Client) -> None:
    assert on_list(desk, "living_alone") == ["周建国"]
    assert on_list(desk, "empty_nest") == ["林大山", "林小芳"]
    assert on_list(desk, "aged_80") == ["吴奶奶"]
    assert on_list(desk, "left_behind") == ["吴小宝"]
    assert on_list(desk, "other_care") == []


def test_who_is_on_a_register_and_why_is_said_with_where_it_comes_from(desk: Client) -> None:
    told = why(desk, "living_alone", "周建国")
    assert told == [
        ("70 岁", "police，数据日期 2026-06-01"),
        ("永宁路12-3-2-501 登记 1 人", "各部门名单里的住址"),
    ]
    page = text(desk.get("/desk/persons/care/living_alone/"))
    assert "60 岁以上" in page
    assert "关爱名册（示范）" in page


def test_somebody_who_moves_in_takes_the_neighbour_off_and_the_day_before_still_shows_them(
    town: Town, desk: Client
) -> None:
    with town.all_places():
        Record.objects.update(known_from=dt.datetime(2026, 6, 2, tzinfo=dt.UTC))
    assert on_list(desk, "living_alone", on="2026-06-20") == ["周建国"]
    town.took("civil_affairs", [row("周小国", 40, ALONE, serial=7)], heads=HEADS, on=dt.date(2026, 7, 1))
    with town.all_places():
        Record.objects.filter(system__code="civil_affairs").update(known_from=dt.datetime(2026, 7, 2, tzinfo=dt.UTC))
    assert on_list(desk, "living_alone") == []
    assert on_list(desk, "living_alone", on="2026-07-05") == []
    assert on_list(desk, "living_alone", on="2026-06-20") == ["周建国"]
    assert on_list(desk, "living_alone", on="2026-05-20") == []
    assert "这是 2026-06-20 那天" in text(desk.get("/desk/persons/care/living_alone/?on=2026-06-20"))


def test_somebody_of_unknown_age_at_the_home_may_be_grown_up(town: Town, desk: Client) -> None:
    town.took("health", [("何人", "", "13900090009", PAIR, HERE)], heads=HEADS)
    assert on_list(desk, "empty_nest") == []


def test_neighbours_beyond_the_own_grid_count(town: Town, desk: Client) -> None:
    town.took("civil_affairs", [("周建国", number(70), "", ALONE, "东风1社区第一网格")], heads=HEADS)
    worker = browser(a_grid_worker())
    assert person("周建国").area == EAST_GRID
    assert on_list(worker, "living_alone") == ["周建国"]
    town.took("civil_affairs", [row("周小国", 40, ALONE, serial=7)], heads=HEADS)
    assert on_list(worker, "living_alone") == []


def test_the_word_that_counts_decides(town: Town, desk: Client) -> None:
    town.took(
        "civil_affairs", [("周建国", number(70), "是", "", HERE), ("林小芳", number(75, 2), "否", "", HERE)], heads=CARE
    )
    town.took("health", [("林小芳", number(75, 2), "是", "", HERE)], heads=CARE, on=dt.date(2026, 7, 1))
    assert on_list(desk, "low_income") == ["周建国"]
    assert why(desk, "low_income", "周建国") == [("最低生活保障对象：是", "civil_affairs，数据日期 2026-06-01")]


def test_what_is_protected_shows_to_its_function_alone_and_tells_the_person(town: Town, desk: Client) -> None:
    town.took("civil_affairs", [("周建国", number(70), "否", "二级", HERE)], heads=CARE)
    town.took("health", [("林小芳", number(75, 2), "精神残疾", HERE)], heads=HEALTH)
    assert on_list(desk, "disabled") == ["周建国"]
    assert on_list(desk, "mental_illness") == ["林小芳"]
    assert [(entry.function, entry.data["by"]) for entry in entries("person.care_list")] == [
        ("person.health", "disabled"), ("person.health", "mental_illness"),
    ]  # fmt: skip
    with system_scope("test"):
        assert [row.persons for row in Showing.objects.order_by("pk")] == [
            [person("周建国").pk], [person("林小芳").pk]
        ]  # fmt: skip
    assert "1 人共看过 1 次" in text(desk.get(f"/desk/persons/{person('周建国').pk}/"))
    for other in (a_grid_worker(), town.steward):
        client = browser(other)
        assert client.get("/desk/persons/care/disabled/").status_code == 404
        assert client.get("/desk/persons/care/low_income/").status_code == 404
        assert "残疾人" in text(client.get("/desk/persons/care/"))
        answer = client.post("/desk/persons/", {"care": "disabled"}, follow=True)
        assert answer.context["rows"] == []


def test_where_a_child_lives_shows_to_who_may_see_it_alone(town: Town, desk: Client) -> None:
    for client, shown in ((desk, True), (browser(town.steward), False)):
        for page in (client.get("/desk/persons/care/left_behind/"), client.get("/desk/persons/?oldest=13")):
            assert ("长春路8-1-1-302" in text(page)) == shown
            assert "吴小宝" in text(page)


def test_the_overview_counts_them(desk: Client) -> None:
    rows = {row["name"]: row["counted"] for row in desk.get("/desk/persons/care/").context["rows"]}
    assert rows["living_alone"] == (1, 0)
    assert rows["empty_nest"] == (2, 0)
    assert rows["released"] == (0, 0)


def test_registers_are_looked_up_within_a_street(town: Town, desk: Client) -> None:
    steward = browser(a_person("data_steward", EAST))
    assert "选一个街道或社区" in text(steward.get("/desk/persons/care/"))
    assert on_list(steward, "aged_80") == []
    assert on_list(steward, "aged_80", area=EAST_STREET) == ["吴奶奶"]
    assert on_list(desk, "aged_80", area=EAST_COMMUNITY_2) == []
    assert on_list(desk, "aged_80", area="x", on="9999-99-99", page="x") == ["吴奶奶"]


def test_a_list_is_narrowed_to_a_register(desk: Client) -> None:
    answer = desk.post("/desk/persons/", {"care": "empty_nest", "sex": "1", "area": EAST_COMMUNITY}, follow=True)
    assert {row.person.name for row in answer.context["rows"]} <= {"林大山", "林小芳"}
    assert desk.post("/desk/persons/", {"care": "nothing"}, follow=True).context["filters"].care == ""


def test_a_person_s_page_says_on_which_registers_they_stand(desk: Client) -> None:
    page = text(desk.get(f"/desk/persons/{person('周建国').pk}/"))
    assert "独居老人" in page
    assert "空巢老人" not in page


def test_an_unknown_register_is_missing(desk: Client) -> None:
    assert desk.get("/desk/persons/care/nothing/").status_code == 404


def test_children_who_live_without_any_grown_up_are_left_behind_too(town: Town, desk: Client) -> None:
    town.took("health", [row("何小一", 12, "永宁路20号1栋1单元101室", serial=8)], heads=HEADS)
    town.took("civil_affairs", [row("何小二", 16, "永宁路21号1栋1单元101室", serial=9)], heads=HEADS)
    assert sorted(on_list(desk, "left_behind")) == ["何小一", "吴小宝"]
