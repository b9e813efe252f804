"""What a community sees of what came to it, what it says to it, and how the meter counts that."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.gate import letters
from lifang.domains.gate.models import Reach, Reply, Sending
from lifang.domains.gate.tests.situations import admitted, sent
from lifang.domains.meter import burden
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.tests.situations import FIRST, Ward
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from tests.situations import EAST, EAST_COMMUNITY, WEST_COMMUNITY, a_person, unit_of


def came(sending: Sending) -> Reach:
    with system_scope("test"):
        return Reach.objects.get(sending=sending, area=EAST_COMMUNITY)


def says(ward: Ward, reach: Reach, act: str, words: str = "", minutes: object = "", by: str = "worker") -> HttpResponse:
    given = {"act": act, "words": words, "minutes": minutes}
    return ward.client(by).post(reverse("gate_answer", args=[reach.pk]), given)  # type: ignore[return-value]


def asked_of(ward: Ward) -> str:
    return said_in(ward.client("worker").get(reverse("gate_asked")))


def counted() -> list[tuple[int, int]]:
    with system_scope("test"):
        return [(one.n, one.minutes) for one in sums(Reader(EAST_COMMUNITY), *burden.month(FIRST), kept=False)]


def test_a_community_says_that_it_took_part_and_how_long_it_took(ward: Ward) -> None:
    meeting = ward.called(since=today(), minutes=90, persons=1)
    assert "等我们答复" in asked_of(ward)
    reach = came(meeting.sending)
    page = said_in(ward.client("worker").get(reverse("gate_reach", args=[reach.pk])))
    for told in ("街道会议室", f"{today():%Y-%m-%d}", "1.5 小时", "已准入的事项", "health工作"):
        assert told in page
    assert counted() == [(1, 90)]
    assert says(ward, reach, "took_part", minutes=40).status_code == 302
    assert counted() == [(1, 40)]
    assert "参加了" in asked_of(ward)
    assert "等我们答复" not in asked_of(ward)
    assert "按社区说的用时算" in ward.page("records/", by="worker")
    assert "参加了" in ward.page(f"calendar/{meeting.pk}/", by="health")


def test_an_objection_costs_no_time_reaches_the_body_and_may_be_taken_back(ward: Ward) -> None:
    inspection = ward.called("inspection", "物业检查", since=today())
    reach = came(inspection.sending)
    silent = says(ward, reach, "objected")
    assert silent.status_code == 422
    assert "有异议的请写理由" in said_in(silent)
    assert says(ward, reach, "objected", "上周街道刚看过").status_code == 302
    assert counted() == [(1, 0)]
    with system_scope("test"):
        assert Notice.objects.filter(user=ward.health, title__contains="有异议", body="上周街道刚看过").count() == 1
    page = said_in(ward.client("health").get(reverse("gate_sending", args=[inspection.sending.number])))
    assert "有异议的社区" in page
    assert "上周街道刚看过" in page
    assert says(ward, reach, "took_part").status_code == 302
    assert counted() == [(1, 90)]
    with system_scope("test"):
        assert list(Reply.objects.order_by("pk").values_list("act", flat=True)) == ["objected", "took_part"]
    assert "上周街道刚看过" in said_in(ward.client("worker").get(reverse("gate_reach", args=[reach.pk]))), "it is kept"
    assert "有异议的社区" not in said_in(
        ward.client("health").get(reverse("gate_sending", args=[inspection.sending.number]))
    )


def test_what_is_to_come_cannot_have_been_attended_but_may_be_objected_to(ward: Ward) -> None:
    later = today() + dt.timedelta(days=3)
    reach = came(ward.called(since=later).sending)
    early = says(ward, reach, "took_part", "提前说一声")
    assert early.status_code == 422
    assert f"{later} 才到" in said_in(early)
    assert "提前说一声" in early.content.decode(), "what was typed is kept"
    assert says(ward, reach, "objected", "那天换届选举").status_code == 302


@pytest.fixture
def asking(ward: Ward) -> dict[str, tuple[User, dict[str, Any]]]:
    """Who asks in which form, and on what."""
    row = admitted(unit_of("health", EAST), title="随访数据", sends=["data", "plate"])
    paper = {"number": "某办〔2026〕3 号", "body": "区政府办公室", "title": "挂牌方案", "date": "2026-01-05"}
    school = a_person("dept_officer", EAST, unit_of("education", EAST))
    return {
        "data": (ward.health, {"matter": row.code, "data": {"elements": ["phone"]}}),
        "plate": (ward.health, {"matter": row.code, "data": {"approval": paper}}),
        "certificate": (school, {"matter": "certify_hardship"}),
    }


@pytest.mark.parametrize(("kind", "told"), [("data", "给了"), ("plate", "挂好了"), ("certificate", "答复了")])
def test_a_plate_data_and_a_certificate_are_answered(
    ward: Ward, asking: dict[str, tuple[User, dict[str, Any]]], kind: str, told: str
) -> None:
    user, given = asking[kind]
    done = sent(user, kind=kind, title="请社区办", **given)
    assert done.state == "sent", done.why
    reach = came(done)
    assert "等我们答复" in asked_of(ward)
    assert says(ward, reach, "took_part").status_code == 422, "that is for meetings and inspections"
    assert says(ward, reach, "answered", "办好了", 25).status_code == 302
    assert told in asked_of(ward)
    assert counted() == [(1, 25)]


def test_a_plate_is_not_approved_by_the_admission_of_its_matter(
    ward: Ward, asking: dict[str, tuple[User, dict[str, Any]]]
) -> None:
    user, given = asking["plate"]
    assert sent(user, kind="plate", matter=given["matter"]).rule == "approval"


def test_a_task_leads_to_its_own_page_where_it_is_returned(ward: Ward) -> None:
    done = sent(ward.health, matter=ward.matters["health"], title="慢病走访")
    client = ward.client("worker")
    page = client.get(reverse("gate_asked")).content.decode()
    with system_scope("test"):
        own = done.case.children.get(area=EAST_COMMUNITY)  # type: ignore[union-attr]
    assert f'href="{reverse("case", args=[own.number])}"' in page
    assert client.get(reverse("case", args=[own.number])).status_code == 200
    assert "已下达" in said_in(client.get(reverse("gate_asked")))
    assert "社区答复" not in said_in(client.get(reverse("gate_reach", args=[came(done).pk])))


def test_what_was_withdrawn_needs_no_answer_and_stands_apart_with_its_reason(ward: Ward) -> None:
    meeting = ward.called(since=today())
    reach = came(meeting.sending)
    withdrawn = ward.client("health").post(
        f"/desk/gate/sendings/{meeting.sending.number}/withdraw/", {"reason": "改在网上开"}
    )
    assert withdrawn.status_code == 302
    late = says(ward, reach, "took_part")
    assert late.status_code == 422
    assert "不用再答复" in said_in(late)
    assert "改在网上开" in asked_of(ward).split("不用做了")[1]


def test_only_the_community_itself_answers(ward: Ward) -> None:
    reach = came(ward.called(since=today()).sending)
    assert says(ward, reach, "took_part", by="desk").status_code == 404
    assert says(ward, reach, "took_part", by="health").status_code == 404
    ward.watch = a_person("community_worker", WEST_COMMUNITY)
    assert says(ward, reach, "took_part", by="watch").status_code == 404
    assert ward.client("watch").get(reverse("gate_reach", args=[reach.pk])).status_code == 404
    assert ward.client("health").get(reverse("gate_reach", args=[reach.pk])).status_code == 200
    with system_scope("test"):
        assert not Reply.objects.exists()


def test_who_answers_for_a_community_is_told_that_something_came(ward: Ward) -> None:
    reach = came(ward.called(title="慢病工作会", since=today()).sending)
    for args in ProcrastinateJob.objects.filter(task_name="gate.arrived").values_list("args", flat=True):
        letters.arrived(**args)
    with system_scope("test"):
        [notice] = Notice.objects.filter(user=ward.street.worker, title__contains="慢病工作会")
    assert notice.url == reverse("gate_reach", args=[reach.pk])
