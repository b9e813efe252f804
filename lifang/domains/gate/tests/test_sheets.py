"""A form that a department sends from its page passes the gate."""

import datetime as dt

import pytest

from lifang.blocks.forms import sending
from lifang.blocks.forms.models import Issue
from lifang.blocks.forms.tests.situations import WEEK, a_sheet, an_officer, made
from lifang.blocks.lists.tests.situations import browser
from lifang.domains.gate.models import Sending
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST_COMMUNITY, a_small_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    a_small_city()
    return an_officer()


def test_a_form_of_ones_own_matter_is_sent_with_the_gates_number_and_its_minutes(officer: User) -> None:
    edition = made(officer, a_sheet())
    given = {"due": (today() + WEEK).isoformat(), "places": [str(EAST_COMMUNITY)], "recurs": "on"}
    answer = browser(officer).post(f"/desk/forms/{edition.form_id}/send/", given)
    assert answer.status_code == 302
    with system_scope("test"):
        issue, sent = Issue.objects.get(), Sending.objects.get()
        assert (issue.sending, issue.places, issue.recurs) == (sent.number, [EAST_COMMUNITY], True)
        assert (sent.kind, sent.state, sent.minutes) == ("form", "sent", 4)
    next_month = (issue.on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    (following,) = sending.again(next_month)
    with system_scope("test"):
        assert Sending.objects.get(number=following.sending).state == "sent"


def test_a_form_of_another_departments_matter_comes_back_with_the_gates_reason(officer: User) -> None:
    edition = made(officer, a_sheet(matter="assist_fire_check"))
    answer = browser(officer).post(f"/desk/forms/{edition.form_id}/send/", {"due": (today() + WEEK).isoformat()})
    assert answer.status_code == 422
    assert "消防" in answer.content.decode()
    with system_scope("test"):
        assert not Issue.objects.exists()
        assert Sending.objects.get().state == "returned"
