"""Questions that other parts of the platform put to the packs that come with it."""

from datetime import UTC, date, datetime
from time import perf_counter

import pytest

from lifang.blocks.packs import service
from lifang.blocks.packs.resolving import NoRule
from lifang.ground.clock import Limit, Unit

NANCHANG = 360102001001000
DALIAN = 210202000000000
JIYUAN = 419001000000000
BEIJING = 110000000000000
TODAY = date(2026, 9, 30)


class TestWhichPack:
    def test_a_grid_belongs_to_its_city(self) -> None:
        assert service.pack_for(NANCHANG + 7).name == "nanchang"

    def test_a_city_without_a_pack_follows_the_nation(self) -> None:
        assert service.pack_for(BEIJING).name == "national"

    def test_a_county_level_city(self) -> None:
        assert service.pack_for(420684001001000).name == "yicheng"


class TestTheSameEventInThreeCities:
    def limit(self, area: int, on: date = TODAY, urgency: str = "ordinary") -> tuple[Limit, str]:
        resolved = service.category("06010", area, on).limit("handle", urgency)
        assert resolved
        return resolved.value, resolved.citation

    def test_three_limits_each_with_its_document(self) -> None:
        assert self.limit(NANCHANG) == (Limit(2, Unit.WORK_HOURS), "《南昌市处置时限与责任部门（示范）》 06010")
        assert self.limit(JIYUAN)[0] == Limit(1, Unit.WORKING_DAYS)
        assert "济源市" in self.limit(JIYUAN)[1]
        assert self.limit(DALIAN)[0] == Limit(1, Unit.NATURAL_DAYS)
        assert self.limit(DALIAN, urgency="critical")[0] == Limit(4, Unit.URGENT_HOURS)

    def test_before_the_city_decided_the_nation_holds(self) -> None:
        before = service.category("06010", NANCHANG, date(2023, 12, 31)).limits["handle"]
        assert before.pack == "national"
        assert before.value.of("ordinary") == Limit(4, Unit.WORK_HOURS)
        assert before.source.status == "secondary"

    def test_an_hour_is_taken_by_its_local_date(self) -> None:
        eve = datetime(2023, 12, 31, 17, tzinfo=UTC)  # already 2024 in Nanchang
        assert service.category("06010", NANCHANG, eve).limits["handle"].pack == "nanchang"

    def test_owners_differ_as_well(self) -> None:
        assert service.category("09005", NANCHANG, TODAY).owner.value.unit == "street_office"
        assert service.category("09005", DALIAN, TODAY).owner.value.unit == "urban_management"


class TestCategories:
    def test_every_category_is_whole_in_every_city(self) -> None:
        for area in (NANCHANG, DALIAN, JIYUAN, BEIJING):
            for category in service.categories(area, TODAY):
                assert category.keywords
                assert category.filing
                assert category.closing
                for urgency in service.urgencies(area):
                    assert category.limit("handle", urgency)
                    assert category.limit("accept", urgency)
                assert category.owner.value.unit in service.units()

    def test_there_are_enough_to_choose_from_and_all_four_units_are_used(self) -> None:
        found = service.categories(NANCHANG, TODAY)
        assert len(found) >= 60
        assert {limit.unit for c in found for limit in c.limits["handle"].value.by_urgency.values()} == set(Unit)

    def test_a_more_urgent_case_never_has_longer(self) -> None:
        hours = {Unit.URGENT_HOURS: 1, Unit.WORK_HOURS: 3, Unit.WORKING_DAYS: 24, Unit.NATURAL_DAYS: 24}
        for category in service.categories(NANCHANG, TODAY):
            for resolved in category.limits.values():
                spans = [resolved.value.of(u) for u in service.urgencies(NANCHANG)]
                lengths = [limit.amount * hours[limit.unit] for limit in spans]
                assert lengths == sorted(lengths, reverse=True), (category.code, resolved)

    def test_the_community_owns_nothing_but_may_do_some_things_itself(self) -> None:
        found = service.categories(NANCHANG, TODAY)
        assert all(c.owner.value.unit != "community_committee" for c in found)
        assert {c.power for c in found} == {"own", "assist", "none"}

    def test_an_unknown_category_is_no_rule(self) -> None:
        with pytest.raises(NoRule, match="99999"):
            service.category("99999", NANCHANG, TODAY)


