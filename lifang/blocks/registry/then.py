"""Persons as they stood at the end of a day, by what held and was known then: also those who have moved away or died since,
and nobody who came later."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import winning
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.narrowing import Filters, narrow
from lifang.blocks.registry.placing import passed_to, today_at
from lifang.blocks.registry.queries import MOST_NEAR, ways_together
from lifang.blocks.registry.standing import found, ranks, rulings
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import day_in, midnight, today
from lifang.ground.access.scope import Range, current, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span

DAY = dt.timedelta(days=1)
MOST_DAYS = 60
LOOK_BACK = "SELECT set_config('lifang.then', %s, true)"
TOLD = "r.held_from <= %(on)s AND r.known_from < %(end)s AND (r.known_until IS NULL OR r.known_until >= %(end)s)"
THERE = f"""
SELECT id AS person FROM registry_person p WHERE {{now}}
UNION SELECT person_id FROM registry_record r WHERE {{then}} AND {TOLD}
"""
NAMED = f"""
SELECT c.person FROM ({{there}}) c WHERE EXISTS (
    SELECT FROM registry_record r WHERE r.person_id = c.person AND r.home >= %(low)s AND r.home < %(high)s AND {TOLD})
"""


def _asked(persons: str) -> str:
    held = rulings("SELECT person FROM registry_touched", "registry_said", "true", "g.at < %(end)s")
    rows = found("registry_said", "true").replace("%", "%%")
    return f"""
WITH registry_touched AS MATERIALIZED ({persons}), registry_ranks AS (
    SELECT * FROM unnest(%(elements)s::text[], %(departments)s::text[], %(ranks)s::int[]) k(element, department, rank)
), registry_said AS MATERIALIZED (
    SELECT * FROM (
        SELECT DISTINCT ON (r.person_id, r.system_id, r.row_key) r.id, r.person_id, r.system_id, r.row_key, r.held_from,
            r.gone, r.area, r.name, r.sex, r.birth, r.sound, r.home, r.facts
        FROM registry_touched t JOIN registry_record r ON r.person_id = t.person WHERE {TOLD}
        ORDER BY r.person_id, r.system_id, r.row_key, r.held_from DESC, r.id DESC
    ) newest WHERE NOT gone
), registry_ruled AS (SELECT id AS record, array_agg(element) AS elements FROM ({held}) held GROUP BY id)
SELECT f.person, f.name, coalesce(f.sex, ''), f.birth, coalesce(left(f.initials, 30), ''), coalesce(f.area, p.area),
    f.home, p.birth, p.area, f.person IN (
        SELECT s.person_id FROM registry_ruled g JOIN registry_said s ON s.id = g.record WHERE 'place' = ANY(g.elements))
