"""Open311, checked by an independent client (georeport of PyPI) over HTTP, by form, and by made-up input."""

import datetime as dt
import os
import uuid
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests
from django.test import Client
from georeport import GeoReport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifang.blocks.cases.models import Act, Case, Voice
from lifang.faces.api.models import ApiToken
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import CITY, EAST, EAST_STREET, IN_EAST_GRID, IN_WEST_GRID, a_small_city

from .test_api import (
    Caller,
    a_desk_token,
    a_token,
    a_token_for_all_work,
    an_account,
    reported,
    work_that_nobody_reported,
)

pytestmark = pytest.mark.django_db
BASE = "/open311/v2/"
CLOCK = "2026-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def _city() -> None:
    a_small_city()


@pytest.fixture
def key() -> str:
    return a_desk_token(["public.report", "case.read", "event.note"])


@pytest.fixture
def georeport(monkeypatch: pytest.MonkeyPatch) -> type[GeoReport]:
    """The client's HTTP goes to this application instead of the network."""

    def get(url: str, params: dict[str, str]) -> requests.Response:
        answer = Client().get(urlsplit(url).path, params)
        response = requests.Response()
        response.status_code, response._content = answer.status_code, answer.content
        response.headers["Content-Type"] = answer.headers["Content-Type"]
        response.url = url
        return response

    monkeypatch.setattr("georeport.georeport.requests.get", get)
    return GeoReport


def post(path: str, **form: str) -> Any:
    return Client().post(BASE + path, form)


def a_request(key: str, **more: str) -> dict[str, str]:
    lon, lat = map(str, IN_EAST_GRID)
    return {"api_key": key, "service_code": "06010", "lat": lat, "long": lon, "description": "垃圾没人清", **more}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_an_independent_client_lists_services_and_follows_a_request(
    georeport: type[GeoReport], key: str, form: str
) -> None:
    numbers = [post("requests.json", **a_request(key, description=text)).json() for text in ("甲", "乙")]
    number = numbers[0][0]["service_request_id"]
    client = georeport("http://testserver/open311/v2", jurisdiction="nanchang", output_format=form)
    services = {service["service_code"]: service for service in client.get_service_list()}
    assert services["06010"]["type"] == "realtime"
    assert client.get_service_definition("06010")["service_code"] == "06010"
    found = client.get_service_requests(service_code="06010", status="open")
    assert {one["service_request_id"] for one in found} == {n[0]["service_request_id"] for n in numbers}
    one = client.get_service_request(number)
    assert (one["status"], one["service_code"]) == ("open", "06010")
    assert dt.datetime.fromisoformat(one["requested_datetime"]).tzinfo
    with pytest.raises(requests.HTTPError):
        client.get_service_request("0")


def test_without_a_key_nobody_reads_what_somebody_wrote(key: str) -> None:
    number = post("requests.json", **a_request(key, phone="13800000000")).json()[0]["service_request_id"]
    path = f"{BASE}requests/{number}.json"
    [public] = Client().get(path).json()
    assert "垃圾没人清" not in str(public)
    assert public["lat"] == pytest.approx(IN_EAST_GRID[1], abs=0.0006)
    [known] = Client().get(path, {"api_key": key}).json()
    assert known["description"] == "垃圾没人清"
    elsewhere = a_token(an_account("dispatcher", CITY), ["case.read"], EAST + 10**9)
    assert Client().get(path, {"api_key": elsewhere}).status_code == 404
    with system_scope("test"):
        assert Entry.objects.filter(what="api.read", data__shown=[number]).count() == 1


def test_the_trail_of_a_read_holds_no_secret(key: str) -> None:
    done = reported()
    Client().get(BASE + "requests.json", {"api_key": key, "status": "open"})
    Client().get(f"{BASE}tokens/{done['token']}.json", {"api_key": key})
    Caller(key).get(f"tracking/{done['token']}")
    with system_scope("test"):
        paths = list(Entry.objects.filter(what="api.read").order_by("pk").values_list("data__path", flat=True))
    assert paths == [BASE + "requests.json?status=open", BASE + "tokens/….json", "/api/v1/tracking/…"]


