"""At the counter: who is here, what they can get, what is known, what is missing; and starting an item."""

import re

from django.test import Client
from django.utils import timezone

from lifang.blocks.cases.models import Voice
from lifang.blocks.registry import facts
from lifang.blocks.registry.models import Record
from lifang.domains.counter import items
from lifang.domains.counter.actions import form_of
from lifang.domains.counter.models import Filling
from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, born, browser, row
from lifang.domains.guidance import actions as guide
from lifang.domains.guidance.actions import Draft
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_STREET, WEST_COMMUNITY, a_person, unit_of


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def start_page(hall: Hall, item: str, person: str) -> str:
    pk = hall.person(person).pk
    return page(hall.desk, f"{DESK}new/{item}/?area={EAST_COMMUNITY}&person={pk}")


def test_s132_any_item_is_started_from_one_screen_and_has_one_receipt_number(hall: Hall) -> None:
    """S132: any of the listed items can be started from one screen; one receipt number."""
    hall.ward.knows(row("周建国", born(81)))
    pk = hall.person("周建国").pk
    shown = page(hall.desk, f"{DESK}?person={pk}")
    offered = items.offered(EAST_COMMUNITY, today())
    assert len(offered) >= 12
    for item, service in offered.items():
        assert f"{DESK}new/{item}/?area={EAST_COMMUNITY}&amp;person={pk}" in shown
        assert f"<h1>{service.title}</h1>" in start_page(hall, item, "周建国")
    case = hall.starts("elder_allowance", person="周建国", q_phone="13800010001", q_card="social")
    token, _code = hall.receipt(case)
    slip = page(Client(), f"/services/r/{token}/slip/")
    assert case.number in slip
    assert len(hall.cases()) == 1


def test_s302_a_worker_of_one_line_starts_an_item_of_another_and_its_back_office_gets_it(hall: Hall) -> None:
    """S302: worker of line A starts an item of line B at the desk, receipt printed, back-office owner gets it."""
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts(
        "elder_allowance", by=hall.other, go="pass_on", person="周建国", q_phone="13800010001", q_card="social"
    )
    assert (case.state, case.unit and case.unit.kind) == ("back", "civil_affairs")
    token, code = hall.receipt(case)
    slip = page(Client(), f"/services/r/{token}/slip/")
    assert code in slip
    assert "受理回执" in slip
    back = browser(hall.back)
    assert case.number in page(back, f"{DESK}cases/?show=back")
    assert "周建国" not in page(back, f"{DESK}cases/{case.number}/")
    hall.does(case, "complete", by=hall.back, result="从下月起发放")
    assert hall.case(case.number).state == "done"
    hall.does(case, "tell", told="phone")
    assert hall.case(case.number).state == "closed"
    told = page(Client(), f"/services/r/{token}/")
    assert "从下月起发放" in told
    assert "现在归谁办" not in told


