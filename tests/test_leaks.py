"""Every filter forgotten on purpose: PostgreSQL alone must show nothing of another district."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, connections, transaction

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.grid.actions import Report, report_event
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import EVERYWHERE, Scope, holdings_of, scope_of, system_scope, within_scope
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record
from tests import situations

# Columns that say where a row belongs.
PLACE_COLUMNS = ("area", "second_area", "place", "case_id", "code", "parent_code", "old_code", "new_code", "user_id")
# Tables whose columns of these names say nothing of a place or hold nothing but public or sign-in data, and why.
EXEMPT = {
    "access_role": "names of roles, the same everywhere",
    "access_roleevent": "names of roles, the same everywhere",
    "access_function": "names of functions, the same everywhere",
    "access_unitkind": "names of kinds of units, the same everywhere",
    "account_emailaddress": "belongs to the sign-in, empty here",
    "mfa_authenticator": "belongs to the sign-in, read before any scope is known",
}
# Tables that everybody may read, because they are public knowledge; writing is scoped.
READ_BY_ALL = {"access_unit", "areas_area", "areas_areachange", "areas_succession", "areas_edition"}
EAST, WEST = situations.EAST, situations.WEST


def _rows(sql: str, *params: object) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _scoped_tables() -> list[tuple[str, list[str]]]:
    """Every table that has a column saying where a row belongs, with those columns."""
    found: dict[str, list[str]] = {}
    for table, column in _rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = 'bigint' AND column_name = ANY(%s) AND table_name NOT LIKE 'procrastinate%%' AND table_name NOT LIKE 'django%%'",
        list(PLACE_COLUMNS),
    ):
        found.setdefault(table, []).append(column)
    return sorted((table, columns) for table, columns in found.items() if table not in EXEMPT)


@pytest.fixture
def city(db: None) -> dict[str, Case]:
    """A case in each district, with voices, acts and parts of both, and somebody's trail."""
    situations.a_small_city()
    found = {}
    for name, (lon, lat) in (("east", situations.IN_EAST_GRID), ("west", situations.IN_WEST_GRID)):
        with within_scope(Scope("public.report", (EVERYWHERE,))):
            report = Report(
                category="06010", text="井盖破损,有人绊倒", lon=lon, lat=lat, phone="13800000000", name="演示"
            )
            found[name] = report_event(report=report, actor=Actor()).case
    desk = situations.a_person(
        "street_desk", situations.WEST_STREET, situations.unit_of("grid_center", situations.WEST_STREET)
    )
    for act in ("accept", "file"):
        function = f"event.{act}"
        with scope_of(desk, function):
            apply(case_id=found["west"].pk, act=act, version=None, actor=Actor(desk.pk, desk.name, desk.unit_id))
    return found


@pytest.mark.django_db
def test_every_table_with_a_place_is_under_row_level_security() -> None:
    open_tables = [
        table
        for table, _columns in _scoped_tables()
        if not _rows("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", f"public.{table}")[0][0]
    ]
    assert open_tables == [], "add EnableScope for these in a migration, or name the reason in EXEMPT"


@pytest.mark.django_db
def test_tables_read_by_all_are_those_that_are_listed() -> None:
    free = {
        t
        for (t,) in _rows(
            "SELECT tablename FROM pg_policies WHERE cmd IN ('SELECT', 'ALL') AND btrim(qual, '()') = 'true'"
        )
    }
    assert free == READ_BY_ALL


def _foreign(table: str, columns: list[str], place: int, case: Case) -> int:
    """How many rows of a place are seen when nothing is filtered."""
    below, conditions = span(place), []
    for column in columns:
        if column in ("area", "second_area", "place", "code"):
            conditions.append(f"{column} >= {below.start} AND {column} < {below.stop}")
        elif column == "case_id":
            conditions.append(f"case_id = {case.pk}")
    if not conditions:
        return 0
    return int(_rows(f"SELECT count(*) FROM {table} WHERE {' OR '.join(conditions)}")[0][0])


def _seen(place: int, case: Case) -> dict[str, int]:
    tables = [(t, c) for t, c in _scoped_tables() if t not in READ_BY_ALL]
    return {table: n for table, columns in tables if (n := _foreign(table, columns, place, case))}


def _east_person(role: str) -> User:
    bound = packs.roles()[role].unit_bound
    return situations.a_person(role, EAST, situations.unit_of("urban_management", EAST) if bound else None)


@pytest.mark.parametrize("role", sorted(packs.roles()))
def test_nothing_of_another_district_under_any_function(city: dict[str, Case], role: str) -> None:
    person = _east_person(role)
    leaks = {}
    for function in packs.roles()[role].functions:
        with scope_of(person, function, read_only=True):
            if seen := _seen(WEST, city["west"]):
                leaks[function] = seen
    assert leaks == {}


def test_the_test_would_see_a_leak(city: dict[str, Case]) -> None:
    with system_scope("test"):
        assert {"cases_case", "cases_act", "cases_voice", "trail_entry"} <= set(_seen(WEST, city["west"]))
    with scope_of(_east_person("street_desk"), "case.read"):
        assert "cases_case" in _seen(EAST, city["east"])


def test_an_unset_scope_sees_nothing(city: dict[str, Case]) -> None:
    with transaction.atomic():
        assert _seen(EAST, city["east"]) == {}
        assert _seen(WEST, city["west"]) == {}


def test_functions_do_not_lend_each_other_their_places(city: dict[str, Case]) -> None:
    """Reading in the west and accepting in the east does not let one accept in the west."""
    person = situations.a_person("supervisor", WEST)
    with system_scope("test"):
        situations.Grant.objects.create(
            user=person, role=situations.Role.objects.get(code="street_desk"), area=EAST,
            valid=(situations.BEGINNING, None), purpose="测试",
        )  # fmt: skip
    held = holdings_of(person)
    assert held.may("case.read", WEST)
    assert held.may("event.accept", EAST)
    assert not held.may("event.accept", WEST)
    with scope_of(person, "event.accept"):
        assert "cases_case" not in _seen(WEST, city["west"])


