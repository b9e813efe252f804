"""A form that a department sends from its page passes the gate."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.forms import sending
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.errors import Refused as NotJudged
from lifang.blocks.forms.making import newest
from lifang.blocks.forms.models import Issue
from lifang.blocks.forms.tests.situations import WEEK, a_sheet, an_officer, made, typed
from lifang.blocks.lists.tests.situations import browser
from lifang.domains.gate import letters, sheets
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.tests.situations import admitted
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import text
from tests.passing import passed
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, a_person, a_small_city, unit_of

pytestmark = pytest.mark.django_db
NOT_OURS = ("assist_census", "assist_health_followup", "law_mediation")
COLUMNS = [{"title": "议事桌数", "kind": "number", "unit": "张"}]


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


def test_only_the_edition_in_force_is_carried(officer: User) -> None:
    edition = made(officer, a_sheet())
    with scope_of(officer, "form.make"):
        forms.revise(form=edition.form, sheet=a_sheet(title="社区人口新月报"), reason="换了列", by=officer)
    with pytest.raises(NotJudged, match="已经有新的版本"):
        through(edition, [EAST_COMMUNITY], today() + WEEK, False, officer)
    with system_scope("test"):
        assert not Issue.objects.exists()
        assert not Sending.objects.exists()
    assert through(newest(edition.form), [EAST_COMMUNITY], today() + WEEK, False, officer).edition.number == 2


def through(edition: forms.Edition, places: list[int], due: dt.date, recurs: bool, by: User) -> forms.Issue:
    return sheets.through(edition, places, due, recurs, by, today())


def test_the_database_itself_refuses_a_form_at_a_community_that_passed_no_gate(officer: User) -> None:
    edition = made(officer, a_sheet())
    other = passed(edition.form.unit, [EAST_COMMUNITY_2])
    task = passed(edition.form.unit, [EAST_COMMUNITY], kind="task")
    for number in ("", "XD-none", other, task):
        with (
            pytest.raises(DatabaseError, match="passed the gate"),
            transaction.atomic(),
            scope_of(officer, "form.make"),
        ):
            forms.issue(
                edition=edition, places=[EAST_COMMUNITY], due=today() + WEEK, by=officer, sending=number
            )  # fmt: skip
    with system_scope("test"):
        assert not Issue.objects.exists()


def test_a_recurring_form_that_the_gate_returns_is_kept_with_its_letter_once_a_period(officer: User) -> None:
    assert officer.unit
    first = (today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    row = admitted(
        officer.unit,
        title="人口月报",
        until=first - dt.timedelta(days=1),
        since=today().replace(day=1),
        columns=COLUMNS,
    )
    edition = made(officer, a_sheet({"tables": typed("议事桌数")}, matter=row.code))
    through(edition, [EAST_COMMUNITY], today() + WEEK, True, officer)
    for day in (0, 1, 2):
        assert sending.again(first + dt.timedelta(days=day)) == []
    with system_scope("test"):
        (returned,) = Sending.objects.returned()
        assert (returned.rule, returned.reaches.get().kept) == ("ended", True)
        assert "到期" in Issue.objects.get().why_not
        (given,) = ProcrastinateJob.objects.filter(task_name="gate.letter").values_list("args", flat=True)
        assert given == {"sending_id": returned.pk}
        letters.deliver(**given)
    assert "未能下达：社区人口月报" in browser(officer).get("/desk/notices/").content.decode()
    sending.again((first + dt.timedelta(days=32)).replace(day=1))
    with system_scope("test"):
        assert Sending.objects.returned().count() == 2


def test_a_form_that_is_none_of_the_forms_room_comes_back_with_the_way_there(officer: User) -> None:
    made(officer, a_sheet())
    client, page = browser(officer), reverse("gate_send")
    words = "姓名、身份证号、疾病史、家庭收入，每人一行"
    typed = {
        "kind": "form", "matter": "assist_elder_visit", "title": "巡访月报", "text": words, "below": text(EAST_COMMUNITY),
        "level": "5", "limit_0": "5", "limit_1": "working_days",
    }  # fmt: skip
    assert reverse("forms_mine") in client.post(page, {**typed, "look": "1"}).content.decode()
    answer = client.post(page, {**typed, "key": str(uuid.uuid4())})
    letter = client.get(answer["Location"]).content.decode()
    assert "先在「表单」里把这张表做好" in letter
    assert f'href="{reverse("forms_mine")}"' in letter
    assert "提前" not in letter, "there is nothing to apply for"
    body = {name: typed[name] for name in ("kind", "matter", "title", "below")}
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    spoofed = client.post("/api/v1/sendings", {**body, "edition": 1}, content_type="application/json", **key)
    assert spoofed.status_code == 422
    named = client.post("/api/v1/sendings", body, content_type="application/json", **key).json()
    assert (named["state"], named["rule"]) == ("returned", "edition")
    with system_scope("test"):
        assert not Issue.objects.exists()
        assert not Reach.objects.filter(kept=False).exists()


def test_data_are_asked_for_by_name_at_the_desk_and_the_community_reads_which(officer: User) -> None:
    client, page = browser(officer), reverse("gate_send")
    typed = {
        "kind": "data", "matter": "assist_allowance", "title": "救助对象核对", "below": text(EAST_COMMUNITY), "level": "5",
        "limit_0": "5", "limit_1": "working_days", "key": str(uuid.uuid4()),
    }  # fmt: skip
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert "写明要哪些数据项" in refused.content.decode()
    sent = client.post(page, {**typed, "elements": ["name", "phone"]})
    assert sent.status_code == 302, sent.context["form"].errors
    with system_scope("test"):
        reach = Reach.objects.get()
        assert (reach.kept, reach.sending.data["elements"]) == (False, ["name", "phone"])
    worker = browser(a_person("community_worker", EAST_COMMUNITY))
    assert "姓名、联系电话" in worker.get(reverse("gate_reach", args=[reach.pk])).content.decode()


def test_a_form_leads_from_what_came_to_its_own_return(officer: User) -> None:
    edition = made(officer, a_sheet())
    issue = through(edition, [EAST_COMMUNITY], today() + WEEK, False, officer)
    with system_scope("test"):
        back = issue.returns.get()
    page = browser(a_person("community_worker", EAST_COMMUNITY)).get(reverse("gate_asked")).content.decode()
    assert f'href="{reverse("form_return", args=[back.pk])}"' in page


def test_a_form_of_another_departments_matter_comes_back_with_the_gates_reason(officer: User) -> None:
    edition = made(officer, a_sheet(matter="assist_fire_check"))
    answer = browser(officer).post(f"/desk/forms/{edition.form_id}/send/", {"due": (today() + WEEK).isoformat()})
    assert answer.status_code == 422
    assert "消防" in answer.content.decode()
    with system_scope("test"):
        assert not Issue.objects.exists()
        assert Sending.objects.get().state == "returned"


def test_who_makes_a_form_is_offered_the_matters_that_their_unit_may_send_and_no_other(officer: User) -> None:
    mine, others = (
        admitted(unit_of(kind, EAST), title) for kind, title in (("civil_affairs", "我的"), ("health", "别人的"))
    )
    client = browser(officer)
    edition = made(officer, a_sheet())
    for address in ("/desk/forms/new/", f"/desk/forms/{edition.form_id}/columns/"):
        page = client.get(address).content.decode()
        assert f'<option value="{mine.code}"' in page
        assert '<option value="assist_elder_visit"' in page
        assert f'<option value="{others.code}"' not in page
        assert not [name for name in NOT_OURS if f'<option value="{name}"' in page]
    packs_own = client.get("/desk/forms/mine/").content.decode()
    assert "/desk/forms/take/elder_roster/" in packs_own
    assert "/desk/forms/take/population_monthly/" not in packs_own
    refused = client.post("/desk/forms/take/population_monthly/", follow=True).content.decode()
    assert "它的事项不由你们单位下达" in refused
    assert client.post("/desk/forms/take/elder_roster/").status_code == 302
    with system_scope("test"):
        assert list(forms.Form.objects.exclude(name="").values_list("name", flat=True)) == ["elder_roster"]
