"""Whole numbers: who gets one out of a demand for a certificate, from which page."""

import html
import uuid

import pytest
from django.test import Client

from lifang.blocks.cases.models import Case, Voice
from lifang.blocks.registry.models import Person
from lifang.domains.certificates.models import Certificate
from lifang.domains.certificates.tests.situations import CHILD, PEOPLE, RESIDENCE, ZHOU, Window
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_GRID, a_person

pytestmark = pytest.mark.django_db
FOUND = {"way_name": "register", "way_number": "register", "way_address": "register"}
TYPED = {"purpose": "办水表过户", "copies": "1", "channel": "counter", "consent": "self"}


def files(client: Client, person: int, **typed: str) -> Certificate:
    answer = client.post(
        f"/desk/certificates/new/?person={person}&kind={RESIDENCE}",
        {**TYPED, **FOUND, "go": "keep", "key": uuid.uuid4(), **typed},
    )
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        return Certificate.objects.select_related("case").latest("pk")


def where(client: Client, made: Certificate, word: str) -> set[str]:
    """At which addresses around a certificate somebody is shown this word, by its path without the number."""
    number = made.number
    with system_scope("test"):
        token = Voice.objects.get(case=made.pk).token
        printings = list(made.printings.values_list("pk", flat=True))
    desk, case = f"/desk/certificates/{number}/", f"/desk/events/{number}/"
    asked = [
        desk, case, f"{case}slip/", f"{case}contact/", f"{desk}slip/", f"{desk}letter/", f"/field/cases/{number}/", f"/t/{token}/",
        f"/t/{token}/slip/", f"/api/v1/cases/{number}", f"/api/v1/tracking/{token}", "/desk/certificates/", "/desk/certificates/seals/",
        "/desk/events/", "/desk/certificates/month/", f"/desk/persons/{made.person}/", f"/desk/counter/?person={made.person}",
        f"/desk/certificates/new/?person={made.person}&kind={RESIDENCE}", *(f"{desk}papers/{pk}/" for pk in printings),
        f"/desk/certificates/kinds/{RESIDENCE}/form/",
    ]  # fmt: skip
    found = set()
    for address in asked:
        answer = client.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if word in html.unescape(text.decode("utf-8", "replace")):
            found.add(address.replace(number, "<n>").split("?")[0])
    return found


@pytest.fixture
def grid_worker(window: Window) -> User:
    with system_scope("test"):
        Person.objects.filter(name__in=("周建国", CHILD)).update(area=EAST_GRID)
    return a_person("grid_worker", EAST_GRID)


def test_a_grid_worker_gets_no_number_of_an_adult_by_filing_a_demand_for_them(
    window: Window, grid_worker: User
) -> None:
    zhou, client = window.persons["周建国"], window.client(grid_worker)
    made = files(client, zhou)
    masked = f"{ZHOU[:2]}**************{ZHOU[-2:]}"
    page = f"/desk/certificates/{made.number}/"
    for act, by in (("keep", client), ("check", client), ("issue", window.client())):
        assert where(client, made, ZHOU) == set(), act
        assert masked in client.get(page).content.decode()
        with system_scope("test"):
            version = Case.objects.get(pk=made.pk).version
        sent = {"act": act, "version": str(version), "copies": "1", **FOUND}
        assert by.post(page, sent).status_code == 302, act
    assert where(client, made, ZHOU) == set()
    with system_scope("test"):
        assert Certificate.objects.get(pk=made.pk).printings.count() == 1


def test_a_number_that_a_colleague_copied_from_a_card_is_kept_and_not_shown(window: Window, grid_worker: User) -> None:
    client = window.client(grid_worker)
    made = files(client, window.persons["周建国"])
    page = f"/desk/certificates/{made.number}/"
    card = {**FOUND, "way_number": "paper", "seen_number": "身份证"}
    window.client().post(page, {**card, "act": "keep", "version": "1", "value_number": ZHOU})
    assert where(client, made, ZHOU) == set()
    assert "不改就空着" in client.get(page).content.decode()
    assert client.post(page, {**card, "act": "check", "version": "1", "value_number": ""}).status_code == 302
    assert ZHOU in window.client().get(page).content.decode()
    assert where(client, made, ZHOU) == set()


def test_a_childs_home_and_number_as_a_colleague_noted_them_are_not_shown(window: Window, grid_worker: User) -> None:
    number = PEOPLE[1][1]
    made = files(window.client(), window.persons[CHILD], consent="guardian", proxy="周建国", relation="祖父")
    noted = {
        "way_name": "register", "way_number": "paper", "value_number": number, "seen_number": "户口簿", "way_address": "visit",
        "value_address": "永宁路12号3栋2单元501室", "seen_address": "今天上门",
    }  # fmt: skip
    window.client().post(f"/desk/certificates/{made.number}/", {**noted, "act": "keep", "version": "1"})
    client = window.client(grid_worker)
    assert where(client, made, number) == set()
    assert "501室" not in client.get(f"/desk/certificates/{made.number}/").content.decode()


def test_who_may_see_numbers_sees_it_on_the_demand_alone_and_the_trail_says_what_for(window: Window) -> None:
    made = window.asks()
    assert where(window.client(), made, ZHOU) == {"/desk/certificates/<n>/"}
    with system_scope("test"):
        row = Entry.objects.filter(what="certificate.read", user_id=window.worker.pk).latest("pk")
    assert (row.object_id, row.data["purpose"]) == (str(made.person), "居住证明，用于办水表过户")
