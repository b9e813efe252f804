"""The event's whole machine, walked act by act by the people who may."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from lifang.blocks.cases.clocks import Reading
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case, Part, Voice
from lifang.blocks.cases.queries import BY_NAME, in_queue, part_cases
from lifang.blocks.cases.waiting import end_due
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Dated, Pack, Step
from lifang.domains.grid.tests.situations import (
    MONDAY,
    City,
    due,
    readings,
    reported,
    to_closed,
    to_dispatched,
    to_filed,
    to_handled,
    to_handling,
)
from lifang.ground.access.scope import system_scope
from lifang.ground.clock.calendar import STANDARD_HOURS
from lifang.ground.clock.limits import Limit, Unit
from tests.situations import BEGINNING, EAST_BUILDING_GRID, EAST_COMMUNITY_2, EAST_GRID

HOUR = dt.timedelta(hours=1)


def at(hours: float) -> dt.datetime:
    return MONDAY + dt.timedelta(hours=hours)


def reading(case: Case, clock: str, city: City, now: dt.datetime) -> Reading:
    return next(r for r in readings(case, city, now) if r.clock.name == clock)


def test_from_report_to_archive(city: City) -> None:
    case = reported().case
    assert (case.state, case.area, case.version) == ("reported", EAST_GRID, 1)
    walk = [
        ("dispatcher", "accept", {}, "accepted"),
        ("dispatcher", "file", {}, "filed"),
        ("dispatcher", "dispatch", {"unit": city.unit("urban")}, "dispatched"),
        ("urban", "receive", {}, "handling"),
        ("urban", "finish", {"result": "已清走"}, "handled"),
        ("grid", "verify", {}, "verified"),
        ("dispatcher", "close", {}, "closed"),
        ("caller", "callback", {"reached": True, "solved": True, "satisfied": True}, "called_back"),
        ("resident", "rate", {"solved": True, "satisfied": True}, "rated"),
        ("dispatcher", "archive", {}, "archived"),
    ]
    for step, (person, act, data, state) in enumerate(walk, start=1):
        city.do(person, case, act, at=at(step / 10), **data)
        assert (case.state, case.version) == (state, step + 1)
    assert (case.solved, case.satisfied, case.answered, case.is_open, case.due_at) == (True, True, True, False, None)
    assert [a.act for a in city.acts(case)] == ["report", *(row[1] for row in walk)]
    for column in ("accepted", "filed", "dispatched", "received", "handled", "closed", "called_back", "rated"):
        assert getattr(case, f"{column}_at") is not None


def test_refusal_needs_a_ground_and_a_reason(city: City) -> None:
    case = reported().case
    with pytest.raises(Refused) as wrong:
        city.do("dispatcher", case, "refuse", refusal="consultation")
    assert wrong.value.field == "reason"
    city.do("dispatcher", case, "refuse", refusal="consultation", reason="已当场说明")
    assert (case.state, case.is_open, case.due_at) == ("refused", False, None)


def test_a_return_cites_a_clause_and_the_second_goes_to_arbitration(city: City) -> None:
    case = to_dispatched(city)
    with pytest.raises(Refused) as wrong:
        city.do("urban", case, "return", reason="不归我们管")
    assert wrong.value.field == "clause"
    city.do("urban", case, "return", clause="职责清单第三条", reason="不归我们管", at=at(1))
    assert (case.state, case.unit_id, case.returns) == ("returned", None, 1)
    city.do("dispatcher", case, "dispatch", unit=city.unit("market"), at=at(1.5))
    city.do("market", case, "return", clause="职责清单第九条", reason="流动摊贩不归市场所", at=at(2))
    assert (case.state, case.returns) == ("arbitration", 2)
    city.do("arbiter", case, "arbitrate", unit=city.unit("urban"), clause="第三条第二款", reason="占道归城管", at=at(3))
    assert (case.state, case.unit_id) == ("dispatched", city.unit("urban"))
    with pytest.raises(Refused):
        city.do("urban", case, "return", clause="第三条", reason="还是不办")
    assert {city.unit("urban"), city.unit("market")} <= set(case.involved)


def test_an_extension_granted_adds_to_the_limit_and_one_refused_does_not(city: City) -> None:
    case = to_handling(city)
    before = due(case, "handle", city)
    with pytest.raises(Refused) as wrong:
        city.do("urban", case, "ask_extension", reason="人手不够", limit="1 working_days")
    assert wrong.value.field == "limit"
    city.do("urban", case, "ask_extension", reason="人手不够", limit="4 work_hours", at=at(0.6))
    with pytest.raises(Refused):
        city.do("urban", case, "ask_extension", reason="再要一次", limit="4 work_hours")
    city.do("dispatcher", case, "refuse_extension", reason="先办", at=at(0.7))
    assert due(case, "handle", city) == before == case.handle_due_at
    city.do("urban", case, "ask_extension", reason="下雨", limit="4 work_hours", at=at(0.8))
    city.do("dispatcher", case, "grant_extension", limit="3 work_hours", at=at(0.9))
    reading = next(r for r in readings(case, city) if r.clock.name == "handle")
    assert reading.limit == reading.rule.value + Limit(3, Unit.WORK_HOURS)
    assert case.handle_due_at == reading.due_at
    with pytest.raises(Refused):
        city.do("urban", case, "ask_extension", reason="第三次", limit="1 work_hours")


def test_time_on_hold_does_not_count(city: City) -> None:
    case = to_handling(city)
    promised = case.handle_due_at
    city.do("dispatcher", case, "hang_up", reason="等汛期过去", until="2099-01-01", at=at(1))
    assert case.state == "hung_up"
    assert due(case, "handle", city) is None
    city.do("dispatcher", case, "resume", at=at(26))
    assert promised
    assert case.handle_due_at is not None
    assert case.handle_due_at > promised
    handle = next(r for r in readings(case, city, at(26.25)) if r.clock.name == "handle")
    assert handle.used.seconds == 45 * 60 + 15 * 60


def test_what_is_hung_up_until_a_day_goes_on_when_it_has_come(city: City) -> None:
    case, still = to_handling(city), to_handling(city)
    today = timezone.localdate()
    city.do("dispatcher", case, "hang_up", reason="等材料", until=(today + dt.timedelta(3)).isoformat(), at=at(1))
    city.do("dispatcher", still, "hang_up", reason="等材料", until=(today + dt.timedelta(4)).isoformat(), at=at(1))
    noon = dt.datetime.combine(today, dt.time(12), timezone.get_current_timezone())
    assert end_due(noon + dt.timedelta(2)) == 0
    assert end_due(noon + dt.timedelta(3)) == 1
    assert end_due(noon + dt.timedelta(3)) == 0
    assert (city.refresh(case).state, city.refresh(still).state) == ("handling", "hung_up")
    resumed = city.acts(case)[-1]
    assert (resumed.act, resumed.name, resumed.user_id, resumed.function) == (
        "resume",
        "系统",
        None,
        "system.cases.waits",
    )


def test_a_whistle_stops_the_owners_clock_and_starts_the_departments(city: City) -> None:
    case = to_filed(city)
    city.do("street", case, "take_on", at=at(0.25))
    city.do("street", case, "whistle", unit=city.unit("fire"), duty="查看消防通道", limit="4 work_hours", at=at(1))
    assert case.state == "whistled"
    assert due(case, "handle", city) is None
    assert (case.clock, case.due_at) == ("whistle", due(case, "whistle", city))
    with system_scope("test"):
        part = Part.objects.get(case=case)
    assert (part.kind, part.state, part.unit_id) == ("whistle", "open", city.unit("fire"))
    assert part.respond_due_at
    assert part.due_at
    city.do("fire", case, "respond", note="已到现场", at=at(2))
    assert not next(r for r in readings(case, city, at(2.5)) if r.clock.name == "whistle").running
    city.do("fire", case, "part_done", result="已清通道", at=at(2.5))
    city.do("street", case, "whistle_end", at=at(6))
    assert case.state == "handling"
    handle = next(r for r in readings(case, city, at(6.5)) if r.clock.name == "handle")
    assert handle.used.seconds == int((0.75 + 0.5) * 3600)
    with system_scope("test"):
        part.refresh_from_db()
    assert part.state == "done"


def test_rework_runs_a_fresh_clock(city: City) -> None:
    case = to_handled(city)
    city.do("grid", case, "rework", reason="还在原地", at=at(2))
    assert (case.state, case.reworks, case.handled_at) == ("handling", 1, None)
    handle = next(r for r in readings(case, city, at(2.5)) if r.clock.name == "handle")
    assert handle.used.seconds == 30 * 60
    city.do("urban", case, "finish", result="这次清了", at=at(2.6))
    assert case.handled_at == at(2.6)


def test_reopening_takes_back_the_close(city: City) -> None:
    case = to_closed(city)
    city.do("resident", case, "ask_reopen", reason="又摆出来了", at=at(30))
    assert "reopen_asked" in case.flags
    city.do("caller", case, "reopen", reason="回访属实", at=at(31))
    assert (case.state, case.closed_at, case.is_open) == ("accepted", None, True)
    assert case.due_at is not None
    assert "reopen_asked" not in case.flags


def test_a_request_to_reopen_is_refused_with_a_reason_that_the_reporter_reads(city: City) -> None:
    done = reported(phone="13800000001")
    case = done.case
    city.do("dispatcher", case, "refuse", refusal="private", reason="请找物业协商")
    city.do("resident", case, "ask_reopen", reason="物业不管")
    with pytest.raises(Refused) as wrong:
        city.do("caller", case, "refuse_reopen")
    assert wrong.value.field == "reason"
    city.do("caller", case, "refuse_reopen", reason="物业费纠纷可向法院起诉")
    assert (case.state, case.flags) == ("refused", [])
    assert "物业费纠纷可向法院起诉" in Client().get(f"/t/{done.token}/").content.decode()
    city.do("resident", case, "ask_reopen", reason="已问过法院")
    assert case.flags == ["reopen_asked"]


def test_what_is_asked_of_an_ended_case_waits_in_a_queue_and_keeps_it_from_the_archive(city: City) -> None:
    case = to_closed(city)
    city.do("resident", case, "ask_reopen", reason="又摆出来了")
    city.do("urban", case, "ask_exclusion", exclusion="repeated", proof="同一件已办三次")
    city.do("caller", case, "callback", reached=True, solved=True, satisfied=True)

    def waiting(person: str, queue: str) -> list[Case]:
        with city.acting(person, "case.read"):
            return list(Case.objects.filter(in_queue(BY_NAME[queue], city.holdings(person), at(99))))

    assert (
        waiting("caller", "reopen") == waiting("supervisor", "exclusion") == waiting("dispatcher", "archive") == [case]
    )
    with pytest.raises(Refused):
        city.do("dispatcher", case, "archive")
    city.do("caller", case, "refuse_reopen", reason="已清走")
    city.do("supervisor", case, "refuse_exclusion", reason="不属实")
    city.do("dispatcher", case, "archive")
    assert waiting("caller", "reopen") == waiting("supervisor", "exclusion") == waiting("dispatcher", "archive") == []


def test_an_exclusion_granted_in_error_is_taken_back(city: City) -> None:
    case = to_closed(city)
    city.do("urban", case, "ask_exclusion", exclusion="repeated", proof="同一件已办三次")
    city.do("supervisor", case, "grant_exclusion", exclusion="repeated", reason="属实")
    city.do("supervisor", case, "take_back_exclusion", reason="前一案件查无")
    assert (case.excluded, case.flags) == ("", [])


def test_a_merge_moves_the_voices(city: City) -> None:
    one, two = reported(phone="13800000001").case, reported(at(0.1), phone="13800000002").case
    city.do("dispatcher", two, "merge", case=one.number, at=at(0.5))
    city.refresh(one)
    assert (two.state, two.duplicate_of_id, two.voices_count, one.voices_count) == ("duplicate", one.pk, 0, 2)
    with system_scope("test"):
        assert Voice.objects.filter(case=one).count() == 2
    third = reported(at(0.2)).case
    for number in (third.number, two.number, "260302-000000-0"):
        with pytest.raises(Refused) as wrong:
            city.do("dispatcher", third, "merge", case=number)
        assert wrong.value.field == "case"


def test_the_lead_cannot_finish_while_a_co_unit_has_not(city: City) -> None:
    """proves: S025"""
    case = to_handling(city)
    for unit in ("market", "fire", "water"):
        city.do("urban", case, "assign_part", unit=city.unit(unit), duty="各清各的", limit="1 working_days", at=at(0.5))
    city.do("market", case, "part_done", result="已查", at=at(0.6))
    city.do("fire", case, "part_done", result="已查", at=at(0.7))
    with pytest.raises(Refused) as refused:
        city.do("urban", case, "finish", result="都好了", at=at(0.8))
    assert city.units["water"].name in refused.value.message
    assert city.units["market"].name not in refused.value.message
    city.do("water", case, "part_done", result="已修", at=at(0.9))
    city.do("urban", case, "finish", result="都好了", at=at(1))
    assert case.state == "handled"
    with system_scope("test"):
        assert [p.due_at is not None for p in Part.objects.filter(case=case)] == [True] * 3


@pytest.mark.parametrize("way", ["void", "merge", "force_close", "archive"])
def test_parts_end_with_their_case(city: City, way: str) -> None:
    case, other = to_dispatched(city), reported().case
    city.do("dispatcher", case, "assign_part", unit=city.unit("market"), duty="查证照", at=at(0.4))
    ends = {
        "void": {"reason": "重复登记"},
        "merge": {"case": other.number},
        "force_close": {"closing_reason": "no_object", "reason": "已撤离", "proof": "照片"},
    }
    city.do(
        "dispatcher", case, "force_close" if way == "archive" else way, **ends[way if way in ends else "force_close"]
    )
    if way == "archive":
        city.do("dispatcher", case, "archive")
    with system_scope("test"):
        assert [part.state for part in Part.objects.filter(case=case)] == ["cancelled"]
        assert part_cases([city.unit("market")]) == []


def test_a_second_answer_to_a_whistle_leaves_the_first(city: City) -> None:
    case = to_filed(city)
    city.do("street", case, "take_on", at=at(0.25))
    city.do("street", case, "whistle", unit=city.unit("fire"), duty="查看消防通道", at=at(1))
    for hour in (2, 3):
        city.do("fire", case, "respond", note="已到现场", at=at(hour))
    with system_scope("test"):
        assert Part.objects.get(case=case).responded_at == at(2)


def test_a_unit_late_with_its_part_finds_the_case_among_the_late(city: City) -> None:
    case = to_handling(city, category="09001")
    city.do("urban", case, "assign_part", unit=city.unit("market"), duty="查证照", limit="0.5 urgent_hours", at=at(0.4))
    assert case.due_at > at(1.1)
    for person, found in (("market", [case]), ("urban", [])):
        with city.acting(person, "case.read"):
            late = in_queue(BY_NAME["late"], city.holdings(person), at(1.1), part_cases([city.unit(person)]))
            assert list(Case.objects.filter(late)) == found


def test_a_parent_waits_for_its_children(city: City) -> None:
    case = to_handling(city)
    city.do("street", case, "split", category="09005", text="旁边店铺也把货摆出来了", at=at(0.6))
    with system_scope("test"):
        child = Case.objects.get(parent=case)
    with pytest.raises(Refused) as refused:
        city.do("urban", case, "finish", result="清了")
    assert child.number in refused.value.message
    city.do("dispatcher", child, "void", reason="一并办了")
    city.do("urban", case, "finish", result="清了", at=at(1))
    assert case.state == "handled"


def test_forced_close_needs_ground_reason_and_proof(city: City) -> None:
    case = to_handling(city)
    with pytest.raises(Refused) as wrong:
        city.do("dispatcher", case, "force_close", closing_reason="long_term", reason="列入明年计划")
    assert wrong.value.field == "proof"
    city.do("dispatcher", case, "force_close", closing_reason="long_term", reason="列入明年计划", proof="计划第 8 项")
    assert (case.state, case.flags) == ("closed", ["forced"])


def test_supervision_stays_until_it_is_ended(city: City) -> None:
    case = to_handling(city)
    city.do("supervisor", case, "supervise", reason="群众反映强烈")
    assert "supervised" in case.flags
    city.do("supervisor", case, "end_supervision")
    assert "supervised" not in case.flags


def test_an_exclusion_is_asked_with_proof_and_reviewed(city: City) -> None:
    case = to_closed(city)
    city.do("urban", case, "ask_exclusion", exclusion="repeated", proof="同一件已办三次")
    city.do("supervisor", case, "grant_exclusion", exclusion="repeated", reason="属实")
    assert (case.excluded, "excluded" in case.flags) == ("repeated", True)


def test_a_correction_moves_the_case_and_its_proposal(city: City) -> None:
    case = reported(lon=None, lat=None).case
    assert case.fields["place_problem"] == "unlocated"
    city.do("dispatcher", case, "correct", reason="来电说明", area=EAST_GRID, category="09005")
    assert (case.area, case.category, case.title, case.fields["place_problem"]) == (EAST_GRID, "09005", "店外经营", "")


def test_a_corrected_place_leaves_the_grid_of_the_other_layer_behind(city: City) -> None:
    case = reported().case
    assert case.second_area == EAST_BUILDING_GRID
    city.do("dispatcher", case, "correct", reason="选错了类别", category="09005", area=EAST_GRID)
    assert case.second_area == EAST_BUILDING_GRID
    city.do("dispatcher", case, "correct", reason="来电说明", area=EAST_COMMUNITY_2)
    assert (case.area, case.second_area) == (EAST_COMMUNITY_2, None)


def test_a_category_that_ended_meanwhile_holds_for_the_cases_that_began_with_it(city: City, ended: str) -> None:
    case = reported(at(0), category=ended).case
    city.do("dispatcher", case, "accept", at=at(72))
    city.do("dispatcher", case, "file", at=at(73))
    assert case.category == ended
    with pytest.raises(Refused) as refused:
        city.do("dispatcher", case, "split", category=ended, text="旁边还有一处", at=at(74))
    assert refused.value.field == "category"
    city.do("dispatcher", case, "split", category="09005", text="旁边还有一处", at=at(74))


def test_new_working_hours_change_no_sum_of_a_case_that_began_before(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = to_handling(city)
    city.do("urban", case, "finish", result="清了", at=at(30))
    then = reading(case, "handle", city, at(31))
    nanchang = packs.packs()["nanchang"]
    source = nanchang.events[0].categories["06010"].source
    steps = (Step(BEGINNING, STANDARD_HOURS, source), Step(dt.date(2026, 3, 3), ((dt.time(10), dt.time(12)),), source))
    hours = Dated(steps, at=nanchang.calendar.at)
    with changed(monkeypatch, nanchang=replace(nanchang, calendar=replace(nanchang.calendar, hours=hours))):
        assert packs.calendar(EAST_GRID, at(48)).day_length == 2 * 3600 * 10**6
        now = reading(case, "handle", city, at(31))
        assert (now.used, now.due_at, now.in_time) == (then.used, then.due_at, then.in_time)
        later = to_handling(city, at=at(24 * 7))
        assert reading(later, "handle", city, at(24 * 7 + 1)).due_at != then.due_at + dt.timedelta(7)


@contextmanager
def changed(monkeypatch: pytest.MonkeyPatch, **other: Pack) -> Iterator[None]:
    """Some packs say otherwise."""
    whole = dict(packs.packs()) | other
    caches = (packs._line, packs._category, packs._step_limit, packs._calendar)
    with monkeypatch.context() as patched:
        patched.setattr(packs, "packs", lambda: whole)
        for cache in caches:
            cache.cache_clear()
        yield
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A category of the nation that ends on the day after MONDAY."""
    national = packs.packs()["national"]
    code, day = "09003", MONDAY.date() + dt.timedelta(1)
    files = tuple(
        replace(file, categories={c: replace(e, until=day) if c == code else e for c, e in file.categories.items()})
        for file in national.events
    )
    with changed(monkeypatch, national=replace(national, events=files)):
        yield code


def test_a_dispatch_is_recalled_with_a_reason(city: City) -> None:
    case = to_dispatched(city)
    city.do("dispatcher", case, "recall", reason="派错了", at=at(0.4))
    assert (case.state, case.unit_id) == ("filed", None)


def test_a_small_matter_is_settled_on_the_spot(city: City) -> None:
    case = reported().case
    city.do("grid", case, "settle", result="当场劝离", at=at(0.2))
    assert case.state == "handled"


def test_the_first_contact_stops_the_response_clock(city: City) -> None:
    case = to_handling(city)
    city.do("urban", case, "contact", reached=False, at=at(0.5))
    assert case.responded_at is None
    assert reading(case, "respond", city, at(200)).running
    assert reading(case, "respond", city, at(200)).in_time is False
    city.do("urban", case, "contact", reached=True, at=at(0.6))
    assert case.responded_at == at(0.6)
    respond = reading(case, "respond", city, at(200))
    assert (respond.running, respond.in_time, respond.runs[-1][1]) == (False, True, at(0.6))
