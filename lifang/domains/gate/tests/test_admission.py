"""A department asks for admission; the matter comes into the list, is reviewed, halted and ended."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import ProgrammingError
from django.urls import reverse

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.ledger.actions import Draft, Of, accounts, post_many
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service
from lifang.domains.gate import money_sums as money
from lifang.domains.gate import telling
from lifang.domains.gate.models import Opinion
from lifang.domains.gate.money_sums import HELD, OWED, PROMISED
from lifang.domains.gate.tests.admissions import (
    DAY,
    LATER,
    act,
    act_on,
    admitted_case,
    all_spoke,
    applied,
    heard,
    signed_in,
    the_case,
)
from lifang.domains.gate.tests.situations import admitted, sent
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, system_scope, within_scope
from lifang.ground.areas.codes import span
from lifang.ground.notices.models import Notice
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, a_person, unit_of

pytestmark = pytest.mark.django_db


def test_from_a_refused_sending_to_the_list_and_out_again(city: City, bureau: User, civil: User) -> None:
    """S034 A department tries to send an unlisted task: it is refused with a link to the admission form; once admitted it passes."""
    returned = sent(bureau, title="慢病随访月报", kind="form", matter="慢病随访月报")
    letter = signed_in(bureau).get(reverse("gate_letter", args=[returned.number])).content.decode()
    link = f"{reverse('admission_new')}?sending={returned.number}"
    assert link in letter
    assert "慢病随访月报" in signed_in(bureau).get(link).content.decode()
    case = admitted_case(bureau, civil, since=LATER.isoformat())
    with system_scope("test"):
        Admitted.objects.filter(code=case.number).update(since=today())
    assert sent(bureau, title="慢病随访月报", matter=case.number).rule == "admitted"
    assert act(civil, "suspend", reason="经费未到").status_code == 302
    assert sent(bureau, title="慢病随访月报", matter=case.number).rule == "suspended"
    assert act(civil, "resume").status_code == 302
    assert sent(bureau, title="慢病随访月报", matter=case.number).rule == "admitted"
    assert act(civil, "end", reason="数据已能从医院取得").status_code == 302
    assert sent(bureau, title="慢病随访月报", matter=case.number).state == "returned"


@pytest.mark.parametrize(
    ("without", "named"),
    [
        ({"basis": ""}, "法律法规依据"),
        ({"responsible": ""}, "责任主体"),
        ({"people": ""}, "工作保障（缺人员）"),
        ({"training": ""}, "工作保障（缺培训）"),
        ({"amount": "0", "paid_on": ""}, "工作保障（缺经费）"),
        ({"payer": ""}, "工作保障（缺经费）"),
    ],
)
def test_lacking_one_of_the_three_conditions_it_goes_no_further(
    city: City, bureau: User, civil: User, without: dict[str, str], named: str
) -> None:
    """S072 Lacking any one of the three it cannot be admitted; with all three the list goes from version n to n+1 on its day."""
    assert applied(bureau, **without).status_code == 302
    answer = act(civil, "hear")
    assert answer.status_code == 422
    assert named in answer.content.decode()
    assert the_case().state == "examining"


def test_with_all_three_the_list_goes_one_version_on_from_the_day(city: City, bureau: User, civil: User) -> None:
    """S072 With all three conditions the list goes from version n to n+1 with its effective date."""
    with system_scope("test"):
        before = matters.version(EAST, LATER)
    case = admitted_case(bureau, civil)
    with system_scope("test"):
        assert matters.version(EAST, LATER) == before + 1
        assert matters.version(EAST, LATER - DAY) == before
        assert case.number in matters.at(EAST_COMMUNITY, LATER)
        done = Act.objects.get(case=case, act="admit")
    assert done.data["versions"] == [before, before + 1]
    assert done.data["since"] == LATER.isoformat()


def test_what_lacked_is_supplied_and_what_stood_before_is_kept(city: City, bureau: User, civil: User) -> None:
    applied(bureau, basis="", amount="0", paid_on="")
    assert act(civil, "return", reason="缺依据和经费").status_code == 302
    assert act(bureau, "supply", basis="某条例第五条", amount="200", paid_on=LATER.isoformat()).status_code == 302
    case = the_case()
    assert (case.state, case.fields["application"]["basis"]) == ("examining", "某条例第五条")
    with system_scope("test"):
        assert Act.objects.get(case=case, act="supply").data["before"] == {"basis": "", "amount": "0", "paid_on": None}
    assert act(civil, "hear").status_code == 302


def test_too_late_an_application_is_told_the_first_day_that_can_be(city: City, bureau: User) -> None:
    """Twenty working days ahead in this city; thirty where the national pack holds."""
    answer = applied(bureau, since=(today() + 5 * DAY).isoformat())
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "要提前 20 个工作日申请" in page
    assert "慢病随访月报" in page


def test_the_decision_has_the_limit_of_the_city(city: City, bureau: User) -> None:
    applied(bureau)
    case = the_case()
    with system_scope("test"):
        assert Act.objects.get(case=case).data["limit"] == {"amount": 10, "unit": "working_days"}
    assert case.clock == "decide"
    assert case.due_at
    page = signed_in(bureau).get(reverse("admission", args=[case.number])).content.decode()
    assert service.value("admission.decide_days", EAST, today()).citation in page
    assert "布置时所定" not in page


def test_a_community_says_no_with_its_reason_and_whoever_decides_reads_it(
    city: City, bureau: User, civil: User
) -> None:
    applied(bureau)
    act(civil, "hear")
    with system_scope("test"):
        assert set(Opinion.objects.values_list("area", flat=True)) == {EAST_COMMUNITY, EAST_COMMUNITY_2}
    assert act(civil, "gather").status_code == 422, "while communities may still speak it does not end"
    page = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    last = today() + service.value("admission.hear_days", EAST, today()).value * DAY
    assert re.search(rf"还有 2 个社区没有表态，最晚到 {last}", page)
    assert page.count(f"期限 {last}") == 2, "each that is silent is named with its day"
    assert "act=gather" not in page
    worker = signed_in(city.people["worker"])
    with system_scope("test"):
        mine, other = Opinion.objects.order_by("area")
    page = worker.get(reverse("hearing", args=[mine.pk])).content.decode()
    for what in ("每街道一名医生", "卫生健康", ">300<", ">4<", "每月", "慢病居民随访", LATER.isoformat()):
        assert what in page, what
    assert worker.get(reverse("hearing", args=[other.pk])).status_code == 404
    assert worker.post(reverse("hearing", args=[mine.pk]), {"answer": "no", "reason": ""}).status_code == 422
    heard("没有医务人员，做不了")
    page = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    assert "act=gather" in page
    assert act(civil, "gather").status_code == 302
    page = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    assert "没有医务人员，做不了" in page
    assert re.search(r"同意 0，不同意 2", page)
    all_spoke()
    assert act(civil, "refuse", reason="多数社区做不了").status_code == 302
    with system_scope("test"):
        assert not Admitted.objects.exists()


def test_after_the_last_day_the_hearing_ends_without_those_who_did_not_speak(
    city: City, bureau: User, civil: User
) -> None:
    applied(bureau)
    act(civil, "hear")
    with system_scope("test"):
        Opinion.objects.update(due=today() - DAY)
    page = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    assert "没有表态 2" in page
    assert "才能结束征求意见" not in page
    assert act(civil, "gather").status_code == 302


def test_a_hearing_stands_on_a_workers_day_until_it_is_over(city: City, bureau: User, civil: User) -> None:
    def asked() -> str:
        return signed_in(city.people["worker"]).get("/desk/").content.decode()

    assert "请社区表态" not in asked()
    applied(bureau)
    act(civil, "hear")
    assert re.search(r'请社区表态 <span class="count">1<', asked())
    assert act(bureau, "withdraw", reason="不要了").status_code == 302
    assert "请社区表态" not in asked()


def test_what_a_community_said_it_amends_until_the_hearing_ends_and_each_word_is_kept(
    city: City, bureau: User, civil: User
) -> None:
    applied(bureau)
    act(civil, "hear")
    heard()
    worker = signed_in(city.people["worker"])
    with system_scope("test"):
        mine = Opinion.objects.get(area=EAST_COMMUNITY)
    page = reverse("hearing", args=[mine.pk])
    assert worker.post(page, {"answer": "no", "reason": "新来的医生调走了"}).status_code == 302
    assert "征求意见结束以前都可以改" in worker.get(page).content.decode()
    with system_scope("test"):
        assert list(mine.stances.order_by("pk").values_list("yes", "reason")) == [
            (True, ""),
            (False, "新来的医生调走了"),
        ]
        mine.refresh_from_db()
    assert mine.answer is False
    assert act(civil, "gather").status_code == 302
    late = worker.post(page, {"answer": "yes", "reason": "又来了一位医生"})
    assert late.status_code == 422
    assert "征求意见已经结束" in late.content.decode()
    assert "又来了一位医生" in late.content.decode(), "what was typed is not lost"
    read = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    assert re.search(r"同意 1，不同意 1", read)
    assert "新来的医生调走了" in read
    with system_scope("test"):
        assert Act.objects.get(case=the_case(), act="gather").data["opinions"] == {"yes": 1, "no": 1, "silent": 0}


def test_admission_promises_the_money_of_each_period_by_itself(city: City, bureau: User, civil: User) -> None:
    paid_on = LATER + 30 * DAY
    case = admitted_case(bureau, civil)
    with system_scope("test"):
        promised = money.sums(today(), matter=case.number)
    assert [(one.area, one.promised, one.unpaid[0].due_on) for one in promised] == [
        (area, Decimal(300), paid_on) for area in (EAST_COMMUNITY, EAST_COMMUNITY_2)
    ]
    assert {one.unit for one in promised} == {bureau.unit_id}
    for day in (LATER + 20 * DAY, LATER + 40 * DAY, LATER + 40 * DAY):
        telling.run(day)
    with system_scope("test"):
        first = money.sums(today(), matter=case.number)[0]
    assert first.promised == 600
    assert [one.due_on.month for one in first.unpaid] == [paid_on.month, paid_on.month % 12 + 1]


@pytest.mark.parametrize("function", ["ask", "examine", "hear", "review"])
def test_who_does_not_decide_on_admissions_neither_lists_a_matter_nor_promises_money(
    city: City, bureau: User, function: str
) -> None:
    assert bureau.unit
    row = admitted(bureau.unit)
    row.pk, row.code = None, "ZR1"
    with system_scope("test"):
        first, second = accounts(MONEY, [Of(EAST_COMMUNITY, kind, "ZR1") for kind in (OWED, PROMISED)]).values()
    draft = Draft(EAST_COMMUNITY, today(), "承诺", "k", {first: 100, second: -100})
    writes: list[Callable[[], object]] = [
        lambda: accounts(MONEY, [Of(EAST_COMMUNITY, HELD)]), lambda: post_many(book=MONEY, drafts=[draft], by=None),
        lambda: row.save(force_insert=True),
    ]  # fmt: skip
    for write in writes[: 2 if function == "review" else 3]:
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            within_scope(Scope(f"admission.{function}", ((EAST, span(EAST).stop),))),
        ):
            write()


def test_money_that_should_have_come_before_the_decision_is_asked_for_anew(
    city: City, bureau: User, civil: User
) -> None:
    applied(bureau)
    act(civil, "hear")
    heard()
    act(civil, "gather")
    case = the_case()
    with system_scope("test"):
        case.fields["application"]["paid_on"] = (today() - DAY).isoformat()
        case.save(update_fields=["fields"])
    all_spoke()
    late = act(civil, "admit")
    assert late.status_code == 422
    assert "经费到账日期" in late.content.decode()
    with system_scope("test"):
        assert not Admitted.objects.exists()
        assert not money.sums(today(), matter=case.number)
    assert act(civil, "return", reason="到账日期已过").status_code == 302
    later = LATER + 60 * DAY
    assert act(bureau, "supply", paid_on=later.isoformat()).status_code == 302
    assert act(civil, "hear").status_code == 302
    assert act(civil, "gather").status_code == 302, "whom an earlier round asked is not asked again"
    assert "还不能作结论" in act(civil, "admit").content.decode(), (
        "what was said of it before it changed counts no more"
    )
    all_spoke()
    assert act(civil, "admit").status_code == 302
    with system_scope("test"):
        assert Admitted.objects.get().paid_on == later


def test_whose_last_day_has_passed_is_returned_and_gets_another(city: City, bureau: User, civil: User) -> None:
    applied(bureau, until=(LATER + 30 * DAY).isoformat())
    act(civil, "hear")
    heard()
    act(civil, "gather")
    all_spoke()
    case = the_case()
    with system_scope("test"):
        case.fields["application"]["until"] = (today() - DAY).isoformat()
        case.save(update_fields=["fields"])
    late = act(civil, "admit")
    assert late.status_code == 422
    assert "请退回改期" in late.content.decode()
    assert act(civil, "return", reason="截止日期已过").status_code == 302
    refused = act(bureau, "supply", until=(LATER - DAY).isoformat())
    assert refused.status_code == 422
    assert "截止日期不能早于开始日期" in refused.content.decode()
    assert act(bureau, "supply", until=(LATER + 60 * DAY).isoformat()).status_code == 302
    assert act(civil, "hear").status_code == 302
    assert act(civil, "gather").status_code == 302
    all_spoke()
    assert act(civil, "admit").status_code == 302
    with system_scope("test"):
        assert Admitted.objects.get().until == LATER + 60 * DAY


def test_a_payer_that_closed_stops_nothing_else_of_the_night_and_is_told_once(
    city: City, bureau: User, civil: User
) -> None:
    ward = unit_of("emergency", EAST)
    storm = sent(a_person("dept_officer", EAST, ward), title="暴雨转移", emergency=True)
    case = admitted_case(bureau, civil, payer="housing")
    with system_scope("test"):
        Unit.objects.filter(kind="housing").update(active=False)
    for day in (LATER + 40 * DAY, LATER + 41 * DAY):
        telling.run(day)
    with system_scope("test"):
        storm.refresh_from_db()
        assert storm.state == "ended"
        [told] = Notice.objects.filter(user=civil, title__contains="经费没有自动承诺")
        assert money.sums(today(), matter=case.number)[0].promised == 300
    assert "没有登记出资的" in told.body
    assert told.url == reverse("admission", args=[case.number])


@pytest.fixture
def a_new_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """From today another catalogue stands for the old one: follow-ups are the health department's own, fire checks are gone."""

    def caches() -> None:
        service._line.cache_clear()
        service._matters.cache_clear()

    def replace_it() -> None:
        known = service.packs()
        pack = known["national"]
        [old] = [one for one in pack.catalogues if "assist_fire_check" in one.matters]
        owned = replace(
            old.matters["assist_health_followup"], title="慢病随访月报", class_="government", fund="", sends=()
        )
        kept = {name: one for name, one in old.matters.items() if name != "assist_fire_check"}
        new = replace(old, since=today(), matters={**kept, "gov_followup": owned})
        others = [one for one in pack.catalogues if one is not old]
        pack = replace(pack, catalogues=[*others, replace(old, until=today() - DAY), new])
        monkeypatch.setattr(service, "packs", lambda: {**known, "national": pack})
        caches()

    yield replace_it
    monkeypatch.undo()
    caches()


