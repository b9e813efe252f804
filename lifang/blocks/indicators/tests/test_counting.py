"""Whatever happens to cases, the tally, the cases themselves and the lists behind the figures say the same."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifang.blocks.cases.models import Case
from lifang.blocks.indicators import tally
from lifang.blocks.indicators.listing import Listing
from lifang.blocks.indicators.measures import COUNTED, LIVE, MEASURES
from lifang.blocks.indicators.models import Change, Recurrence, Tally
from lifang.blocks.indicators.periods import Period, named
from lifang.blocks.indicators.queries import BY, NOTHING, Ask, counts, figures
from lifang.blocks.indicators.restating import moves
from lifang.blocks.indicators.tests import situations as s
from lifang.blocks.packs import service as packs
from lifang.ground.access.scope import EVERYWHERE, Scope, system_scope, within_scope
from lifang.ground.areas.actions import merge
from lifang.ground.areas.codes import span
from lifang.ground.areas.rewriting import Basis
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_GRID, EAST_STREET, WEST, a_small_city

TODAY = s.NOW.date()
PERIODS = [
    named("today", TODAY), named("week", TODAY), named("month", TODAY), named("year", TODAY),
    Period(dt.date(2026, 1, 15), dt.date(2026, 3, 3)), Period(dt.date(2026, 2, 1), dt.date(2026, 3, 1)),
    Period(dt.date(2026, 4, 1), dt.date(2026, 5, 1)),
]  # fmt: skip


@pytest.fixture
def city(db: None) -> None:
    a_small_city()
    s.forget_units()


def ask(place: int = CITY, period: Period = PERIODS[3]) -> Ask:
    return Ask(place, period, s.NOW)


def change_some(rng: random.Random, cases: list[Case]) -> None:
    """One case through its own row, several at once, and columns that no measure looks at."""
    for case in rng.sample(cases, min(3, len(cases))):
        columns = s.random_columns(rng)
        for name in rng.sample(sorted(columns), 6):
            setattr(case, name, columns[name])
        case.save(force_update=True)
    Case.objects.filter(category=rng.choice(s.KINDS)).update(excluded=rng.choice(["", "consultation"]))
    Case.objects.filter(state="handling").update(text="不影响计数")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), acts=st.lists(st.sampled_from(["add", "change", "fold"]), min_size=2, max_size=8))
def test_tally_agrees_with_cases_after_any_acts(city: None, seed: int, acts: list[str]) -> None:
    rng = random.Random(seed)
    with transaction.atomic(), system_scope("test"):
        cases = s.random_cases(rng, 12)
        for act in acts:
            if act == "add":
                cases += s.random_cases(rng, rng.randrange(1, 8))
            elif act == "change":
                change_some(rng, cases)
            else:
                tally.fold()
        assert tally.differences() == []
        period = rng.choice(PERIODS)
        for place in (CITY, EAST, EAST_STREET):
            for by in (None, *BY):
                asked = ask(place, period)
                assert s.period_counts(asked, by) == s.without_zeros(s.counted_raw(asked, by)), (place, by)
        transaction.set_rollback(True)


def test_a_wrong_tally_is_named_and_rebuilding_mends_it(city: None) -> None:
    with system_scope("figures"):
        s.random_cases(random.Random(1), 30)
        tally.fold()
        row = Tally.objects.filter(dimension="place", reported__gt=0).earliest("pk")
        Tally.objects.filter(pk=row.pk).update(reported=row.reported + 4)
        found = tally.differences()
        assert [(d.measure, d.held - d.counted, d.key["place"]) for d in found] == [("reported", 4, row.place)]
        tally.rebuild()
        assert tally.differences() == []


@pytest.fixture
def some(city: None) -> None:
    with system_scope("test"):
        s.random_cases(random.Random(5), 160)
        tally.fold()
        change_some(random.Random(6), list(Case.objects.all()))


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_figure_is_the_list_of_its_cases(some: None, name: str, fair: bool) -> None:
    measure = MEASURES[name]
    with system_scope("test"):
        for place in (CITY, EAST_COMMUNITY):
            for period in PERIODS[:4]:
                asked = ask(place, period)
                for by in (None, "category", "unit"):
                    for key, found in counts(asked, by).items():
                        member = "" if by is None else "none" if key is None else str(key)
                        listing = Listing(asked, measure, by or "", member, fair)
                        assert listing.amount() == found.of(fair)[name], (place, period, by, key)
                        if not measure.seconds:
                            assert len(listing.ids(1000)) == listing.total() == found.of(fair)[name]


def test_cases_that_stand_at_the_place_itself_are_listed_alone(some: None) -> None:
    with system_scope("test"):
        by_place = counts(ask(), "place")
        assert set(by_place) == {CITY, EAST, WEST}
        listing = Listing(ask(), MEASURES["reported"], own=True)
        assert listing.total() == by_place[CITY].raw["reported"] > 0


def test_members_add_up_to_the_whole(some: None) -> None:
    with system_scope("test"):
        for place in (CITY, EAST_STREET):
            whole = counts(ask(place))[None]
            for by in BY:
                parts = counts(ask(place), by).values()
                for measure in COUNTED if by in ("day", "month") else [*COUNTED, *LIVE]:
                    assert sum(p.raw[measure.name] for p in parts) == whole.raw[measure.name], (by, measure.name)


def test_what_is_not_due_yet_is_not_due(city: None) -> None:
    """Limits that end this evening: the unfinished one is not due, the finished one is due and in time."""
    evening = s.NOW + dt.timedelta(hours=3)
    plain = {
        "type": "event", "type_version": "v", "title": "t", "area": EAST_GRID, "category": "09001", "source": "web",
        "opened_at": s.NOW - dt.timedelta(hours=2), "dispatched_at": s.NOW, "handle_due_at": evening,
    }  # fmt: skip
    with system_scope("figures"):
        running = Case.objects.create(number="A", state="handling", **plain)
        Case.objects.create(number="B", state="handled", handled_at=s.NOW, **plain)
        late = Case.objects.create(number="C", state="handling", **(plain | {"handle_due_at": s.NOW - dt.timedelta(1)}))

        def due() -> tuple[int, int]:
            numbers = counts(ask())[None].raw
            return numbers["due_to_handle"], numbers["handled_in_time"]

        assert due() == (2, 1)
        tally.fold()
        assert due() == (2, 1)
        Case.objects.filter(pk=running.pk).update(handle_due_at=s.NOW - dt.timedelta(minutes=1))
        assert due() == (3, 1)
        assert counts(ask())[None].raw["overdue"] == 2
        Case.objects.filter(pk=late.pk).update(state="hung_up")
        assert counts(ask())[None].raw["overdue"] == 1


def test_a_report_where_the_same_was_reported_within_a_month_is_a_repeat(city: None) -> None:
    def report(number: str, days: float, **other: object) -> Case:
        at = s.NOW - dt.timedelta(days=days)
        columns = {"area": EAST_GRID, "cell": 7, "category": "09001", "state": "closed"} | other
        return Case.objects.create(
            number=number, type="event", type_version="v", title="t", source="web", opened_at=at, **columns
        )

    with system_scope("test"):
        first = report("1", 60)
        report("2", 29)
        again = report("3", 10)
        report("4", 9, category="03005")
        report("5", 8, cell=8)
        report("6", 7, cell=None)
        report("7", 40, state="void")
        repeats = set(Recurrence.objects.values_list("case_id", flat=True))
        assert repeats == {again.pk, Case.objects.get(number="7").pk}
        assert first.pk not in repeats
        assert Listing(ask(), MEASURES["repeat"]).total() == 2


def test_the_application_cannot_invent_changes_or_counts(some: None) -> None:
    with system_scope("test"), pytest.raises(ProgrammingError), transaction.atomic():
        Change.objects.create(sign=1, recurs=False, area=CITY, opened_at=s.NOW, reworks=0, returns=0)
    with system_scope("test"):
        assert Tally.objects.update(reported=0) == 0


def test_the_tally_shows_nothing_beyond_the_scope(some: None) -> None:
    reach = span(EAST_STREET)
    with within_scope(Scope("figures.read", ((reach.start, reach.stop),))):
        assert {row.place for row in Tally.objects.all()} == {EAST_STREET}
        assert {row.area for row in Change.objects.all()} <= set(reach)
        found = counts(
            Ask.within(Scope("figures.read", ((reach.start, reach.stop),)), EAST_STREET, PERIODS[3], now=s.NOW)
        )
    with system_scope("test"):
        assert found == counts(ask(EAST_STREET))


def test_a_unit_counts_the_cases_in_which_it_has_a_part(some: None) -> None:
    with system_scope("test"):
        unit = Case.objects.exclude(unit=None).values_list("unit_id", flat=True)[0]
        expected = Case.objects.filter(involved__contains=[unit], opened_at__year=2026).count()
    scope = Scope("figures.read", (), (unit,))
    with within_scope(scope):
        asked = Ask.within(scope, CITY, PERIODS[3], now=s.NOW)
        assert counts(asked)[None].raw["reported"] == expected > 0
        assert Listing(asked, MEASURES["reported"]).total() == expected


def test_a_fold_takes_each_change_once(some: None) -> None:
    with system_scope("figures"):
        waiting = Change.objects.count()
        assert tally.fold() == waiting > 0
        assert tally.fold() == Change.objects.count() == 0


def test_old_cases_on_todays_places(some: None) -> None:
    """S004, S122: a merged community's cases count at what it became; asked for then, they stay; totals stay."""
    merged = EAST_STREET + 3000
    with system_scope("test"):
        before = counts(ask(EAST_STREET), "place")
        merge(merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="东风社区", basis=Basis(on=dt.date(2026, 2, 1)), by=None)
        scope = Scope("figures.read", (EVERYWHERE,))

        def reported(boundary: str, by: str | None = "place", place: int = EAST_STREET) -> dict[object, float]:
            found = figures(scope, place, PERIODS[3], by, names=("reported",), now=s.NOW, boundary=boundary)
            return {one.key: one.value for one in found if one.value}

        assert reported("then") == {key: one.raw["reported"] for key, one in before.items()}
        late = Case.objects.filter(area__gte=EAST_STREET, area__lt=EAST_STREET + 10**6, opened_at__year=2026)
        after = late.filter(opened_at__date__gte=dt.date(2026, 2, 1))
        now = reported("now")
        assert now[merged] == late.exclude(pk__in=after).count()
        assert sum(now.values()) == sum(reported("then").values()) == late.count()
        assert reported("now", None, CITY) == reported("then", None, CITY)
        assert reported("now", "category") == reported("then", "category")
        restated = replace(ask(merged), moves=moves(TODAY))
        for measure in MEASURES.values():
            assert Listing(restated, measure).amount() == counts(restated).get(None, NOTHING).raw[measure.name]


def test_counting_asks_the_database_the_same_number_of_times_whatever_there_is(some: None) -> None:
    with system_scope("test"):
        for by in (None, *BY):
            with connection.execute_wrapper(_count := Counter()):
                counts(ask(), by)
            assert _count.number <= 2


class Counter:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute, sql, params, many, context):
        self.number += 1
        return execute(sql, params, many, context)


def test_the_tally_has_a_column_for_every_measure() -> None:
    columns = {f.name for f in Tally._meta.get_fields()}
    assert {m.name for m in COUNTED} <= columns


def test_every_measure_that_packs_name_is_counted() -> None:
    assert set(packs.measures()) <= set(MEASURES)
