"""Departments say different things of a person, and somebody rules whose word counts."""

import datetime as dt
import re
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lifang.blocks.registry.models import Conflict, Person, Record, Ruling
from lifang.blocks.registry.spells import residence
from lifang.blocks.registry.tests.situations import HEADS, JULY, ZHOU, ZHOU_ROW, Town
from lifang.blocks.registry.tests.test_review import OTHER, as_
from tests.situations import WEST_STREET, a_person, unit_of

AUGUST = dt.date(2026, 8, 1)
CONFLICTS = "/desk/data/review/conflicts/"
WITH_SCHOOL = (*HEADS, "文化程度")


def taught(town: Town) -> Conflict:
    """Two departments whose word on the education counts for nothing before the other's, of the same day."""
    town.took("civil_affairs", [(*ZHOU_ROW, "高中")], heads=WITH_SCHOOL)
    town.took("health", [(*ZHOU_ROW, "初中")], heads=WITH_SCHOOL)
    return the_conflict(town)


def the_conflict(town: Town) -> Conflict:
    with town.all_places():
        return Conflict.objects.get()


def words(client: Client, **asked: str) -> dict[str, str]:
    """Value → the record that says it, as the page offers them."""
    body = client.get(CONFLICTS, asked).content.decode()
    return {value: record for record, value in re.findall(r'name="record" value="(\d+)"[^>]*> <b>([^<]*)</b>', body)}


def settle(client: Client, conflict: Conflict, record: str, seen: int | None = None, **more: str) -> Any:
    given = {"record": record, "seen": seen or "", "reason": "看过毕业证", **more}
    return client.post(f"{CONFLICTS}{conflict.pk}/", given, follow=True)


def the_ruling(town: Town) -> Ruling:
    with town.all_places():
        return Ruling.objects.latest("pk")


def test_a_conflict_is_settled_with_a_reason_and_the_sender_who_was_wrong_is_counted(town: Town) -> None:
    conflict, client = taught(town), as_(town.worker)
    said = words(client)
    assert len(said) == 2
    high = next(value for value in said if "高级中学" in value)
    assert settle(client, conflict, said[high], reason="").status_code == 422
    body = settle(client, conflict, said[high]).content.decode()
    assert "没有说法不一的" in body
    assert re.search(r"<th scope=\"row\">health</th>.*学历.*>1</td>", body)
    assert not the_conflict(town).open
    settled = client.get(CONFLICTS, {"settled": "1"}).content.decode()
    assert "看过毕业证" in settled
    assert "裁定以此为准" in settled


def test_after_a_refusal_the_list_can_still_be_narrowed(town: Town) -> None:
    conflict, client = taught(town), as_(town.worker)
    body = settle(client, conflict, "").content.decode()
    assert f'<form class="filters" method="get" action="{CONFLICTS}">' in body


def test_another_ruling_replaces_the_first(town: Town) -> None:
    conflict, client = taught(town), as_(town.worker)
    said = words(client)
    first, second = said.values()
    settle(client, conflict, first)
    ruling = the_ruling(town)
    settle(client, conflict, second, seen=ruling.pk, reason="本人更正")
    assert str(the_ruling(town).record_id) == second
    body = client.get(CONFLICTS, {"settled": "1"}).content.decode()
    assert "本人更正" in body


def test_who_rules_second_is_told_and_changes_nothing(town: Town) -> None:
    conflict, client = taught(town), as_(town.worker)
    first, second = words(client).values()
    settle(client, conflict, first)
    answer = settle(as_(town.steward), conflict, second)
    assert answer.status_code == 422
    assert f"{town.worker.name}刚刚裁定过" in answer.content.decode()
    assert str(the_ruling(town).record_id) == first


