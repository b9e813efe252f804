"""Helpers and experts: listed at a place, asked about a case, answering themselves or through a worker."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.cases.models import Act, Case
from lifang.domains.experts import telling
from lifang.domains.experts.models import Expert
from lifang.domains.grid.tests.situations import City, reported, to_dispatched, to_handling
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text15
from lifang.ground.notices.models import Notice
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_COMMUNITY, EAST_STREET, IN_WEST_GRID, WEST, a_person

LAW, MEDIATION, STRUCTURE = "01", "02", "03"
PHONE = "13812345678"
QUESTION = "楼上装修砸了承重墙，业主拒不恢复，能不能先停水停电？"
ANSWER = "不能停水停电。依民法典第二百八十六条，可请求停止侵害、恢复原状，并报住建部门查处。"


def signed_in(city: City, person: str) -> Client:
    client = Client()
    client.force_login(city.people[person])
    return client


def listed(city: City, by: str = "street", /, **more: Any) -> Any:
    """The answer to the form that enters somebody."""
    data = {
        "name": "张三",
        "fields_": [LAW],
        "employer": "某律师事务所",
        "note": "",
        "area": text15(EAST_STREET),
        "since": "2026-01-01",
        "until": "",
        "phone": PHONE,
        "username": "",
        **more,
    }
    return signed_in(city, by).post(reverse("expert_new"), data)


def an_expert(city: City, by: str = "street", **more: Any) -> Expert:
    answer = listed(city, by, **more)
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        return Expert.objects.latest("pk")


def put(city: City, case: Case, expert: Expert, by: str = "worker", field: str = LAW, **more: Any) -> Any:
    """The answer to the form of a question."""
    data = {
        "expert": expert.pk,
        "question": QUESTION,
        "due": (today() + dt.timedelta(days=3)).isoformat(),
        "key": str(uuid.uuid4()),
        **more,
    }
    return signed_in(city, by).post(reverse("expert_ask", args=[case.number]) + f"?field={field}", data)


def asked(city: City, case: Case, expert: Expert, **more: Any) -> Case:
    assert put(city, case, expert, **more).status_code == 302
    with system_scope("test"):
        return Case.objects.filter(type="consultation").latest("pk")


def said(city: City, person: str, question: Case, name: str, /, own: bool = False, **data: Any) -> Any:
    """One act, on the expert's own page or on the page of cases."""
    city.refresh(question)
    page = reverse("expert_question" if own else "case", args=[question.number])
    posted = {"act": name, "version": question.version, "key": str(uuid.uuid4()), **data}
    return signed_in(city, person).post(page, posted)


def text_of(city: City, person: str, name: str, *args: Any, **query: Any) -> str:
    answer = signed_in(city, person).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def notices() -> list[tuple[str, str]]:
    for args in ProcrastinateJob.objects.filter(task_name="experts.tell", status="todo").values_list("args", flat=True):
        telling.tell(**args)
    with system_scope("test"):
        return list(Notice.objects.order_by("pk").values_list("user__name", "title"))


def a_case(**more: Any) -> Case:
    return reported(timezone.now() - dt.timedelta(minutes=30), phone="13900000000", name="王小二", **more).case


