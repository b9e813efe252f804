"""Random walks through the machine: whatever is done in whatever order, a case stays true to its acts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifang.blocks.cases import actions, clocks, lifecycle
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.packs.shapes import CaseType, Input, Transition
from lifang.domains.grid.tests.situations import (
    MONDAY,
    City,
    reported,
    to_closed,
    to_dispatched,
    to_filed,
    to_handled,
    to_handling,
)
from lifang.ground.access.scope import EVERYWHERE, Scope, system_scope, within_scope
from tests.situations import EAST_GRID, EAST_GRID_2

PEOPLE = ("dispatcher", "street", "urban", "market", "fire", "arbiter", "supervisor", "caller", "grid", "resident")
STEPS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 3000), st.booleans()),
    min_size=5,
    max_size=40,
)
STARTS = (lambda _city: reported().case, to_filed, to_dispatched, to_handling, to_handled, to_closed)
NONSENSE = ("", "\0", "x" * 3000, "-1", "🦊", "2026-99-99", "0 work_hours")


class Undone(Exception):
    """Takes everything back after a walk."""


def _value(item: Input, city: City, number: int, others: list[str]) -> Any:
    units = ("urban", "market", "fire", "water", "police")
    return {
        "text": f"第 {number} 次",
        "clause": "职责清单第三条",
        "date": "2099-01-01",
        "unit": city.unit(units[number % len(units)]),
        "case": others[number % len(others)],
        "limit": {"amount": number % 9 + 1, "unit": ("work_hours", "working_days")[number % 2]},
        "choice": list(item.options)[number % len(item.options)] if item.options else "",
        "bool": bool(number % 2),
        "area": (EAST_GRID, EAST_GRID_2)[number % 2],
        "point": [115.905, 28.705],
        "category": ("09001", "09005")[number % 2],
        "photos": [],
    }.get(item.kind, "")


def _step(city: City, case: Case, who: int, which: int, sane: bool, at: dt.datetime, others: list[str]) -> None:
    type_ = lifecycle.type_of(case)
    rows = type_.transitions_from(case.state, case.flags)
    if not rows:
        return
    onward = [row for row in rows if row.to != "same" and not row.confirm]
    rows += onward * 3
    row = rows[which % len(rows)]
    able = [p for p in PEOPLE if p == "resident" or city.holdings(p).may(row.by, case.area, case.involved)]
    person = able[who % len(able)] if able else "dispatcher"
    names = (*row.needs, *row.takes)
    data = {n: _value(type_.inputs[n], city, who + i, others) for i, n in enumerate(names)}
    if not sane and names:
        data[names[which % len(names)]] = NONSENSE[who % len(NONSENSE)]
    scope = Scope(row.by, (EVERYWHERE,)) if person == "resident" else city.holdings(person).scope(row.by)
    actor = actions.Actor() if person == "resident" else city.actor(person)
    try:
        with within_scope(scope):
            actions.apply(case_id=case.pk, act=row.act, version=case.version, actor=actor, data=data, at=at)
    except (NotDone, Case.DoesNotExist):
        pass


def _check(case: Case) -> None:
    acts = list(Act.objects.filter(case=case).order_by("seq"))
    type_ = lifecycle.type_of(case)
    assert [a.seq for a in acts] == list(range(1, case.version + 1))
    assert acts[-1].to_state == case.state
    assert all(one.to_state == two.from_state for one, two in zip(acts, acts[1:], strict=False))
    assert all(one.at <= two.at for one, two in zip(acts, acts[1:], strict=False))
    final = type_.states[case.state].final
    running = [(r.due_at, r.clock.name) for r in clocks.read(case, type_, acts, acts[-1].at) if r.running and r.due_at]
    assert (case.due_at, case.clock) == (min(running) if running and not final else (None, ""))
    assert case.returns == sum(a.act == "return" for a in acts)
    since = max((a.seq for a in acts if a.act == "reopen"), default=0)
    assert case.reworks == sum(a.act == "rework" for a in acts if a.seq > since)
    assert not (final and case.is_open)
    assert (case.state == "duplicate") == (case.duplicate_of_id is not None)
    if case.state in ("handled", "verified") and acts[-1].act == "finish":
        assert not Part.objects.filter(case=case, state__in=["open", "responded"]).exists()


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(STARTS), STEPS)
def test_a_case_stays_true_to_its_acts(city: City, start: Any, steps: list[tuple[int, int, int, bool]]) -> None:
    try:
        with transaction.atomic():
            others = [reported().case.number for _n in range(2)]
            case, at = start(city), MONDAY + dt.timedelta(hours=2)
            for who, which, minutes, sane in steps:
                at += dt.timedelta(minutes=minutes)
                _step(city, case, who, which, sane, at, others)
                city.refresh(case)
                with system_scope("test"):
                    _check(case)
            raise Undone
    except Undone:
        pass


Standing = tuple[str, frozenset[str]]


def _ways(type_: CaseType) -> dict[Standing, list[Transition]]:
    """The shortest way to every state with every set of flags, by the table alone."""
    found: dict[Standing, list[Transition]] = {(type_.initial, frozenset()): []}
    todo = list(found)
    for standing in todo:
        state, flags = standing
        for row in type_.transitions_from(state, flags):
            there = (state if row.to == "same" else row.to, flags.union(row.sets).difference(row.clears))
            if there not in found and len(found[standing]) < 12:
                found[there] = [*found[standing], row]
                todo.append(there)
    return found


def _walked(city: City, rows: Sequence[Transition], other: str) -> bool:
    """Whether a fresh case goes the whole way, each act done by somebody who may."""
    case, at = reported().case, MONDAY
    for row in rows:
        at += dt.timedelta(minutes=1)
        type_ = lifecycle.type_of(case)
        data = {n: _value(type_.inputs[n], city, 0, [other]) for n in row.needs}
        for person in PEOPLE:
            try:
                with transaction.atomic():
                    city.do(person, case, row.act, at=at, **data)
                break
            except (NotDone, Case.DoesNotExist):
                continue
        else:
            return False
    return True


def test_every_row_of_the_table_can_be_walked(city: City) -> None:
    type_ = lifecycle.type_of(reported().case)
    other = reported().case.number
    ways, stuck = _ways(type_), []
    for row in type_.transitions:
        before = [way for (state, flags), way in ways.items() if state in row.states and row.open_to(flags)]
        nearest = {way[-1] if way else None: way for way in reversed(sorted(before, key=len)[:200])}
        tries = sorted(nearest.values(), key=len)[:8]
        if not any(_walked(city, [*way, row], other) for way in tries):
            stuck.append((row.act, row.states))
    assert stuck == []
