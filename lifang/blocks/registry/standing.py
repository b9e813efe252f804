"""The standing of a person, worked out from the records that are believed now; and records that change their person."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from django.db import connection
from django.db.models import Q

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.models import Import, Move, Pair, Person, Record
from lifang.ground.access.models import User
from lifang.ground.staging import stage

LAST_RANK = 99
BELIEVED = "r.current AND NOT r.gone AND r.known_until IS NULL"
REFRESH = f"""
UPDATE registry_person p SET records = found.records,
    name = coalesce(found.name, p.name), sex = coalesce(found.sex, p.sex), birth = coalesce(found.birth, p.birth),
    initials = coalesce(left(found.initials, 30), p.initials), area = coalesce(found.area, p.area),
    died_on = found.died_on
FROM (
    SELECT t.person, count(r.id) AS records,
        (array_agg(r.name ORDER BY by_name.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS name,
        (array_agg(CASE r.sex WHEN '男' THEN '1' WHEN '女' THEN '2' END
            ORDER BY r.sex IS NULL, by_sex.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS sex,
        (array_agg(r.birth ORDER BY r.birth IS NULL, by_birth.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS birth,
        (array_agg(regexp_replace(r.sound, '(\\w)\\w* ?', '\\1', 'g')
            ORDER BY by_name.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS initials,
        (array_agg(r.area ORDER BY r.area % 1000 = 0, r.area % 1000000 = 0, r.area % 1000000000 = 0,
            by_place.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS area,
        max((r.facts ->> 'died_on')::date) AS died_on
    FROM registry_touched t
    LEFT JOIN registry_record r ON r.person_id = t.person AND {BELIEVED}
    LEFT JOIN registry_system s ON s.id = r.system_id
    LEFT JOIN registry_ranks by_name ON by_name.element = 'name' AND by_name.department = s.department
    LEFT JOIN registry_ranks by_sex ON by_sex.element = 'sex' AND by_sex.department = s.department
    LEFT JOIN registry_ranks by_birth ON by_birth.element = 'birth' AND by_birth.department = s.department
    LEFT JOIN registry_ranks by_place ON by_place.element = 'place' AND by_place.department = s.department
    GROUP BY t.person
) found WHERE found.person = p.id
"""
DISAGREEING = f"""
WITH said AS (
    SELECT r.person_id, e.key AS element, e.value,
        rank() OVER (PARTITION BY r.person_id, e.key ORDER BY coalesce(k.rank, {LAST_RANK}), r.held_from DESC) AS place
    FROM registry_touched t JOIN registry_person p ON p.id = t.person AND p.records > 1
    JOIN registry_record r ON r.person_id = t.person AND {BELIEVED}
    JOIN registry_system s ON s.id = r.system_id
    CROSS JOIN LATERAL jsonb_each_text(r.facts || jsonb_build_object('name', r.name)) e
    LEFT JOIN registry_ranks k ON k.element = e.key AND k.department = s.department
), found AS (
    SELECT person_id, element FROM said WHERE place = 1 GROUP BY 1, 2 HAVING count(DISTINCT value) > 1
    UNION
    SELECT r.person_id, 'number' FROM registry_touched t JOIN registry_person p ON p.id = t.person AND p.records > 1
    JOIN registry_record r ON r.person_id = t.person AND {BELIEVED}
    JOIN registry_key k ON k.record_id = r.id AND k.kind = 1
    GROUP BY 1 HAVING count(DISTINCT k.hash) > 1
), fallen AS (
    DELETE FROM registry_conflict c USING registry_touched t
    WHERE c.person_id = t.person AND NOT EXISTS (
        SELECT 1 FROM found f WHERE f.person_id = c.person_id AND f.element = c.element)
)
INSERT INTO registry_conflict (person_id, area, element, open, since)
SELECT f.person_id, p.area, f.element, NOT EXISTS (
    SELECT 1 FROM registry_ruling g JOIN registry_record r ON r.id = g.record_id
    WHERE g.person_id = f.person_id AND g.element = f.element AND {BELIEVED}), now()
FROM found f JOIN registry_person p ON p.id = f.person_id
ON CONFLICT (person_id, element) DO UPDATE SET area = excluded.area, open = excluded.open
"""


def ranks(elements: Mapping[str, Element]) -> pl.DataFrame:
    """element, department and rank: whose word on an element counts first."""
    rows = [
        (name, department, rank)
        for name, one in elements.items()
        for rank, department in enumerate(dict.fromkeys(filter(None, (one.home, *one.wins))))
    ]
    return pl.DataFrame(rows, schema={"element": pl.String, "department": pl.String, "rank": pl.Int32}, orient="row")


def refresh(persons: Iterable[int], area: int) -> None:
    """Work out anew what these persons' rows say and where their records disagree. Needs a transaction."""
    touched = pl.DataFrame({"person": sorted(set(persons))}, schema={"person": pl.Int64})
    if not len(touched):
        return
    stage("registry_touched", "person bigint", touched)
    stage("registry_ranks", "element text, department text, rank int", ranks(packs.elements(area)))
    with connection.cursor() as cursor:
        cursor.execute(REFRESH)
        cursor.execute(DISAGREEING)


def move(
    *, source: int, target: int, by: User | None, reason: str, imported: Import | None = None,
    records: Sequence[int] | None = None,
) -> Move:  # fmt: skip
    """Records of one person, all of them unless named, become another's. The caller refreshes both."""
    moving = Record.objects.filter(person=source)
    if records is not None:
        moving = moving.filter(pk__in=records)
    moved = list(moving.values_list("pk", flat=True))
    Record.objects.filter(pk__in=moved).update(person=target)
    if records is None:
        Person.objects.filter(pk=source).update(into=target)
    Pair.objects.filter(Q(left__person=target, right__person=target), state=Pair.State.UNSURE).update(
        state=Pair.State.SAME, by=by
    )
    area = Person.objects.values_list("area", flat=True).get(pk=target)
    return Move.objects.create(
        source_id=source, target_id=target, area=area, records=moved, imported=imported, by=by, reason=reason
    )


def move_back(*, move: Move, by: User | None, reason: str) -> Move:
    """Undo a move: its records return to where they were. The caller refreshes both."""
    Record.objects.filter(pk__in=move.records, person=move.target_id).update(person=move.source_id)
    Person.objects.filter(pk=move.source_id).update(into=None)
    return Move.objects.create(
        source_id=move.target_id, target_id=move.source_id, area=move.area, records=move.records, undoes=move,
        by=by, reason=reason,
    )  # fmt: skip
