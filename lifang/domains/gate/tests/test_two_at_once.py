"""Two officers at once, in real transactions."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate import money_sums
from lifang.domains.gate.models import Sending
from lifang.domains.gate.tests.admissions import (
    BODIES,
    DAY,
    LATER,
    act,
    all_spoke,
    applied,
    heard,
    of_body,
    signed_in,
    the_case,
)
from lifang.domains.gate.tests.situations import actor
from lifang.domains.grid.tests.situations import build_city
from lifang.domains.meter import cleaning
from lifang.domains.meter.models import Occasion
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import text
from tests.at_once import at_once, committed
from tests.situations import EAST, EAST_COMMUNITY, a_person, unit_of


@pytest.fixture
def officers(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[User]]:
    with committed(django_db_blocker, "gate|ledger|matters|cases|access|trail|areas|notices"):
        build_city()
        applied(a_person("dept_officer", EAST, unit_of("health", EAST)))
        both = [
            a_person("gatekeeper", EAST, unit_of("civil_affairs", EAST), name=name) for name in ("王审查", "李审查")
        ]
        assert act(both[0], "hear").status_code == 302
        heard()
        assert act(both[0], "gather").status_code == 302
        yield both


def acting(user: User, case: Case, **given: str) -> Any:
    client, said = signed_in(user), {**given, "version": case.version, "key": str(uuid.uuid4())}
    return lambda: client.post(reverse("admission", args=[case.number]), said)


def test_bodies_that_speak_at_the_same_moment_are_all_heard(officers: list[User]) -> None:
    case = the_case()
    speaking = [acting(of_body(kind), case, act="opine", opinion="agree") for kind in BODIES]
    assert [answer.status_code for answer in at_once(*speaking)] == [302] * 3
    with system_scope("test"):
        spoke = Act.objects.filter(case=case, act="opine").values_list("data__part", flat=True)
        assert set(spoke) == set(Part.objects.filter(case=case, state="done").values_list("pk", flat=True))
    assert act(officers[0], "admit").status_code == 302


def test_two_officers_decide_the_same_application_at_once_and_exactly_one_wins(officers: list[User]) -> None:
    all_spoke()
    case = the_case()
    typed = (
        {"act": "admit", "note": "三个单位都同意"},
        {"act": "refuse", "reason": "与巡访重复，写了很久的理由"},
    )
    answers = at_once(*[acting(user, case, **given) for user, given in zip(officers, typed, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [302, 409], answers
    [late] = [n for n, answer in enumerate(answers) if answer.status_code == 409]
    winner, page = officers[1 - late], answers[late].content.decode()
    with system_scope("test"):
        [done] = Act.objects.filter(case=case, act__in=("admit", "refuse"))
        assert done.user_id == winner.pk
        assert Admitted.objects.filter(code=case.number).exists() == (done.act == "admit")
        assert bool(money_sums.sums(today(), matter=case.number)) == (done.act == "admit")
    assert f"{winner.name}已先办理" in page
    assert f"{timezone.localtime(done.at):%H:%M}" in page
    assert [words for words in typed[late].values() if words != typed[late]["act"]][0] in page, "nothing typed is lost"


def test_of_two_changes_that_are_filed_at_once_the_second_is_refused_in_words(officers: list[User]) -> None:
    all_spoke()
    assert act(officers[0], "admit").status_code == 302
    old = the_case()
    both = [a_person("dept_officer", EAST, unit_of("health", EAST), name=name) for name in ("王科员", "李科员")]
    at = f"{reverse('admission_new')}?changes={old.number}"
    later = (LATER + DAY).isoformat()
    answers = at_once(*[lambda user=user: applied(user, at=at, since=later) for user in both])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [302, 422], answers
    [late] = [answer for answer in answers if answer.status_code == 422]
    assert "没有别的变更在办" in late.content.decode()
    with system_scope("test"):
        assert Case.objects.filter(fields__changes=old.number).count() == 1


@pytest.fixture
def fire(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    with committed(django_db_blocker, "gate|meter|matters|cases|access|trail|areas|notices"):
        build_city()
        yield a_person("dept_officer", EAST, unit_of("fire", EAST))


def calling(user: User, **given: Any) -> Any:
    client = signed_in(user)
    typed = {
        "kind": "inspection", "matter": "assist_fire_check", "title": "消防检查", "since": today(), "persons": 1, "minutes": 60,
        "below": text(EAST_COMMUNITY), "key": str(uuid.uuid4()), **given,
    }  # fmt: skip
    return lambda: client.post(reverse("meter_occasion_new"), typed)


def test_one_approval_serves_one_of_two_that_are_sent_at_once(fire: User) -> None:
    with scope_of(fire, "gate.send"):
        case = cleaning.ask(
            actor=actor(fire), what="appraisal", area=EAST, words="消防检查", basis="某条例", key=uuid.uuid4()
        )
    with system_scope("plate.approve"):
        apply(case_id=case.pk, act="approve", version=None, actor=Actor(name="督查"), data={"basis": "同意"})
    at_once(*[calling(fire, approval=case.number, title=f"检查{n}") for n in range(4)])
    with system_scope("test"):
        assert Sending.objects.sent().count() == 1
        assert {one.rule for one in Sending.objects.returned()} == {"approval"}


def test_two_at_once_do_not_pass_the_quota_together(fire: User) -> None:
    meeting = {"kind": "meeting", "matter": "assist_flood", "below": text(EAST_COMMUNITY)}
    bureaus = [a_person("dept_officer", EAST, unit_of("emergency", EAST)) for _n in range(4)]
    for n in range(7):
        assert calling(bureaus[0], **meeting, title=f"第{n}次会")().status_code == 302
    answers = at_once(*[calling(one, **meeting, title="第八次会") for one in bureaus])
    with system_scope("test"):
        assert Occasion.objects.count() == 8
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
