"""Who may give what: people, units and grants through the pages and the actions behind them."""

import datetime as dt

import pytest

from lifang.ground.access import actions
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Grant, Role, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import holdings_of, scope_of, system_scope
from tests import situations

EAST, WEST, CITY = situations.EAST, situations.WEST, situations.CITY


@pytest.fixture
def city(db: None) -> None:
    situations.a_small_city()


def _role(code: str) -> Role:
    return Role.objects.get(code=code)


def _give(by: User, user: User, role: str, area: int, **more: object) -> Grant:
    with scope_of(by, "access.manage"):
        return actions.give_grant(by=by, user=user, role=_role(role), area=area, purpose="测试", **more)  # type: ignore[arg-type]


def _somebody() -> User:
    with system_scope("test"):
        return actions.create_user(by=None, username=f"person{User.objects.count()}", name="某人", unit=None)[0]


def test_an_administrator_gives_work_within_their_places(city: None) -> None:
    by, user = situations.a_person("administrator", EAST), _somebody()
    _give(by, user, "street_desk", situations.EAST_STREET)
    assert holdings_of(user).may("event.accept", situations.EAST_GRID)
    with pytest.raises(Refused) as refused:
        _give(by, user, "street_desk", situations.WEST_STREET)
    assert refused.value.field == "area"


def test_nobody_gives_to_themselves(city: None) -> None:
    by = situations.a_person("administrator", CITY)
    with pytest.raises(Refused):
        _give(by, by, "street_desk", EAST)


def test_what_manages_the_platform_is_given_only_by_those_who_hold_it(city: None) -> None:
    by = situations.a_person("administrator", CITY)
    _give(by, _somebody(), "administrator", EAST)
    with system_scope("test"):
        Role.objects.filter(code="auditor").update(functions=["access.manage"])
    narrow = situations.a_person("auditor", CITY)
    with pytest.raises(Refused) as refused:
        _give(narrow, _somebody(), "administrator", EAST)
    assert refused.value.field == "role"
    assert "job.manage" in refused.value.message


def test_a_grant_does_not_outlast_the_givers_own(city: None) -> None:
    by = situations.a_person("administrator", CITY)
    last = today() + dt.timedelta(days=10)
    with system_scope("test"):
        Grant.objects.filter(user=by).update(valid=(situations.BEGINNING, last + dt.timedelta(days=1)))
    _give(by, _somebody(), "caller", CITY, until=last)
    for until in (None, last + dt.timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            _give(by, _somebody(), "caller", CITY, until=until)
        assert refused.value.field == "until"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"since": dt.date(2020, 1, 1)}, "since"),
        ({"until": dt.date(2020, 1, 1)}, "until"),
        ({"role": "dept_officer"}, "unit"),
    ],
)
def test_a_grant_needs_purpose_time_and_unit(city: None, more: dict[str, object], field: str) -> None:
    by, user = situations.a_person("administrator", CITY), _somebody()
    asked = {"purpose": "测试", "area": EAST, **more, "role": _role(str(more.get("role", "caller")))}
    with scope_of(by, "access.manage"), pytest.raises(Refused) as refused:
        actions.give_grant(by=by, user=user, **asked)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_an_ended_grant_ends_at_once_and_stays_readable(city: None) -> None:
    by, user = situations.a_person("administrator", CITY), _somebody()
    grant = _give(by, user, "caller", CITY)
    with scope_of(by, "access.manage"):
        actions.end_grant(by=by, grant=grant, reason="调离")
        with pytest.raises(Refused):
            actions.end_grant(by=by, grant=grant, reason="再来")
    assert not holdings_of(user).functions
    with scope_of(by, "access.manage"):
        assert Grant.objects.get(pk=grant.pk).end_reason == "调离"


def test_an_account_is_managed_only_where_all_of_it_lies(city: None) -> None:
    by = situations.a_person("administrator", EAST)
    whole_city = situations.a_person("dispatcher", CITY)
    local = situations.a_person("street_desk", situations.EAST_STREET)
    with scope_of(by, "access.manage"):
        actions.reset_password(by=by, user=local)
        for person in (whole_city, by):
            with pytest.raises(Refused):
                actions.reset_password(by=by, user=person)


def test_an_account_that_will_serve_elsewhere_is_not_taken_over_before(city: None) -> None:
    by, chief = situations.a_person("administrator", EAST), situations.a_person("administrator", CITY)
    user = situations.a_person("street_desk", situations.EAST_STREET)
    later = _give(chief, user, "dispatcher", CITY, since=today() + dt.timedelta(days=7))
    with scope_of(by, "access.manage"), pytest.raises(Refused):
        actions.reset_password(by=by, user=user)
    with scope_of(chief, "access.manage"):
        actions.end_grant(by=chief, grant=later, reason="不再派任")
    with scope_of(by, "access.manage"):
        actions.reset_password(by=by, user=user)