def test_a_ruling_on_the_name_reaches_the_person_and_lasts_as_long_as_the_row_says_so(town: Town) -> None:
    town.took("health", [("周健国", *ZHOU_ROW[1:])])
    town.took("health", [("周建国", "", *ZHOU_ROW[2:])])
    client, conflict = as_(town.worker), the_conflict(town)
    said = words(client)
    settle(client, conflict, said["周健国"])
    assert [person.name for person in town.persons()] == ["周健国"]
    town.took("health", [("周健国", ZHOU, "男", "1956-02-29", "13800010009", ZHOU_ROW[5], "东风1社区")], on=JULY)
    assert [person.name for person in town.persons()] == ["周健国"]
    corrected = ("周建华", ZHOU, "男", "1956-02-29", "13800010009", ZHOU_ROW[5], "东风1社区")
    town.took("health", [corrected], on=AUGUST)
    assert [person.name for person in town.persons()] == ["周建华"]


def test_two_right_numbers_of_one_person_stay_open_until_somebody_rules(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("周建国", OTHER, *ZHOU_ROW[2:])])
    one, other = sorted(town.persons(), key=lambda person: person.pk)
    client = as_(town.worker)
    client.post("/desk/data/review/merge/", {"a": one.pk, "b": other.pk, "reason": "旧号未销", "two_numbers": "yes"})
    conflict = the_conflict(town)
    assert (conflict.element, conflict.open) == ("number", True)
    body = client.get(CONFLICTS).content.decode()
    assert ZHOU not in body
    record = re.findall(r'name="record" value="(\d+)"', body)[0]
    settle(client, conflict, record)
    assert not the_conflict(town).open
    assert "health" in client.get(CONFLICTS).content.decode()


def test_conflicts_of_another_place_are_not_shown(town: Town) -> None:
    conflict = taught(town)
    stranger = as_(a_person("community_worker", WEST_STREET + 1000, unit_of("community_committee", WEST_STREET + 1000)))
    assert "没有说法不一的" in stranger.get(CONFLICTS).content.decode()
    assert settle(stranger, conflict, "1").status_code == 404


def test_a_record_that_is_not_the_persons_cannot_be_chosen(town: Town) -> None:
    conflict = taught(town)
    assert settle(as_(town.worker), conflict, "987654321").status_code == 422
    with town.all_places():
        assert Person.objects.filter(rulings__isnull=False).count() == 0


def test_one_home_in_two_spellings_is_no_conflict(town: Town) -> None:
    town.took("health", [ZHOU_ROW])
    town.took("health", [("周建国", "", *ZHOU_ROW[2:5], "永宁路12号3-2-501", "东风1社区")])
    assert [person.records for person in town.persons()] == [2]
    with town.all_places():
        assert not Conflict.objects.exists()
    assert "另有" not in said_of_homes(town)


def said_of_homes(town: Town) -> str:
    (person,) = town.persons()
    page = as_(town.worker).get(f"/desk/persons/{person.pk}/").content.decode()
    return next(one for one in page.split('<div class="said">') if "现住址" in one)


def lives(town: Town, *addresses: str) -> None:
    """In two rows of one department, of which neither counts before the other."""
    for number, address in zip((ZHOU, ""), addresses, strict=True):
        town.took("health", [("周建国", number, *ZHOU_ROW[2:5], address, "东风1社区")])


def test_a_home_without_a_building_is_one_however_it_is_written(town: Town) -> None:
    lives(town, "永宁路12号3单元402", "东风街道永宁路12号 3-402室")
    with town.all_places():
        assert not Conflict.objects.exists()
    said = said_of_homes(town)
    assert "各部门一致" in said
    assert "（相同）" in said
    assert "说法不一" not in said
    (person,) = town.persons()
    with town.all_places():
        homes = residence(Record.objects.filter(person=person).select_related("system"), None).homes
    assert [(one.value, one.systems) for one in homes] == [("永宁路12号3-402", ["health"])]


ONE_HOME = [
    ("东湖区永宁路12号", "永宁路12号"),
    ("南昌市东湖区永宁路12号3-402", "东湖区东风街道永宁路12号3单元402"),
    ("南昌市永宁路12号", "江西省南昌市东湖区东风街道永宁路12号"),
    ("九江市瑞昌市永宁路12号", "瑞昌市永宁路12号"),
    ("广西壮族自治区南宁市青秀区永宁路12号", "南宁市永宁路12号"),
    ("东湖区永宁路12号3栋2单元501室", "西湖区永宁路12号3-2-501"),
]
TWO_HOMES = [
    ("东湖区永宁路12号", "西湖区永宁路12号"),
    ("南昌市东湖区永宁路12号3-402", "西湖区永宁路12号3单元402"),
    ("江西省南昌市永宁路12号", "九江市永宁路12号"),
    ("歙县永宁路12号", "黄山市黟县永宁路12号"),
]