def test_what_was_handed_to_the_back_is_settled_by_the_back_alone(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("elder_allowance", go="pass_on", person="周建国", q_phone="13800010001", q_card="social")
    assert "?act=complete" not in page(hall.desk, f"{DESK}cases/{case.number}/")
    for act, told in (
        ("complete", {"result": "办了"}),
        ("deny", {"reason": "不符", "basis": "示范"}),
        ("send_back", {"reason": "缺"}),
    ):
        refused = hall.does(case, act, **told)
        assert refused.status_code == 422
        assert "由他们办理，窗口不能代办" in refused.content.decode()
    assert hall.case(case.number).state == "back"
    assert "?act=complete" in page(browser(hall.back), f"{DESK}cases/{case.number}/")


def test_what_the_guide_says_of_the_matter_stands_beside_its_form(hall: Hall) -> None:
    writer, checker = (a_person("street_desk", EAST_STREET, name=name) for name in ("街道甲", "街道乙"))
    draft = Draft(
        "wrong", "高龄津贴发到了别人卡上", "收了儿子的银行卡。", right="只收本人名下的卡。",
        matters=[items.offered(EAST_COMMUNITY, today())["elder_allowance"].matter],
    )  # fmt: skip
    with scope_of(writer, "guide.write"):
        article = guide.write(by=writer, area=EAST_STREET, draft=draft)
        guide.send(article=article, by=writer)
    address = f"{DESK}new/elder_allowance/?area={EAST_COMMUNITY}"
    assert draft.title not in page(hall.desk, address)
    with scope_of(checker, "guide.check"):
        guide.publish(article=article, by=checker, looked=True)
    beside = page(hall.desk, address).partition("办事指引</h2>")[2]
    assert "收了儿子的银行卡。" in beside
    assert "只收本人名下的卡。" in beside
    assert draft.title not in page(hall.desk, f"{DESK}new/birth/?area={EAST_COMMUNITY}")
    case = hall.starts("elder_allowance", go="short")
    assert draft.title in page(hall.desk, f"{DESK}cases/{case.number}/")


def test_a_telephone_is_asked_once_and_not_again_on_the_notice_of_what_is_missing(hall: Hall) -> None:
    shown = page(hall.desk, f"{DESK}new/elder_allowance/?area={EAST_COMMUNITY}")
    assert len(re.findall(r'name="(?:q_)?phone"', shown)) == 1
    case = hall.starts("elder_allowance", go="short", q_phone="13800010009")
    lacking = page(hall.desk, f"{DESK}cases/{case.number}/").partition("还缺")[2].partition("</ul>")[0]
    assert "身份证号" in lacking
    assert "联系电话" not in lacking
    with system_scope("test"):
        assert Voice.objects.get(case=case).wants_answer
    token, _code = hall.receipt(case)
    assert (
        f"{timezone.localtime(case.opened_at):%Y-%m-%d}"
        in page(Client(), f"/services/r/{token}/slip/").partition("收到时间")[2]
    )


def test_who_is_here_is_found_by_name_initials_and_last_four_and_nothing_stands_in_the_address(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    pk = hall.person("周建国").pk
    with system_scope("test"):
        last = last_four(pk)
    for words in ("周建国", "zjg", last):
        answer = hall.desk.post(f"{DESK}find/", {"q": words, "area": EAST_COMMUNITY})
        assert f"person={pk}" in answer.content.decode(), words
    part = hall.desk.post(f"{DESK}find/", {"q": "周建国"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f"person={pk}" in part
    with system_scope("test"):
        assert not Entry.objects.filter(data__icontains="周建国").exists()


def last_four(person: int) -> str:
    record = Record.objects.get(person=person)
    return str((facts.readable(record.sealed) or {})["number"])[-4:]


def test_what_one_can_get_is_judged_with_reasons(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(77)), row("林桂英", born(81), serial=2))
    young = page(hall.desk, f"{DESK}?person={hall.person('周建国').pk}")
    assert "现在 77 岁，还差 3 年" in young
    assert "住处登记 2 人" in young
    assert "没有部门说过最低生活保障对象" in young
    assert young.index("老年人优待证办理") < young.index("高龄津贴申请")
    old = page(hall.desk, f"{DESK}?person={hall.person('林桂英').pk}")
    assert "现在 81 岁" in old


def test_what_is_known_is_shown_with_its_origin_and_not_asked_again(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    shown = start_page(hall, "elder_allowance", "周建国")
    known, _mark, asked = shown.partition("要问的")
    assert "永宁路12" in known
    assert "police" in known
    assert "登记册里有（police" in asked
    assert "不用带" in asked
    assert "联系电话" in asked
    case = hall.starts("elder_allowance", person="周建国", q_phone="13800010001", q_card="social")
    with system_scope("test"):
        form = form_of(case)
    assert form.known["address"]["value"].startswith("永宁路12")
    assert form.answers["card"] == "social"
    assert "身份证" in form.papers


def test_what_was_told_once_is_known_the_next_time(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    hall.starts("elder_allowance", person="周建国", q_phone="13800010001", q_card="social")
    known, _mark, asked = start_page(hall, "temporary_relief", "周建国").partition("要问的")
    assert "138****0001" in known
    assert 'name="q_phone"' not in asked
    assert "13800010001" not in known + asked


def test_a_question_that_does_not_apply_is_not_asked_for(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    address = f"{DESK}new/elder_allowance/?area={EAST_COMMUNITY}&person={hall.person('周建国').pk}"
    sent = {"channel": "counter", "consent": "present", "name": "周建国", "q_phone": "13800010001", "q_card": "bank"}
    answer = hall.desk.post(address, {**sent, "key": "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1"})
    assert answer.status_code == 422
    assert "请填写“开户银行”" in answer.content.decode()
    assert "13800010001" in answer.content.decode()
    assert hall.cases() == []
    assert hall.starts("elder_allowance", person="周建国", q_phone="13800010001", q_card="bank", q_bank="某银行")


def test_a_word_that_says_nothing_does_not_answer_what_must_be_answered(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    address = f"{DESK}new/elder_allowance/?area={EAST_COMMUNITY}&person={hall.person('周建国').pk}"
    sent = {"channel": "counter", "consent": "present", "name": "周建国", "q_phone": "不详", "q_card": "social"}
    answer = hall.desk.post(address, {**sent, "key": "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1"})
    assert answer.status_code == 422
    assert "请填写“联系电话”" in answer.content.decode()
    assert "不详" in answer.content.decode()
    assert hall.cases() == []


def test_what_is_missing_is_said_once_and_stands_on_the_notice(hall: Hall) -> None:
    case = hall.starts("veteran", go="short", p_0="on", q_left="1990")
    assert case.state == "short"
    token, code = hall.receipt(case)
    notice = page(Client(), f"/services/r/{token}/slip/")
    assert "一次性告知书" in notice
    for lacking in ("退役证件", "一寸照片一张", "申请表：身份证号、联系电话、现住址"):
        assert lacking in notice
    assert "<li>身份证</li>" not in notice
    assert (case.number in notice, code in notice) == (True, True)
    hall.does(case, "papers_in", how="sent")
    assert hall.case(case.number).state == "taken"


def test_a_front_item_is_settled_at_once_and_a_back_item_is_not(hall: Hall) -> None:
    settled = hall.starts(
        "birth",
        go="settle",
        result="手册已给",
        q_children="1",
        q_born="false",
        q_number=number(),
        q_phone="13800010001",
    )
    assert settled.state == "closed"
    relief = hall.starts(
        "temporary_relief",
        q_number=number(2),
        q_phone="13800010002",
        q_address="永宁路12号3栋2单元501室",
        q_what="摔伤",
        q_urgent="false",
    )
    assert hall.does(relief, "settle", result="办了").status_code == 422
    assert hall.case(relief.number).state == "taken"


def number(serial: int = 1) -> str:
    return row("甲", born(40), serial=serial)[1]


def test_the_same_sending_twice_is_one_case(hall: Hall) -> None:
    address = f"{DESK}new/birth/?area={EAST_COMMUNITY}"
    sent = {
        "channel": "counter", "consent": "present", "name": "演示人", "key": "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1", "go": "take",
        "q_children": "1", "q_born": "false", "q_number": number(), "q_phone": "13800010001", "area": EAST_COMMUNITY,
    }  # fmt: skip
    first, second = hall.desk.post(address, sent), hall.desk.post(address, sent)
    assert first["Location"] == second["Location"]
    assert len(hall.cases()) == 1


def test_what_cannot_go_on_was_not_begun_either(hall: Hall) -> None:
    with system_scope("test"):
        Unit.objects.filter(kind="human_resources").update(active=False)
    address = f"{DESK}new/employment/?area={EAST_COMMUNITY}"
    sent = {
        "channel": "counter", "consent": "present", "name": "演示人", "key": "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1",
        "go": "pass_on", "q_state": "working", "q_number": number(), "q_phone": "13800010001", "q_education": "10",
    }  # fmt: skip
    refused = hall.desk.post(address, sent)
    assert "请管理员先登记单位" in refused.content.decode()
    assert "13800010001" in refused.content.decode()
    assert hall.cases() == []


def test_who_files_for_somebody_says_how_they_agreed_and_the_person_gets_a_slip(hall: Hall) -> None:
    address = f"{DESK}new/alone_care/?area={EAST_COMMUNITY}"
    sent = {"channel": "counter", "consent": "written", "name": "周建国", "key": "6f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a1"}
    assert "请写明代办人是谁" in hall.desk.post(address, sent).content.decode()
    case = hall.starts(
        "alone_care", consent="written", proxy="女儿周某 13800010009", q_phone="13800010001", q_address="永宁路12号3栋2单元501室", q_often="week"
    )  # fmt: skip
    with system_scope("test"):
        voice = Voice.objects.get(case=case)
        assert voice.consent == "written"
        assert form_of(case).proxy == "女儿周某 13800010009"
        assert b"13800010009" not in bytes(Filling.objects.get(case=case).sealed)
    assert "13800010009" not in page(hall.desk, f"{DESK}cases/{case.number}/")


def test_units_that_must_sign_do_so_before_it_is_done(hall: Hall) -> None:
    case = hall.starts(
        "low_income_first", go="pass_on", q_number=number(), q_phone="13800010001", q_address="永宁路12号3栋2单元501室", q_members="2",
        q_income="500", q_ill="false", q_reason="没有工作",
    )  # fmt: skip
    assert hall.does(case, "complete", by=hall.back, result="符合").status_code == 422
    with system_scope("test"):
        part = case.parts.get()
    signer = a_person("dept_officer", part.unit.area, part.unit, name="街道甲")
    hall.does(case, "sign", by=signer, result="属实")
    hall.does(case, "complete", by=hall.back, result="符合")
    assert hall.case(case.number).state == "done"


def test_what_came_back_teaches_the_next_worker(hall: Hall) -> None:
    given = {"q_phone": "13800010001", "q_card": "social", "q_address": "永宁路12号3栋2单元501室"}
    case = hall.starts("elder_allowance", go="pass_on", q_number=number(), **given)
    hall.does(case, "send_back", by=hall.back, reason="银行卡不是本人名下")
    now = hall.case(case.number)
    assert (now.state, now.unit and now.unit.kind) == ("taken", "community_committee")
    again = page(hall.desk, f"{DESK}new/elder_allowance/?area={EAST_COMMUNITY}")
    assert "银行卡不是本人名下" in again
    assert "别人的卡会被退回" in again


def test_the_whole_form_is_shown_for_a_purpose_and_kept_in_the_trail(hall: Hall) -> None:
    case = hall.starts(
        "elder_allowance", go="pass_on", q_number=number(), q_phone="13800010001", q_card="social", q_address="永宁路12号3栋2单元501室"
    )  # fmt: skip
    back, address = browser(hall.back), f"{DESK}cases/{case.number}/"
    masked = page(back, address)
    assert "138****0001" in masked
    assert number() not in masked
    assert back.post(f"{address}whole/", {"purpose": ""}).status_code == 422
    whole = back.post(f"{address}whole/", {"purpose": "核实情况"}).content.decode()
    assert number() in whole
    assert "13800010001" in whole
    with system_scope("test"):
        entry = Entry.objects.get(what="counter.revealed")
    assert entry.data["purpose"] == "核实情况"
    stranger = browser(a_person("dept_officer", EAST, unit_of("water", EAST)))
    assert stranger.get(address).status_code == 404
    assert browser(a_person("community_worker", WEST_COMMUNITY)).get(address).status_code == 404


def test_a_case_names_nobody(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("elder_allowance", person="周建国", q_phone="13800010001", q_card="social")
    with system_scope("test"):
        said = str([type(case).objects.filter(pk=case.pk).values(), list(case.acts.values())])
    assert "周建国" not in said
    assert "13800010001" not in said
    with scope_of(hall.worker, "case.read"):
        assert not Filling.objects.exists()
    with scope_of(hall.worker, "counter.serve"):
        assert Filling.objects.exists()
    reader = a_person("auditor", EAST)
    with scope_of(reader, "counter.read"):
        assert not Filling.objects.exists()
    shown = page(browser(reader), f"{DESK}cases/{case.number}/")
    assert case.number in shown
    assert "社会保障卡" not in shown


def test_a_form_is_printed_under_its_number_and_typed_back_without_losing_what_was_there(hall: Hall) -> None:
    case = hall.starts("veteran", go="short", p_0="on", q_left="1990")
    paper = page(hall.desk, f"{DESK}cases/{case.number}/paper/")
    assert case.number in paper
    assert "哪年退役" in paper
    address = f"{DESK}cases/{case.number}/fill/"
    answer = hall.desk.post(address, {"q_left": "1991", "q_phone": "13800010001", "p_1": "on"})
    assert answer.status_code == 302
    with system_scope("test"):
        assert form_of(case).answers == {"left": "1991", "phone": "13800010001"}
        assert Filling.objects.filter(case=case).count() == 2
    wrong = hall.desk.post(address, {"q_number": "123"})
    assert wrong.status_code == 422
    assert "123" in wrong.content.decode()


def test_an_applicant_is_recognised_as_a_resident(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("veteran", go="short", p_0="on")
    found = hall.desk.post(f"{DESK}cases/{case.number}/link/", {"q": "周建国"}).content.decode()
    pk = hall.person("周建国").pk
    assert f'name="person" value="{pk}"' in found
    hall.desk.post(f"{DESK}cases/{case.number}/link/", {"person": pk})
    assert case.number in page(hall.desk, f"{DESK}?person={pk}")
    assert "退役军人和优抚对象登记" in page(hall.desk, f"/desk/persons/{pk}/")
