"""Made-up requests over the whole description: nothing that a client sends ends in an error of the server.

What cannot be guessed (numbers, tokens, versions) is put in from cases that stand in several states.
"""

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.faces.api.service import description
from lifang.ground.access.scope import system_scope
from lifang.wsgi import application
from tests.situations import EAST, a_small_city, unit_of

from .test_api import Caller, a_token_for_all_work, reported, work_that_nobody_reported

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [(method, path) for path, methods in description()["paths"].items() for method in methods]
EASY = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": "FUZZ_EXAMPLES" not in os.environ}
# The acts by which a case comes into each of several states.
WAYS: list[list[tuple[str, dict[str, Any]]]] = [
    [],
    [("accept", {}), ("file", {})],
    [("accept", {}), ("file", {}), ("dispatch", {"unit": "lead"}), ("receive", {})],
    [("settle", {"result": "已清理"}), ("verify", {}), ("close", {})],
    [("void", {"reason": "误报"})],
]


class Standing(NamedTuple):
    """A token that holds every function, the reports of cases in several states, and the numbers of all cases."""

    token: str
    reports: list[dict[str, Any]]
    numbers: list[str]


@pytest.fixture
def standing(db: None) -> Iterator[Standing]:
    """A server closes what it used after each request; here every request belongs to the test's transaction."""
    a_small_city()
    caller = Caller(token := a_token_for_all_work())
    lead = unit_of("urban_management", EAST).pk
    reports = []
    for number, way in enumerate(WAYS):
        reports.append(done := reported(text=f"第{number}件垃圾"))
        for version, (act, data) in enumerate(way, start=1):
            sent = {name: lead if value == "lead" else value for name, value in data.items()}
            answer = caller.do(done["number"], act, version, **sent)
            assert answer.status_code == 201, answer.content.decode()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Standing(token, reports, [one["number"] for one in reports] + _of_other_types())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _of_other_types() -> list[str]:
    task, dispute = work_that_nobody_reported()
    with system_scope("test"):
        returns = Case.objects.filter(type="assignment").order_by("pk").values_list("number", flat=True)
        return [task.number, dispute.number, returns[0]]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
def test_no_request_ends_in_an_error_of_the_server(standing: Standing, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)

    @settings(max_examples=EXAMPLES, **EASY)
    @given(case=schema[path][method].as_strategy(), one=st.sampled_from(standing.reports), real=st.booleans())
    def send(case: schemathesis.Case, one: dict[str, Any], real: bool) -> None:
        if real:
            case.path_parameters = {name: one.get(name, value) for name, value in (case.path_parameters or {}).items()}
        answer = case.call(headers={"Authorization": f"Bearer {standing.token}"})
        case.validate_response(answer, checks=CHECKS)

    send()


ACTS = sorted({row.act for type_ in packs.case_types() for row in type_.transitions})
INPUTS = sorted({name for type_ in packs.case_types() for name in type_.inputs})
TEXT = st.text(max_size=8) | st.sampled_from(
    ["\ud800", "\0", "2026-13-01", "4 work_hours", "0x1", "1e999", "true", "9" * 30]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.integers(1, 40) | st.floats() | TEXT
VALUES = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(["amount", "unit"]) | TEXT, one, max_size=3)
)  # fmt: skip


@settings(max_examples=EXAMPLES * 8, **EASY)
@given(which=st.integers(0, 7), act=st.sampled_from(ACTS), told=st.booleans(), by_link=st.booleans(), drawn=st.data())
def test_no_act_on_a_case_ends_in_an_error_of_the_server(
    standing: Standing, which: int, act: str, told: bool, by_link: bool, drawn: Any
) -> None:
    """`told`: an act that is possible now, with exactly its inputs. Each example finds the cases as they stood."""
    with transaction.atomic():
        number, caller = standing.numbers[which], Caller(standing.token)
        found = caller.get(f"cases/{number}/allowed-acts").json()
        possible = {one["act"]: one for one in found["items"]}
        names = drawn.draw(st.lists(st.sampled_from(INPUTS) | TEXT, max_size=4))
        if told and possible:
            act = drawn.draw(st.sampled_from(sorted(possible)))
            names = [asked["name"] for asked in possible[act]["inputs"]]
        data = {name: drawn.draw(VALUES) for name in names}
        link = standing.reports[which]["token"] if by_link and which < len(WAYS) else ""
        where = f"tracking/{link}/acts" if link else f"cases/{number}/acts"
        answer = caller.post(where, {"act": act, "version": found["version"], "data": data})
        assert answer.status_code < 500, answer.content.decode()
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
        else:
            assert caller.get(f"cases/{number}/acts").status_code == 200
        transaction.set_rollback(True)
