"""A value corrected at the desk, and the department that holds the wrong one."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifang.blocks.exchange.models import Question
from lifang.blocks.exchange.tests.situations import corrects, person_named, signed_in, types
from lifang.blocks.registry.dossier import guarded_words
from lifang.blocks.registry.models import Conflict, Record
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.ground.access import vault
from lifang.ground.access.models import Role
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_COMMUNITY, EAST_GRID, EAST_STREET, WEST, a_person, unit_of


def page(town: Town, pk: int, **query: str) -> str:
    return signed_in(town.worker).get(f"/desk/persons/{pk}/", query).content.decode()


def a_contact(kind: str, area: int = EAST) -> Client:
    return signed_in(a_person("department_contact", area, unit_of(kind, EAST)))


def asked(town: Town, element: str = "birth", value: str = "1956-03-01") -> Question:
    """The police hold a wrong value, and are asked to correct it."""
    town.took("police", [("周建国", "", "男", "1956-02-29", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")])
    zhou = person_named(town, "周建国")
    with town.all_places():
        wrong = Record.objects.get(system=town.systems["police"])
    assert corrects(town, zhou, element, value, ask=[str(wrong.pk)]).status_code == 302
    with town.all_places():
        return Question.objects.get()


def test_a_telephone_corrected_at_the_desk_counts_and_what_was_known_before_stays(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    zhou = person_named(town, "周建国")
    assert corrects(town, zhou, "phone", "13900099999", held_on="2026-07-01").status_code == 302
    now, then = page(town, zhou.pk), page(town, zhou.pk, on="2026-06-15")
    assert "139****9999" in now
    assert "138****0001" in now, "what the police say is still listed"
    assert "139****9999" not in then
    assert person_named(town, "周建国").area == EAST_COMMUNITY, "a telephone says nothing of the place"


def test_a_second_correction_replaces_the_first_word_of_the_desk(town: Town) -> None:
    types(town)
    mei = person_named(town, "何梅")
    assert corrects(town, mei, "phone", "13700030004").status_code == 302
    assert corrects(town, mei, "phone", "13700030005").status_code == 302
    with town.all_places():
        assert Record.objects.filter(person=mei, current=True, phone_key__isnull=False).count() == 1
        assert Record.objects.filter(person=mei, known_until__isnull=False).count() == 2
    shown = page(town, mei.pk)
    assert "137****0005" in shown
    search = signed_in(town.worker)
    assert "何梅" in search.post("/desk/persons/", {"q": "13700030005"}, follow=True).content.decode()
    assert "何梅" not in search.post("/desk/persons/", {"q": "13700030003"}, follow=True).content.decode()


def test_a_name_mistyped_at_the_desk_is_mended_without_a_conflict(town: Town) -> None:
    types(town)
    mei = person_named(town, "何梅")
    assert corrects(town, mei, "name", "何玫").status_code == 302
    assert [one.name for one in town.persons()] == ["何玫"]
    with town.all_places():
        assert not Conflict.objects.exists()


def test_a_home_in_another_grid_moves_the_person(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    zhou = person_named(town, "周建国")
    assert corrects(town, zhou, "place", str(EAST_GRID)).status_code == 302
    assert person_named(town, "周建国").area == EAST_GRID


def test_where_the_police_count_the_desk_says_so_and_its_word_stands_beside(town: Town) -> None:
    question = asked(town)
    zhou = person_named(town, "周建国")
    assert zhou.birth == dt.date(1956, 2, 29)
    form = signed_in(town.worker).get(f"/desk/persons/{zhou.pk}/correct/?element=birth").content.decode()
    assert "以公安为准" in form
    assert "已请更正，等答复" in form
    assert "1956年3月1日" in page(town, zhou.pk)
    assert question.shown["held"] == "1956年2月29日"


def test_the_department_sees_only_what_it_is_asked_and_answers(town: Town) -> None:
    question = asked(town)
    police, health, west = a_contact("police"), a_contact("health"), a_contact("police", WEST)
    assert "周建国" in police.get("/desk/questions/").content.decode()
    for other in (health, west):
        assert "周建国" not in other.get("/desk/questions/").content.decode()
        assert other.post(f"/desk/questions/{question.pk}/answer/", {"act": "accept"}).status_code == 404
    refused = police.post(f"/desk/questions/{question.pk}/answer/", {"act": "refuse"})
    assert refused.status_code == 422
    assert (
        police.post(f"/desk/questions/{question.pk}/answer/", {"act": "refuse", "reason": "以户口簿为准"}).status_code
        == 302
    )
    again = police.post(f"/desk/questions/{question.pk}/answer/", {"act": "accept"})
    assert again.status_code == 422
    for shown in (
        page(town, person_named(town, "周建国").pk),
        signed_in(town.worker).get("/desk/data/questions/?state=refused").content.decode(),
    ):
        assert "以户口簿为准" in shown
    assert police.get(f"/desk/persons/{person_named(town, '周建国').pk}/").status_code == 404


def test_both_see_for_how_many_days_a_question_waits(town: Town) -> None:
    question = asked(town)
    with town.all_places():
        Question.objects.filter(pk=question.pk).update(at=timezone.now() - dt.timedelta(days=9))
    assert "9 天" in signed_in(town.worker).get("/desk/data/questions/").content.decode()
    assert "9 天" in a_contact("police").get("/desk/questions/").content.decode()
    assert "等了 9 天" in page(town, person_named(town, "周建国").pk)


def test_a_steward_enters_what_a_department_answered_by_letter(town: Town) -> None:
    question = asked(town)
    steward, worker = signed_in(town.steward), signed_in(town.worker)
    assert worker.post(f"/desk/data/questions/{question.pk}/answer/", {"act": "accept"}).status_code == 404
    assert steward.post(f"/desk/data/questions/{question.pk}/answer/", {"act": "accept"}).status_code == 302


def test_a_number_is_masked_for_the_department_too(town: Town) -> None:
    question = asked(town, "phone", "13900099999")
    assert (question.shown["held"], question.shown["ours"]) == ("138****0001", "139****9999")


def test_what_a_resident_asked_is_kept_as_such(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    zhou = person_named(town, "周建国")
    corrects(town, zhou, "phone", "13900099999", asked="on")
    assert "居民本人要求" in page(town, zhou.pk)


def test_a_correction_that_cannot_be_is_refused_and_nothing_typed_is_lost(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    zhou = person_named(town, "周建国")
    bad: list[tuple[str, str, Any]] = [
        ("phone", "12", {}), ("number", ZHOU[:-2], {}), ("sex", "9x", {}), ("birth", "2999-01-01", {}),
        ("phone", "13900099999", {"paper": ""}), ("phone", "13900099999", {"reason": ""}), ("place", str(EAST_STREET), {}),
        ("phone", "/", {}),
    ]  # fmt: skip
    for element, value, more in bad:
        answer = corrects(town, zhou, element, value, **more)
        assert answer.status_code == 422, (element, value)
        assert "户口簿" in answer.content.decode() or "paper" in more
    client = signed_in(town.worker)
    assert client.get(f"/desk/persons/{zhou.pk}/correct/?element=nothing").status_code == 404
    assert client.get(f"/desk/persons/{person_named(town, '林小芳').pk}/correct/").status_code == 404
    with town.all_places():
        assert not Record.objects.filter(system__code="desk").exists()


def test_an_earlier_day_than_the_desks_last_word_is_refused(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    zhou = person_named(town, "周建国")
    assert corrects(town, zhou, "phone", "13900099999", held_on="2026-07-01").status_code == 302
    answer = corrects(town, zhou, "phone", "13900099998", held_on="2026-06-20")
    assert answer.status_code == 422
    assert "13900099998" in answer.content.decode()


def test_a_correction_from_an_earlier_day_does_not_take_out_what_was_entered_from_a_later_one(town: Town) -> None:
    types(town, held_on="2026-07-01")
    mei = person_named(town, "何梅")
    answer = corrects(town, mei, "phone", "13700030004", held_on="2026-06-01")
    assert answer.status_code == 422
    assert "2026-07-01" in answer.content.decode()
    assert "137****0003" in page(town, mei.pk)


def test_what_remains_of_an_entry_keeps_its_paper_and_reason(town: Town) -> None:
    types(town, paper="租房合同")
    mei = person_named(town, "何梅")
    corrects(town, mei, "phone", "13700030004", paper="本人口述")
    with town.all_places():
        kept = Record.objects.get(person=mei, current=True, facts__has_key="birth")
        assert (kept.entry.paper, kept.entry.reason, kept.entry.by) == ("租房合同", "新搬来", town.worker)


def test_where_a_key_is_missing_a_correction_is_refused_in_words(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    types(town)
    mei = person_named(town, "何梅")

    def lost(text: bytes, binding: str) -> str:
        raise vault.Unreadable(binding)

    monkeypatch.setattr(vault, "unseal", lost)
    answer = corrects(town, mei, "birth", "1990-05-07")
    assert answer.status_code == 422
    assert "现在打不开" in answer.content.decode()
    assert "1990-05-07" in answer.content.decode()


def test_what_is_said_of_somebody_leaves_a_look_and_a_childs_address_stays_hidden(town: Town) -> None:
    birth = today().replace(day=1, year=today().year - 8)
    number = made_up(f"990101{birth:%Y%m%d}001")
    town.took("police", [("周小宝", number, "男", str(birth), "13700070007", *ZHOU_ROW[5:])])
    child, client = person_named(town, "周小宝"), signed_in(town.worker)
    address = f"/desk/persons/{child.pk}/correct/?element="
    assert ZHOU_ROW[5] in client.get(f"{address}address").content.decode()
    with town.all_places():
        assert Entry.objects.filter(what="person.read", object_id=str(child.pk), user_id=town.worker.pk).count() == 1
        role = Role.objects.get(code="community_worker")
        role.functions = [function for function in role.functions if function != "person.child"]
        role.save()
    assert ZHOU_ROW[5] not in client.get(f"{address}address").content.decode()
    assert "137****0007" not in client.get(f"{address}phone").content.decode()


def test_health_is_corrected_for_a_purpose_by_who_may_see_it_and_stays_sealed(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    zhou = person_named(town, "周建国")
    address = f"/desk/persons/{zhou.pk}/correct/?element=chronic"
    assert "特别保护" in signed_in(town.worker).get(address).content.decode()
    assert corrects(town, zhou, "chronic", "高血压").status_code == 422, "without a purpose nothing is written"
    assert corrects(town, zhou, "chronic", "高血压", purpose="上门走访").status_code == 302
    assert corrects(town, zhou, "chronic", "糖尿病", purpose="上门走访").status_code == 302
    with town.all_places():
        record = Record.objects.filter(person=zhou, system__code="desk", known_until=None).get()
        assert not {"高血压", "糖尿病"} & set(map(str, record.facts.values()))
        row = Entry.objects.filter(what="resident.corrected").latest("pk")
        assert (row.data["element"], row.data["purpose"]) == ("chronic", "上门走访")
        assert "糖尿病" not in str(row.data)
        assert [value for value, _origin in guarded_words(zhou, "chronic")] == ["糖尿病"]
    page = signed_in(town.worker).get(f"/desk/persons/{zhou.pk}/").content.decode()
    assert "糖尿病" not in page
    with system_scope("test"):
        Role.objects.filter(code="community_worker").update(functions=["person.read", "person.edit"])
    assert signed_in(town.worker).get(address).status_code == 404
    assert corrects(town, zhou, "chronic", "无", purpose="上门走访").status_code == 404


def test_a_department_is_asked_about_health_and_nobody_is_shown_the_value(town: Town) -> None:
    town.took(
        "health", [("周建国", ZHOU, "高血压", "东风1社区")], heads=("姓名", "身份证号", "慢性病", "所属社区")
    )  # fmt: skip
    zhou = person_named(town, "周建国")
    with town.all_places():
        wrong = Record.objects.get(system=town.systems["health"])
    shown = signed_in(town.worker).get(f"/desk/persons/{zhou.pk}/correct/?element=chronic").content.decode()
    assert f'name="ask" value="{wrong.pk}"' in shown
    assert "高血压" not in shown
    given = {"purpose": "上门走访", "ask": [str(wrong.pk)]}
    assert corrects(town, zhou, "chronic", "糖尿病", **given).status_code == 302
    with town.all_places():
        question = Question.objects.get()
        assert (question.element, question.shown["held"], question.shown["ours"]) == ("chronic", "***", "***")
    own = a_contact("health").get("/desk/questions/").content.decode()
    mine = signed_in(town.worker).get("/desk/data/questions/").content.decode()
    theirs = signed_in(town.steward).get("/desk/data/questions/").content.decode()
    assert "慢性病" in own
    assert "慢性病" in mine
    assert "慢性病" not in theirs
    assert "特别保护的一项" in theirs
    for page in (own, mine, theirs):
        assert not {word for word in ("高血压", "糖尿病") if word in page}
