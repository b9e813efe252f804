"""Every filter forgotten on purpose: PostgreSQL alone must show nothing of another district."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, connections, transaction

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.grid.actions import Report, join_event
from lifang.domains.grid.voices import token_by_phone
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import EVERYWHERE, Scope, holdings_of, scope_of, system_scope, within_scope
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record
from tests import situations
from tests.one_of_each import District, two_districts

# Tables that are not under row-level security, and why.
EXEMPT = {
    "access_role": "names of roles, the same everywhere",
    "access_roleevent": "names of roles, the same everywhere",
    "access_function": "names of functions, the same everywhere",
    "access_unitkind": "names of kinds of units, the same everywhere",
    "access_user": "read by the sign-in before any scope is known",
    "account_emailaddress": "belongs to the sign-in, empty here",
    "account_emailconfirmation": "belongs to the sign-in, empty here",
    "mfa_authenticator": "belongs to the sign-in, read before any scope is known",
    "areas_areaimport": "the names of imported lists, public as the tree is",
    "auth_group": "a library's, empty here",
    "auth_group_permissions": "a library's, empty here",
    "auth_permission": "a library's, the same everywhere",
    "jobs_trouble": "why a job failed, shown under job.manage alone",
    "pghistory_context": "a library's, empty here",
    "registry_shelved": "how indexes are defined that a first load took away; closed to the application altogether",
}
LIBRARIES = ("django_", "procrastinate_")
# Tables that everybody may read, because they are public knowledge; writing is scoped.
READ_BY_ALL = {
    "access_unit", "areas_area", "areas_areachange", "areas_succession", "areas_successionevent", "areas_edition", "registry_system",
    "matters_admitted", "matters_admittedevent", "matters_halt", "forms_form", "forms_edition",
}  # fmt: skip
EAST, WEST = situations.EAST, situations.WEST


def _rows(sql: str, *params: object) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _tables() -> dict[str, bool]:
    """Every table of ours and whether it is under row-level security."""
    found = _rows(
        "SELECT relname, relrowsecurity FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    return {table: secured for table, secured in sorted(found) if not table.startswith(LIBRARIES)}


def _scoped_tables() -> list[str]:
    return [table for table in _tables() if table not in EXEMPT and table not in READ_BY_ALL]


@pytest.fixture
def city(db: None) -> dict[str, District]:
    return two_districts()


@pytest.mark.django_db
def test_every_table_is_under_row_level_security_or_named_with_the_reason() -> None:
    open_tables = {table for table, secured in _tables().items() if not secured}
    assert open_tables == set(EXEMPT), "add EnableScope in a migration, or name the reason in EXEMPT"


@pytest.mark.django_db
def test_tables_read_by_all_are_those_that_are_listed() -> None:
    free = {
        t
        for (t,) in _rows(
            "SELECT tablename FROM pg_policies WHERE cmd IN ('SELECT', 'ALL') AND btrim(qual, '()') = 'true'"
        )
    }
    assert free == READ_BY_ALL


CODES = ("area", "second_area", "place", "code")


def _of(table: str, district: District) -> str:
    """SQL: the row belongs to the district."""
    named = {c for (c,) in _rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)}
    below, conditions = span(district.place), []
    conditions += [
        f"{c} >= {below.start} AND {c} < {below.stop}"
        for c in CODES
        if c in named and not (c == "code" and "area" in named)
    ]
    if "case_id" in named:
        conditions.append(f"case_id IN ({', '.join(map(str, district.cases))})")
    if "imported_id" in named and "area" not in named:
        conditions.append(f"imported_id = {district.imported}")
    if "record_id" in named:
        conditions.append(f"record_id = {district.resident.record_id}")
    if "delivery_id" in named:
        conditions.append(f"delivery_id = '{district.delivery}'")
    conditions += [f"{column} = {key}" for column, key in district.of.items() if column in named]
    if table in ("notices_notice", "lists_savedlist"):
        conditions.append(f"user_id = {district.person}")
    assert conditions, f"say in _of() how a row of {table} belongs to a district"
    return " OR ".join(conditions)


def _seen(district: District) -> dict[str, int]:
    """How many rows of a district are seen in each table when nothing is filtered."""
    counted = {t: _rows(f"SELECT count(*) FROM {t} WHERE {_of(t, district)}")[0][0] for t in _scoped_tables()}
    return {table: int(n) for table, n in counted.items() if n}


def _east_person(role: str) -> User:
    bound = packs.roles()[role].unit_bound
    return situations.a_person(role, EAST, situations.unit_of("urban_management", EAST) if bound else None)


@pytest.mark.parametrize("role", sorted(packs.roles()))
def test_nothing_of_another_district_under_any_function(city: dict[str, District], role: str) -> None:
    person = _east_person(role)
    leaks = {}
    for function in packs.roles()[role].functions:
        with scope_of(person, function, read_only=True):
            if seen := _seen(city["west"]):
                leaks[function] = seen
    assert leaks == {}


@pytest.mark.parametrize("name", ["east", "west"])
def test_the_test_would_see_a_leak_in_every_table(city: dict[str, District], name: str) -> None:
    with system_scope("test"):
        assert sorted(_seen(city[name])) == _scoped_tables()


def test_people_see_what_is_theirs(city: dict[str, District]) -> None:
    with scope_of(_east_person("street_desk"), "case.read"):
        assert {"cases_case", "cases_act", "cases_part", "cases_photo", "cases_voice"} <= set(_seen(city["east"]))


def test_an_unset_scope_sees_nothing(city: dict[str, District]) -> None:
    with transaction.atomic():
        assert _seen(city["east"]) == {}
        assert _seen(city["west"]) == {}


def test_functions_do_not_lend_each_other_their_places(city: dict[str, District]) -> None:
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
        assert "cases_case" not in _seen(city["west"])


def test_public_tokens_reach_their_own_case_only(city: dict[str, District]) -> None:
    case = city["east"].case
    with system_scope("test"):
        token = case.voices.get().token
    with within_scope(Scope("public.track", token=token)):
        assert [n for (n,) in _rows("SELECT number FROM cases_case")] == [case.number]
        assert [t for (t,) in _rows("SELECT token FROM cases_voice")] == [token]
    with within_scope(Scope("public.track", token="0" * 32)):
        assert _rows("SELECT number FROM cases_case") == []


def test_of_two_voices_on_a_case_the_public_reads_the_one_whose_link_it_holds(city: dict[str, District]) -> None:
    case = city["east"].case
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        told = Report(
            category="06010", text="我也看见了", lon=case.lon, lat=case.lat, phone="13900000000", name="演示二"
        )
        other = join_event(number=case.number, report=told, actor=Actor()).token
    for function in ("public.report", "public.map", "public.track"):
        with within_scope(Scope(function, (EVERYWHERE,))):
            assert _rows("SELECT token FROM cases_voice") == []
        with within_scope(Scope(function, token=other)):
            assert _rows("SELECT token FROM cases_voice") == [(other,)]
    with within_scope(Scope("public.track", (EVERYWHERE,))):
        assert token_by_phone(case.number, "13900000000") == other
        assert token_by_phone(case.number, "13800000000") not in (other, None)
        assert token_by_phone(case.number, "13700000000") is None


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


@pytest.mark.django_db
def test_rows_that_are_only_added_cannot_be_changed() -> None:
    """Every history that the database writes, and what is evidence."""
    evidence = {
        "cases_act", "trail_entry", "api_attempt", "care_contact", "care_outreach", "exchange_entry", "dwellings_layout",
        "dwellings_condition", "lists_showing", "privacy_deletion",
        "forms_edition", "forms_workbook", "forms_merging",
    }  # fmt: skip
    history = {table for table in _tables() if table.endswith("event")}
    assert len(history) >= 6
    for table in evidence | history:
        column = _rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", table)[0][0]
        with system_scope("test"):
            assert _refused(f"UPDATE {table} SET {column} = {column}"), table
            assert _refused(f"DELETE FROM {table}"), table
            assert _refused(f"TRUNCATE {table}"), table


@pytest.mark.django_db
def test_nothing_that_people_rest_on_can_be_deleted() -> None:
    free = [
        table
        for table in ("cases_case", "cases_act", "cases_part", "cases_photo", "cases_voice", "indicators_finding")
        if _rows("SELECT has_table_privilege(%s, 'DELETE')", table) != [(False,)]
    ]
    assert free == []


@pytest.mark.django_db
def test_functions_with_the_owners_rights_look_at_temporary_tables_last() -> None:
    paths = _rows(
        "SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert len(paths) >= 8
    assert [name for name, config in paths if "search_path=public, pg_temp" not in (config or "")] == []


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


def test_the_trail_is_read_under_its_own_function_only(city: dict[str, District]) -> None:
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

    def refuse(*_asked: object) -> None:
        pytest.fail("the owner's connection was used")

    assert connection.alias == "default"
    with connections["owner"].execute_wrapper(refuse):
        yield


def test_four_levels_each_see_their_own_roll_up(city: dict[str, District]) -> None:
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
    assert sees == {"city": 6, "district": 3, "street": 3, "community": 3, "other community": 0}


def test_a_granted_reading_beyond_ones_own_place_is_logged(city: dict[str, District], client) -> None:  # type: ignore[no-untyped-def]
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