class TestTheEventMachine:
    @pytest.fixture
    def event(self) -> service.CaseType:
        return service.case_type("event", NANCHANG, TODAY)

    def acts(self, event: service.CaseType, state: str, *flags: str) -> list[str]:
        return [row.act for row in event.transitions_from(state, flags)]

    def test_the_second_return_goes_to_arbitration_and_its_verdict_stands(self, event: service.CaseType) -> None:
        first = event.transition("dispatched", "return")
        assert first
        assert (first.to, first.needs) == ("returned", ("clause", "reason"))
        second = event.transition("dispatched", "return", first.sets)
        assert second
        assert second.to == "arbitration"
        assert event.transition("dispatched", "return", ["returned_once", "arbitrated"]) is None

    def test_an_extension_is_asked_once_and_then_decided(self, event: service.CaseType) -> None:
        assert "ask_extension" in self.acts(event, "handling")
        asked = self.acts(event, "handling", "extension_asked")
        assert "ask_extension" not in asked
        assert {"grant_extension", "refuse_extension"} <= set(asked)

    def test_a_whistle_stops_the_community_and_starts_the_department(self, event: service.CaseType) -> None:
        assert event.clock("handle").pauses_in == ("whistled", "hung_up")
        assert event.clock("whistle").runs_in == ("whistled",)
        assert {"respond", "whistle_end", "part_done"} <= set(self.acts(event, "whistled"))

    def test_open_means_every_state_that_is_not_final(self, event: service.CaseType) -> None:
        for name, state in event.states.items():
            assert ("supervise" in self.acts(event, name)) is not state.final

    def test_the_resident_may_track_withdraw_add_and_rate(self, event: service.CaseType) -> None:
        public = {row.act for row in event.transitions if row.by == "public.track"}
        assert public == {"withdraw", "rate", "ask_reopen", "supplement"}

    def test_every_function_is_held_by_a_role_or_open_to_the_public(self, event: service.CaseType) -> None:
        held = {name for role in service.roles().values() for name in role.functions}
        assert {row.by for row in event.transitions} <= held | {"public.track", "public.report"}

    def test_an_open_case_keeps_its_version(self, event: service.CaseType) -> None:
        assert event.version == "national/2020-01-01"
        assert service.case_type("event", NANCHANG, TODAY, version=event.version) is event
        with pytest.raises(NoRule):
            service.case_type("event", NANCHANG, TODAY, version="national/1999-01-01")

    def test_clocks_find_their_limits(self, event: service.CaseType) -> None:
        without = {c.name for c in event.clocks if not service.limit_for(c, "06010", NANCHANG, TODAY, "ordinary")}
        assert without == {"close"}  # the nation sets no limit for the whole way; a city may


def test_an_old_month_is_computed_by_its_old_rule() -> None:
    old = service.value("community.households_max", NANCHANG, date(2025, 12, 31))
    new = service.value("community.households_max", NANCHANG, date(2026, 1, 1))
    assert (old.value, new.value) == (700, 3000)
    assert old.source.title != new.source.title


def test_a_called_department_must_answer() -> None:
    assert service.response_limit("whistle", NANCHANG, TODAY)
    assert service.response_limit("share", NANCHANG, TODAY)


def test_the_auditor_reads_only() -> None:
    assert all(name.endswith(".read") or name == "case.search" for name in service.roles()["auditor"].functions)


def test_every_exclusion_is_offered_by_the_event_and_reviewed() -> None:
    options = service.case_type("event", NANCHANG, TODAY).inputs["exclusion"].options
    assert set(options) == set(service.exclusions(NANCHANG, TODAY))


def test_figures_are_ratios_of_known_measures() -> None:
    found = service.indicators(NANCHANG, TODAY)
    assert len(found) >= 15
    assert all({f.numerator, f.denominator or f.numerator} <= set(service.measures()) for f in found.values())


def test_an_answer_costs_microseconds() -> None:
    service.category("06010", NANCHANG, TODAY)
    began = perf_counter()
    for grid in range(1000):
        service.category("06010", NANCHANG + grid, TODAY)
    assert (perf_counter() - began) / 1000 < 100e-6
