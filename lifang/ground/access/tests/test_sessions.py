"""How long somebody stays signed in, and what they hold meanwhile."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import holdings_of, system_scope
from tests.situations import EAST_STREET, a_person, a_small_city

PAGE = "/desk/notices/"


@pytest.fixture
def officer(db: None) -> User:
    a_small_city()
    return a_person("street_desk", EAST_STREET)


@pytest.fixture
def signed_in(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    assert client.get(PAGE).status_code == 200
    return client


def is_out(client: Client) -> bool:
    answer = client.get(PAGE)
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_a_changed_password_ends_sessions(officer: User, signed_in: Client) -> None:
    officer.set_password("eine andere 换了")
    officer.save()
    assert is_out(signed_in)


def test_a_closed_account_is_signed_out(officer: User, signed_in: Client) -> None:
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert is_out(signed_in)


def test_a_session_ends_by_its_time_and_by_signing_out(officer: User, signed_in: Client) -> None:
    other = Client()
    other.force_login(officer)
    other.post("/accounts/logout/")
    assert is_out(other)
    assert not is_out(signed_in)
    Session.objects.update(expire_date=timezone.now())
    assert is_out(signed_in)


@pytest.mark.parametrize("key", ["x", "nobody-has-this-key-at-all", "é" * 40, "a" * 5000])
def test_a_session_that_never_was_is_nobody(db: None, key: str) -> None:
    client = Client()
    client.cookies["sessionid"] = key
    assert is_out(client)


def test_a_grant_holds_on_its_days_until_it_is_ended(officer: User) -> None:
    giver = a_person("administrator", EAST_STREET)

    def held(**columns: object) -> bool:
        with system_scope("test"):
            Grant.objects.filter(user=officer).update(**columns)
        return holdings_of(officer).holds("case.read")

    day = dt.timedelta(days=1)
    assert held(valid=(today(), today() + day))
    assert not held(valid=(today() + day, None))
    assert not held(valid=(today() - day, today()))
    assert held(valid=(today(), None), ended_at=midnight(today() + day))
    assert not held(ended_at=timezone.now())
    assert held(ended_at=None, granted_by=giver)
    assert not holdings_of(officer, besides=giver).held
    assert holdings_of(officer, besides=officer).held
