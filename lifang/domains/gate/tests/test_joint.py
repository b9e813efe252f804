"""The joint decision: each body says its own word, and the conclusion answers all of them."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service as packs
from lifang.domains.gate import telling
from lifang.domains.gate.tests.admissions import (
    BODIES,
    DAY,
    act,
    act_on,
    all_spoke,
    applied,
    heard,
    of_body,
    signed_in,
    the_case,
)
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from tests.situations import EAST, WEST, a_person, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(bureau: User, civil: User) -> Case:
    """An application that was heard and is put to the bodies."""
    applied(bureau)
    act(civil, "hear")
    heard()
    assert act(civil, "gather").status_code == 302
    return the_case()


@pytest.fixture
def justice(city: City) -> User:
    return of_body("justice")


def shown(user: User, case: Case) -> str:
    return re.sub(r"<[^>]+>|\s", "", signed_in(user).get(reverse("admission", args=[case.number])).content.decode())


def name_of(kind: str) -> str:
    return unit_of(kind, EAST).name


def time_is_over() -> None:
    with system_scope("test"):
        Part.objects.filter(kind="joint").update(due_at=timezone.now() - dt.timedelta(hours=1))


def over_the_api(user: User, case: Case, act: str, **data: Any) -> Any:
    return signed_in(user).post(
        f"/api/v1/cases/{case.number}/acts", {"act": act, "version": case.version, "data": data},
        content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())},
    )  # fmt: skip


def test_each_body_speaks_under_its_own_sign_in_and_all_stand_side_by_side(civil: User, case: Case) -> None:
    money, people, law = [of_body(kind) for kind in BODIES]
    queue = signed_in(money).get(reverse("admissions")).content.decode()
    assert "等我们发表会审意见" in queue
    assert case.title in queue
    page = shown(civil, case)
    assert page.count("还没有发表") == 3
    assert page.count("提请于") == 3
    assert act(money, "opine", opinion="agree").status_code == 302
    assert "等我们发表会审意见" not in signed_in(money).get(reverse("admissions")).content.decode()
    assert act(law, "opine", opinion="against").status_code == 422, "who is against says why"
    assert over_the_api(law, the_case(), "opine", opinion="against", reason="依据的条款已废止").status_code == 201
    refused = act(civil, "admit")
    assert refused.status_code == 422
    assert f"还不能作结论：{name_of('human_resources')}没有发表" in refused.content.decode()
    assert act(people, "opine", opinion="conditions", reason="先培训后上岗").status_code == 302
    page = shown(civil, the_case())
    assert f"{name_of('finance')}同意" in page
    assert f"{name_of('human_resources')}附条件同意先培训后上岗" in page
    assert f"{name_of('justice')}不同意依据的条款已废止" in page


def test_a_conclusion_against_the_word_of_a_body_says_why(civil: User, case: Case) -> None:
    for kind, word in zip(BODIES, ("agree", "conditions", "against"), strict=True):
        assert act(of_body(kind), "opine", opinion=word, reason="要先培训").status_code == 302
    plain = act(civil, "admit")
    assert plain.status_code == 422
    assert f"{name_of('human_resources')}、{name_of('justice')}的意见和这个结论不一致" in plain.content.decode()
    with_conditions = act(civil, "admit_with", conditions="先培训")
    assert with_conditions.status_code == 422
    assert f"、{name_of('justice')}的意见" not in with_conditions.content.decode()
    assert "请写明为什么不采纳" in with_conditions.content.decode()
    assert act(civil, "admit_with", conditions="先培训", why="条款已由新条例第八条代替").status_code == 302
    with system_scope("test"):
        done = Act.objects.get(case=case, act="admit_with")
    assert done.data["bodies"] == {
        name_of("finance"): "agree", name_of("human_resources"): "conditions", name_of("justice"): "against",
    }  # fmt: skip
    assert "条款已由新条例第八条代替" in shown(civil, the_case())


def test_when_the_limit_is_past_who_did_not_speak_is_named_as_missing(civil: User, case: Case) -> None:
    assert act(of_body("finance"), "opine", opinion="agree").status_code == 302
    time_is_over()
    page = shown(civil, case)
    assert page.count("到期没有发表") == 2
    assert act(civil, "admit").status_code == 302
    with system_scope("test"):
        bodies = Act.objects.get(case=case, act="admit").data["bodies"]
        assert Admitted.objects.filter(code=case.number).exists()
        assert not Part.objects.filter(case=case, state__in=Part.UNFINISHED).exists()
    assert bodies == {name_of("finance"): "agree", name_of("human_resources"): "", name_of("justice"): ""}
    assert shown(civil, case).count("没有发表") == 2
    late = act(of_body("justice"), "opine", opinion="against", reason="晚了")
    assert late.status_code == 422


def test_a_body_may_say_otherwise_until_the_conclusion_and_each_word_stays(civil: User, case: Case) -> None:
    all_spoke()
    money = of_body("finance")
    assert act(money, "opine", opinion="against", reason="预算没有列").status_code == 302
    page = shown(civil, the_case())
    assert f"{name_of('finance')}不同意预算没有列" in page
    assert "预算没有列" in act(civil, "admit").content.decode()
    assert the_case().state == "deciding"


def test_two_of_one_body_at_once_one_wins_and_the_other_is_told(case: Case) -> None:
    first, second = of_body("justice"), of_body("justice")
    assert act_on(case, first, "opine", opinion="agree").status_code == 302
    late = act_on(case, second, "opine", opinion="against", reason="写了很久的理由")
    assert late.status_code == 409
    assert f"{first.name}已先办理" in late.content.decode()
    assert "写了很久的理由" in late.content.decode()


def test_bodies_that_read_the_same_page_each_say_their_word_and_a_conclusion_reads_them_all(
    civil: User, case: Case
) -> None:
    for kind, word in zip(BODIES, ("agree", "conditions", "against"), strict=True):
        assert act_on(case, of_body(kind), "opine", opinion=word, reason="先培训").status_code == 302, kind
    unread = act_on(case, civil, "admit_with", conditions="先培训", why="已补")
    assert unread.status_code == 409, "the words came after the page from which it is concluded"
    law = of_body("justice")
    assert act(civil, "return", reason="换出资单位").status_code == 302
    assert act_on(case, law, "opine", opinion="agree").status_code == 409


def test_bodies_speak_over_the_api_from_the_same_version(case: Case) -> None:
    for kind in BODIES:
        assert over_the_api(of_body(kind), case, "opine", opinion="agree").status_code == 201
    again = over_the_api(of_body("finance"), case, "opine", opinion="agree")
    assert again.status_code == 409, "their own word they have not read"


def test_the_page_that_all_cases_have_leads_to_the_application_s_own(justice: User, case: Case) -> None:
    """What lists, maps and notices link to."""
    own = reverse("admission", args=[case.number])
    answer = signed_in(justice).get(reverse("case", args=[case.number]))
    assert (answer.status_code, answer["Location"]) == (302, own)
    with_form = signed_in(justice).get(reverse("case", args=[case.number]), {"act": "opine"})
    assert with_form["Location"] == f"{own}?act=opine#acts"


def test_only_what_would_not_be_refused_is_offered_at_the_desk_and_by_the_api(
    bureau: User, civil: User, justice: User, case: Case
) -> None:
    assert offered(civil, case) == {"return", "add_note"}, "no conclusion while bodies have time to speak"
    assert "才能作结论" in shown(civil, case)
    assert offered(bureau, case) == listed(bureau, case) == {"withdraw"}
    assert offered(justice, case) == listed(justice, case) == {"opine"}
    assert act(of_body("finance"), "opine", opinion="agree").status_code == 302
    time_is_over()
    assert offered(civil, the_case()) == {"return", "add_note", "admit", "admit_with", "refuse"}
    assert "才能作结论" not in shown(civil, case)


def offered(user: User, case: Case) -> set[str]:
    page = signed_in(user).get(reverse("admission", args=[case.number])).content.decode()
    return set(re.findall(r'href="\?act=(\w+)#acts"', page))


def listed(user: User, case: Case) -> set[str]:
    answer = signed_in(user).get(f"/api/v1/cases/{case.number}/allowed-acts").json()
    return {one["act"] for one in answer["items"]}


def test_whose_application_it_is_stays_the_applicant_s_and_who_does_not_sit_says_nothing(
    city: City, bureau: User, justice: User, case: Case
) -> None:
    page = signed_in(justice).get(reverse("admission", args=[case.number])).content.decode()
    assert "act=opine" in page
    assert "act=withdraw" not in page
    assert act(justice, "withdraw", reason="不想办").status_code == 422
    page = signed_in(bureau).get(reverse("admission", args=[case.number])).content.decode()
    assert "act=opine" not in page
    assert act(bureau, "opine", opinion="agree").status_code == 422
    stranger = a_person("dept_officer", WEST, unit_of("justice", WEST))
    assert signed_in(stranger).get(reverse("admission", args=[case.number])).status_code == 404
    assert the_case().state == "deciding"


def test_bodies_are_told_when_asked_and_a_body_that_nobody_is_registered_for_is_named(
    bureau: User, civil: User, justice: User
) -> None:
    with system_scope("test"):
        Unit.objects.filter(kind="finance").update(active=False)
    applied(bureau)
    act(civil, "hear")
    heard()
    act(civil, "gather")
    with system_scope("test"):
        telling.tell(Act.objects.get(case=the_case(), act="gather").pk)
        assert Notice.objects.filter(user=justice, title__contains="请发表会审意见").count() == 1
    assert "应当参加会审、这里没有登记单位的：财政" in shown(civil, the_case())


def test_a_body_that_has_not_spoken_is_reminded_once_before_its_limit_and_once_when_it_is_late(
    justice: User, case: Case
) -> None:
    money = of_body("finance")
    assert act(money, "opine", opinion="agree").status_code == 302
    with system_scope("test"):
        [until] = Part.objects.filter(kind="joint", unit=justice.unit_id).values_list("due_at", flat=True)
    last = timezone.localdate(until)
    calendar = packs.calendar(EAST, last)
    before = next(last - n * DAY for n in range(1, 30) if calendar.day(last - n * DAY).working)
    for day, titles in (
        (before - DAY, []),
        (before, ["会审意见快到期限"]),
        (last, ["会审意见快到期限"]),
        (last + DAY, ["会审意见快到期限", "会审意见过了期限"]),
        (last + 30 * DAY, ["会审意见快到期限", "会审意见过了期限"]),
    ):
        telling.run(day)
        assert [one.title.partition("：")[0] for one in told(justice)] == titles, day
    assert f"最晚到 {last}" in told(justice)[0].body
    assert told(justice)[0].url == reverse("admission", args=[case.number])
    assert not told(money), "who has spoken is not reminded"


def told(user: User) -> list[Notice]:
    with system_scope("test"):
        return list(Notice.objects.filter(user=user, title__startswith="会审意见").order_by("pk"))


def test_a_body_s_own_application_is_decided_by_the_others(civil: User, city: City) -> None:
    money = of_body("finance")
    applied(money, payer="finance", responsible="区财政局")
    act(civil, "hear")
    heard()
    act(civil, "gather")
    assert act(money, "opine", opinion="agree").status_code == 422
    for kind in ("human_resources", "justice"):
        assert act(of_body(kind), "opine", opinion="agree").status_code == 302
    assert act(civil, "admit").status_code == 302
