"""Who answers for which household: assigned, changed, listed where nobody does, and in touch."""

import datetime as dt

import pytest
from django.test import Client

from lifang.blocks.dwellings.tests.situations import places_followed
from lifang.blocks.registry.models import Record
from lifang.domains.care import households
from lifang.domains.care.models import Contact, Duty
from lifang.domains.care.tests.situations import GRID_2, OTHER_HOME, Ward, born, browser, row
from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import Part, split, undo
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.areas.rewriting import Basis
from lifang.ground.trail.models import Entry
from tests.situations import (
    CITY,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_GRID_2,
    EAST_STREET,
    a_person,
    unit_of,
)

OLD = born(70)
FAMILY = (
    row("周建国", OLD, household="H1", relation="户主"),
    row("周小国", born(40), household="H1", relation="子", serial=2),
)
ALONE = row("林桂英", born(75), home=OTHER_HOME, serial=3)
FAR = row("陈秀兰", born(66), household="H9", home="永宁路20号", grid=GRID_2, serial=4)


@pytest.fixture
def known(ward: Ward) -> Ward:
    ward.knows(*FAMILY, ALONE, FAR)
    return ward


def heads(client: Client, **asked: object) -> list[str]:
    answer = client.get("/desk/care/", asked)
    assert answer.status_code == 200
    return [row.household.head.name for row, _place in answer.context["rows"]]


def assigns(ward: Ward, worker: User, *, by: User | None = None, reason: str = "分片包干", **where: object) -> int:
    address = "/desk/care/assign/?" + "&".join(f"{name}={value}" for name, value in where.items() if name != "which")
    data = {"worker": worker.pk, "reason": reason, "which": where.get("which", "without")}
    return browser(by or ward.committee).post(address, data).status_code


def test_s134_a_household_without_contact_worker_is_listed_and_a_change_keeps_history(known: Ward) -> None:
    """proves: S134"""
    client = browser(known.committee)
    assert sorted(heads(client, show="without")) == sorted(["周建国", "林桂英", "陈秀兰"])
    zhou = known.person("周小国").pk
    assert assigns(known, known.grid_worker, person=zhou) == 302
    assert sorted(heads(client, show="without")) == sorted(["林桂英", "陈秀兰"])
    assert assigns(known, known.committee, person=zhou, reason="网格员休产假") == 302
    page = client.get(f"/desk/care/households/{zhou}/")
    now, before = page.context["duties"]
    assert (now.worker, now.until, now.reason) == (known.committee, None, "网格员休产假")
    assert (before.worker, before.until, before.ended_by) == (known.grid_worker, today(), known.committee)
    assert "网格甲" in page.content.decode()
    with system_scope("test"):
        assert Entry.objects.filter(what="care.assigned").count() == 2


def test_a_grid_is_assigned_at_once(known: Ward) -> None:
    client = browser(known.committee)
    assert assigns(known, known.grid_worker, area=EAST_GRID) == 302
    assert heads(client, show="without") == ["陈秀兰"]
    assert assigns(known, known.committee, area=EAST_GRID) == 302
    with system_scope("test"):
        assert Duty.objects.filter(until=None, worker=known.grid_worker).count() == 2
    assert assigns(known, known.committee, area=EAST_GRID, which="all") == 302
    with system_scope("test"):
        assert Duty.objects.filter(until=None, worker=known.committee).count() == 2
        assert Duty.objects.exclude(until=None).count() == 2


def test_assigning_the_same_worker_again_changes_nothing(known: Ward) -> None:
    for _again in range(2):
        assigns(known, known.grid_worker, area=EAST_GRID, which="all")
    with system_scope("test"):
        assert Duty.objects.count() == 2


def test_a_worker_of_another_grid_cannot_be_chosen(known: Ward) -> None:
    assert assigns(known, known.grid_worker, area=EAST_GRID_2) == 422
    assert assigns(known, known.committee, area=EAST_GRID_2, reason=" ") == 422
    assert assigns(known, known.committee, area=EAST_COMMUNITY_2 + 1) == 404
    assert assigns(known, known.committee, area=10**17) == 404
    assert assigns(known, known.committee, person="x") == 404
    assert assigns(known, known.grid_worker, by=known.grid_worker, area=EAST_GRID) == 404


def test_who_left_no_longer_counts_as_contact_worker(known: Ward) -> None:
    assigns(known, known.grid_worker, area=EAST_GRID)
    with system_scope("test"):
        Grant.objects.filter(user=known.grid_worker).update(valid=(dt.date(2020, 1, 1), today()))
    client = browser(known.committee)
    assert len(heads(client, show="without")) == 3
    assert "网格甲 已不在岗" in client.get("/desk/care/").content.decode()
    assigns(known, known.committee, area=EAST_GRID)
    assert heads(client, show="without") == ["陈秀兰"]


