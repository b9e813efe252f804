"""A day before shows who stood there on that day: who has moved away or died since too, and nobody who came later."""

import datetime as dt
from dataclasses import replace

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
    entries,
    number,
    on_list,
    person,
    row,
    text,
    why,
)
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.situations import JULY, JUNE, Town, known_from
from lifang.blocks.registry.then import looking_back
from lifang.ground.access.scope import holdings_of, within_scope
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
    system = town_then.systems["police"].pk
    assert len(listed(desk, system=system, **DAY)) == 3
    near = desk.post("/desk/persons/near/", {"q": "周建", **DAY})
    assert [(one.person.name, one.home, one.here) for one in near.context["rows"]] == [
        ("周建国", "永宁路12-3-2-501", False)
    ]
    assert desk.post("/desk/persons/near/", {"q": "周建"}).context["rows"] == []
    found = desk.post("/desk/persons/", {"q": "周建", **DAY}, follow=True)
    assert [one.person.name for one in found.context["rows"]] == ["周建国"]


def test_who_left_is_shown_as_they_stood_for_a_purpose_and_nothing_of_what_came_after(town_then: Town) -> None:
    """Their telephone came from another department, which gave no place: the policies show it of the day alone."""
    desk, zhou = browser(town_then.worker), person("周建国").pk
    for on, phone in ((JUNE, "13800010001"), (JULY, "13900020002")):
        town_then.took("health", [("周建国", number(70), phone, "", "")], heads=HEADS, on=on)
        known_from(town_then, on, "health")
    page = f"/desk/persons/{zhou}/"
    assert f"{page}?on=2026-06-20" in text(desk.get("/desk/persons/", DAY))
    now = text(desk.get(page))
    assert "2026-07-01 起已不在你负责的地方" in now
    asked = desk.get(page, DAY)
    assert "查看用途" in text(asked)
    refused = desk.post(page, DAY)
    assert refused.status_code == 422
    early = text(desk.post(page, {"on": "2026-05-01", "purpose": "核对身份"}))
    assert "2026-05-01 那天此人不在你负责的地方" in early
    for shown in (now, text(asked), text(refused), early):
        assert not any(word in shown for word in ("永宁路", "长春路", THERE, "138****", "139****"))
    then = text(desk.post(page, {**DAY, "purpose": "其他工作需要", "note": "补开证明"}))
    assert "永宁路12-3-2-501" in then
    assert "138****0001" in then
    assert not any(word in then for word in ("长春路", THERE, "139****", "2026-07-01 数据", "看过"))
    (row,) = entries("person.read")
    assert (row.object_id, row.area) == (str(zhou), EAST_COMMUNITY)
    assert row.data == {"on": "2026-06-20", "purpose": "其他工作需要", "note": "补开证明"}
    assert len(entries("person.left")) == 4
    for address in ("household/", "reveal/", "guarded/"):
        assert desk.get(f"{page}{address}", DAY).status_code in (404, 405)
        assert desk.post(f"{page}{address}", {**DAY, "purpose": "核对身份", "value": "phone"}).status_code in (404, 405)


def test_the_policies_themselves_show_nothing_of_who_left_but_what_was_known_by_the_day(town_then: Town) -> None:
    zhou, zheng, scope = person("周建国").pk, person("郑家").pk, holdings_of(town_then.worker).scope("person.read")
    with town_then.all_places():
        Record.objects.filter(person=zhou).update(area=EAST_COMMUNITY_2)
        words = Record.objects.get(person=zhou, held_from=JUNE)

    def seen(who: int, day: dt.date, function: str = "person.read") -> list[dt.date]:
        with within_scope(replace(scope, function=function)), looking_back(who, day):
            return list(Record.objects.filter(person=zhou).values_list("held_from", flat=True))

    june, july = dt.date(2026, 6, 20), dt.date(2026, 7, 20)
    assert seen(zhou, june) == []
    with town_then.all_places():
        Record.objects.filter(pk=words.pk).update(area=EAST_COMMUNITY)
        Record.objects.filter(person=zhou).exclude(pk=words.pk).update(area=EAST_COMMUNITY_2)
        other = Record.objects.get(pk=words.pk)
        other.pk, other.row_key, other.area = None, words.row_key + 1, EAST_COMMUNITY_2
        other.save()
    assert seen(zhou, june) == [JUNE, JUNE]
    assert seen(zhou, dt.date(2026, 5, 1)) == seen(zheng, june) == [JUNE]
    assert seen(zhou, june, "person.health") == seen(zhou, june, "person.reveal") == [JUNE]
    assert JULY not in seen(zhou, july)


def test_who_left_is_not_told_to_the_place_to_which_they_went_as_of_before(town_then: Town) -> None:
    other = browser(a_person("community_worker", EAST_COMMUNITY_2, unit_of("community_committee", EAST_COMMUNITY_2)))
    assert listed(other) == {"周建国": THERE}
    assert listed(other, **DAY) == {"郑家": THERE}
    steward = browser(town_then.steward)
    wide = steward.post("/desk/persons/near/", {"q": "周建", **DAY})
    assert "请先在左上角选一个社区" in text(wide)
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