def test_posting_answers_in_the_form_that_was_asked_for(key: str) -> None:
    answer = post("requests.xml", **a_request(key, media_url="http://169.254.169.254/x.png", email="a@b.example"))
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    number = root.findtext("request/service_request_id")
    with system_scope("test"):
        token = Voice.objects.get(case__number=number).token
    [found] = Client().get(f"{BASE}tokens/{token}.json").json()
    assert found == {"service_request_id": number, "token": token}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "no"}, 404),
        ({"lat": ""}, 400),
        ({"lat": "nan"}, 400),
        ({"long": "181"}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"description": "长" * 2001}, 400),
        ({"description": "a\0"}, 400),
        ({"jurisdiction_id": "atlantis"}, 404),
    ],
)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_errors_are_lists_of_code_and_description(key: str, change: dict[str, str], status: int, form: str) -> None:
    answer = post(f"requests.{form}", **{**a_request(key), **change})
    assert answer.status_code == status
    if form == "json":
        [error] = answer.json()
    else:
        root = ElementTree.fromstring(answer.content)
        assert root.tag == "errors"
        error = {part.tag: part.text for part in root.find("error") or ()}
    assert str(error["code"]) == str(status)
    assert error["description"]


def test_an_address_alone_is_enough(key: str) -> None:
    number = post("requests.json", **a_request(key, lat="", long="", address_string="东风1社区某路")).json()[0]
    with system_scope("test"):
        case = Case.objects.get(number=number["service_request_id"])
    assert case.area // 10**6 == EAST_STREET // 10**6


def test_lists_keep_to_ninety_days_and_to_the_filters(key: str) -> None:
    number = reported()["number"]
    reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])

    def listed(**query: str) -> Any:
        return Client().get(BASE + "requests.json", query)

    assert len(listed().json()) == 2
    assert [one["service_request_id"] for one in listed(service_request_id=number).json()] == [number]
    assert listed(status="closed").json() == []
    assert listed(start_date="2020-01-01T00:00:00Z").json() == []
    assert listed(start_date="2026-01-01T00:00:00Z", end_date="2026-06-01T00:00:00Z").status_code == 400
    assert listed(start_date="yesterday").status_code == 400
    assert listed(status="maybe").status_code == 400
    assert len(listed(page_size="1").json()) == 1
    assert ElementTree.fromstring(Client().get(BASE + "requests.xml").content).findall("request/service_request_id")


def test_updates_of_a_case_are_told_and_taken_once(key: str) -> None:
    number = reported()["number"]
    desk = a_desk_token(["case.read", "event.accept"])
    headers = {"Authorization": f"Bearer {desk}", "Idempotency-Key": str(uuid.uuid4())}
    body = {"act": "accept", "version": 1, "data": {"note": "王某电话"}}
    done = Client().post(f"/api/v1/cases/{number}/acts", body, content_type="application/json", headers=headers)
    assert done.status_code == 201, done.content.decode()
    root = ElementTree.fromstring(Client().get(BASE + "servicerequestupdates.xml").content)
    assert root.tag == "service_request_updates"
    [update] = root.findall("request_update")
    assert update.findtext("service_request_id") == number
    assert update.findtext("status") == "open"
    assert "王某" not in "".join(root.itertext())
    sent = {
        "api_key": key, "service_request_id": number, "update_id": "77", "updated_datetime": CLOCK,
        "status": "CLOSED", "description": "对方说已修好",
    }  # fmt: skip
    first, second = post("servicerequestupdates.xml", **sent), post("servicerequestupdates.xml", **sent)
    assert first.status_code == 201
    assert first.content == second.content
    with system_scope("test"):
        case = Case.objects.get(number=number)
        assert case.acts.filter(act="add_note").count() == 1
        assert case.is_open
    assert post("servicerequestupdates.json", **{**sent, "description": ""}).status_code == 400
    assert post("servicerequestupdates.json", **{**sent, "service_request_id": "0"}).status_code == 404


