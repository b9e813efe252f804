"""Run by `forms` in a process of Django: prints what it measured as JSON. All persons are made up, in no real place."""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from lifang.blocks.forms import alike, filling, service  # noqa: E402
from lifang.blocks.forms.models import Edition, Form  # noqa: E402
from lifang.blocks.forms.reading import HERE, OUR_OWN, Asked, column, condition, written  # noqa: E402
from lifang.blocks.packs.shapes import FormColumn, FormSheet  # noqa: E402
from lifang.ground.access.models import Unit  # noqa: E402
from lifang.ground.access.ranges import today  # noqa: E402
from lifang.ground.access.scope import system_scope  # noqa: E402

CITY, FIRST = 990100 * 10**9, 990101 * 10**9
PEOPLE = """
INSERT INTO registry_person (area, name, sex, birth, initials, home, records)
SELECT {first} + (n %% %(places)s) / 50 * 1000000 + (n %% %(places)s %% 50 + 1) * 1000, '演示' || n, (n %% 2 + 1)::text,
    date '1935-01-01' + (n::bigint * 7919 %% 32000)::int, 'ys', '演示路1-1-1-' || (n / %(places)s / 3), 1
FROM generate_series(0, %(persons)s - 1) n
"""
RECORDS = """
INSERT INTO registry_record (person_id, system_id, row_key, digest, held_from, known_from, current, gone, area, name, facts, sealed)
SELECT p.id, %(system)s, p.id, 1, %(day)s, now(), true, false, p.area, p.name, jsonb_build_object(
    'marital', (ARRAY['10', '20', '30', '40'])[p.id %% 4 + 1], 'education', (ARRAY['20', '40', '60', '70', '80'])[p.id %% 5 + 1],
    'politics', (ARRAY['01', '03', '13'])[p.id %% 3 + 1], 'insured', CASE WHEN p.id %% 3 = 0 THEN 'false' ELSE 'true' END,
    'address', p.home), '' FROM registry_person p
"""


def main(communities: int, persons: int, forms: int) -> dict[str, float]:
    places = [FIRST + n // 50 * 10**6 + (n % 50 + 1) * 1000 for n in range(communities)]
    day = today()
    with system_scope("forms"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_record")
        if cursor.fetchone()[0] < persons:
            cursor.execute(
                "INSERT INTO registry_system (code, title, department, area, link, contract, columns, purpose)"
                " VALUES ('bench', 'bench', 'police', %s, 'file', '', '{}', '') RETURNING id", [CITY],
            )  # fmt: skip
            given = {
                "places": communities,
                "persons": persons,
                "system": cursor.fetchone()[0],
                "day": day - timedelta(days=20),
            }
            cursor.execute(PEOPLE.format(first=FIRST), given)
            cursor.execute(RECORDS, given)
            cursor.execute("SELECT registry_count_anew()")
    with system_scope("bench"):
        unit, _new = _unit()
    forty = _sheet(dict(zip((f"c{n}" for n in range(40)), _columns(40, typed=2), strict=True)))
    with transaction.atomic(), system_scope("forms"):
        edition = _edition(unit, forty, "forty")
        begun = time.perf_counter()
        found = filling.fill(Asked.of(edition), places, day)
        spent = time.perf_counter() - begun
        cells = [cell for one in found.values() for cell in one.all()]
        share = sum(1 for cell in cells if cell[0] is not None) / len(cells)
        plain = _timed(
            lambda: _counted(
                cursor_rows="SELECT area / 1000, count(*), count(*) FILTER (WHERE sex = '1') FROM registry_person GROUP BY 1"
            )
        )
    _catalogue(unit, forms)
    with system_scope("forms"):
        one = Edition.objects.select_related("form__unit").order_by("pk")[7]
        similar = _timed(lambda: service.similar(one))
        plain_similar = _timed(lambda: list(alike.newest().values_list("pk", "title")))
    return {
        "fill": spent, "share": share, "plain_fill": plain, "similar": similar, "plain_similar": plain_similar,
    }  # fmt: skip


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _counted(cursor_rows: str) -> int:
    """The least that filling could cost: the same persons counted once in SQL."""
    with connection.cursor() as cursor:
        cursor.execute(cursor_rows)
        return len(cursor.fetchall())


def _unit() -> tuple[Unit, bool]:
    return Unit.objects.get_or_create(code="bench", defaults={"name": "bench", "kind": "civil_affairs", "area": CITY})


def _columns(number: int, typed: int, seed: int = 1) -> list[FormColumn]:
    """Counts by sex, age, marriage, schooling and the like, and some that nobody knows."""
    told = random.Random(seed)
    found: list[FormColumn] = []
    for at in range(number - typed):
        where = []
        if at % 4:
            where.append(condition("age", first=told.randrange(0, 80)))
        if at % 3:
            where.append(condition("element", element="sex", values=(str(told.randrange(1, 3)),)))
        if at % 2:
            element, values = told.choice(
                [("marital", "20"), ("education", "70"), ("politics", "01"), ("insured", "true")]
            )
            where.append(condition("element", element=element, values=(values,)))
        if at % 10 == 9:
            where.append(condition("home", most=told.randrange(1, 3)))
        found.append(column(f"第{at}项{told.randrange(999)}", "persons", where=tuple(where)))
    return found + [column(f"新填{at}项{told.randrange(999)}", "typed") for at in range(typed)]


def _sheet(columns: dict[str, FormColumn], title: str = "演示表", period: str = "monthly") -> FormSheet:
    return FormSheet(
        form="", title=title, unit="civil_affairs", matter="assist_census", period=period, shape="sheet", list="",
        register="", where=(), columns=columns, checks=(), since=date(2020, 1, 1), source=OUR_OWN, at=HERE,
    )  # fmt: skip


def _edition(unit: Unit, sheet: FormSheet, code: str) -> Edition:
    form, _new = Form.objects.get_or_create(code=code, defaults={"area": CITY, "unit": unit})
    return Edition.objects.filter(form=form).first() or Edition.objects.create(
        form=form, number=1, title=sheet.title, matter=sheet.matter, period=sheet.period, shape=sheet.shape,
        sheet=written(sheet), marks=alike.marks(sheet), since=sheet.since,
    )  # fmt: skip


def _catalogue(unit: Unit, forms: int) -> None:
    with transaction.atomic(), system_scope("forms"):
        there = Form.objects.count()
        sheets = [
            _sheet({f"c{k}": one for k, one in enumerate(_columns(40, 4, n))}, f"第{n}号社区{n % 97}情况统计表")
            for n in range(there, forms)
        ]
        made = Form.objects.bulk_create([Form(code=f"x{there + n}", area=CITY, unit=unit) for n in range(len(sheets))])
        Edition.objects.bulk_create(
            [
                Edition(
                    form=form, number=1, title=sheet.title, matter=sheet.matter, period=sheet.period, shape=sheet.shape,
                    sheet=written(sheet), marks=alike.marks(sheet), since=sheet.since,
                )
                for form, sheet in zip(made, sheets, strict=True)
            ]
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
