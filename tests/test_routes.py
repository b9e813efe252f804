"""The routes × roles table: every address stands behind a door, and each role passes exactly the doors it holds."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.packs import service as packs
from lifang.ground.access.models import User
from lifang.ground.access.routes import Route, routes, table
from tests import situations

TABLE = Path(__file__).parent / "routes.txt"
ROLES = sorted(packs.roles())
# Values for the arguments of addresses. They lead to nothing: the door comes first, and a POST must change nothing.
VALUES = {"int": "987654321", "uuid": "00000000-0000-4000-8000-000000000000"}

# Pages that answer a question and are missing without one, as they are for a question that makes no sense.
WITH_QUESTION = {"/desk/care/assign/", "/desk/figures/cases", "/desk/figures/explain", "/desk/figures/export"}


def _roles() -> dict[str, tuple[str, ...]]:
    return {code: role.functions for code, role in packs.roles().items()}


def test_the_table_is_the_one_that_was_read() -> None:
    now, kept = table(_roles()), TABLE.read_text()
    assert now.splitlines() == kept.splitlines(), "run `lifang routes > tests/routes.txt` and read the difference"


def test_every_route_has_a_door() -> None:
    assert [route.address for route in routes() if route.function is None] == []


def test_every_function_of_a_route_is_one_that_packs_know() -> None:
    asked = {
        str(route.function).removeprefix("public:") for route in routes() if route.function not in ("open", "signin")
    }
    assert asked <= set(packs.functions())


def _staff_pages() -> list[Route]:
    """Routes behind a door of the staff's; the API answers without a session in its own way."""
    return [r for r in routes() if not r.free and r.method == "page"]


def _address(route: Route) -> str | None:
    """An address of the route; None where its form is a regular expression."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES.get(found[1] or "str", "x"), route.address)
    return None if re.search(r"[()\\?]", filled) else filled


def _knock(client: Client, address: str) -> Any:
    """The answer to GET, or to an empty POST where the address takes only that."""
    answer = client.get(address)
    return client.post(address) if answer.status_code == 405 else answer


@pytest.fixture
def people(db: None) -> dict[str, User]:
    situations.a_small_city()
    found = {}
    for role in ROLES:
        bound = packs.roles()[role].unit_bound
        unit = situations.unit_of("urban_management", situations.CITY) if bound else None
        found[role] = situations.a_person(role, situations.CITY, unit)
    return found


def test_each_role_passes_the_doors_that_it_holds_and_no_other(people: dict[str, User]) -> None:
    wrong = []
    for role, user in people.items():
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for route in _staff_pages():
            if (address := _address(route)) is None:
                continue
            status = _knock(client, address).status_code
            held = route.function in packs.roles()[role].functions
            # Behind an open door, what an argument names need not exist, and a form sent empty is refused. Who has no day
            # of cases is led from the desk's own address to where their work is.
            if status not in (
                (200, 302, 400, 422, *((404,) if route.arguments or address in WITH_QUESTION else ()))
                if held
                else (302 if address == "/desk/" else 404,)
            ):
                wrong.append(f"{role} {address} ({route.function}): {status}")
    assert wrong == []


@pytest.mark.django_db
def test_without_sign_in_every_staff_page_leads_to_the_sign_in() -> None:
    wrong = []
    for route in _staff_pages():
        if (address := _address(route)) is None:
            continue
        answer = _knock(Client(raise_request_exception=False), address)
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/"):
            wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_api_operations_refuse_whoever_shows_no_token() -> None:
    wrong = []
    for route in routes():
        if route.free or not route.address.startswith("/api/v1/"):
            continue
        address = _address(route)
        answer = Client().generic(route.method, address, "{}", content_type="application/json")
        if answer.status_code not in (401, 403):
            wrong.append(f"{route.method} {address}: {answer.status_code}")
    assert wrong == []