FROM ({rows}) f JOIN registry_person p ON p.id = f.person
WHERE f.records > 0 AND (f.died_on IS NULL OR f.died_on > %(on)s)
"""


def asked_day(typed: str) -> dt.date | None:
    """A day before today; None stands for now."""
    on = day_in(typed)
    return on if on is not None and on < today() else None


def stood(places: Sequence[Range], on: dt.date, homes: tuple[str, str] | None = None) -> list[Person]:
    """The living of these places on a day, by name, with name, birth, sex, place and home of that day, never to be saved;
    with `homes` those of whom any record named a home from one to another."""
    if not places:
        return []
    given = {"low": homes[0], "high": homes[1]} if homes else {}
    said = [*places, *((code, code + 1) for code in passed_to(places))]
    there = THERE.format(now=lying("p.area", places), then=lying("r.area", said))
    return _people(NAMED.format(there=there) if homes else there, given, on, places)


def held(filters: Filters, roots: Sequence[int], on: dt.date) -> list[Person] | None:
    """Those who stood on a day in the place asked for, else in the only one of these, and whom the filters mean; None where
    that is wider than a community, for each must be looked at."""
    place = filters.area or (roots[0] if len(roots) == 1 else None)
    if place is None or level_of(place) < COMMUNITY:
        return None
    there = stood(narrow(current().places, place), on)
    looks = filters.probing or filters.system is not None
    told = records_of([one.pk for one in there], on) if looks else {}
    return [one for one in there if filters.held(one, told.get(one.pk, ()), on)]


def of(persons: Iterable[int], on: dt.date) -> list[Person]:
    """Those of these persons who lived on a day in the places of the scope, likewise."""
    given = {"persons": sorted(persons)}
    return _people("SELECT unnest(%(persons)s::bigint[]) AS person", given, on, current().places)


def records_of(persons: Collection[int], on: dt.date) -> dict[int, list[Record]]:
    """What was believed on a day of each of these persons, whom `stood` or `of` has found."""
    with system_scope("registry.then"):
        rows = list(Record.objects.filter(told(on), person__in=persons).select_related("system").defer("sealed"))
    of_person: dict[int, list[Record]] = defaultdict(list)
    for record in rows:
        of_person[record.person_id].append(record)
    return {pk: said for pk, records in of_person.items() if (said := winning.believed(records, on))}


def sharing(person: Person, said: Iterable[Record], on: dt.date) -> list[Record]:
    """What was believed on a day of others of the scope who shared this person's home or household number then, each with
    who they were on that day."""
    of_home, *by_number = ways_together(said)
    near = span(at_level(person.area, COMMUNITY))
    ways = (of_home & Q(current=True), of_home & Q(area__gte=near.start, area__lt=near.stop), *by_number)
    with system_scope("registry.then"):
        held = Record.objects.filter(told(on)).exclude(person=person.pk)
        rows = {pk: who for way in ways for pk, who in held.filter(way).values_list("pk", "person")[:MOST_NEAR]}
    people = {one.pk: one for one in of(set(rows.values()), on)}
    found = [record for records in records_of(people, on).values() for record in records if record.pk in rows]
    for record in found:
        record.person = people[record.person_id]
    return found


def left(person: int) -> tuple[dt.date, Person] | None:
    """Of somebody who stood in the places of the scope: the day from which they did so no more, as far as was known then,
    and who they were before it. None where they never stood there."""
    with system_scope("registry.then"):
        rows = list(Record.objects.filter(person=person).values_list("held_from", "known_from", "known_until"))
    moments = {moment for _held, *both in rows for moment in both if moment}
    days = {held for held, *_both in rows} | {timezone.localdate(moment) for moment in moments}
    after = today()
    for day in sorted((day for day in days if day < after), reverse=True)[:MOST_DAYS]:
        if there := of([person], day):
            return after, there[0]
        after = day
    return None


@contextmanager
def looking_back(person: int, on: dt.date) -> Iterator[None]:
    """The policies show what was said of one person by the end of a day, where a word of that day puts them in the places
    of the scope."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK_BACK, [f"{person} {on} {midnight(on + DAY).isoformat()}"])
        yield
        cursor.execute(LOOK_BACK, [""])


def told(on: dt.date) -> Q:
    """Words that had begun by a day and were believed at its end, also where a newer one followed."""
    end = midnight(on + DAY)
    return Q(held_from__lte=on, known_from__lt=end) & (Q(known_until=None) | Q(known_until__gte=end))


def reached(persons: Iterable[int]) -> set[int]:
    """Those of these persons who stand in the places of the scope now."""
    here = Person.objects.filter(in_places("area", current().places), pk__in=list(persons))
    return set(here.values_list("pk", flat=True))


def _people(persons: str, given: dict[str, Any], on: dt.date, places: Sequence[Range]) -> list[Person]:
    """Those who stood within the places: by the code of that day, or by what it and their home are today."""
    order = ranks(packs.elements(settings.CONFIG.area))
    given = {
        **given, "on": on, "end": midnight(on + DAY), "elements": order["element"].to_list(),
        "departments": order["department"].to_list(), "ranks": order["rank"].to_list(),
    }  # fmt: skip
    with system_scope("registry.then"):
        with connection.cursor() as cursor:
            cursor.execute(_asked(persons), given)
            rows = cursor.fetchall()
        finer = today_at({(area, None if ruled else home) for *_rest, area, home, _birth, _now, ruled in rows})
    people = []
    for pk, name, sex, birth, initials, area, home, since, now, ruled in rows:
        at, heirs = finer[area, None if ruled else home]
        if any(now in span(code) for code in (heirs if at == area else (at,))):
            at = now
        stands = next((code for code in (at, area) if any(low <= code < high for low, high in places)), None)
        if stands is not None:
            one = Person(id=pk, area=stands, name=name, sex=sex, birth=birth, initials=initials, home=home)
            one.birth_since = since
            people.append(one)
    return sorted(people, key=lambda one: (one.name, one.pk))


def lying(column: str, places: Iterable[Range]) -> str:
    return "(" + " OR ".join(f"({column} >= {lo} AND {column} < {hi})" for lo, hi in places) + ")"