@pytest.mark.parametrize(("one", "other"), ONE_HOME)
def test_a_home_named_with_its_city_or_district_and_without_is_one(town: Town, one: str, other: str) -> None:
    lives(town, one, other)
    with town.all_places():
        assert not Conflict.objects.exists()
    assert "说法不一" not in said_of_homes(town)


@pytest.mark.parametrize(("one", "other"), TWO_HOMES)
def test_the_same_road_and_number_in_another_city_or_district_is_another_home(town: Town, one: str, other: str) -> None:
    lives(town, one, other)
    assert the_conflict(town).element == "address"
    said = said_of_homes(town)
    assert "说法不一" in said
    assert "（相同）" not in said
    (person,) = town.persons()
    with town.all_places():
        homes = residence(Record.objects.filter(person=person).select_related("system"), None).homes
    assert len({home.value for home in homes}) == 2


def test_who_moved_to_the_same_road_and_number_of_another_city_lived_in_two_homes(town: Town) -> None:
    town.took("health", [(*ZHOU_ROW[:5], "南昌市永宁路12号", "东风1社区")])
    town.took("health", [(*ZHOU_ROW[:5], "九江市永宁路12号", "东风1社区")], on=JULY)
    (person,) = town.persons()
    with town.all_places():
        homes = residence(Record.objects.filter(person=person).select_related("system"), None).homes
    assert [(one.value, one.since) for one in homes] == [
        ("九江市永宁路12", JULY),
        ("南昌市永宁路12", dt.date(2026, 6, 1)),
    ]


@pytest.mark.parametrize(
    ("said", "open_"), [*((pair, False) for pair in ONE_HOME), *((pair, True) for pair in TWO_HOMES)]
)
def test_a_conflict_of_before_is_forgotten_where_it_was_one_home(
    town: Town, said: tuple[str, str], open_: bool
) -> None:
    lives(town, *said)
    (person,) = town.persons()
    forget = import_module("lifang.blocks.registry.migrations.0018_one_home_two_ways").FORGET
    with town.all_places():
        given = {"area": person.area, "open": True, "since": timezone.now()}
        Conflict.objects.get_or_create(person=person, element="address", defaults=given)
        with connection.cursor() as cursor:
            cursor.execute(forget)
        assert Conflict.objects.exists() is open_


def test_a_building_is_not_an_entrance(town: Town) -> None:
    lives(town, "永宁路12号3单元402", "永宁路12号3栋402")
    assert the_conflict(town).element == "address"
    assert "说法不一" in said_of_homes(town)


def test_a_sender_of_the_same_home_in_another_writing_was_not_wrong(town: Town) -> None:
    lives(town, "永宁路12号3单元402", "永宁路15号1单元101")
    client = as_(town.worker)
    said = words(client)
    settle(client, the_conflict(town), next(record for value, record in said.items() if "12号" in value))
    town.took("civil_affairs", [("周建国", ZHOU, *ZHOU_ROW[2:5], "永宁路12号3-402室", "东风1社区")])
    body = client.get(CONFLICTS).content.decode()
    assert re.findall(r"<th scope=\"row\">(\w+)</th>.*现住址", body) == ["health"]


def test_a_sender_of_the_same_road_and_number_in_another_district_was_wrong(town: Town) -> None:
    lives(town, "东湖区永宁路12号3单元402", "永宁路15号1单元101")
    client = as_(town.worker)
    said = words(client)
    settle(client, the_conflict(town), next(record for value, record in said.items() if "12号" in value))
    town.took("civil_affairs", [("周建国", ZHOU, *ZHOU_ROW[2:5], "西湖区永宁路12号3-402室", "东风1社区")])
    body = client.get(CONFLICTS).content.decode()
    assert set(re.findall(r"<th scope=\"row\">(\w+)</th>.*?现住址", body)) == {"civil_affairs", "health"}
