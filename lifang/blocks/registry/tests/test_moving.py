"""Persons merged and split by hand, and each of it undone."""

import re
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.registry.models import Conflict, Move, Pair, Person
from lifang.blocks.registry.tests.situations import JULY, LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.blocks.registry.tests.test_review import OTHER, as_
from tests.situations import WEST_STREET, a_person, unit_of

MERGE, MOVES = "/desk/data/review/merge/", "/desk/data/review/moves/"
# What nobody would take for ZHOU_ROW's: no number, another birth, another telephone.
ELSEWHERE = ("周健国", "", "男", "1957-04-01", "13700000003", "长春路99号1栋1单元101室", "东风1社区")


def two(town: Town) -> list[Person]:
    town.took("police", [ZHOU_ROW])
    town.took("health", [ELSEWHERE])
    return sorted(town.persons(), key=lambda person: person.pk)


def merge(client: Client, one: Person, other: Person, **more: str) -> Any:
    return client.post(MERGE, {"a": one.pk, "b": other.pk, "reason": "看过户口本", **more}, follow=True)


def last_move(town: Town) -> Move:
    with town.all_places():
        return Move.objects.latest("pk")


def undo(client: Client, move: Move) -> Any:
    return client.post(f"{MOVES}{move.pk}/undo/", {"reason": "弄错了"}, follow=True)


def names_and_records(town: Town) -> list[tuple[str, int]]:
    return sorted((person.name, person.records) for person in town.persons())


def test_two_persons_are_merged_with_a_reason_and_come_apart_again(town: Town) -> None:
    one, other = two(town)
    client = as_(town.worker)
    assert merge(client, one, other, reason="").status_code == 422
    merge(client, one, other)
    assert names_and_records(town) == [("周建国", 2)]
    listed = client.get(MOVES).content.decode()
    assert "看过户口本" in listed
    assert town.worker.name in listed
    undo(client, last_move(town))
    assert names_and_records(town) == [("周健国", 1), ("周建国", 1)]
    assert "已撤销" in client.get(MOVES).content.decode()


def test_a_move_is_undone_once(town: Town) -> None:
    one, other = two(town)
    client = as_(town.worker)
    merge(client, one, other)
    move = last_move(town)
    undo(client, move)
    again = undo(client, move)
    assert again.status_code == 422
    assert "已经撤销过了" in again.content.decode()


def test_what_came_since_a_merge_goes_with_whom_it_speaks_of_when_that_is_undone(town: Town) -> None:
    one, other = two(town)
    client = as_(town.worker)
    merge(client, one, other)
    merged = last_move(town)
    moved_on = (*ELSEWHERE[:6], "东风2社区")
    town.took("health", [moved_on], on=JULY)
    town.took("human_resources", [("周健国", "", "男", "1957-04-01", "13700000003", "", "东风1社区")], on=JULY)
    town.took("civil_affairs", [("周建国", ZHOU, "男", "1956-02-29", "", "", "东风1社区")], on=JULY)
    assert names_and_records(town) == [("周建国", 4)]
    undo(client, merged)
    assert names_and_records(town) == [("周健国", 2), ("周建国", 2)]
    assert next(person for person in town.persons() if person.name == "周健国").area % 10**6 == 2000