def test_an_expert_answers_and_the_answer_is_found_again_by_field(city: City) -> None:
    """Inventory S265: listed → asked → answered → rated; stored with the case, found by field and by words."""
    lawyer = an_expert(city, username=city.people["lawyer"].username)
    engineer = an_expert(city, name="李工", fields_=[STRUCTURE])
    case = a_case()
    question = asked(city, case, lawyer)
    assert (question.parent_id, question.state) == (case.pk, "asked")
    assert timezone.localdate(question.due_at) == today() + dt.timedelta(days=3)
    assert "待答复" in text_of(city, "worker", "case", case.number)

    page = text_of(city, "lawyer", "expert_question", question.number)
    assert QUESTION in page
    assert case.title in page
    assert said(city, "lawyer", question, "answer", own=True, answer=ANSWER).status_code == 302

    page = text_of(city, "worker", "case", case.number)
    assert "已答复" in page
    with system_scope("test"):
        assert ANSWER in Act.objects.filter(case=case).latest("seq").note
    assert said(city, "worker", question, "rate", rating="five", comment="据此劝住了").status_code == 302
    assert city.refresh(question).state == "rated"

    other = asked(city, a_case(), engineer, field=STRUCTURE)
    said(city, "worker", other, "record_answer", how="phone", answer="请房屋安全鉴定机构看过再说。")
    by_field = text_of(city, "street", "expert_answers", field=LAW)
    assert ANSWER in by_field
    assert "据此劝住了" in by_field
    assert "鉴定机构" not in by_field
    for words in ("恢复原状", "承重墙", question.number):
        assert ANSWER in text_of(city, "street", "expert_answers", q=words), words
    assert ANSWER not in text_of(city, "street", "expert_answers", q="电梯")
    assert ANSWER not in text_of(city, "other_street", "expert_answers", field=LAW)
    assert notices() == [
        ("lawyer", f"有问题请教您：{question.title}"), ("worker", f"专家已答复：{question.title}"),
    ]  # fmt: skip


def test_the_answer_of_somebody_without_an_account_is_recorded_by_a_worker_who_says_so(city: City) -> None:
    case = a_case()
    question = asked(city, case, an_expert(city))
    assert said(city, "worker", question, "record_answer", answer=ANSWER).status_code == 422
    assert said(city, "worker", question, "record_answer", how="phone", answer=ANSWER).status_code == 302
    assert "电话答复，由worker代录" in text_of(city, "street", "expert_answers")
    assert "代录答复" in text_of(city, "worker", "case", question.number)


def test_the_expert_sees_the_question_and_nothing_of_the_reporter(city: City) -> None:
    case = a_case(text="王小二住三单元，电话 13900000000")
    question = asked(city, case, an_expert(city, username=city.people["lawyer"].username))
    seen = text_of(city, "lawyer", "expert_question", question.number) + text_of(city, "lawyer", "experts_asked")
    assert case.place_text in seen
    assert not any(word in seen for word in ("王小二", "13900000000", "三单元"))
    lawyer = signed_in(city, "lawyer")
    for number in (case.number, question.number):
        assert lawyer.get(reverse("case", args=[number])).status_code == 404
    assert lawyer.get("/desk/start/")["Location"] == reverse("experts_asked")


@pytest.mark.parametrize("wrong", ["13800000000", "１３８００００００００", "11010519491231002X"])
def test_a_question_that_names_a_number_of_a_person_is_not_sent(city: City, wrong: str) -> None:
    case, lawyer = a_case(), an_expert(city)
    answer = put(city, case, lawyer, question=f"他的号码是{wrong}，怎么办？")
    assert answer.status_code == 422
    assert "个人信息不发给专家" in answer.content.decode()
    assert wrong in answer.content.decode()
    with system_scope("test"):
        assert not Case.objects.filter(type="consultation").exists()


def test_only_the_one_who_was_asked_answers(city: City) -> None:
    case = a_case()
    question = asked(city, case, an_expert(city, username=city.people["lawyer"].username))
    assert said(city, "other_lawyer", question, "answer", own=True, answer="我来说").status_code == 404
    with pytest.raises(Exception, match="要由本人答复"):
        city.do("other_lawyer", question, "answer", answer="我来说")
    assert said(city, "lawyer", question, "decline", own=True, reason="").status_code == 422
    assert said(city, "lawyer", question, "decline", own=True, reason="不懂刑事").status_code == 302
    assert city.refresh(question).state == "declined"
    assert said(city, "lawyer", question, "answer", own=True, answer="还是说说").status_code == 422
    assert "不懂刑事" in text_of(city, "worker", "case", case.number)


