import itertools
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifang.ground.clock import (
    CHINA,
    Calendar,
    Day,
    Limit,
    OutOfRange,
    Unit,
    due,
    due_after,
    used,
)
from lifang.ground.clock.wording import limit_words, used_words

NANCHANG = Calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


moments = st.integers(0, 36 * 365 * 86_400).map(lambda n: at("2004-01-01 00:00") + timedelta(seconds=n))
limits = st.one_of(
    st.builds(
        Limit,
        st.integers(1, 2000).map(lambda n: n / 4),
        st.sampled_from([Unit.URGENT_HOURS, Unit.WORK_HOURS]),
    ),
    st.builds(Limit, st.integers(1, 120), st.sampled_from([Unit.WORKING_DAYS, Unit.NATURAL_DAYS])),
)
units = st.sampled_from(list(Unit))


class TestKnownDates:
    @pytest.mark.parametrize(
        ("start", "amount", "unit", "expected"),
        [
            ("2026-09-28 09:00", 2, "work_hours", "2026-09-28 11:00"),
            ("2026-09-28 11:00", 2, "work_hours", "2026-09-28 15:00"),
            ("2026-09-28 11:00", 1, "work_hours", "2026-09-28 12:00"),
            ("2026-09-28 08:30", 7, "work_hours", "2026-09-28 17:30"),
            ("2026-09-28 12:40", 1, "work_hours", "2026-09-28 15:00"),
            # 2026-10-01 to 10-07 are holidays, Saturday 10-10 is a make-up workday
            ("2026-09-30 16:30", 4, "work_hours", "2026-10-08 11:30"),
            ("2026-10-09 16:30", 2, "work_hours", "2026-10-10 09:30"),
            ("2026-09-30 10:00", 1, "working_days", "2026-10-08 17:30"),
            ("2026-10-09 10:00", 1, "working_days", "2026-10-10 17:30"),
            ("2026-10-03 10:00", 1, "working_days", "2026-10-08 17:30"),
            ("2026-09-30 16:30", 4, "urgent_hours", "2026-09-30 20:30"),
            ("2026-09-30 16:30", 2, "natural_days", "2026-10-02 16:30"),
        ],
    )
    def test_due(self, start: str, amount: int, unit: str, expected: str) -> None:
        assert due(at(start), Limit(amount, Unit(unit)), NANCHANG) == at(expected)

    def test_a_time_in_another_zone_is_the_same_moment(self) -> None:
        start = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)
        answer = due(start, Limit(2, Unit.WORK_HOURS), NANCHANG)
        assert answer == at("2026-09-28 11:00")
        assert answer.utcoffset() == timedelta(hours=8)

    def test_a_make_up_saturday_is_work_and_a_festival_monday_is_not(self) -> None:
        assert NANCHANG.day(date(2026, 10, 10)) == Day(working=True, known=True)
        assert NANCHANG.day(date(2026, 10, 5)) == Day(working=False, known=True)

    def test_a_year_without_a_notice_follows_the_weekday_and_says_so(self) -> None:
        assert NANCHANG.day(date(2055, 10, 1)) == Day(working=True, known=False)
        assert not NANCHANG.knows(at("2026-12-30 09:00"), at("2055-01-04 09:00"))
        assert NANCHANG.knows(at("2026-01-01 09:00"), at("2026-12-31 09:00"))

    def test_the_place_overrides_the_nation(self) -> None:
        flood = Calendar(overrides={date(2026, 7, 6): False})
        assert due(at("2026-07-03 16:30"), Limit(2, Unit.WORK_HOURS), flood) == at("2026-07-07 09:30")

    def test_a_declared_year_is_known(self) -> None:
        declared = Calendar(years=frozenset({2055}), overrides={date(2055, 10, 1): False})
        assert declared.day(date(2055, 10, 1)) == Day(working=False, known=True)
        assert declared.day(date(2055, 10, 4)) == Day(working=True, known=True)


class TestPauses:
    def test_the_sum_of_the_runs_is_what_is_used(self) -> None:
        runs = [
            (at("2026-09-28 09:00"), at("2026-09-28 12:00")),
            (at("2026-09-29 08:30"), at("2026-09-29 11:40")),
        ]
        duration = used(runs, Unit.WORK_HOURS, NANCHANG)
        assert used_words(duration, Limit(8, Unit.WORK_HOURS)) == "用时 6 小时 10 分 / 限 8 小时"

    def test_after_a_pause_only_the_rest_is_left(self) -> None:
        runs = [(at("2026-09-28 09:00"), at("2026-09-28 12:00"))]
        limit = Limit(4, Unit.WORK_HOURS)
        assert due_after(runs, at("2026-10-08 08:30"), limit, NANCHANG) == at("2026-10-08 09:30")

    def test_used_up_before_the_pause_is_due_where_it_was_used_up(self) -> None:
        runs = [(at("2026-09-28 09:00"), at("2026-09-28 12:00"))]
        limit = Limit(2, Unit.WORK_HOURS)
        assert due_after(runs, at("2026-10-08 08:30"), limit, NANCHANG) == at("2026-09-28 11:00")

    def test_a_working_day_limit_ends_with_a_working_day_after_a_pause(self) -> None:
        runs = [(at("2026-09-21 10:00"), at("2026-09-23 11:00"))]
        limit = Limit(3, Unit.WORKING_DAYS)
        assert due_after(runs, at("2026-09-28 15:00"), limit, NANCHANG) == at("2026-09-30 17:30")

    def test_without_earlier_runs_it_is_due(self) -> None:
        for unit in Unit:
            limit, start = Limit(3, unit), at("2026-09-30 16:30")
            assert due_after([], start, limit, NANCHANG) == due(start, limit, NANCHANG)