def test_a_duty_stays_when_the_household_number_becomes_known(known: Ward) -> None:
    assigns(known, known.grid_worker, person=known.person("林桂英").pk)
    known.knows(row("林桂英", born(75), household="H7", home=OTHER_HOME, serial=3), department="civil_affairs")
    assert "林桂英" not in heads(browser(known.committee), show="without")


def test_two_households_in_one_home_have_each_their_own(ward: Ward) -> None:
    ward.knows(*FAMILY, row("租客", born(30), household="H2", relation="户主", serial=5))
    assigns(ward, ward.grid_worker, person=ward.person("周建国").pk)
    assert heads(browser(ward.committee), show="without") == ["租客"]


def test_who_shares_a_home_without_a_number_shares_its_worker_until_given_another(ward: Ward) -> None:
    ward.knows(*FAMILY, row("亲戚", born(30), serial=5))
    zhou, guest = ward.person("周建国").pk, ward.person("亲戚").pk
    assigns(ward, ward.grid_worker, person=zhou)
    assert heads(browser(ward.committee), show="without") == []
    assert assigns(ward, ward.committee, person=guest) == 302
    client = browser(ward.committee)
    assert client.get(f"/desk/care/households/{zhou}/").context["row"].duty.worker == ward.grid_worker
    assert client.get(f"/desk/care/households/{guest}/").context["row"].duty.worker == ward.committee
    for worker in (ward.committee, ward.grid_worker):
        assert assigns(ward, worker, area=EAST_GRID, which="all") == 302
    with system_scope("test"):
        assert Duty.objects.filter(until=None, worker=ward.grid_worker).count() == 2


def test_a_grid_worker_sees_the_own_grid_and_the_own_households(known: Ward) -> None:
    client = browser(known.grid_worker)
    assert sorted(heads(client)) == sorted(["周建国", "林桂英"])
    assert sorted(heads(client, area=EAST_GRID_2)) == sorted(["周建国", "林桂英"])
    assert client.get("/desk/care/mine/").context["rows"] == []
    assigns(known, known.grid_worker, person=known.person("林桂英").pk)
    assert [row.household.head.name for row, _case in client.get("/desk/care/mine/").context["rows"]] == ["林桂英"]
    assert client.get(f"/desk/care/households/{known.person('陈秀兰').pk}/").status_code == 404


def test_those_to_be_visited_come_first_among_mine(ward: Ward) -> None:
    ward.knows(*FAMILY, row("林桂英", born(80), home=OTHER_HOME, serial=3))
    assigns(ward, ward.grid_worker, area=EAST_GRID)
    ward.morning()
    rows = browser(ward.grid_worker).get("/desk/care/mine/").context["rows"]
    assert [(row.household.head.name, case is not None) for row, case in rows] == [("林桂英", True), ("周建国", False)]


def test_a_contact_is_written_down_once(known: Ward) -> None:
    client, zhou = browser(known.grid_worker), known.person("周建国").pk
    address = f"/desk/care/households/{zhou}/"
    key = client.get(address).context["key"]
    said = {"kind": "visit", "on": today().isoformat(), "met": [zhou], "note": "家里都好", "key": key}
    assert [client.post(address, said).status_code for _again in range(2)] == [302, 302]
    page = client.get(address)
    ((contact, met),) = page.context["contacts"]
    assert (contact.note, met, contact.by) == ("家里都好", "周建国", known.grid_worker)
    (row,) = [r for r, _place in client.get("/desk/care/").context["rows"] if r.household.head.pk == zhou]
    assert row.last == contact


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"}, {"kind": ""}, {"on": "2999-01-01"}, {"on": "1900-01-01"}, {"on": "x"}, {"met": ["999999"]},
        {"met": ["x"]}, {"note": "长" * 501}, {"note": "\0"},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_what_was_typed_stays(known: Ward, wrong: dict[str, object]) -> None:
    client = browser(known.grid_worker)
    said = {"kind": "visit", "on": today().isoformat(), "note": "门锁着"} | wrong
    answer = client.post(f"/desk/care/households/{known.person('周建国').pk}/", said)
    assert answer.status_code in (400, 422)
    with system_scope("test"):
        assert not Contact.objects.exists()
    if "note" not in wrong:
        assert "门锁着" in answer.content.decode()