def test_a_list_replaced_while_applications_are_open_says_in_each_what_it_touches(
    city: City, bureau: User, civil: User, a_new_list: Callable[[], None]
) -> None:
    applied(bureau)
    touched = the_case()
    applied(bureau, title="家庭病床满意度调查")
    other = the_case()
    assert "清单已变" not in signed_in(civil).get(reverse("admissions")).content.decode()
    a_new_list()
    client = signed_in(civil)
    page = client.get(reverse("admission", args=[touched.number])).content.decode()
    assert f"申请时清单是第 {touched.fields['version']} 版，现在是第 {touched.fields['version'] + 1} 版" in page
    assert "「慢病随访月报」现在列为" in page
    assert "这件不能准入" in page
    assert "减少：" in page
    page = client.get(reverse("admission", args=[other.number])).content.decode()
    assert "没有碰到这件申请的事项" in page
    queue = client.get(reverse("admissions")).content.decode()
    assert queue.count("清单已变") == 2
    assert queue.count("清单已变，碰到这件") == 1
    act(civil, "return", reason="清单变了")
    refused = act_on(touched, civil, "refuse", reason="清单已归部门")
    assert refused.status_code == 302
    assert "清单已变" not in client.get(reverse("admission", args=[touched.number])).content.decode()


def test_a_matter_of_a_department_cannot_even_be_applied_for(city: City, bureau: User) -> None:
    answer = applied(bureau, title="违法建设查处")
    assert answer.status_code == 422
    assert "不得转嫁给社区" in answer.content.decode()