def test_only_what_people_reported_is_a_request(key: str) -> None:
    number = reported()["number"]
    task, dispute = work_that_nobody_reported()
    for more in ({}, {"api_key": key}):
        found = Client().get(BASE + "requests.json", more).json()
        assert [one["service_request_id"] for one in found] == [number]
        assert Client().get(BASE + "servicerequestupdates.json", more).json() == []
        for other in (task, dispute):
            assert Client().get(f"{BASE}requests/{other.number}.json", more).status_code == 404
    note = {"api_key": key, "service_request_id": dispute.number, "update_id": "1", "updated_datetime": CLOCK}
    assert post("servicerequestupdates.json", **note, status="OPEN", description="说明").status_code == 404


def test_a_page_of_updates_is_a_page_of_what_is_public(key: str) -> None:
    first, second = reported()["number"], reported(text="又一件垃圾")["number"]
    for number in (first, second):
        assert Caller(a_token_for_all_work()).do(number, "accept", 1).status_code == 201
    pages = [
        Client().get(BASE + "servicerequestupdates.json", {"page_size": "1", "page": page}).json() for page in "123"
    ]
    assert [[one["service_request_id"] for one in page] for page in pages] == [[first], [second], []]


def test_the_key_of_an_update_is_not_to_be_guessed(key: str) -> None:
    numbers = [reported()["number"], reported(text="又一件垃圾")["number"]]
    note = {"api_key": key, "update_id": "77", "updated_datetime": CLOCK, "status": "OPEN", "description": "说明"}
    done = [post("servicerequestupdates.json", **note, service_request_id=number) for number in numbers]
    assert [answer.status_code for answer in done] == [201, 201]
    with system_scope("test"):
        token = ApiToken.objects.get()
        kept = set(Act.objects.filter(act="add_note").values_list("key", flat=True))
    space = uuid.UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
    assert len(kept) == 2
    assert uuid.uuid5(space, f"{token.pk}:77") not in kept


@pytest.mark.parametrize("form", ["xml", "json"])
def test_discovery_names_the_endpoint_and_its_formats(form: str) -> None:
    answer = Client().get(f"{BASE}discovery.{form}")
    assert answer.status_code == 200
    if form == "json":
        [endpoint] = answer.json()["endpoints"]
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["formats"] == ["text/xml", "application/json"]
    else:
        root = ElementTree.fromstring(answer.content)
        assert root.findtext("endpoints/endpoint/url", "").endswith("/open311/v2")
        assert [f.text for f in root.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_addresses_and_methods_that_do_not_exist() -> None:
    assert Client().get(BASE + "nothing.json").status_code == 404
    assert Client().delete(BASE + "requests.xml").status_code == 405
    assert ElementTree.fromstring(Client().get(BASE + "services/nope.xml").content).tag == "errors"


ANY = st.text(max_size=40) | st.sampled_from(
    ["", "0", "-1", "1e999", "nan", "2026-01-01T00:00:00Z", "9999-12-31", "\0"]
)
FIELDS = st.sampled_from(
    [
        "service_code",
        "lat",
        "long",
        "address_string",
        "address_id",
        "description",
        "first_name",
        "last_name",
        "phone",
        "media_url",
        "jurisdiction_id",
        "start_date",
        "end_date",
        "status",
        "service_request_id",
        "page",
        "page_size",
        "update_id",
        "updated_datetime",
        "api_key",
        "attribute[x]",
    ]
)
PATHS = st.sampled_from(
    [
        "requests.xml",
        "requests.json",
        "services.xml",
        "servicerequestupdates.xml",
        "servicerequestupdates.json",
        "tokens/x.json",
        "services/x.xml",
        "requests/x.json",
    ]
)


@settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=PATHS, form=st.dictionaries(FIELDS, ANY, max_size=6), write=st.booleans(), whole=st.booleans())
def test_nothing_that_a_client_sends_ends_in_an_error_of_the_server(
    key: str, path: str, form: dict[str, str], write: bool, whole: bool
) -> None:
    if write:
        answer = Client().post(BASE + path, {**(a_request(key) if whole else {"api_key": key}), **form})
    else:
        answer = Client().get(BASE + path, form)
    assert answer.status_code < 500
    if "json" in answer.headers["Content-Type"]:
        answer.json()
    else:
        ElementTree.fromstring(answer.content)