def test_what_was_typed_is_kept_when_the_question_was_withdrawn_meanwhile(city: City) -> None:
    question = asked(city, a_case(), an_expert(city, username=city.people["lawyer"].username))
    version = question.version
    assert said(city, "worker", question, "withdraw", reason="已和解").status_code == 302
    posted = {"act": "answer", "version": version, "key": str(uuid.uuid4()), "answer": ANSWER}
    answer = signed_in(city, "lawyer").post(reverse("expert_question", args=[question.number]), posted)
    assert answer.status_code == 404
    assert question.number not in text_of(city, "lawyer", "experts_asked")


def test_a_question_sent_twice_is_one(city: City) -> None:
    case, lawyer, key = a_case(), an_expert(city), str(uuid.uuid4())
    for _again in range(2):
        assert put(city, case, lawyer, key=key).status_code == 302
    with system_scope("test"):
        assert Case.objects.filter(type="consultation").count() == 1


def test_an_open_question_keeps_the_department_from_finishing_until_it_is_withdrawn(city: City) -> None:
    case = to_handling(city, at=timezone.now() - dt.timedelta(hours=1))
    question = asked(city, case, an_expert(city), by="urban")
    with pytest.raises(Exception, match=question.number):
        city.do("urban", case, "finish", result="已处理")
    assert said(city, "urban", question, "withdraw", reason="已问清").status_code == 302
    city.do("urban", case, "finish", result="已处理")


def test_an_answered_question_does_not_wait_for_its_rating(city: City) -> None:
    case = to_handling(city, at=timezone.now() - dt.timedelta(hours=1))
    question = asked(city, case, an_expert(city), by="urban")
    assert said(city, "urban", question, "record_answer", how="writing", answer=ANSWER).status_code == 302
    city.do("urban", case, "finish", result="已处理")
    assert said(city, "urban", question, "rate", rating="four").status_code == 302


def test_an_answer_after_the_case_ended_stays_with_the_question(city: City) -> None:
    case = a_case()
    question = asked(city, case, an_expert(city))
    city.do("dispatcher", case, "refuse", refusal="private", reason="民事纠纷")
    assert said(city, "worker", question, "record_answer", how="phone", answer=ANSWER).status_code == 302
    assert ANSWER in text_of(city, "worker", "expert_answers")
    assert city.acts(case)[-1].act == "refuse"
    page = signed_in(city, "worker").get(reverse("expert_ask", args=[case.number]), follow=True)
    assert "这个案件已经办结" in page.content.decode()


def test_a_department_asks_the_experts_of_the_place_where_its_case_stands(city: City) -> None:
    west = to_dispatched(city, unit="water", at=timezone.now() - dt.timedelta(hours=1))
    lawyer = an_expert(city)
    assert "法律" in text_of(city, "water", "expert_ask", west.number)
    assert asked(city, west, lawyer, by="water").unit_id == city.unit("water")
    assert "张三" in text_of(city, "water", "experts")


def test_an_expert_of_another_place_or_field_or_time_is_not_offered(city: City) -> None:
    here = an_expert(city, "dispatcher", name="全区律师", area=text15(EAST))
    an_expert(city, "dispatcher", name="西区律师", area=text15(WEST))
    an_expert(city, "dispatcher", name="离任律师", until="2026-01-02", area=text15(EAST))
    mediator = an_expert(city, name="调解员", fields_=[MEDIATION])
    case = a_case()
    page = text_of(city, "worker", "expert_ask", case.number, field=LAW)
    assert "全区律师" in page
    assert not any(name in page for name in ("西区律师", "离任律师", "调解员"))
    assert put(city, case, mediator, field=LAW).status_code == 422
    assert put(city, case, here, due=today().isoformat()).status_code == 422
    assert put(city, reported(timezone.now(), lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1]).case, here).status_code == 404


