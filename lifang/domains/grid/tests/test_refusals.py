"""What the engine refuses: the wrong function, the wrong place, every kind of wrong input."""

import datetime as dt
import uuid
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifang.blocks.cases import actions, lifecycle
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType, Input, Transition
from lifang.blocks.packs.words import INPUTS
from lifang.domains.grid.actions import Report, report_event
from lifang.domains.grid.tests.situations import MONDAY, City, reported, to_dispatched
from tests.situations import CITY, EAST_BUILDING_GRID, IN_WEST_GRID


def test_a_function_that_the_table_does_not_name_is_refused(city: City) -> None:
    case = to_dispatched(city)
    with city.acting("urban", "event.note"), pytest.raises(Refused) as refused:
        actions.apply(case_id=case.pk, act="receive", version=case.version, actor=city.actor("urban"))
    assert "event.handle" in refused.value.message
    assert city.refresh(case).state == "dispatched"


def test_a_case_of_another_place_is_not_found(city: City) -> None:
    case = reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1]).case
    with pytest.raises(Case.DoesNotExist):
        city.do("street", case, "accept")
    with pytest.raises(Case.DoesNotExist):
        city.do("grid", case, "settle", result="办了")
    city.do("other_street", case, "accept")


def test_a_unit_reaches_only_cases_that_it_has_a_part_in(city: City) -> None:
    case = to_dispatched(city)
    with pytest.raises(Case.DoesNotExist):
        city.do("market", case, "receive")
    city.do("dispatcher", case, "assign_part", unit=city.unit("market"), duty="查证照")
    city.do("market", case, "part_done", result="无证")
    with pytest.raises(Refused):
        city.do("market", case, "part_done", result="再报一次")


def test_an_act_from_the_wrong_state_names_the_state(city: City) -> None:
    case = reported().case
    with city.acting("dispatcher", "event.close"), pytest.raises(Refused) as refused:
        actions.apply(case_id=case.pk, act="close", version=1, actor=city.actor("dispatcher"))
    assert "已上报" in refused.value.message


def _type(kind: str) -> tuple[Transition, CaseType]:
    whole = packs.case_type("event", CITY, MONDAY)
    options = {"one": "第一项"} if kind == "choice" else {}
    at = whole.at
    item = Input(title="某项", kind=kind, options=options, at=at)
    row = Transition(
        states=("reported",), act="try", title="试", to="same", by="event.note", needs=("thing",), takes=(), when=(),
        unless=(), sets=(), clears=(), effects=(), tells=(), confirm=False, apart=False, at=at,
    )  # fmt: skip
    fields = {name: getattr(whole, name) for name in whole.__slots__}
    return row, CaseType(**{**fields, "inputs": {"thing": item}})


WRONG: dict[str, list[Any]] = {
    "text": [["a"], "字" * 2001, "\0", 5, "\ud800"],
    "clause": [{}, "条" * 2001, "第\udfff条"],
    "date": ["2020-01-01", "明天", "2026-13-45", 7, "0000-00-00"],
    "datetime": ["昨天", "2026-02-30 10:00", {}],
    "unit": ["0", "-1", "abc", True, 10**30, "９９", [1]],
    "units": [["0"], "x", [1] * 21, {}],
    "case": ["000000-000000-0", {}, "x" * 100, "\0", "\ud800", "²" * 14],
    "limit": ["4", "0 work_hours", "4 weeks", "nan work_hours", "inf work_hours", {"amount": 4}, "401 work_hours",
              {"amount": 1, "unit": "work_hours", "more": 1}, "1.5 working_days", {"amount": None, "unit": "x"}],
    "choice": ["two", ["one"], {}],
    "number": ["many", "nan", "inf", {}, "1e13"],
    "bool": ["maybe", 2, [], "是"],
    "area": ["x", "-5", True, "360102001001009", EAST_BUILDING_GRID],
    "point": ["1", "200,10", "a,b", "1,2,3", 5, "nan,1"],
    "category": [5, "字" * 2001, "\ud800"],
    "photos": ["x", ["not a fingerprint"], ["a" * 64] * 10, {}, [int("1" * 64)]],
}  # fmt: skip


def test_every_kind_of_input_has_its_wrong_values() -> None:
    assert set(WRONG) == set(INPUTS) == set(lifecycle.CLEANERS) == set(lifecycle.ALLOWED)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_with_its_field_and_what_is_allowed(city: City, kind: str, value: Any) -> None:
    row, type_ = _type(kind)
    with city.acting("dispatcher", "event.note"), pytest.raises(Refused) as refused:
        lifecycle.clean(row, type_, {"thing": value})
    assert refused.value.field == "thing"
    assert "某项" in refused.value.message


def test_a_case_number_is_read_in_any_digits_that_are_numbers(city: City) -> None:
    number = reported().case.number
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number)
    assert normalise(wide) == normalise(number.replace("-", " ")) == number
    for odd in ("²" * 14, "٣" * 14, "①②③④⑤⑥⑦⑧⑨", "\ud800"):
        assert normalise(odd) is None
    row, type_ = _type("case")
    with city.acting("dispatcher", "event.note"):
        assert lifecycle.clean(row, type_, {"thing": wide}) == {"thing": number}


@pytest.mark.parametrize("field", ["text", "place_text", "name", "phone"])
def test_a_report_that_no_database_can_hold_is_refused(city: City, field: str) -> None:
    with city.acting("dispatcher", "event.proxy"), pytest.raises(Refused):
        report_event(
            report=Report(**{"category": "09001", "text": "占道", field: "\ud800"}), actor=city.actor("dispatcher")
        )


def test_an_unknown_input_is_refused_and_the_known_are_named(city: City) -> None:
    row, type_ = _type("text")
    with pytest.raises(Refused) as refused:
        lifecycle.clean(row, type_, {"thing": "好", "other": "?"})
    assert refused.value.field == "other"
    assert "thing" in refused.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_no_value_at_all_breaks_a_cleaner(city: City, kind: str) -> None:
    row, type_ = _type(kind)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(JSON)
    def holds(value: Any) -> None:
        with city.acting("dispatcher", "event.note"), suppress(Refused):
            assert "thing" in lifecycle.clean(row, type_, {"thing": value})

    holds()


def test_a_repeated_key_returns_the_first_act_and_a_foreign_one_is_refused(city: City) -> None:
    case, other, key = to_dispatched(city), to_dispatched(city), uuid.uuid4()
    first = city.do("urban", case, "receive", key=key, at=MONDAY + dt.timedelta(hours=1))
    with city.acting("urban", "event.handle"):
        again = actions.apply(case_id=case.pk, act="receive", version=4, actor=city.actor("urban"), key=key)
    assert (again.pk, city.refresh(case).version) == (first.pk, 5)
    with pytest.raises(Refused) as refused:
        city.do("urban", other, "receive", key=key)
    assert refused.value.field == "key"
    assert city.refresh(other).state == "dispatched"
