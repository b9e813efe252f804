"""Where people live and are registered, from a day to a day; their households, and what cannot be so."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import JULY, JUNE, ZHOU, Town
from lifang.ground.access.ranges import midnight, today
from tests.situations import EAST_COMMUNITY, EAST_STREET, a_person

HEADS = ("姓名", "身份证号", "出生日期", "现住址", "所属社区", "户号", "与户主关系", "户籍地址")
HERE, THERE = "东风1社区", "东风2社区"
OLD_HOME, NEW_HOME = "永宁路12号3栋2单元501室", "长春路8号1栋1单元302室"


def row(
    name: str, born: str, number: str = "H360001", relation: str = "", *, home: str = OLD_HOME, place: str = HERE,
    registered: str = "永宁路12号", serial: int = 1,
) -> tuple[str, ...]:  # fmt: skip
    return (name, made_up(f"990101{born.replace('-', '')}{serial:03}"), born, home, place, number, relation, registered)


HEAD = ("周建国", ZHOU, "1956-02-29", OLD_HOME, HERE, "H360001", "户主", "永宁路12号")
SON = row("周小国", "1985-01-02", relation="子", home=NEW_HOME, place=THERE)


def known_since(town: Town, day: dt.date) -> None:
    """As if all that stands was sent on that day."""
    with town.all_places():
        Record.objects.filter(known_from__gte=timezone.now() - dt.timedelta(hours=1)).update(known_from=midnight(day))


def person(town: Town, name: str) -> Person:
    with town.all_places():
        return Person.objects.standing().get(name=name)


def desk(town: Town) -> Client:
    client = Client()
    client.force_login(town.steward)
    return client


def findings(town: Town, **where: object) -> list[tuple[str, set[str]]]:
    answer = desk(town).get("/desk/persons/households/", {"area": EAST_COMMUNITY, **where})
    assert answer.status_code == 200
    return [(one.words, {who.name for who in one.persons}) for one in answer.context["found"]]


def test_somebody_who_moved_has_two_homes_one_after_the_other_and_is_one_person(town: Town) -> None:
    town.took("police", [HEAD], heads=HEADS)
    known_since(town, JUNE)
    town.took("police", [(*HEAD[:3], NEW_HOME, THERE, *HEAD[5:])], heads=HEADS, on=JULY)
    zhou = person(town, "周建国")
    shown = desk(town).get(f"/desk/persons/{zhou.pk}/").context["shown"].residence
    assert [(one.value, one.since, one.until) for one in shown.homes] == [
        ("长春路8-1-1-302", JULY, None),
        ("永宁路12-3-2-501", JUNE, JULY),
    ]
    assert [(one.value, one.until) for one in shown.registered] == [("永宁路12号", None)]
    assert shown.apart is True
    before = desk(town).get(f"/desk/persons/{zhou.pk}/", {"on": "2026-06-15"})
    assert [one.value for one in before.context["shown"].residence.homes] == ["永宁路12-3-2-501"]
    assert before.context["shown"].residence.apart is False


def test_registered_here_and_living_there_is_shown_plainly(town: Town) -> None:
    town.took("police", [(*HEAD[:7], "青年路1号")], heads=HEADS)
    page = desk(town).get(f"/desk/persons/{person(town, '周建国').pk}/").content.decode()
    assert "人户分离" in page
    assert "青年路1号" in page


def test_two_departments_with_two_homes_are_two_spells_of_one_person(town: Town) -> None:
    town.took("police", [HEAD], heads=HEADS)
    town.took("health", [(*HEAD[:3], NEW_HOME, *HEAD[4:])], heads=HEADS)
    shown = desk(town).get(f"/desk/persons/{person(town, '周建国').pk}/").context["shown"].residence
    assert {(one.value, one.until, tuple(one.systems)) for one in shown.homes} == {
        ("永宁路12-3-2-501", None, ("police",)),
        ("长春路8-1-1-302", None, ("health",)),
    }
    assert [tuple(one.systems) for one in shown.registered] == [("police", "health")]


def test_what_was_taken_back_begins_no_spell(town: Town) -> None:
    town.took("police", [HEAD], heads=HEADS)
    second = town.took("police", [(*HEAD[:3], NEW_HOME, *HEAD[4:])], heads=HEADS, on=JULY)
    town.undoes(second)
    shown = desk(town).get(f"/desk/persons/{person(town, '周建国').pk}/").context["shown"].residence
    assert [(one.value, one.until) for one in shown.homes] == [("永宁路12-3-2-501", None)]


def test_a_household_is_gathered_across_communities_within_the_viewers_reach(town: Town) -> None:
    town.took("police", [HEAD, SON], heads=HEADS)
    zhou = person(town, "周建国")
    address = f"/desk/persons/{zhou.pk}/household/"
    (household,) = desk(town).get(address).context["households"]
    assert [(one["person"].name, one["relation"], one["home"]) for one in household["rows"]] == [
        ("周建国", "户主", "永宁路12-3-2-501"),
        ("周小国", "子", "长春路8-1-1-302"),
    ]
    near = desk(town).get(f"/desk/persons/{zhou.pk}/").context["shown"].neighbours
    assert [(one.person.name, one.same_household, one.same_home) for one in near] == [("周小国", True, False)]
    worker = Client()
    worker.force_login(town.worker)
    (mine,) = worker.get(address).context["households"]
    assert [one["person"].name for one in mine["rows"]] == ["周建国"]
    assert worker.get(f"/desk/persons/{person(town, '周小国').pk}/household/").status_code == 404


def test_a_household_as_of_a_day_is_who_was_in_it_then(town: Town) -> None:
    town.took("police", [HEAD, SON], heads=HEADS)
    known_since(town, JUNE)
    town.took("police", [(*SON[:5], "H360002", "户主", SON[7])], heads=HEADS, on=JULY)
    address = f"/desk/persons/{person(town, '周建国').pk}/household/"
    now, then = (desk(town).get(address, asked).context["households"] for asked in ({}, {"on": "2026-06-15"}))
    assert [len(one["rows"]) for one in now] == [1]
    assert [len(one["rows"]) for one in then] == [2]


def test_a_running_number_of_two_lists_makes_no_household_of_two_gates(town: Town) -> None:
    town.took(
        "police",
        [row("周一一", "1960-01-01", "7", "户主"), row("周二二", "1961-01-01", "7", "户主", home=NEW_HOME)],
        heads=HEADS,
    )
    (household,) = desk(town).get(f"/desk/persons/{person(town, '周一一').pk}/household/").context["households"]
    assert len(household["rows"]) == 1
    assert findings(town) == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([HEAD, row("周二二", "1960-01-01", relation="户主")], "有 2 个户主"),
        ([row("周二二", "1960-01-01", relation="子")], "没有户主"),
        ([HEAD, row("周老大", "1950-01-01", relation="子")], "登记为户主的子女或孙辈，却不比户主小"),
        ([HEAD, row("周奶奶", "1990-01-01", relation="母亲")], "登记为户主的父母或祖辈，却不比户主大"),
        (
            [HEAD, row("林一", "1957-01-01", relation="配偶"), row("林二", "1958-01-01", relation="妻")],
            "户主有 2 个配偶",
        ),
    ],
)
def test_what_cannot_be_so_in_a_household_is_listed(town: Town, rows: list[tuple[str, ...]], words: str) -> None:
    town.took("police", rows, heads=HEADS)
    assert [found for found, _who in findings(town)] == [words]


def test_two_who_head_each_other_are_found_once_and_nothing_loops(town: Town) -> None:
    one, other = HEAD, row("周弟弟", "1960-01-01", "H360001", "弟")
    town.took("police", [one, other], heads=HEADS)
    town.took("health", [(*one[:5], "H360009", "兄", one[7]), (*other[:5], "H360009", "户主", other[7])], heads=HEADS)
    found = findings(town)
    assert sorted(words for words, _who in found) == sorted(
        ["互为户主：各自在对方的户里", "同时在两个户：H360001、H360009", "同时在两个户：H360001、H360009"]
    )
    page = desk(town).get(f"/desk/persons/{person(town, '周建国').pk}/household/").content.decode()
    assert "互为户主" in page


def test_findings_are_asked_for_one_community(town: Town) -> None:
    assert "先在左上角选一个社区" in desk(town).get("/desk/persons/households/", {"area": EAST_STREET}).content.decode()
    client = Client()
    client.force_login(a_person("dispatcher", EAST_STREET))
    assert client.get("/desk/persons/households/").status_code == 404


def test_a_childs_home_in_a_household_is_for_who_may_see_it(town: Town) -> None:
    birth = today().replace(day=1, year=today().year - 8)
    town.took("police", [HEAD, row("周小宝", str(birth), relation="孙", home=NEW_HOME)], heads=HEADS)
    address = f"/desk/persons/{person(town, '周建国').pk}/household/"
    worker = Client()
    worker.force_login(town.worker)
    assert "长春路8-1-1-302" in worker.get(address).content.decode()
    guarded = desk(town).get(address).content.decode()
    assert "周小宝" in guarded
    assert "长春路8-1-1-302" not in guarded
    assert "永宁路12-3-2-501" in guarded


def listed(town: Town, show: str = "") -> list[dict[str, Any]]:
    answer = desk(town).get("/desk/persons/households/", {"area": EAST_COMMUNITY, "show": show})
    assert answer.status_code == 200
    return answer.context["rows"]


def test_the_households_of_a_community_say_their_size_their_head_and_what_to_heed(town: Town) -> None:
    old = row(
        "吴奶奶", "1940-01-01", "H360005", "户主", home="永宁路14号1栋1单元101室", registered="永宁路14号", serial=9
    )
    apart = row("郑一", "1980-01-01", "H360007", "配偶", registered="青年路1号", serial=8)
    town.took("police", [HEAD, row("周小妹", "1990-02-02", relation="女", serial=3), old, apart], heads=HEADS)
    rows = {one["number"]: one for one in listed(town)}
    assert [(one["first"].person.name, one["size"], one["headed"]) for one in rows.values()] == [
        ("周建国", 2, True), ("吴奶奶", 1, True), ("郑一", 1, False),
    ]  # fmt: skip
    assert {number: one["apart"] for number, one in rows.items()} == {"H360001": 0, "H360005": 0, "H360007": 1}
    assert ("高龄老人", 1) in rows["H360005"]["care"]
    assert rows["H360007"]["wrong"] == ["没有户主"]
    assert [one["number"] for one in listed(town, "apart")] == ["H360007"]
    assert [one["number"] for one in listed(town, "wrong")] == ["H360007"]
    assert "H360005" in [one["number"] for one in listed(town, "care")]
    assert f"/desk/persons/{person(town, '周建国').pk}/household/" in html(town)


def html(town: Town) -> str:
    return desk(town).get("/desk/persons/households/", {"area": EAST_COMMUNITY}).content.decode()