def test_an_empty_character_is_refused_and_all_that_was_typed_can_be_sent_again(known: Ward) -> None:
    client, address = browser(known.grid_worker), f"/desk/care/households/{known.person('周建国').pk}/"
    key = client.get(address).context["key"]
    said = {"kind": "visit", "on": today().isoformat(), "note": "门锁着\0，\n明天再来", "key": key}
    answer = client.post(address, said)
    assert answer.status_code == 400
    assert "门锁着，\n明天再来" in answer.content.decode()
    with system_scope("test"):
        assert not Contact.objects.exists()
    assert client.post(address, dict(answer.context["typed"])).status_code == 302
    with system_scope("test"):
        assert Contact.objects.exists()


def test_nothing_that_can_be_sent_breaks_a_page(known: Ward) -> None:
    client = browser(known.committee)
    for query in ("?area=x", "?area=²", "?area=" + "9" * 40, "?page=x&show=y", f"?area={EAST_STREET}"):
        assert client.get(f"/desk/care/{query}").status_code == 200
    for address in ("assign/", "assign/?person=" + "9" * 30, "assign/?area=x", "outreach/0/", "households/0/"):
        assert client.get(f"/desk/care/{address}").status_code == 404
    assert client.get("/desk/care/outreach/?area=x").status_code == 200
    zhou = known.person("周建国").pk
    said = {"kind": "call", "on": today().isoformat(), "key": "x"}
    assert client.post(f"/desk/care/households/{zhou}/", said).status_code == 404


def test_above_a_community_one_chooses_one(known: Ward) -> None:
    person = a_person("community_worker", EAST_STREET)
    answer = browser(person).get("/desk/care/")
    assert f"?area={EAST_COMMUNITY}" in answer.content.decode()
    assert heads(browser(person), area=EAST_COMMUNITY)


def test_more_households_ask_no_more_queries(known: Ward, django_assert_max_num_queries: object) -> None:
    client = browser(known.committee)
    heads(client)
    with django_assert_max_num_queries(40) as few:  # type: ignore[operator]
        heads(client)
    known.knows(
        *(
            row(f"王{name}", born(50 + n), home=f"永宁路{n}号1栋1单元101室")
            for n, name in enumerate("甲乙丙丁戊己庚辛壬癸", 20)
        )
    )
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        assert len(heads(client)) == 13


def test_people_without_number_or_home_are_counted_and_the_dead_left_out(ward: Ward) -> None:
    ward.knows(*FAMILY, row("无址人", born(50), home="", serial=6))
    with scope_of(ward.committee, "person.read"):
        found, alone = households.of_place(EAST_COMMUNITY)
        assert ([len(one.members) for one in found], alone) == ([2], 1)
    with system_scope("test"):
        person = ward.person("周小国")
        person.died_on = today()
        person.save()
        assert Record.objects.count() == 3
    with scope_of(ward.committee, "person.read"):
        assert len(households.of_place(EAST_COMMUNITY)[0][0].members) == 1
    assert browser(ward.committee).get(f"/desk/care/households/{ward.person('无址人').pk}/").status_code == 404


def test_worker_and_visits_go_with_a_household_to_the_heir_of_its_community_and_back(known: Ward) -> None:
    client, editor = browser(known.committee), a_person("area_editor", CITY)
    chen, zhou = known.person("陈秀兰"), known.person("周建国")
    for person in (chen, zhou):
        assert assigns(known, known.committee, person=person.pk) == 302
        said = {"kind": "visit", "on": str(today()), "met": person.pk, "note": ""}
        assert client.post(f"/desk/care/households/{person.pk}/", said).status_code == 302
    with scope_of(editor, "area.edit"):
        parts = [
            Part(name="东风1社区", code=EAST_COMMUNITY, children=[EAST_GRID, EAST_COMMUNITY + 501]),
            Part(name="东风新社区", children=[EAST_GRID_2]),
        ]
        change = split(code=EAST_COMMUNITY, parts=parts, basis=Basis(on=today()), by=editor)
    places_followed()
    new = at_level(known.person("陈秀兰").area, COMMUNITY)
    assert new != EAST_COMMUNITY
    there = browser(a_person("community_worker", new, unit_of("community_committee", new)))
    page = there.get(f"/desk/care/households/{chen.pk}/")
    assert page.context["duties"][0].worker == known.committee
    assert [one.met for one, _names in page.context["contacts"]] == [[chen.pk]]
    assert client.get(f"/desk/care/households/{zhou.pk}/").context["duties"][0].until is None
    with scope_of(editor, "area.edit"):
        undo(change=change, by=editor)
    places_followed()
    page = client.get(f"/desk/care/households/{chen.pk}/")
    assert page.context["duties"][0].until is None
    assert len(page.context["contacts"]) == 1