def test_public_tokens_reach_their_own_case_only(city: dict[str, Case]) -> None:
    with system_scope("test"):
        token = city["east"].voices.get().token
    with within_scope(Scope("public.track", token=token)):
        assert [n for (n,) in _rows("SELECT number FROM cases_case")] == [city["east"].number]
        assert [t for (t,) in _rows("SELECT token FROM cases_voice")] == [token]
    with within_scope(Scope("public.track", token="0" * 32)):
        assert _rows("SELECT number FROM cases_case") == []


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


APPEND_ONLY = (
    "cases_act",
    "trail_entry",
    "access_grantevent",
    "access_unitevent",
    "access_roleevent",
    "areas_areaevent",
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_that_are_only_added_cannot_be_changed(table: str) -> None:
    with system_scope("test"):
        column = _rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", table)[0][0]
        assert _refused(f"UPDATE {table} SET {column} = {column}")
        assert _refused(f"DELETE FROM {table}")
        assert _refused(f"TRUNCATE {table}")


@pytest.mark.django_db
def test_the_application_owns_nothing_and_cannot_lift_the_policies() -> None:
    user = _rows("SELECT current_user")[0][0]
    assert user == "lifang_app"
    assert _rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s", user) == []
    assert _rows(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", user
    ) == [(False,)]
    for sql in (
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY cases_case_read ON cases_case",
        "ALTER TABLE trail_entry DISABLE TRIGGER ALL",
        "SET ROLE lifang_owner",
        "CREATE TABLE mine (id int)",
    ):
        assert _refused(sql), sql


def test_the_trail_is_read_under_its_own_function_only(city: dict[str, Case]) -> None:
    auditor = situations.a_person("auditor", WEST)
    with scope_of(auditor, "case.read"):
        record(what="test", kind="test", object_id=1, area=WEST)
        assert _rows("SELECT count(*) FROM trail_entry") == [(0,)]
    with scope_of(auditor, "trail.read"):
        areas = {area for (area,) in _rows("SELECT area FROM trail_entry")}
    assert areas
    assert all(area in span(WEST) for area in areas)


@pytest.mark.django_db
def test_history_is_written_by_the_database_itself() -> None:
    situations.a_small_city()
    with system_scope("test"):
        unit = situations.unit_of("water", EAST)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE access_unit SET name = '改过的名字' WHERE id = %s", [unit.pk])
        labels = _rows("SELECT pgh_label FROM access_unitevent WHERE pgh_obj_id = %s", unit.pk)
        assert ("update",) in labels


@pytest.mark.django_db
def test_grants_change_only_under_the_function_that_manages_them() -> None:
    situations.a_small_city()
    person = situations.a_person("street_desk", EAST)
    with scope_of(person, "case.read"):
        assert _refused(
            "INSERT INTO access_grant (user_id, role_id, area, valid, purpose, end_reason)"
            f" SELECT {person.pk}, id, {EAST}, '[2026-01-01,)', 'x', '' FROM access_role WHERE code = 'administrator'"
        )
        with connection.cursor() as cursor:
            cursor.execute("UPDATE access_unit SET name = 'x'")
            assert cursor.rowcount == 0


@pytest.fixture(autouse=True)
def _owner_is_never_used() -> Iterator[None]:
    """Nothing here may run on the owner's connection, which no policy holds."""
    assert connection.alias == "default"
    yield
    assert connections["owner"].connection is None or not connections["owner"].in_atomic_block


def test_four_levels_each_see_their_own_roll_up(city: dict[str, Case]) -> None:
    """Inventory S111: city, district, street and community each see the sum of their subtree."""
    sees = {}
    for name, role, place in (
        ("city", "dispatcher", situations.CITY),
        ("district", "dispatcher", EAST),
        ("street", "street_desk", situations.EAST_STREET),
        ("community", "community_worker", situations.EAST_COMMUNITY),
        ("other community", "community_worker", situations.EAST_COMMUNITY_2),
    ):
        with scope_of(situations.a_person(role, place), "case.read"):
            sees[name] = Case.objects.count()
    assert sees == {"city": 2, "district": 1, "street": 1, "community": 1, "other community": 0}


def test_a_granted_reading_beyond_ones_own_place_is_logged(city: dict[str, Case], client) -> None:  # type: ignore[no-untyped-def]
    """Inventory S118: a community reads what it was granted, for a purpose and a time, and each reading is logged."""
    home = Unit.objects.get(kind="community_committee", area=situations.EAST_COMMUNITY)
    person = situations.a_person("community_worker", situations.EAST_COMMUNITY, home)
    own_only = holdings_of(person)
    assert not own_only.may("figures.read", EAST)
    with system_scope("test"):
        role = situations.Role.objects.get(code="supervisor")
        situations.Grant.objects.create(
            user=person, role=role, area=EAST, valid=(situations.BEGINNING, None), purpose="全区数据共享"
        )
        situations.Grant.objects.create(
            user=person, role=role, area=WEST, valid=(situations.BEGINNING, dt.date(2021, 1, 1)), purpose="已到期"
        )
    held = holdings_of(person)
    assert held.may("figures.read", EAST)
    assert not held.may("figures.read", WEST)
    client.force_login(person)
    assert client.get("/desk/notices/").status_code == 200
    with system_scope("test"):
        assert _rows("SELECT what, area FROM trail_entry WHERE user_id = %s", person.pk) == [("shared.read", EAST)]
