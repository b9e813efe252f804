"""A day before shows who stood there on that day: who has moved away or died since too, and nobody who came later."""

import datetime as dt

import pytest
from django.test import Client

from lifang.blocks.lists.tests.situations import (
    ALONE,
    HEADS,
    HERE,
    PAIR,
    YOUNG,
    a_grid_worker,
    browser,
    number,
    on_list,
    person,
    row,
    text,
    why,
)
from lifang.blocks.registry.tests.situations import JULY, JUNE, Town, known_from
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_STREET, a_person, unit_of

THERE = "东风2社区"
DAY = {"on": "2026-06-20"}
BOARD = f"/desk/persons/buildings/{EAST_COMMUNITY}/永宁路12-3/"


@pytest.fixture
def town_then(town: Town) -> Town:
    """周建国 and 吴奶奶 lived in 东风1 and 郑家 in 东风2 in June; in July 周建国 has gone to 东风2, 吴奶奶 has died and 郑家 has come."""
    stayed = row("林小芳", 75, PAIR, serial=2)
    heads = (*HEADS, "死亡日期")
    june = [
        row("周建国", 70, ALONE),
        stayed,
        row("吴奶奶", 85, YOUNG, serial=4),
        row("郑家", 66, ALONE, serial=6, place=THERE),
    ]
    july = [
        row("周建国", 70, "长春路8号1栋1单元302室", place=THERE), stayed, row("吴奶奶", 85, YOUNG, serial=4),
        row("郑家", 66, ALONE, serial=6),
    ]  # fmt: skip
    for on, rows in ((JUNE, june), (JULY, july)):
        died = ["2026-06-28" if on == JULY and one[0] == "吴奶奶" else "" for one in rows]
        town.took("police", [(*one, day) for one, day in zip(rows, died, strict=True)], heads=heads, on=on)
        known_from(town, on, "police")
    return town


def listed(client: Client, **asked: object) -> dict[str, str]:
    return {one.person.name: one.place for one in client.get("/desk/persons/", asked).context["rows"]}


def test_a_list_of_a_day_has_those_who_stood_there_and_nobody_who_came_later(town_then: Town) -> None:
    desk = browser(town_then.worker)
    assert listed(desk) == dict.fromkeys(("林小芳", "吴奶奶", "郑家"), HERE)
    assert listed(desk, **DAY) == dict.fromkeys(("周建国", "林小芳", "吴奶奶"), HERE)
    asked = desk.get("/desk/persons/", {**DAY, "youngest": 60, "oldest": 71})
    assert [(one.person.name, one.home, one.here) for one in asked.context["rows"]] == [
        ("周建国", "永宁路12-3-2-501", False)
    ]
    page = text(asked)
    assert "已不在这里" in page
    gone = f"/desk/persons/{person('周建国').pk}/"
    assert gone not in page
    assert desk.get(gone, DAY).status_code == 404
    system = town_then.systems["police"].pk
    assert len(listed(desk, system=system, **DAY)) == 3
    found = desk.post("/desk/persons/", {"q": "周建", **DAY}, follow=True)
    assert [one.person.name for one in found.context["rows"]] == ["周建国"]


def test_who_left_is_not_told_to_the_place_to_which_they_went_as_of_before(town_then: Town) -> None:
    other = browser(a_person("community_worker", EAST_COMMUNITY_2, unit_of("community_committee", EAST_COMMUNITY_2)))
    assert listed(other) == {"周建国": THERE}
    assert listed(other, **DAY) == {"郑家": THERE}
    steward = browser(town_then.steward)
    of_both = [listed(steward, area=area, **DAY) for area in (EAST_COMMUNITY, EAST_COMMUNITY_2)]
    assert {name for found in of_both for name in found} == {"周建国", "吴奶奶", "林小芳", "郑家"}
    assert [len(found) for found in of_both] == [3, 1]


def test_a_board_of_a_day_has_them_too(town_then: Town) -> None:
    desk = browser(town_then.worker)
    flat = {"flat": "永宁路12-3-2-501"}
    now = desk.get(BOARD, flat)
    assert [one.person.name for one in now.context["who"]] == ["郑家"]
    before = desk.get(BOARD, {**flat, **DAY})
    assert [(one.person.name, one.here) for one in before.context["who"]] == [("周建国", False)]
    assert before.context["persons"] == 2
    old = f"/desk/persons/buildings/{EAST_COMMUNITY}/长春路8-1/"
    assert desk.get(old).status_code == 404
    assert desk.get(old, DAY).context["persons"] == 1


def test_registers_of_a_day_count_and_list_them(town_then: Town) -> None:
    desk = browser(town_then.worker)
    assert on_list(desk, "aged_80") == []
    assert on_list(desk, "living_alone") == ["林小芳", "郑家"]
    assert on_list(desk, "aged_80", **DAY) == ["吴奶奶"]
    assert on_list(desk, "living_alone", **DAY) == ["吴奶奶", "周建国", "林小芳"]
    assert why(desk, "living_alone", "周建国", **DAY)[0][1] == "police，数据日期 2026-06-01"
    counted = {one["name"]: one["counted"] for one in desk.get("/desk/persons/care/", DAY).context["rows"]}
    assert (counted["aged_80"], counted["living_alone"]) == ((1, 0), (3, 0))
    both = browser(town_then.steward)
    assert on_list(both, "living_alone", area=EAST_STREET, **DAY) == ["吴奶奶", "周建国", "林小芳", "郑家"]


def test_a_worker_of_a_grid_sees_who_stood_in_it(town: Town) -> None:
    grid, other = "东风1社区第一网格", "东风1社区第二网格"
    for on, here in ((JUNE, grid), (JULY, other)):
        town.took("police", [("周建国", number(70), "", ALONE, here)], heads=HEADS, on=on)
        known_from(town, on, "police")
    worker = browser(a_grid_worker())
    assert list(listed(worker, **DAY)) == ["周建国"]
    assert listed(worker) == {}


def test_what_was_known_only_later_changes_no_day_before(town: Town) -> None:
    town.took("police", [row("周建国", 70, ALONE)], heads=HEADS, on=JUNE)
    known_from(town, JUNE, "police")
    town.took("police", [row("周建国", 70, ALONE, place=THERE)], heads=HEADS, on=dt.date(2026, 6, 10))
    desk = browser(town.worker)
    assert list(listed(desk, **DAY)) == ["周建国"]
    assert listed(desk) == {}
