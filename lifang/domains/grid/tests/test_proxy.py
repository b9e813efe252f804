"""Staff file for those who phone, come or write, and report what they see on patrol."""

import re
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.cases.models import Act, Case, Photo, Voice
from lifang.domains.grid.tests.situations import City
from lifang.domains.grid.tests.test_report import an_upload
from lifang.ground.access.scope import system_scope
from tests.situations import IN_EAST_GRID, IN_WEST_GRID

pytestmark = pytest.mark.django_db

WORDS = "楼下路灯不亮，老人摔了一跤"


def filled(**changes: Any) -> dict[str, Any]:
    full = {
        "text": WORDS, "category": "01037", "place_text": "东风1社区3栋",
        "lon": IN_EAST_GRID[0], "lat": IN_EAST_GRID[1],
        "channel": "phone", "consent": "phone", "name": "李奶奶", "phone": "0791-88886666",
        "wants_answer": "on", "go": "look",
    }  # fmt: skip
    return {name: value for name, value in (full | changes).items() if value is not None}


def signed_in(city: City, client: Client, who: str) -> Client:
    client.force_login(city.people[who])
    return client


def test_a_call_becomes_a_case_with_its_consent_and_a_slip(city: City, client: Client) -> None:
    client = signed_in(city, client, "grid")
    assert client.get("/desk/report/").status_code == 200
    sent = client.post("/desk/report/", filled(photos=an_upload()))
    assert sent.status_code == 302
    page = client.get(sent.url).content.decode()
    with system_scope("test"):
        voice = Voice.objects.select_related("case").get()
        act = Act.objects.get()
        assert Photo.objects.count() == 1
    assert (voice.channel, voice.consent, voice.filed_by) == ("phone", "phone", city.people["grid"].pk)
    assert (act.user_id, act.function) == (city.people["grid"].pk, "event.proxy")
    assert voice.case.number in page
    (slip,) = set(re.findall(r'href="(/t/[^"]+/slip/)"', page))
    assert voice.case.number in Client().get(slip).content.decode()
    found = Client().post("/track/", {"number": voice.case.number, "phone": "079188886666"})
    assert found.url == slip.removesuffix("slip/")


def test_nothing_is_filed_for_somebody_who_did_not_agree(city: City, client: Client) -> None:
    answer = signed_in(city, client, "worker").post("/desk/report/", filled(consent=None))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "怎样同意代报" in page
    assert WORDS in page
    assert "李奶奶" in page
    with system_scope("test"):
        assert not Case.objects.exists()


def test_the_same_thing_is_shown_before_it_is_filed_twice(city: City, client: Client) -> None:
    client = signed_in(city, client, "street")
    client.post("/desk/report/", filled())
    with system_scope("test"):
        case = Case.objects.get()
    again = client.post("/desk/report/", filled(text="路灯不亮，楼下老人摔跤了", name="赵伯"))
    page = again.content.decode()
    assert case.number in page
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    other = filled(text="路灯不亮，楼下老人摔跤了", name="赵伯", key=key)
    joined = client.post("/desk/report/", other | {"join": case.number})
    assert joined.status_code == 302
    with system_scope("test"):
        assert (Case.objects.count(), Voice.objects.count()) == (1, 2)
    assert client.post("/desk/report/", other | {"go": "send"}).status_code == 302
    with system_scope("test"):
        assert Case.objects.count() == 2


def test_a_place_that_is_not_mine_can_still_be_reported(city: City, client: Client) -> None:
    client = signed_in(city, client, "grid")
    sent = client.post("/desk/report/", filled(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1], place_text="西风1社区"))
    page = client.get(sent.url).content.decode()
    with system_scope("test"):
        assert Case.objects.get().number in page


def test_what_was_seen_on_patrol_needs_nobody_s_consent(city: City, client: Client) -> None:
    client = signed_in(city, client, "grid")
    assert (
        client.post("/desk/patrol/", filled(channel=None, consent=None, phone=None, wants_answer=None)).status_code
        == 302
    )
    with system_scope("test"):
        assert Case.objects.get().source == "patrol"


def test_a_bad_picture_keeps_the_form_and_the_good_ones(city: City, client: Client) -> None:
    client = signed_in(city, client, "grid")
    answer = client.post("/desk/report/", filled(photos=[an_upload(), an_upload("x.jpg", b"no")]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WORDS in page
    assert len(re.findall('name="kept"', page)) == 1


@pytest.mark.parametrize("path", ["/desk/report/", "/desk/patrol/"])
def test_only_who_holds_the_function_sees_the_page(city: City, client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    assert signed_in(city, client, "auditor").get(path).status_code == 404
    assert signed_in(city, Client(enforce_csrf_checks=True), "grid").post(path, filled()).status_code == 403