def test_persons_whose_merge_was_undone_are_not_joined_by_the_next_import(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "1956-02-29", "", "", "东风1社区")])
    town.took("health", [("周建国", "", "男", "", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")])
    joining = town.took("civil_affairs", [ZHOU_ROW])
    assert joining.counts["merges"] == 1
    undo(as_(town.worker), last_move(town))
    assert len(town.persons()) == 2
    again = town.took("human_resources", [ZHOU_ROW], on=JULY)
    assert again.counts["merges"] == 0
    assert len(town.persons()) == 2


def test_two_right_numbers_are_merged_only_expressly_and_stay_in_conflict(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("周建军", OTHER, *ZHOU_ROW[2:])])
    one, other = sorted(town.persons(), key=lambda person: person.pk)
    client = as_(town.worker)
    assert merge(client, one, other).status_code == 422
    assert len(town.persons()) == 2
    merge(client, one, other, two_numbers="yes")
    assert [person.records for person in town.persons()] == [2]
    with town.all_places():
        assert Conflict.objects.get(element="number").open


def test_records_that_are_another_persons_are_split_off_and_stay_apart(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    health = ("周建国", "", "男", "1956-02-29", "13800010001", ZHOU_ROW[5], "东风1社区")
    town.took("health", [health])
    (zhou,) = town.persons()
    client = as_(town.worker)
    address = f"/desk/data/review/split/{zhou.pk}/"
    body = client.get(address).content.decode()
    assert ZHOU not in body
    newest, older = (int(pk) for pk in re.findall(r'name="record" value="(\d+)"', body))
    assert client.post(address, {"record": newest}).status_code == 422
    assert client.post(address, {"record": [newest, older], "reason": "堂兄弟"}).status_code == 422
    assert client.post(address, {"record": newest, "reason": "堂兄弟"}).status_code == 302
    assert [person.records for person in town.persons()] == [1, 1]
    again = town.took("civil_affairs", [health], on=JULY)
    assert (again.counts["merges"], again.counts["persons"]) == (0, 0)
    assert sorted(person.records for person in town.persons()) == [1, 2]
    with town.all_places():
        split = Move.objects.get(reason="堂兄弟")
        assert Pair.objects.get().state == "apart"
    undo(client, split)
    assert sorted(person.records for person in town.persons() if person.records) in ([3], [1, 2])


def test_a_split_that_is_undone_leaves_one_person(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("周建国", "", "男", "1956-02-29", "13800010001", ZHOU_ROW[5], "东风1社区")])
    (zhou,) = town.persons()
    client = as_(town.worker)
    address = f"/desk/data/review/split/{zhou.pk}/"
    record = re.findall(r'name="record" value="(\d+)"', client.get(address).content.decode())[0]
    client.post(address, {"record": record, "reason": "堂兄弟"})
    undo(client, last_move(town))
    (whole,) = town.persons()
    assert (whole.pk, whole.records) == (zhou.pk, 2)
    with town.all_places():
        assert [pair.state for pair in Pair.objects.all()] == ["same"]
        assert Person.objects.exclude(pk=zhou.pk).get().into_id == zhou.pk


def test_an_earlier_move_is_undone_after_the_later_one(town: Town) -> None:
    one, other = two(town)
    town.took("civil_affairs", [LIN_ROW])
    lin = next(person for person in town.persons() if person.name == "林小芳")
    client = as_(town.steward)
    merge(client, other, lin)
    first = last_move(town)
    merge(client, one, other, two_numbers="yes")
    second = last_move(town)
    assert undo(client, first).status_code == 422
    undo(client, second)
    assert undo(client, first).status_code == 200
    assert len(town.persons()) == 3


def test_where_two_numbers_differ_is_said_without_showing_them(town: Town) -> None:
    turned = ZHOU[:13] + ZHOU[14] + ZHOU[13] + ZHOU[15:]
    town.took("police", [ZHOU_ROW])
    town.took("health", [("林小芳", turned, "", "", "", "", "东风1社区")])
    one, other = town.persons()
    body = as_(town.worker).get(MERGE, {"a": one.pk, "b": other.pk}).content.decode()
    assert "第 14、15 位对调" in body
    assert "<mark>*</mark><mark>*</mark>" in body
    assert ZHOU[2:16] not in body


@pytest.mark.parametrize("given", [{"a": "x", "b": "²"}, {"a": "9" * 18, "b": "1"}])
def test_nobody_to_merge_is_a_plain_404(town: Town, given: dict[str, str]) -> None:
    assert as_(town.worker).get(MERGE, given).status_code == 404


def test_persons_and_moves_of_another_place_look_as_if_they_did_not_exist(town: Town) -> None:
    one, other = two(town)
    merge(as_(town.worker), one, other)
    stranger = as_(a_person("community_worker", WEST_STREET + 1000, unit_of("community_committee", WEST_STREET + 1000)))
    assert stranger.get(MERGE, {"a": one.pk, "b": other.pk}).status_code == 404
    assert stranger.get(f"/desk/data/review/split/{one.pk}/").status_code == 404
    assert undo(stranger, last_move(town)).status_code == 404
    assert "看过户口本" not in stranger.get(MOVES).content.decode()