def test_after_a_year_the_review_opens_by_itself(city: City, bureau: User, civil: User) -> None:
    case = admitted_case(bureau, civil)
    with system_scope("test"):
        due = Admitted.objects.get(code=case.number).review_on
    assert due
    assert due > LATER + 360 * DAY
    telling.run(due - DAY)
    assert the_case().state == "in_force"
    telling.run(due)
    assert the_case().state == "reviewing"
    assert act(civil, "keep", note="社区都用得上").status_code == 302
    assert the_case().state == "in_force"


def test_a_matter_with_duty_and_no_right_is_flagged(city: City, bureau: User, civil: User) -> None:
    """S316 A matter with a duty but no right that goes with it is flagged; so is one whose money does not match its hours."""
    applied(bureau, power="", amount="10", hours="40")
    page = signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()
    assert "给了责任，没有给权限" in page
    assert "给 10.00 元" in page


def test_the_same_application_twice_is_one_and_a_stranger_s_looks_missing(city: City, bureau: User) -> None:
    key = str(uuid.uuid4())
    assert applied(bureau, key=key).status_code == 302
    assert applied(bureau, key=key).status_code == 302
    twice = applied(bureau)
    assert twice.status_code == 422
    assert "已经在办" in twice.content.decode()
    stranger = signed_in(city.people["urban"])
    assert stranger.get(reverse("admission", args=[the_case().number])).status_code == 404
    assert the_case().title not in stranger.get(reverse("admissions")).content.decode()