def test_a_worker_lists_helpers_of_the_own_place_alone(city: City) -> None:
    answer = listed(city, "worker")  # the street is above the worker's community
    assert answer.status_code == 422
    helper = an_expert(city, "worker", area=text15(EAST_COMMUNITY))
    assert (helper.area, helper.user_id) == (EAST_COMMUNITY, None)
    above = an_expert(city, "street", name="街道律师")
    assert "街道律师" in text_of(city, "worker", "experts")
    edit = reverse("expert_edit", args=[above.pk])
    assert signed_in(city, "worker").get(edit).status_code == 404
    assert signed_in(city, "street").get(edit).status_code == 200
    assert "张三" not in text_of(city, "other_street", "experts")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "nobody", "没有登录名为"),
        ("until", "2025-12-31", "不能早于"),
        ("phone", "不知道", "只写数字"),
        ("fields_", [], "请选择「领域」"),
        ("fields_", ["99"], "99"),
        ("name", "", "请填写「姓名」"),
    ],
)
def test_what_is_wrong_in_an_entry_is_said_beside_it(city: City, field: str, value: Any, words: str) -> None:
    answer = listed(city, "street", **{field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_account_without_the_role_is_not_listed_as_an_expert(city: City) -> None:
    assert listed(city, "street", username=city.people["water"].username).status_code == 422
    elsewhere = a_person("expert", WEST)
    assert listed(city, "street", username=elsewhere.username).status_code == 422


def test_a_telephone_is_sealed_masked_and_shown_for_a_purpose_with_a_trail(city: City) -> None:
    lawyer = an_expert(city)
    assert PHONE.encode() not in bytes(lawyer.phone)
    page = text_of(city, "worker", "experts")
    assert PHONE not in page
    assert "138****5678" in page
    address, client = reverse("expert_phone", args=[lawyer.pk]), signed_in(city, "worker")
    refused = client.post(address, {"purpose": ""})
    assert (refused.status_code, PHONE in refused.content.decode()) == (422, False)
    assert PHONE in client.post(address, {"purpose": "请教问题"}).content.decode()
    with system_scope("test"):
        entry = Entry.objects.get(what="expert.phone_shown")
    assert (entry.area, entry.user_id) == (EAST_STREET, city.people["worker"].pk)
    assert signed_in(city, "other_street").post(address, {"purpose": "请教问题"}).status_code == 404


def test_an_entry_is_changed_and_ended_and_keeps_its_telephone(city: City) -> None:
    lawyer = an_expert(city)
    changed = {"name": "张三", "fields_": [LAW, MEDIATION], "since": "2026-01-01", "until": "2026-02-01", "phone": ""}
    address = reverse("expert_edit", args=[lawyer.pk])
    assert signed_in(city, "street").post(address, changed).status_code == 302
    with system_scope("test"):
        lawyer.refresh_from_db()
    assert (lawyer.fields, lawyer.valid.upper) == ([LAW, MEDIATION], dt.date(2026, 2, 2))
    page = text_of(city, "street", "experts", field=MEDIATION)
    assert "不在有效期内" in page
    assert "138****5678" in page


def test_the_lists_read_as_often_however_long_they_are(city: City) -> None:
    case, counts = a_case(), []
    for number in range(3):
        question = asked(city, case, an_expert(city, name=f"律师{number}"))
        said(city, "worker", question, "record_answer", how="phone", answer=ANSWER)
        client = signed_in(city, "street")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            for name in ("experts", "expert_answers"):
                client.get(reverse(name))
            client.get(reverse("case", args=[case.number]))
        counts.append(len(seen))
    assert counts[1] == counts[2]


def test_an_overdue_question_is_late_on_the_day_of_those_who_asked(city: City) -> None:
    question = asked(city, a_case(), an_expert(city))
    with system_scope("test"):
        Case.objects.filter(pk=question.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    assert question.number in text_of(city, "worker", "cases", queue="late")
