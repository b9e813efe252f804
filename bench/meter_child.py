"""Run by `meter` in a process of Django: prints the milliseconds of each page as JSON. All units and requests are made up."""

import datetime as dt
import json
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.forms_child import _edition as an_edition  # noqa: E402
from bench.forms_child import _sheet as a_sheet  # noqa: E402
from lifang.ground.access.models import Grant, Role, Unit, User  # noqa: E402
from lifang.ground.access.ranges import today  # noqa: E402
from lifang.ground.access.scope import system_scope  # noqa: E402
from lifang.ground.areas.codes import level_of, parent_of  # noqa: E402
from lifang.ground.areas.models import Area, AreaChange  # noqa: E402

CITY, DAY = 990100 * 10**9, dt.date(2020, 1, 1)
KINDS = {2: "city", 3: "county", 4: "street", 5: "community"}
DEPARTMENTS, FORMS_MONTHS, EACH = 30, 2, 7
SENDINGS = """
INSERT INTO gate_sending (number, area, level, kind, matter, judged, unit_id, title, text, data, at, minutes, places, state,
    rule, why, emergency, channel, key, letter_tries, end_reason)
SELECT 'B' || m || '-' || n, %(city)s, 5,
    CASE WHEN n %% 3 = 0 THEN 'form' WHEN n %% 5 = 0 THEN 'meeting' ELSE 'task' END, 'm' || n %% 20,
    '{}', (ARRAY(SELECT id FROM access_unit WHERE code LIKE 'bench-d%%' ORDER BY id))[n %% %(departments)s + 1],
    '第' || n || '件', '', '{}', %(first)s::timestamptz - m * interval '1 month' + n %% 28 * interval '1 day', 30 + n, %(places)s,
    CASE WHEN n %% 7 = 0 THEN 'returned' ELSE 'sent' END, 'listed', '', false, 'desk', gen_random_uuid(), 0, ''
FROM generate_series(0, %(months)s - 1) m, generate_series(1, %(often)s) n
"""
REACHES = """
INSERT INTO gate_reach (sending_id, area, unit_id, at, minutes, kept)
SELECT s.id, a.code, s.unit_id, s.at, s.minutes, s.state = 'returned' FROM gate_sending s, areas_area a
WHERE s.number LIKE 'B%%' AND a.level = 5 AND a.code >= %(city)s AND a.code < %(city)s + 10^11
"""
OCCASIONS = """
INSERT INTO meter_occasion (kind, sending_id, area, unit_id, title, since, until, venue, items, persons, minutes, state, at)
SELECT 'meeting', s.id, s.area, s.unit_id, s.title, s.at::date, s.at::date, '', '{}', 2, 60, 'held', s.at
FROM gate_sending s WHERE s.kind = 'meeting' AND s.state = 'sent'
"""
ISSUES = """
INSERT INTO forms_issue (edition_id, area, unit_id, places, label, "on", due, until, sending, recurs, why_not, at)
SELECT %(edition)s, s.area, s.unit_id, '{}', '', s.at::date, s.at::date, s.at::date + 30, s.number, false, '', s.at
FROM gate_sending s WHERE s.kind = 'form' AND s.state = 'sent' AND s.at > %(first)s::timestamptz - %(forms)s * interval '1 month'
"""
RETURNS = """
INSERT INTO forms_return (issue_id, area, unit_id, number, version, current, state, cells, rows, known, old, asked, confirmed,
    typed, reason, paper)
SELECT i.id, a.code, i.unit_id, i.id || '-' || a.code, 1, true, CASE WHEN a.code %% 3000 = 0 THEN 'filled' ELSE 'submitted' END,
    '{}', '', 12, 2, 3, 2, 3, '', false
FROM forms_issue i, areas_area a WHERE a.level = 5 AND a.code >= %(city)s AND a.code < %(city)s + 10^11
"""
PLAIN = "SELECT unit_id, count(*), sum(minutes) FROM gate_reach WHERE at >= %s GROUP BY 1"


def main(communities: int, months: int, often: int) -> dict[str, float]:
    settings.CONFIG.area = CITY
    with system_scope("bench"):
        if not User.objects.filter(username="bench-city").exists():
            _made(communities, months, often)
    street = CITY + 10**9 + 10**6
    pages = {
        "the month of the whole city": ("bench-city", "/desk/meter/"),
        "the city's page to read aloud": ("bench-city", "/desk/meter/aloud/"),
        "a unit's burden: the whole city": ("bench-city", f"/desk/meter/places/{CITY}/"),
        "the city's year": ("bench-city", "/desk/meter/year/"),
        "a street secretary's page to read aloud": ("bench-street", "/desk/meter/aloud/"),
        "the month of a street": ("bench-street", "/desk/meter/"),
        "a unit's burden: a street": ("bench-street", f"/desk/meter/places/{street}/"),
        "a department's month": ("bench-department", "/desk/meter/"),
    }
    return {"plain": _plain(), **{name: _timed(*page) for name, page in pages.items()}}


def _plain() -> float:
    """The least that a month of the city could cost: its rows added up."""
    begun = time.perf_counter()
    with system_scope("bench"), connection.cursor() as cursor:
        cursor.execute(PLAIN, [today().replace(day=1)])
        cursor.fetchall()
    return 1000 * (time.perf_counter() - begun)


def _timed(who: str, address: str) -> float:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=who))
    taken = []
    for _n in range(EACH):
        begun = time.perf_counter()
        answer = client.get(address)
        taken.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, (address, answer.status_code)
    return sorted(taken[2:])[len(taken[2:]) // 2]


def _made(communities: int, months: int, often: int) -> None:
    change = AreaChange.objects.create(kind="import", area=CITY, on=DAY)
    codes = [CITY, CITY + 10**9, *(CITY + 10**9 + (1 + n // 100) * 10**6 for n in range(0, communities, 100))]
    codes += [CITY + 10**9 + (1 + n // 100) * 10**6 + (1 + n % 100) * 1000 for n in range(communities)]
    Area.objects.bulk_create(
        [
            Area(code=code, name=f"地{code // 1000 % 10**6}", level=level_of(code), kind=KINDS[level_of(code)],
                 parent_code=parent_of(code), valid=(DAY, None), begun_by=change)
            for code in codes
        ], batch_size=1000,
    )  # fmt: skip
    units = [
        Unit(code=f"bench-{code}", name=f"居委会{code}", kind="community_committee", area=code)
        for code in codes[-communities:]
    ]
    units += [Unit(code=f"bench-d{n}", name=f"部门{n}", kind="health", area=CITY) for n in range(DEPARTMENTS)]
    Unit.objects.bulk_create(units, batch_size=1000)
    department = Unit.objects.get(code="bench-d1")
    for name, role, area, unit in (
        ("bench-city", "supervisor", CITY, None), ("bench-street", "street_desk", CITY + 10**9 + 10**6, None),
        ("bench-department", "dept_officer", CITY, department),
    ):  # fmt: skip
        user = User.objects.create(username=name, name=name, unit=unit, password="!")
        Grant.objects.create(
            user=user, role=Role.objects.get(code=role), area=area, unit=unit, valid=(DAY, None), purpose="bench"
        )
    given = {
        "city": CITY, "places": communities, "departments": DEPARTMENTS, "months": months, "often": often,
        "first": today().replace(day=1), "forms": FORMS_MONTHS, "edition": an_edition(department, a_sheet({}), "bench").pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for query in (SENDINGS, REACHES, OCCASIONS, ISSUES, RETURNS):
            cursor.execute(query, given)
        cursor.execute("SELECT count(*) FROM gate_reach")


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
