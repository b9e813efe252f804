"""What the gate lets through and what it returns."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.matters.models import Halt
from lifang.blocks.packs import service
from lifang.domains.gate import sending as gate
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.tests.situations import actor, admitted, lawful_task, sent
from lifang.domains.grid.cascade import issue_task
from lifang.domains.grid.tests.situations import City, to_dispatched
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import EVERYWHERE, Scope, scope_of, system_scope, within_scope
from lifang.ground.clock.limits import Limit
from tests.situations import (
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_STREET,
    WEST,
    WEST_COMMUNITY,
    a_person,
    unit_of,
)

pytestmark = pytest.mark.django_db


def officer(kind: str, area: int = EAST):  # type: ignore[no-untyped-def]
    return a_person("dept_officer", area, unit_of(kind, area))


def cases_of(sending: Sending) -> list[int]:
    with system_scope("test"):
        return sorted(Case.objects.filter(parent=sending.case).values_list("area", flat=True))


def test_a_department_that_sends_what_is_on_no_list_gets_a_letter_and_nothing_arrives(city: City) -> None:
    done = sent(officer("health"), title="健康档案月报", matter="健康档案月报")
    assert (done.state, done.rule, done.case) == ("returned", "unlisted", None)
    with system_scope("test"):
        assert not Case.objects.filter(type__in=("task", "assignment")).exists()
        assert set(Reach.objects.values_list("area", "kept")) == {(EAST_COMMUNITY, True), (EAST_COMMUNITY_2, True)}


def test_a_duty_of_a_department_is_not_handed_down_and_its_owner_is_shown(city: City) -> None:
    """S315 A matter that a department or street owns is refused when it is assigned to a community, with its owner shown."""
    done = sent(officer("urban_management"), title="拆除违建", matter="gov_illegal_building")
    assert (done.state, done.rule) == ("returned", "government")
    assert "城市管理（综合执法）的职责" in done.why
    assert "不得转嫁给社区" in done.why


@pytest.mark.parametrize(
    ("kind", "matter", "form", "rule"),
    [
        ("civil_affairs", "assist_elder_visit", "task", "listed"),
        ("civil_affairs", "高龄和独居老人巡访", "task", "listed"),
        ("civil_affairs", "assist_elder_visit", "form", "edition"),
        ("health", "assist_elder_visit", "task", "foreign"),
        ("civil_affairs", "assist_elder_visit", "plate", "form"),
        ("civil_affairs", "pets", "task", "unclassed"),
        ("police", "refuse_kinship", "certificate", "refuse"),
        ("education", "certify_hardship", "certificate", "certify"),
        ("education", "certify_hardship", "task", "form"),
        ("justice", "law_mediation", "task", "law_of_community"),
    ],
)
def test_each_class_and_form_has_its_rule(city: City, kind: str, matter: str, form: str, rule: str) -> None:
    assert sent(officer(kind), matter=matter, kind=form).rule == rule


def test_what_was_admitted_for_one_unit_is_sent_by_it_alone_in_its_forms_with_its_data(city: City) -> None:
    row = admitted(unit_of("health", EAST), sends=["data"])
    mine, phone = officer("health"), {"elements": ["phone"]}
    assert sent(mine, matter=row.code, kind="data", data=phone).rule == "admitted"
    beyond = sent(mine, matter=row.code, kind="data", data={"elements": ["phone", "number"]})
    assert beyond.rule == "elements"
    assert "公民身份号码" in beyond.why or "身份" in beyond.why
    assert sent(mine, matter=row.code, kind="task").rule == "form"
    assert sent(officer("police"), matter=row.code, kind="data", data=phone).rule == "foreign"
    with pytest.raises(Refused, match="写明要哪些数据项"):
        sent(mine, matter=row.code, kind="data")


def test_a_matter_that_does_not_stand_everywhere_is_sent_nowhere(city: City) -> None:
    """One of three places is outside the district for which it was admitted: the whole comes back and names it."""
    with system_scope("test"):
        centre = unit_of("grid_center", CITY)
    row = admitted(centre, area=EAST)
    chosen = [EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY]
    done = sent(city.people["dispatcher"], below=CITY, only=chosen, matter=row.code)
    assert (done.rule, done.case) == ("elsewhere", None)
    assert "西风1社区" in done.why
    assert sent(city.people["dispatcher"], below=CITY, only=chosen[:2], matter=row.code).rule == "admitted"


@pytest.fixture
def own_list_in_the_west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pack of the west district, in whose list the visits are civil affairs' own duty, and a matter that only it has."""

    def caches() -> None:
        for kept in (service._spans, service._line, service._matters):
            kept.cache_clear()

    known = service.packs()
    [old] = [one for one in known["national"].catalogues if "assist_elder_visit" in one.matters]
    visits = replace(old.matters["assist_elder_visit"], class_="government", fund="", sends=())
    own = {"assist_elder_visit": visits, "west_only": replace(old.matters["assist_elder_visit"], title="西区巡河")}
    head = replace(known["nanchang"].head, name="west", area=str(WEST // 1000), extends="nanchang")
    west = replace(known["nanchang"], head=head, catalogues=(replace(old, matters=own),))
    monkeypatch.setattr(service, "packs", lambda: {**known, "west": west})
    caches()
    yield
    monkeypatch.undo()
    caches()


@pytest.mark.usefixtures("own_list_in_the_west")
def test_each_place_is_judged_by_its_own_list(city: City) -> None:
    with system_scope("test"):
        civil = Unit.objects.create(code="city-civil", name="市民政局", kind="civil_affairs", area=CITY)
    mine = a_person("dept_officer", CITY, civil)
    both = {"matter": "assist_elder_visit", "below": CITY, "only": [EAST_COMMUNITY, WEST_COMMUNITY]}
    assert sent(mine, **{**both, "only": [EAST_COMMUNITY]}).rule == "listed"
    done = sent(mine, **both)
    assert (done.state, done.rule) == ("returned", "government")
    assert done.why.startswith("在 1 处（西风1社区）：")
    by_title = {**both, "matter": "西区巡河", "only": [WEST_COMMUNITY]}
    assert sent(mine, **by_title).rule == "listed", "its title stands in no list but that of the place"
    elsewhere = sent(mine, **{**both, "matter": "西区巡河"})
    assert elsewhere.rule == "elsewhere"
    assert "东风1社区" in elsewhere.why


def test_while_suspended_after_its_end_and_before_its_beginning_it_is_returned(city: City) -> None:
    unit, mine = unit_of("health", EAST), officer("health")
    row = admitted(unit)
    with system_scope("test"):
        Halt.objects.create(admitted=row, since=dt.date(2026, 2, 1), reason="经费未到")
    assert sent(mine, matter=row.code).rule == "suspended"
    assert sent(mine, matter=admitted(unit, until=dt.date(2026, 3, 1)).code).rule == "ended"
    assert sent(mine, matter=admitted(unit, since=dt.date(2999, 1, 1)).code).rule == "elsewhere"


def test_under_the_code_of_what_was_changed_the_letter_says_how_its_newest_stands(city: City) -> None:
    unit, mine = unit_of("health", EAST), officer("health")
    first = admitted(unit, until=dt.date(2026, 2, 28))
    second = admitted(unit, since=dt.date(2026, 3, 1), until=dt.date(2026, 5, 31), replaces=first.code)
    third = admitted(unit, since=dt.date(2026, 6, 1), replaces=second.code)
    admitted(unit, since=dt.date(2999, 1, 1), replaces=third.code)
    with system_scope("test"):
        Halt.objects.create(admitted=third, since=dt.date(2026, 7, 1), reason="经费未到")
    for code in (first.code, second.code, third.code):
        done = sent(mine, matter=code)
        assert done.rule == "suspended"
        assert "2026-07-01 起暂停：经费未到" in done.why


DOCUMENT = {"number": "某办〔2026〕3 号", "body": "区政府办公室", "title": "消防检查方案", "date": "2026-01-05"}


def test_an_inspection_needs_what_approves_it_and_a_number_alone_is_nothing(city: City) -> None:
    mine = officer("fire")

    def inspected(approval: object = None) -> Sending:
        data = {"approval": approval} if approval else {}
        return sent(mine, matter="assist_fire_check", kind="inspection", data=data)

    assert inspected().rule == "approval"
    typed = inspected("某办〔2026〕3 号")
    assert (typed.rule, "没有编号为「某办〔2026〕3 号」的批准" in typed.why) == ("approval", True)
    passed = inspected(DOCUMENT)
    assert (passed.rule, passed.judged["approval"]) == ("listed", {**DOCUMENT, "of": "paper"})


@pytest.mark.parametrize("without", ["number", "body", "title", "date"])
def test_a_document_from_outside_names_its_number_body_title_and_date(city: City, without: str) -> None:
    given = {**DOCUMENT, without: ""}
    done = sent(officer("fire"), matter="assist_fire_check", kind="inspection", data={"approval": given})
    assert done.rule == "approval"
    assert "缺：" in done.why


@pytest.mark.parametrize("date", ["2999-01-01", "昨天", "2026-02-30"])
def test_a_document_of_no_day_approves_nothing(city: City, date: str) -> None:
    data = {"approval": {**DOCUMENT, "date": date}}
    assert sent(officer("fire"), matter="assist_fire_check", kind="inspection", data=data).rule == "approval"


def test_what_was_admitted_as_an_inspection_is_approved_by_its_admission(city: City) -> None:
    row = admitted(unit_of("health", EAST))
    done = sent(officer("health"), matter=row.code, kind="inspection")
    assert (done.rule, done.judged["approval"]["number"]) == ("admitted", row.code)
    other = admitted(unit_of("health", EAST), title="另一件")
    assert sent(officer("health"), matter=row.code, kind="inspection", data={"approval": other.code}).rule == "approval"


def test_a_street_sends_by_law_without_asking_and_a_bureau_does_not(city: City) -> None:
    done = lawful_task(city.people["street"], EAST_STREET)
    assert (done.rule, cases_of(done)) == ("law", [EAST_COMMUNITY, EAST_COMMUNITY_2])
    assert lawful_task(city.people["dispatcher"], CITY).rule == "law_of_community"


def test_a_community_puts_its_own_lawful_work_to_its_own_grids(city: City) -> None:
    done = sent(city.people["worker"], matter="law_voice", below=EAST_COMMUNITY, level=6, title="听取意见")
    assert done.rule == "law"
    assert cases_of(done) == [EAST_GRID, EAST_GRID + 1]
    with system_scope("test"):
        [reach] = Reach.objects.filter(sending=done)
    assert (reach.area, reach.minutes) == (EAST_COMMUNITY, 2 * done.minutes)


def test_an_emergency_passes_without_asking_from_who_may_call_one(city: City) -> None:
    done = sent(officer("emergency"), title="暴雨转移", emergency=True)
    assert (done.rule, len(cases_of(done))) == ("emergency", 2)
    assert sent(officer("education"), title="暴雨转移", emergency=True).rule == "not_emergency"


@pytest.mark.parametrize(
    ("kind", "given", "rule"),
    [
        ("fire", {"matter": "gov_fire_enforcement"}, "government"),
        ("police", {"matter": "refuse_kinship", "kind": "certificate"}, "refuse"),
        ("health", {"kind": "inspection", "data": {"appraisal": True}}, "form"),
        ("health", {"kind": "form", "title": "每日报表"}, "form"),
        ("health", {"kind": "plate"}, "form"),
        ("health", {"kind": "data", "data": {"elements": ["number"]}}, "form"),
        ("health", {"kind": "meeting", "data": {"minutes": 30}}, "emergency"),
    ],
)
def test_an_emergency_opens_no_way_for_what_is_no_emergency(
    city: City, kind: str, given: dict[str, object], rule: str
) -> None:
    done = sent(officer(kind), emergency=True, **given)
    assert (done.rule, done.state) == (rule, "sent" if rule == "emergency" else "returned")


def test_the_days_of_an_emergency_are_counted_by_its_matter_and_by_a_like_title(city: City) -> None:
    mine = officer("emergency")
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    first = sent(mine, title="暴雨转移", matter="assist_flood", emergency=True, at=begun)
    assert (first.rule, first.matter) == ("emergency", "assist_flood")
    assert sent(mine, title="河道值守", matter="防汛避险转移协助", emergency=True).rule == "emergency_over"
    assert sent(mine, title="暴雨转移第二轮", emergency=True).rule == "emergency_over"
    assert sent(mine, title="寒潮送煤", emergency=True).rule == "emergency"
    assert sent(officer("water_affairs"), title="河道值守", matter="assist_flood", emergency=True).rule == "emergency"


def test_an_emergency_that_never_ends_is_returned_after_the_days_of_the_pack(city: City) -> None:
    mine = officer("emergency")
    now = dt.datetime.now(dt.UTC)
    first = sent(mine, title="暴雨转移", emergency=True, at=now - dt.timedelta(days=5))
    again = sent(mine, title="暴雨转移", emergency=True)
    assert again.until == first.until, "sent again it runs no longer than the first"
    late = sent(mine, title="暴雨转移", emergency=True, at=now + dt.timedelta(days=2))
    assert late.rule == "emergency_over"
    assert "申请准入" in late.why


def test_what_is_entered_as_sent_on_a_day_before_is_no_news(city: City) -> None:
    mine = officer("civil_affairs")
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    called = {"since": today().isoformat(), "items": ["巡访"], "persons": 1, "minutes": 60}
    given = {"kind": "meeting", "matter": "assist_elder_visit", "data": called}
    told = ProcrastinateJob.objects.filter(task_name="gate.arrived")
    assert sent(mine, title="巡访会", at=then, **given).state == "sent"
    assert not told.exists()
    sent(mine, title="巡访会", **given)
    assert told.count() == 1


def test_what_a_hot_line_brings_reaches_a_community_as_an_event_and_asks_nobody(city: City) -> None:
    case = to_dispatched(city, "committee")
    assert case.state == "dispatched"
    with system_scope("test"):
        assert not Sending.objects.exists()


def test_the_same_key_sends_once_and_another_person_s_key_is_refused(city: City) -> None:
    key, mine = uuid.uuid4(), officer("civil_affairs")
    first = sent(mine, matter="assist_elder_visit", key=key)
    assert sent(mine, matter="assist_elder_visit", key=key).pk == first.pk
    with system_scope("test"):
        assert Case.objects.filter(type="task").count() == 1
    with pytest.raises(Refused, match="标识"):
        sent(officer("health"), key=key)


def test_nobody_sends_beyond_the_places_of_their_unit_or_without_a_unit(city: City) -> None:
    with pytest.raises(Refused, match="不在你可以下达的范围内"):
        sent(officer("civil_affairs"), below=CITY, matter="assist_elder_visit")
    with pytest.raises(Refused, match="没有所在单位"):
        sent(a_person("dispatcher", CITY), below=CITY)
    with pytest.raises(Refused):
        sent(officer("civil_affairs"), below=EAST, only=[WEST_COMMUNITY], matter="assist_elder_visit")


def test_the_preview_says_what_it_will_cost_and_who_asks_the_same_already(city: City) -> None:
    row = admitted(unit_of("health", EAST), title="老人体检摸底")
    sent(officer("health"), matter=row.code, title="老年人体检情况摸底")
    mine = officer("civil_affairs")
    with scope_of(mine, "gate.send"):
        look = gate.preview(
            actor=actor(mine), kind="task", title="老年人体检情况摸底表", matter="assist_elder_visit", below=EAST
        )
    assert look.verdict.passes
    assert (len(look.places), look.minutes, look.total) == (2, 60, 120)
    assert [one.unit.kind for one in look.alike] == ["health"]


def test_the_database_itself_refuses_a_task_at_a_community_that_passed_no_gate(city: City) -> None:
    kept = sent(officer("health"), title="健康档案月报", matter="健康档案月报")
    passed = sent(officer("civil_affairs"), matter="assist_elder_visit")
    with system_scope("test"):
        row = Case.objects.filter(parent=passed.case).first()
    assert row
    for fields in ({}, {"sending": kept.pk}, {"sending": 10**9}):
        with pytest.raises(DatabaseError, match="passed the gate"), transaction.atomic(), system_scope("test"):
            Case.objects.create(
                number=f"x{uuid.uuid4().hex[:20]}", type="assignment", type_version=row.type_version, state="sent",
                area=EAST_COMMUNITY, category="ordinary", source="task", title="绕过", opened_at=row.opened_at, fields=fields,
            )  # fmt: skip


def test_the_room_of_tasks_itself_refuses_communities_without_a_sending(city: City) -> None:
    with city.acting("street", "task.issue"), pytest.raises(Refused, match="准入"):
        issue_task(
            actor=Actor(None, "街道"), title="培训", text="", below=EAST_STREET, level=5, limit=Limit(3, "working_days"),
            key=uuid.uuid4(),
        )  # fmt: skip


def test_under_a_function_of_another_room_nothing_that_was_asked_is_read(city: City) -> None:
    sent(officer("civil_affairs"), matter="assist_elder_visit")
    for function in ("public.certificate", "notice.read", "event.read", "nothing.at_all"):
        with within_scope(Scope(function, (EVERYWHERE,))):
            assert not Sending.objects.exists(), function
            assert not Reach.objects.exists(), function
    with within_scope(Scope("gate.read", (EVERYWHERE,))):
        assert Reach.objects.count() == 2
