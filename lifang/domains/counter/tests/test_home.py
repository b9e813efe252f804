"""From home, without an account: items, guide, applying, progress by link or by number and code."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from lifang.blocks.cases.models import Voice
from lifang.domains.counter import items
from lifang.domains.counter.actions import form_of
from lifang.domains.counter.models import Application, Filling
from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, browser
from lifang.domains.counter.tests.test_desk import number
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, system_scope, within_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY_2, a_person

KEY = "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1"
HOME = {
    "name": "王小明", "phone": "13800010007", "place": "东风1社区", "q_children": "1", "q_born": "false",
    "q_number": "", "key": KEY,
}  # fmt: skip


def sends(item: str = "birth", client: Client | None = None, **typed: str) -> str:
    answer = (client or Client()).post(f"/services/{item}/apply/", {**HOME, "q_number": number(), **typed})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_s328_what_is_sent_from_home_stands_at_the_desk_with_the_same_number(hall: Hall) -> None:
    """S328: item sent from home appears at the desk within a minute with the same receipt number."""
    slip = Client().get(sends()).content.decode()
    (case,) = hall.cases()
    assert (case.state, case.area, case.source) == ("applied", EAST_COMMUNITY, "web")
    assert case.number in slip
    assert case.number in hall.desk.get(f"{DESK}cases/?show=home").content.decode()
    assert '<b class="num end">1</b>' in hall.desk.get(DESK).content.decode()
    elsewhere = browser(a_person("community_worker", EAST_COMMUNITY_2))
    assert case.number not in elsewhere.get(f"{DESK}cases/?show=home").content.decode()
    hall.does(case, "take")
    hall.does(case, "settle", result="手册已给")
    token, _code = hall.receipt(case)
    assert "手册已给" in Client().get(f"/services/r/{token}/").content.decode()


def test_sent_twice_it_is_one_and_name_and_telephone_are_sealed(hall: Hall) -> None:
    assert sends() == sends()
    (case,) = hall.cases()
    with system_scope("test"):
        voice, filling = Voice.objects.get(case=case), Filling.objects.get(case=case)
        assert "王小明".encode() not in bytes(voice.name)
        assert form_of(case).answers["phone"] == "13800010007"
        assert b"birth" not in bytes(filling.sealed)


def test_back_and_sent_again_leads_to_the_first_receipt_while_it_stands(hall: Hall) -> None:
    home, key = Client(), lambda: str(uuid.uuid4())
    first = sends(client=home)
    assert sends(client=home, key=key()) == first
    (case,) = hall.cases()
    assert sends(key=key()) != first, "whoever types the same elsewhere is not led to a receipt that is not theirs"
    hall.does(case, "take")
    hall.does(case, "settle", result="手册已给")
    second = sends(client=home, key=key())
    assert second != first
    assert sends(client=home, key=key(), q_children="2") != second, "another form, such as a twin's"


def test_a_day_that_has_not_come_is_not_the_day_on_which_something_happened(hall: Hall) -> None:
    ahead = str(today() + dt.timedelta(days=3))
    answer = Client().post("/services/residence/apply/", {**HOME, "q_number": number(), "q_since": ahead})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "日期不能在今天以后" in page
    assert f'value="{ahead}"' in page
    leaving = Client().post("/services/floating/apply/", {**HOME, "q_number": number(), "q_left": ahead})
    assert "日期不能在今天以后" not in leaving.content.decode()


def test_progress_by_number_and_code_and_no_other(hall: Hall) -> None:
    sends()
    (case,) = hall.cases()
    token, code = hall.receipt(case)
    client = Client()
    found = client.post("/services/progress/", {"number": case.number.replace("-", ""), "code": code})
    assert found["Location"] == f"/services/r/{token}/"
    wrong = client.post("/services/progress/", {"number": case.number, "code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status_code == 422
    assert case.number in wrong.content.decode()
    for _again in range(8):
        last = client.post("/services/progress/", {"number": case.number, "code": "000000"})
    assert last.status_code == 429


def test_number_and_telephone_on_the_front_page_lead_to_what_is_still_to_be_brought(hall: Hall) -> None:
    sends()
    (case,) = hall.cases()
    hall.does(case, "take")
    hall.does(case, "ask_papers", papers="户口簿\n结婚证")
    found = Client().post("/track/", {"number": case.number, "phone": "138 0001 0007"}, follow=True)
    token, _code = hall.receipt(case)
    assert found.redirect_chain[-1][0] == f"/services/r/{token}/"
    shown = found.content.decode()
    assert "还要补" in shown
    assert "结婚证" in shown


def test_a_link_opens_its_own_case_alone(hall: Hall) -> None:
    sends()
    sends(key="7f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a2", q_children="2")
    first, second = hall.cases()
    token, _code = hall.receipt(first)
    with within_scope(Scope("public.service", token=token)):
        assert [one.case_id for one in Application.objects.all()] == [first.pk]
        assert not Filling.objects.exists()
    assert second.number not in Client().get(f"/services/r/{token}/").content.decode()
    assert Client().get("/services/r/0000/").status_code == 404


def test_a_community_that_nobody_knows_is_asked_for_again_and_nothing_is_lost(hall: Hall) -> None:
    answer = Client().post("/services/birth/apply/", {**HOME, "q_number": number(), "place": "不知哪里"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "没有认出是哪个社区" in shown
    assert "王小明" in shown
    assert hall.cases() == []


@pytest.mark.parametrize(
    ("age", "answer", "words"),
    [("77", "yes", "还差 3 年"), ("81", "yes", "看来您符合条件"), ("81", "", "还说不准"), ("", "yes", "不知道出生日期"), ("900", "", "130 以内")],
)  # fmt: skip
def test_am_i_likely_to_get_it_is_answered_and_nothing_is_kept(hall: Hall, age: str, answer: str, words: str) -> None:
    shown = Client().post("/services/elder_allowance/", {"age": age, "c_1": answer})
    assert words in shown.content.decode()
    assert set(shown.cookies) <= {"csrftoken"}
    assert hall.cases() == []
    with system_scope("test"):
        assert not Entry.objects.filter(function="public.service").exists()


def test_every_item_has_its_guide_its_blank_form_and_says_why_it_is_not_done_in_one_place(hall: Hall) -> None:
    client = Client()
    listed = client.get("/services/").content.decode()
    for item in ("elder_allowance", "disability_card", "veteran"):
        assert f"/services/{item}/" in listed
        assert "要带什么" in client.get(f"/services/{item}/").content.decode()
        assert "申请人签字" in client.get(f"/services/{item}/form/").content.decode()
    assert "要到指定医院评定残疾等级" in client.get("/services/disability_card/").content.decode()
    assert client.get("/services/disability_card/apply/").status_code == 404
    assert client.get("/services/no_such/").status_code == 404


def test_an_item_holds_as_of_the_day_on_which_the_case_began(hall: Hall) -> None:
    sends()
    (case,) = hall.cases()
    assert not items.changed_since(case, dt.date(2026, 12, 1))
    assert items.changed_since(case, dt.date(2019, 12, 1))


def test_who_leaves_something_out_at_home_is_told_what_they_can_do_about_it(hall: Hall) -> None:
    answer = Client().post("/services/elder_allowance/apply/", {"key": KEY})
    assert answer.status_code == 422
    page = answer.content.decode()
    for words in (
        "请写您的姓名。",
        "请写联系电话，社区好找您。",
        "请写您住的社区",
        "手边没有的，可以打电话或到社区窗口办",
    ):
        assert words in page
    assert "按材料不齐受理" not in page, "that is the counter's to do"


def test_all_that_is_wrong_is_said_at_once_the_community_too(hall: Hall) -> None:
    answer = Client().post("/services/birth/apply/", {**HOME, "name": "", "place": "没有的社区"})
    page = answer.content.decode()
    assert "请写您的姓名。" in page
    assert "没有认出是哪个社区" in page
    assert 'value="没有的社区"' in page


def test_the_blank_form_is_called_an_application_once(hall: Hall) -> None:
    page = Client().get("/services/elder_allowance/form/").content.decode()
    assert "高龄津贴申请表" in page
    assert "申请申请表" not in page