def test_the_initial_password_is_shown_once_and_must_be_changed(city: None, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(situations.a_person("administrator", CITY))
    answer = client.post("/desk/admin/people/new/", {"username": "xinren", "name": "新人"})
    password = answer.context["password"]
    assert "no-store" in answer["Cache-Control"]
    assert password in answer.content.decode()
    user = User.objects.get(username="xinren")
    assert password not in client.get(f"/desk/admin/people/{user.pk}/").content.decode()
    with system_scope("test"):
        actions.give_grant(by=None, user=user, role=_role("caller"), area=CITY, purpose="测试")
    client.logout()
    client.post("/accounts/login/", {"login": "xinren", "password": password})
    assert client.get("/desk/notices/")["Location"] == "/accounts/password/change/"
    own = "yi ge zi ji de mi ma"
    client.post("/accounts/password/change/", {"oldpassword": password, "password1": own, "password2": own})
    client.post("/accounts/login/", {"login": "xinren", "password": own})
    assert client.get("/desk/notices/").status_code == 200


def test_a_closed_account_is_out_at_once(city: None, client) -> None:  # type: ignore[no-untyped-def]
    by, user = situations.a_person("administrator", CITY), situations.a_person("caller", CITY)
    client.force_login(user)
    assert client.get("/desk/notices/").status_code == 200
    with scope_of(by, "access.manage"):
        actions.set_active(by=by, user=user, active=False, reason="离职")
    assert client.get("/desk/notices/").status_code == 302


def test_granting_through_the_page(city: None, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(situations.a_person("administrator", CITY))
    user = situations.a_person("caller", EAST)
    form = {"role": "street_desk", "area": "东街街道", "since": today().isoformat(), "purpose": "接替"}
    assert client.post(f"/desk/admin/people/{user.pk}/grant/", form).status_code == 302
    assert holdings_of(user).may("event.accept", situations.EAST_STREET)
    page = client.get(f"/desk/admin/people/{user.pk}/").content.decode()
    assert "接替" in page
    assert "东街街道" in page
    wrong = client.post(f"/desk/admin/people/{user.pk}/grant/", {**form, "area": "没有的街道"})
    assert wrong.status_code == 422
    assert "没有的街道" in wrong.content.decode()


def test_every_change_leaves_its_trail_for_the_auditor(city: None, client) -> None:  # type: ignore[no-untyped-def]
    by, user = situations.a_person("administrator", CITY), situations.a_person("caller", EAST)
    _give(by, user, "street_desk", situations.EAST_STREET)
    client.force_login(situations.a_person("auditor", CITY))
    page = client.get("/desk/admin/trail/?question=grants").content.decode()
    assert "授予角色" in page
    assert by.name in page
    assert user.username in page
    assert client.get("/desk/admin/trail/?area=没有&since=x&before=-1").status_code == 200
    sheet = client.post("/desk/admin/trail/export/", {"question": "grants"}).content.decode()
    assert "grant.given" in sheet
    assert "导出留痕" in client.get("/desk/admin/trail/?question=exports").content.decode()


def test_the_page_of_people_does_not_grow_queries(city: None, client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client.force_login(situations.a_person("administrator", CITY))
    for _number in range(12):
        situations.a_person("caller", EAST)
    with django_assert_max_num_queries(25):
        client.get("/desk/admin/people/")


def test_people_land_where_they_may(city: None, client) -> None:  # type: ignore[no-untyped-def]
    for role, address in (
        ("caller", "/desk/"), ("administrator", "/desk/admin/"), ("area_editor", "/desk/places/"),
        ("gatekeeper", "/desk/gate/admissions/"), ("street_bookkeeper", "/desk/money/"), ("data_steward", "/desk/data/"),
    ):  # fmt: skip
        person = situations.a_person(role, CITY)
        client.post("/accounts/login/", {"login": person.username, "password": situations.PASSWORD})
        for begun in ("/desk/start/", "/desk/"):
            answer = client.get(begun, follow=True)
            assert answer.status_code == 200
            assert answer.request["PATH_INFO"].startswith(address)
        client.logout()


@pytest.mark.parametrize("page", ["signup", "password/reset", "password/set", "email", "confirm-email"])
def test_nothing_that_would_need_mail_is_served(city: None, client, page: str) -> None:  # type: ignore[no-untyped-def]
    somebody = situations.a_person("street_desk", situations.EAST_STREET)
    with system_scope("test"):
        User.objects.filter(pk=somebody.pk).update(email="somebody@example.org")
    assert client.post(f"/accounts/{page}/", {"email": "somebody@example.org"}).status_code == 404
    client.force_login(somebody)
    assert client.get(f"/accounts/{page}/").status_code == 404


def test_who_forgot_the_password_is_told_whom_to_ask(city: None, client) -> None:  # type: ignore[no-untyped-def]
    assert "管理员重设" in client.get("/accounts/login/").content.decode()
    somebody = situations.a_person("street_desk", situations.EAST_STREET)
    client.force_login(somebody)
    for page in ("password/change", "2fa", "logout", "reauthenticate"):
        assert client.get(f"/accounts/{page}/").status_code in (200, 302)
