"""Every page on things that exist, for somebody who may open it: as it is meant, and with input that nobody means."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from lifang.ground.access.routes import Route
from lifang.wsgi import application
from tests.real import ARGUMENT, IN_THE_FORM, Served, a_served_city, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Prefixes that are no pages, and health, which is bad where no worker runs.
NO_PAGES = {"/api/", "/open311/v2/", "/healthz"}
LONG = "9" * 5000
ODD = {"nul": "a%00b", "superscript": "%C2%B2", "5000 digits": LONG, "last day": "9999-12-31", "surrogate": "%ED%A0%80"}
CHARSETS = ("hex", "idna", "rot13", "undefined", "utf-7", "x" * 200)
NAMED = re.compile(r"""(?:GET|POST|posted|given|params)(?:\.get|\.getlist)?[(\[]["'](\w+)["']""")
FIELD = re.compile(r"""^    (\w+) = (?:forms\.\w+Field|\w+Field|Day)\(""", re.M)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def served(db: None) -> Served:
    return a_served_city()


def the_pages() -> list[Route]:
    return [route for route in pages() if route.address not in NO_PAGES]


def status(client: Client, method: str, address: str, body: bytes = b"", kind: str = "text/plain") -> int:
    answer = client.generic(method, address, body, kind)
    if answer.streaming:
        b"".join(answer)  # type: ignore[arg-type]
    return answer.status_code


def test_every_page_opens_on_real_things_for_the_right_person(served: Served) -> None:
    wrong = []
    for route in the_pages():
        client, address = served.client(served.right_person(route)), served.address(route)
        code = status(client, "GET", address)
        # A page of acts alone takes a form: it is done, or refused in words.
        allowed = (200, 302)
        if code == 405:
            form = urlencode(IN_THE_FORM.get(route.address, {})).encode()
            code, allowed = status(client, "POST", address, form, FORM), (200, 302, 422)
        if code not in allowed:
            wrong.append(f"{address} as {served.right_person(route)}: {code}")
    assert not wrong, "\n".join(wrong)


@cache
def asked_names() -> list[str]:
    """Every name of a parameter or a form's field that a page reads."""
    names: set[str] = set()
    for file in Path(settings.BASE_DIR, "lifang").rglob("*.py"):
        if "tests" not in file.parts:
            text = file.read_text()
            names |= {*NAMED.findall(text), *FIELD.findall(text)}
    assert {"q", "on", "place", "version", "done", "voice"} - names <= {"voice"}
    return sorted(names)


def odd_addresses(route: Route, served: Served) -> Iterator[str]:
    """The page with each odd value in place of each argument, and in every name that pages ask for."""
    address = served.address(route)
    for value in ODD.values():
        yield f"{address.partition('?')[0]}?{'&'.join(f'{name}={value}' for name in asked_names())}"
        for argument in ARGUMENT.findall(route.address):
            yield replace(served, things={route.address: {**served.things[route.address], argument: value}}).address(
                route
            )


def test_no_odd_address_is_a_fault(served: Served) -> None:
    wrong = []
    for route in the_pages():
        client = served.client(served.right_person(route))
        for address in odd_addresses(route, served):
            if (code := status(client, "GET", address)) >= 500:
                wrong.append(f"{address[:100]}: {code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_no_odd_form_is_a_fault(served: Served, value: str) -> None:
    body = "&".join(f"{name}={value}" for name in asked_names()).encode()
    wrong = []
    for route in the_pages():
        code = status(served.client(served.right_person(route)), "POST", served.address(route), body, FORM)
        if code >= 500:
            wrong.append(f"{route.address}: {code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_no_known_character_set_is_refused_in_words(db: None, charset: str) -> None:
    """Through the server's own door, since Django looks the codec up before any middleware."""
    for path in ("/", "/report/", "/track/", "/accounts/login/", "/desk/events/x/"):
        for form in ("multipart/form-data; boundary=edge", FORM):
            for method in ("GET", "POST"):
                asked = RequestFactory()._base_environ(
                    PATH_INFO=path, QUERY_STRING="a=b", REQUEST_METHOD=method, CONTENT_TYPE=f"{form}; charset={charset}"
                )
                answer = application(asked, lambda *_head: None)
                assert answer.status_code == 400, (path, form, method)
                assert "这个请求看不懂" in answer.content.decode()


def test_a_cookie_with_nul_is_refused(db: None) -> None:
    assert Client().get("/desk/", HTTP_COOKIE=r'sessionid="a\000b"').status_code == 400
