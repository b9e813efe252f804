"""Marks of hand: proposed by one, agreed by another, ended by their day."""

import datetime as dt

import pytest
from django.test import Client

from lifang.blocks.lists.models import Mark
from lifang.blocks.lists.tests.situations import (
    a_grid_worker,
    a_neighbourhood,
    another_worker,
    browser,
    entries,
    on_list,
    person,
    text,
    why,
)
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import WEST_COMMUNITY, a_person, unit_of

LATER = today() + dt.timedelta(days=60)


@pytest.fixture
def desk(town: Town) -> Client:
    a_neighbourhood(town)
    return browser(town.worker)


def proposes(client: Client, name: str = "周建国", care_list: str = "other_care", **given: object) -> int:
    form = {"care_list": care_list, "reason": "老伴刚去世", "last": LATER, **given}
    return client.post(f"/desk/persons/{person(name).pk}/mark/", form).status_code


def answers(client: Client, answer: str = "agreed", note: str = "") -> int:
    with system_scope("test"):
        mark = Mark.objects.latest("pk")
    return client.post(f"/desk/persons/care/marks/{mark.pk}/answer/", {"answer": answer, "note": note}).status_code


def test_a_mark_counts_once_another_agrees_and_ends_by_itself(desk: Client) -> None:
    assert proposes(desk) == 302
    assert on_list(desk, "other_care") == []
    other = browser(another_worker())
    assert "老伴刚去世" in text(other.get("/desk/persons/care/marks/"))
    assert answers(other) == 302
    assert on_list(desk, "other_care") == ["周建国"]
    ((words, origin),) = why(desk, "other_care", "周建国")
    assert words == "人工标记：老伴刚去世"
    assert "社区乙复核" in origin
    with system_scope("test"):
        Mark.objects.update(until=today())
    assert on_list(desk, "other_care") == []
    assert "已到期" in text(desk.get(f"/desk/persons/{person('周建国').pk}/"))
    assert [entry.what for entry in [*entries("person.marked"), *entries("person.mark_answered")]] == [
        "person.marked", "person.mark_answered",
    ]  # fmt: skip


def test_the_reason_lies_sealed_and_in_no_trail(desk: Client) -> None:
    proposes(desk)
    with system_scope("test"):
        assert "老伴".encode() not in bytes(Mark.objects.get().reason)
    assert "老伴" not in str([entry.data for entry in entries("person.marked")])


def test_nobody_reviews_their_own(desk: Client) -> None:
    proposes(desk)
    assert "要由另一个人复核" in text(desk.get("/desk/persons/care/marks/"))
    assert answers(desk) == 422
    assert on_list(desk, "other_care") == []


def test_a_mark_stands_no_longer_than_the_register_allows(desk: Client) -> None:
    assert proposes(desk, last=today() + dt.timedelta(days=91)) == 422
    assert proposes(desk, last=today() - dt.timedelta(days=1)) == 422
    assert proposes(desk, reason=" ") == 422
    assert proposes(desk, care_list="nothing") == 422
    assert proposes(desk, last=today() + dt.timedelta(days=90)) == 302


def test_one_mark_waits_at_a_time_and_a_longer_one_is_looked_at_anew(desk: Client) -> None:
    assert (proposes(desk), proposes(desk)) == (302, 422)
    other = browser(another_worker())
    assert answers(other) == 302
    assert answers(other) == 422
    assert proposes(desk, reason="还要一段时间", last=LATER + dt.timedelta(days=20)) == 302
    ((words, _origin),) = why(desk, "other_care", "周建国")
    assert words == "人工标记：老伴刚去世"


def test_who_does_not_agree_says_why(desk: Client) -> None:
    proposes(desk)
    other = browser(another_worker())
    assert answers(other, "refused") == 422
    assert answers(other, "refused", "儿子已搬回来住") == 302
    assert on_list(desk, "other_care") == []
    assert "儿子已搬回来住" in text(desk.get(f"/desk/persons/{person('周建国').pk}/"))


def test_a_mark_is_ended_with_a_reason_and_stays_in_the_history(desk: Client) -> None:
    proposes(desk)
    answers(browser(another_worker()))
    with system_scope("test"):
        mark = Mark.objects.get()
    address = f"/desk/persons/care/marks/{mark.pk}/end/"
    assert "请写明理由" in text(desk.post(address, {"note": ""}, follow=True))
    assert on_list(desk, "other_care") == ["周建国"]
    assert "标记已结束" in text(desk.post(address, {"note": "搬去和女儿住"}, follow=True))
    assert on_list(desk, "other_care") == []
    assert on_list(desk, "other_care", on=str(today() - dt.timedelta(days=1))) == []
    assert "已经结束" in text(desk.post(address, {"note": "再来"}, follow=True))
    assert "搬去和女儿住" in text(desk.get(f"/desk/persons/{person('周建国').pk}/"))


def test_marks_of_protected_registers_show_to_their_function_alone(desk: Client) -> None:
    assert proposes(desk, care_list="mental_illness", reason="医院回访") == 302
    worker = browser(a_grid_worker())
    assert proposes(worker, care_list="mental_illness") in (404, 422)
    page = text(desk.get(f"/desk/persons/{person('周建国').pk}/"))
    assert "医院回访" not in page
    other = browser(another_worker())
    assert "医院回访" in text(other.get("/desk/persons/care/marks/"))
    assert answers(other) == 302
    assert on_list(desk, "mental_illness") == ["周建国"]


def test_a_person_of_another_place_looks_missing(desk: Client) -> None:
    proposes(desk)
    far = browser(a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY)))
    assert answers(far) == 404
    assert text(far.get("/desk/persons/care/marks/")).count("老伴") == 0
    with system_scope("test"):
        mark, someone = Mark.objects.get(), Person.objects.get(name="周建国")
    assert far.post(f"/desk/persons/care/marks/{mark.pk}/end/", {"note": "x"}).status_code == 404
    assert far.get(f"/desk/persons/{someone.pk}/mark/").status_code == 404


def test_who_is_merged_takes_the_marks_along(desk: Client) -> None:
    proposes(desk, "林小芳")
    answers(browser(another_worker()))
    with system_scope("test"):
        Person.objects.filter(name="林小芳").update(into=person("林大山").pk, records=0)
    assert on_list(desk, "other_care") == ["林大山"]


def test_a_mark_of_a_protected_register_is_ended_where_it_is_shown(desk: Client) -> None:
    proposes(desk, care_list="released", reason="出狱不久")
    answers(browser(another_worker()))
    with system_scope("test"):
        mark = Mark.objects.get()
    address = f"/desk/persons/care/marks/{mark.pk}/end/"
    assert address in text(desk.get("/desk/persons/care/released/"))
    assert desk.post(address, {"note": "已安顿好"}).status_code == 302
    assert on_list(desk, "released") == []


def test_a_mark_of_somebody_merged_from_another_place_shows_and_ends_on_the_heir_s_page(desk: Client) -> None:
    proposes(desk, "林小芳")
    answers(browser(another_worker()))
    heir = person("林大山")
    with system_scope("test"):
        mark = Mark.objects.get()
        Person.objects.filter(name="林小芳").update(into=heir.pk, records=0, area=WEST_COMMUNITY)
    page = text(desk.get(f"/desk/persons/{heir.pk}/"))
    address = f"/desk/persons/care/marks/{mark.pk}/end/"
    assert "老伴刚去世" in page
    assert address in page
    assert desk.post(address, {"note": "搬去和女儿住"}).url == f"/desk/persons/{heir.pk}/"
    assert on_list(desk, "other_care") == []
