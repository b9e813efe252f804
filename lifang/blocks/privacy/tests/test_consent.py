"""A child's data are not used beyond what the community has to do, unless a guardian agreed; and may agree no more."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lifang.blocks.privacy.models import Consent
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import ZHOU_ROW, Town
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import WEST_COMMUNITY, a_person, unit_of

NUMBER, HOME = made_up("99010120200501001"), ZHOU_ROW[5]
CHILD_ROW = ("周小宝", NUMBER, "男", "2020-05-01", "13700070007", *ZHOU_ROW[5:])
AGREED = {
    "guardian": "周建国", "relation": "祖父", "uses": ["export"], "purpose": "暑期托管", "paper": "同意书1号",
    "since": "2026-07-01",
}  # fmt: skip
EXPORT = {"purpose": "上门走访", "reason": "核对", "whole": "on"}


@pytest.fixture
def child(town: Town) -> Person:
    town.took("police", [ZHOU_ROW, CHILD_ROW])
    return next(one for one in town.persons() if one.name == "周小宝")


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def exported(client: Client) -> dict[str, tuple[Any, ...]]:
    content = client.post("/desk/persons/export/", EXPORT).content
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=3, values_only=True)  # type: ignore[union-attr]
    return {str(row[1]): row for row in rows}


def test_a_childs_numbers_and_home_are_exported_only_as_long_as_a_guardian_agrees(town: Town, child: Person) -> None:
    desk = signed_in(town.worker)
    address = f"/desk/persons/{child.pk}/consent/"
    assert "还没有监护人同意" in desk.get(f"/desk/persons/{child.pk}/").content.decode()
    assert not {NUMBER, HOME, "13700070007"} & set(exported(desk)["周小宝"])
    assert ZHOU_ROW[1] in exported(desk)["周建国"], "who is no child is exported as before"
    assert "第三十一条" in desk.get(address).content.decode()
    assert desk.post(address, AGREED).status_code == 302
    assert {NUMBER, HOME, "13700070007"} <= set(exported(desk)["周小宝"])
    page = desk.get(f"/desk/persons/{child.pk}/").content.decode()
    assert "周建国（祖父）2026-07-01 · 暑期托管" in page
    with system_scope("test"):
        pk = Consent.objects.get().pk
    given = {"on": str(today()), "note": "祖父当面说的"}
    assert desk.post(f"/desk/persons/consent/{pk}/withdraw/", given).status_code == 302
    assert NUMBER not in exported(desk)["周小宝"]
    assert "祖父当面说的" in desk.get(address).content.decode()
    with system_scope("test"):
        acts = Entry.objects.filter(what__startswith="person.consent").order_by("pk").values_list("what", flat=True)
        assert list(acts) == ["person.consented", "person.consent_withdrawn"]


def test_a_guardian_who_asks_is_told_what_was_agreed(town: Town, child: Person) -> None:
    desk = signed_in(town.worker)
    desk.post(f"/desk/persons/{child.pk}/consent/", AGREED)
    asked = {
        "asked_by": "监护人",
        "paper": "户口簿",
        "reason": "想知道记了什么",
        "note": "周建国，祖父",
        "way": "print",
    }
    page = desk.post(f"/desk/persons/{child.pk}/disclose/", asked).content.decode()
    assert "2026-07-01 周建国（祖父）同意写进导出的名单，用途：暑期托管，凭据：同意书1号" in page


@pytest.mark.parametrize(
    "missing", [{"guardian": ""}, {"uses": []}, {"uses": ["all"]}, {"paper": ""}, {"since": "2999-01-01"}]
)
def test_without_guardian_use_paper_and_day_nothing_is_entered(
    town: Town, child: Person, missing: dict[str, Any]
) -> None:
    answer = signed_in(town.worker).post(f"/desk/persons/{child.pk}/consent/", {**AGREED, **missing})
    assert answer.status_code == 422
    assert "暑期托管" in answer.content.decode(), "what was typed stays"
    with system_scope("test"):
        assert not Consent.objects.exists()


def test_it_is_withdrawn_on_a_day_that_can_be_and_once(town: Town, child: Person) -> None:
    desk = signed_in(town.worker)
    desk.post(f"/desk/persons/{child.pk}/consent/", AGREED)
    with system_scope("test"):
        address = f"/desk/persons/consent/{Consent.objects.get().pk}/withdraw/"
    early = {"on": "2026-06-30", "note": "祖父说的"}
    assert desk.post(address, early).status_code == 422
    good = {"on": str(today() - dt.timedelta(days=1)), "note": "祖父说的"}
    assert desk.post(address, good).status_code == 302
    assert "已经撤回了" in desk.post(address, good, follow=True).content.decode()


def test_who_does_not_answer_for_the_place_sees_and_changes_nothing(town: Town, child: Person) -> None:
    signed_in(town.worker).post(f"/desk/persons/{child.pk}/consent/", AGREED)
    with system_scope("test"):
        pk = Consent.objects.get().pk
    foreign = a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY))
    for user in (foreign, town.steward):
        assert signed_in(user).get(f"/desk/persons/{child.pk}/consent/").status_code == 404
        given = {"on": str(today()), "note": "x"}
        assert signed_in(user).post(f"/desk/persons/consent/{pk}/withdraw/", given).status_code == 404


def test_of_who_is_no_child_none_is_asked(town: Town, child: Person) -> None:
    grown = next(one for one in town.persons() if one.name == "周建国")
    desk = signed_in(town.worker)
    assert "用不着监护人同意" in desk.get(f"/desk/persons/{grown.pk}/consent/").content.decode()
    desk.post(f"/desk/persons/{grown.pk}/consent/", AGREED)
    with system_scope("test"):
        assert not Consent.objects.exists()