class TestLaws:
    @given(moments, limits)
    def test_at_the_due_moment_the_limit_is_exactly_used(self, start: datetime, limit: Limit) -> None:
        reached = due(start, limit, NANCHANG)
        assert used([(start, reached)], limit.unit, NANCHANG).micros == limit.micros(NANCHANG)
        assert used([(start, reached)], limit.unit, NANCHANG).reaches(limit, NANCHANG)
        before = max(start, reached - timedelta(microseconds=1))
        assert not used([(start, before)], limit.unit, NANCHANG).reaches(limit, NANCHANG)

    @given(moments, st.timedeltas(timedelta(0), timedelta(days=200)), limits)
    def test_a_later_start_is_never_due_earlier(self, start: datetime, later: timedelta, limit: Limit) -> None:
        assert due(start, limit, NANCHANG) <= due(start + later, limit, NANCHANG)

    @given(moments, limits, limits)
    def test_more_is_never_due_earlier(self, start: datetime, one: Limit, other: Limit) -> None:
        if one.unit == other.unit:
            less, more = sorted([one, other], key=lambda limit: limit.amount)
            assert due(start, less, NANCHANG) <= due(start, more, NANCHANG)

    @given(moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), min_size=1, max_size=6), units)
    def test_cutting_a_stretch_changes_nothing(self, start: datetime, steps: list[timedelta], unit: Unit) -> None:
        cuts = [start]
        for step in steps:
            cuts.append(cuts[-1] + step)
        pieces = list(itertools.pairwise(cuts))
        assert used(pieces, unit, NANCHANG) == used([(cuts[0], cuts[-1])], unit, NANCHANG)

    @given(moments, st.timedeltas(timedelta(0), timedelta(days=30)), limits)
    def test_a_pause_of_nothing_changes_nothing(self, start: datetime, step: timedelta, limit: Limit) -> None:
        cut = start + step
        if cut < due(start, limit, NANCHANG):
            assert due_after([(start, cut)], cut, limit, NANCHANG) == due(start, limit, NANCHANG)


class TestRefusals:
    def test_a_time_without_zone(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            due(datetime.fromisoformat("2026-01-01"), Limit(1, Unit.WORK_HOURS), NANCHANG)

    def test_beyond_the_calendar(self) -> None:
        with pytest.raises(OutOfRange):
            due(at("2060-12-31 16:00"), Limit(9, Unit.WORK_HOURS), NANCHANG)

    def test_half_a_day_and_no_time_at_all(self) -> None:
        with pytest.raises(ValueError, match="whole"):
            Limit(1.5, Unit.WORKING_DAYS)
        with pytest.raises(ValueError, match="more than nothing"):
            Limit(0, Unit.WORK_HOURS)

    def test_hours_that_overlap(self) -> None:
        with pytest.raises(ValueError, match="in order"):
            Calendar(hours=[(time(8), time(12)), (time(11), time(17))])

    def test_a_stretch_that_ends_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            used([(at("2026-01-05 10:00"), at("2026-01-05 09:00"))], Unit.WORK_HOURS, NANCHANG)


def test_words_for_each_unit() -> None:
    assert [limit_words(Limit(4, unit)) for unit in Unit] == [
        "4 个紧急工作时",
        "4 个工作时",
        "4 个工作日",
        "4 个自然日",
    ]
    three = used([(at("2026-09-27 10:00"), at("2026-09-29 11:30"))], Unit.WORKING_DAYS, NANCHANG)
    assert used_words(three, Limit(5, Unit.WORKING_DAYS)) == "用时 1 个工作日 3 小时 / 限 5 个工作日"
    nothing = used([], Unit.NATURAL_DAYS, NANCHANG)
    assert used_words(nothing, Limit(7, Unit.NATURAL_DAYS)) == "用时 0 分 / 限 7 天"


def test_a_due_moment_costs_microseconds() -> None:
    starts = [at("2026-01-01 00:00") + timedelta(minutes=37 * n) for n in range(5000)]
    for unit in Unit:
        limit = Limit(5, unit)
        began = perf_counter()
        for start in starts:
            due(start, limit, NANCHANG)
        assert (perf_counter() - began) / len(starts) < 100e-6
