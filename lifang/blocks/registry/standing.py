"""The standing of a person, worked out from the records that are believed now; and records that change their person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.homes import lying, meaning
from lifang.blocks.registry.models import Import, Move, Pair, Person, Record
from lifang.blocks.registry.placing import place
from lifang.ground.access.models import User
from lifang.ground.staging import stage

LAST_RANK = 99
# Policies hide from the planner how many rows there are; of many persons it would compare each with each.
MANY = 1000
# Fewer persons than this are found through indexes, MANY at a time; more are, all at once, by reading every record.
FEW = 20_000
LOOPS = "SELECT set_config('enable_nestloop', %s, true)"
BELIEVED = "r.current AND NOT r.gone AND r.known_until IS NULL"
BELIEVED_NOW = Q(current=True, gone=False, known_until=None)


def rulings(persons: str, record: str = "registry_record", believed: str = BELIEVED, made: str = "true") -> str:
    """Element and record of each ruling that holds: it names a record, and goes on for the newest word of the same row as
    long as that says the same of the element."""
    return f"""
SELECT g.element, r.id FROM (
    SELECT DISTINCT ON (g.person_id, g.element) g.person_id, g.element, g.record_id
    FROM ({persons}) t JOIN registry_ruling g ON g.person_id = t.person AND {made}
    ORDER BY g.person_id, g.element, g.id DESC
) g JOIN registry_record o ON o.id = g.record_id
JOIN {record} r ON r.system_id = o.system_id AND r.row_key = o.row_key AND r.person_id = g.person_id AND {believed}
WHERE r.facts ->> g.element IS NOT DISTINCT FROM o.facts ->> g.element AND (g.element <> 'name' OR r.name = o.name)
"""


RULED_NOW = f"""
CREATE TEMP TABLE registry_ruled ON COMMIT DROP AS SELECT id AS record, array_agg(element) AS elements
FROM ({rulings("SELECT person FROM registry_touched")}) found GROUP BY id
"""


def _ruled(element: str) -> str:
    """Sorts a record on whose word on the element somebody has ruled before all others."""
    return f"'{element}' <> ALL(coalesce(g.elements, '{{}}'))"


def found(record: str = "registry_record", believed: str = BELIEVED) -> str:
    """What the row of each person of `registry_touched` says, by these records, `registry_ruled` and `registry_ranks`."""
    return f"""
    SELECT t.person, count(r.id) AS records,
        (array_agg(r.name ORDER BY {_ruled("name")}, by_name.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS name,
        (array_agg(CASE r.sex WHEN '男' THEN '1' WHEN '女' THEN '2' END ORDER BY r.sex IS NULL, {_ruled("sex")},
            by_sex.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS sex,
        (array_agg(r.birth ORDER BY r.birth IS NULL, {_ruled("birth")}, by_birth.rank NULLS LAST, r.held_from DESC,
            r.id DESC))[1] AS birth,
        (array_agg(regexp_replace(r.sound, '(\\w)\\w* ?', '\\1', 'g')
            ORDER BY {_ruled("name")}, by_name.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS initials,
        (array_agg(r.area ORDER BY {_ruled("place")}, r.area % 1000 = 0, r.area % 1000000 = 0, r.area % 1000000000 = 0,
            by_place.rank NULLS LAST, r.held_from DESC, r.id DESC) FILTER (WHERE r.area > 0))[1] AS area,
        (array_agg((r.facts ->> 'died_on')::date ORDER BY r.facts ->> 'died_on' IS NULL, {_ruled("died_on")},
            by_death.rank NULLS LAST, r.held_from DESC, r.id DESC))[1] AS died_on,
        (array_agg(r.home ORDER BY {_ruled("address")}, r.facts ->> 'address' IS NULL, by_address.rank NULLS LAST,
            r.held_from DESC, r.id DESC))[1] AS home
    FROM registry_touched t
    LEFT JOIN {record} r ON r.person_id = t.person AND {believed}
    LEFT JOIN registry_ruled g ON g.record = r.id
    LEFT JOIN registry_system s ON s.id = r.system_id
    LEFT JOIN registry_ranks by_name ON by_name.element = 'name' AND by_name.department = s.department
    LEFT JOIN registry_ranks by_sex ON by_sex.element = 'sex' AND by_sex.department = s.department
    LEFT JOIN registry_ranks by_birth ON by_birth.element = 'birth' AND by_birth.department = s.department
    LEFT JOIN registry_ranks by_place ON by_place.element = 'place' AND by_place.department = s.department
    LEFT JOIN registry_ranks by_death ON by_death.element = 'died_on' AND by_death.department = s.department
    LEFT JOIN registry_ranks by_address ON by_address.element = 'address' AND by_address.department = s.department
    GROUP BY t.person
"""


REFRESH = f"""
UPDATE registry_person p SET records = found.records,
    name = coalesce(found.name, p.name), sex = coalesce(found.sex, p.sex), birth = coalesce(found.birth, p.birth),
    initials = coalesce(left(found.initials, 30), p.initials), area = coalesce(found.area, p.area),
    died_on = found.died_on, home = found.home
FROM ({found()}) found WHERE found.person = p.id
"""
DISAGREEING = f"""
WITH said AS (
    SELECT r.person_id, e.key AS element, CASE e.key WHEN 'address' THEN {meaning("r", "e.value")} ELSE e.value END AS value,
        CASE e.key WHEN 'address' THEN {lying("r", "e.value")} END AS lies,
        rank() OVER (PARTITION BY r.person_id, e.key ORDER BY coalesce(k.rank, {LAST_RANK}), r.held_from DESC) AS place
    FROM registry_touched t JOIN registry_person p ON p.id = t.person AND p.records > 1
    JOIN registry_record r ON r.person_id = t.person AND {BELIEVED}
    JOIN registry_system s ON s.id = r.system_id
    CROSS JOIN LATERAL jsonb_each_text(r.facts || jsonb_build_object('name', r.name)) e
    LEFT JOIN registry_ranks k ON k.element = e.key AND k.department = s.department
), found AS (
    SELECT person_id, element FROM said WHERE place = 1 GROUP BY 1, 2
    HAVING greatest(count(DISTINCT value), count(DISTINCT lies[1]), count(DISTINCT lies[2])) > 1
    UNION
    SELECT r.person_id, 'number' FROM registry_touched t JOIN registry_person p ON p.id = t.person AND p.records > 1
    JOIN registry_record r ON r.person_id = t.person AND {BELIEVED}
    GROUP BY 1 HAVING count(DISTINCT r.number_key) > 1
), fallen AS (
    DELETE FROM registry_conflict c USING registry_touched t
    WHERE c.person_id = t.person AND NOT EXISTS (
        SELECT 1 FROM found f WHERE f.person_id = c.person_id AND f.element = c.element)
)
INSERT INTO registry_conflict (person_id, area, element, open, since)
SELECT f.person_id, p.area, f.element, NOT EXISTS (
    SELECT 1 FROM registry_ruled g JOIN registry_record r ON r.id = g.record
    WHERE r.person_id = f.person_id AND f.element = ANY(g.elements)), now()
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
    for some in touched.iter_slices(MANY if len(touched) < FEW else len(touched)):
        _refresh(some, area)


def _refresh(touched: pl.DataFrame, area: int) -> None:
    stage("registry_touched", "person bigint", touched)
    stage("registry_ranks", "element text, department text, rank int", ranks(packs.elements(area)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.registry_ruled")
        cursor.execute(RULED_NOW)
        with without_loops(len(touched)):
            cursor.execute(REFRESH)
            place("SELECT person FROM registry_touched")
            cursor.execute(DISAGREEING)


@contextmanager
def without_loops(persons: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(LOOPS, ["off" if persons > MANY else "on"])
        yield
        cursor.execute(LOOPS, ["on"])


def ruled(person: int) -> dict[str, int]:
    """Element → the record whose word on it somebody ruled to count."""
    with connection.cursor() as cursor:
        cursor.execute(rulings("SELECT %s::bigint AS person"), [person])
        return dict(cursor.fetchall())


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
    Pair.objects.filter(left__person=target, right__person=target).exclude(state=Pair.State.SAME).update(
        state=Pair.State.SAME, by=by, at=timezone.now()
    )
    area = Person.objects.values_list("area", flat=True).get(pk=target)
    return Move.objects.create(
        source_id=source, target_id=target, area=area, records=moved, imported=imported, by=by, reason=reason
    )


def of_same_rows(records: Iterable[int]) -> Q:
    """Records that are words of the same rows as these: what a system said of them before and since."""
    rows = Record.objects.filter(pk__in=records, system=OuterRef("system"), row_key=OuterRef("row_key"))
    return Q(Exists(rows))


def move_back(*, move: Move, by: User | None, reason: str, besides: Iterable[int] = ()) -> Move:
    """Undo a move: its records return to where they were, with what their rows have said since and those named besides.
    Whether the two are one is an open question again. The caller refreshes both."""
    with_target = Record.objects.filter(person=move.target_id)
    returning = list(with_target.filter(of_same_rows([*move.records, *besides])).values_list("pk", flat=True))
    Record.objects.filter(pk__in=returning).update(person=move.source_id)
    Person.objects.filter(pk=move.source_id).update(into=None)
    between(move.source_id, move.target_id).update(state=Pair.State.UNSURE, by=None, at=None)
    return Move.objects.create(
        source_id=move.target_id, target_id=move.source_id, area=move.area, records=returning, undoes=move,
        by=by, reason=reason,
    )  # fmt: skip


def between(one: int, other: int) -> QuerySet[Pair]:
    """The pairs of which one record is the one person's and one the other's."""
    return Pair.objects.filter(Q(left__person=one, right__person=other) | Q(left__person=other, right__person=one))