def test_what_lacks_comes_back_before_it_is_filed_and_is_supplied_at_once_afterwards(
    city: City, bureau: User, civil: User
) -> None:
    bare = dict.fromkeys(("basis", "responsible", "people", "training", "payer", "paid_on"), "") | {"amount": "0"}
    asked = applied(bureau, **bare, incomplete=None)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "还没有提交，缺：法律法规依据、责任主体、人员、培训、经费。" in page
    assert {"basis", "responsible", "people", "training", "payer"} == set(asked.context["form"].errors)
    assert "慢病随访月报" in page, "what was typed is kept"
    assert "先交上去，以后补" in page
    with system_scope("test"):
        assert not Case.objects.exists()
    filed = applied(bureau, **bare)
    assert filed.status_code == 302
    mine = signed_in(bureau).get(filed["Location"]).content.decode()
    assert "act=supply" in mine
    given = {"basis": "某条例第三条", "responsible": "区卫生健康局", "people": "一名医生", "training": "每季一次"}
    refused = act(bureau, "supply", **given, amount="300")
    assert "写了经费，还要写第一期哪天到账。" in refused.content.decode()
    done = act(bureau, "supply", **given, amount="300", paid_on=LATER.isoformat())
    assert done.status_code == 302
    mine = done.client.get(done["Location"]).content.decode()
    assert "act=supply" not in mine
    assert "“补正”已办，申请现在是“待审查”。" in mine
    assert act(bureau, "supply", note="再改改").status_code == 422
    assert act(civil, "hear").status_code == 302


@pytest.mark.parametrize(("half", "field"), [({"paid_on": ""}, "paid_on"), ({"amount": "0"}, "amount")])
def test_an_amount_without_its_day_or_a_day_without_its_amount_is_not_filed(
    city: City, bureau: User, half: dict[str, str], field: str
) -> None:
    answer = applied(bureau, **half)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
