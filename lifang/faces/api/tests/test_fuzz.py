"""Made-up requests over the whole description: nothing that a client sends ends in an error of the server."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lifang.faces.api.service import description
from lifang.wsgi import application
from tests.situations import EAST_STREET, a_small_city, unit_of

from .test_api import a_token, an_account, reported

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FUNCTIONS = ["case.read", "event.report", "event.proxy", "event.accept", "event.file", "pack.read", "figures.read"]
OPERATIONS = [(method, path) for path, methods in description()["paths"].items() for method in methods]


@pytest.fixture
def token(db: None) -> Iterator[str]:
    """A server closes what it used after each request; here every request belongs to the test's transaction."""
    a_small_city()
    reported()
    desk = an_account("street_desk", EAST_STREET, unit_of("grid_center", EAST_STREET))
    given = a_token(desk, FUNCTIONS, EAST_STREET, per_minute=100_000)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield given
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
def test_no_request_ends_in_an_error_of_the_server(token: str, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=schema[path][method].as_strategy())
    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)

    send()
