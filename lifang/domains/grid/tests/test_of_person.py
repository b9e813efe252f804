"""A resident's page shows the open cases that they raised, to who may know who raised what."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lifang.blocks.cases.models import Case, Voice
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU_ROW, Town, a_town
from lifang.domains.grid.tests.test_proxy import filled
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, a_person, unit_of

PHONE = ZHOU_ROW[4]


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    town = a_town()
    town.took("police", [ZHOU_ROW, LIN_ROW])
    return town


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def zhou() -> Person:
    with system_scope("test"):
        return Person.objects.standing().get(name="周建国")


def files(town: Town, address: str = "/desk/report/", by: User | None = None, **typed: Any) -> Voice:
    given = filled(go="send", wants_answer=None, **typed)
    sent = browser(by or town.worker).post(address, given)
    assert sent.status_code == 302, sent.content.decode()
    with system_scope("test"):
        return Voice.objects.select_related("case").latest("at")


def shown(client: Client) -> str:
    return client.get(f"/desk/persons/{zhou().pk}/").content.decode()


def test_staff_who_file_from_a_residents_page_bind_the_case_to_them(town: Town) -> None:
    address = f"/desk/report/?person={zhou().pk}"
    begun = browser(town.worker).get(address).content.decode()
    assert "永宁路12号3栋2单元501室" in begun
    voice = files(town, address, name="周老伯", phone="", person=zhou().pk)
    assert voice.person == zhou().pk
    page = shown(browser(town.worker))
    assert voice.case.number in page
    assert "代本人上报时登记的" in page
    with system_scope("test"):
        assert Entry.objects.get(what="person.cases").data["found"] == 1


def test_a_call_with_the_name_and_telephone_of_exactly_one_resident_is_theirs(town: Town) -> None:
    assert files(town, name="周建国", phone=PHONE).person == zhou().pk
    assert files(town, name="周建国", phone="13511112222").person is None
    assert files(town, name="周老伯", phone=PHONE).person is None
    twin = ("周建国", "", "男", "1990-01-01", PHONE, "永宁路14号1栋1单元101室", ZHOU_ROW[6])
    town.took("health", [twin])
    assert files(town, name="周建国", phone=PHONE).person is None


def test_a_case_left_with_the_same_telephone_shows_and_says_why_until_it_ends(town: Town) -> None:
    voice = files(town, name="周老伯", phone=PHONE)
    assert "留的电话与此人登记的相同" in shown(browser(town.worker))
    with system_scope("test"):
        Case.objects.filter(pk=voice.case_id).update(is_open=False)
    assert voice.case.number not in shown(browser(town.worker))


def test_who_may_not_see_who_reported_sees_only_what_they_filed(town: Town) -> None:
    grid = a_person("grid_worker", EAST_COMMUNITY, unit_of("community_committee", EAST_COMMUNITY))
    others = files(town, name="周建国", phone=PHONE)
    mine = files(town, by=grid, name="周建国", phone=PHONE)
    page = shown(browser(grid))
    assert mine.case.number in page
    assert others.case.number not in page
    assert "反映的事" not in shown(browser(town.steward))


def test_a_resident_beyond_ones_places_is_not_bound(town: Town) -> None:
    with system_scope("test"):
        lin = Person.objects.get(name="林小芳")
    assert "林小芳" not in browser(town.worker).get(f"/desk/report/?person={lin.pk}").content.decode()
    assert files(town, name="林", phone="", person=lin.pk).person is None
    assert browser(town.worker).get("/desk/report/?person=x").status_code == 200
