"""What is wrong with what stands, found by rule over the records that are believed; limits are values of the packs.

Each rule is a statement that gives the record, the element and a count (how many share it, where that is what is
wrong). The flaw belongs to the system of the record: the sender first.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifang.blocks.exchange.desk import COMMITTEE, desk_of
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import BELIEVED as BELIEVED_NOW
from lifang.blocks.registry.queries import years_before
from lifang.blocks.registry.standing import BELIEVED
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, span

RULES: Mapping[str, str | Promise] = {
    "missing": _("没有填"),
    "too_old": _("年龄大得不可能，又没有死亡日期"),
    "died_first": _("死亡日期早于出生日期"),
    "number_birth": _("出生日期与身份证号不符"),
    "number_sex": _("性别与身份证号不符"),
    "same_number": _("几个人用同一个身份证号"),
    "two_numbers": _("一个人有两个身份证号"),
    "household": _("一个户号下人太多"),
    "crowded": _("一套住房里人太多"),
    "phone": _("一个电话太多人用"),
    "after_death": _("人已去世，还在享受"),
}
HERE = f"""
registry_record r JOIN registry_person p ON p.id = r.person_id AND p.area >= %(low)s AND p.area < %(high)s
    JOIN registry_system s ON s.id = r.system_id WHERE {BELIEVED}
"""
FOUND = {
    "too_old": f"SELECT r.id, 'birth', 0 FROM {HERE} AND r.birth <= %(oldest)s AND p.died_on IS NULL",
    "died_first": f"SELECT r.id, 'died_on', 0 FROM {HERE} AND r.facts ->> 'died_on' < coalesce(p.birth, r.birth)::text",
    "number_birth": f"SELECT r.id, 'birth', 0 FROM {HERE} AND r.facts ->> 'birth' <> r.birth::text",
    "number_sex": f"""
        SELECT r.id, 'sex', 0 FROM {HERE} AND r.facts ->> 'sex' <> CASE r.sex WHEN '男' THEN '1' WHEN '女' THEN '2' END
        AND r.facts ->> 'sex' IN ('1', '2')""",
    "same_number": f"""
        WITH own AS (SELECT r.id, r.number_end_key, r.number_key FROM {HERE} AND r.number_key IS NOT NULL)
        SELECT own.id, 'number', n.persons FROM own JOIN (
            SELECT r.number_key, count(DISTINCT r.person_id) AS persons FROM registry_record r
            WHERE {BELIEVED} AND (r.number_end_key, r.number_key) IN (SELECT number_end_key, number_key FROM own) GROUP BY 1
        ) n USING (number_key) WHERE n.persons > 1""",
    "two_numbers": f"""
        WITH own AS (SELECT r.id, r.person_id, r.number_key FROM {HERE} AND r.number_key IS NOT NULL)
        SELECT own.id, 'number', n.numbers FROM own JOIN (
            SELECT person_id, count(DISTINCT number_key) AS numbers FROM own GROUP BY 1
        ) n USING (person_id) WHERE n.numbers > 1""",
    "household": f"""
        SELECT id, 'household_number', persons FROM (
            SELECT r.id, count(*) OVER (PARTITION BY r.system_id, r.facts ->> 'household_number') AS persons
            FROM {HERE} AND jsonb_exists(r.facts, 'household_number')) found WHERE persons > %(household)s""",
    "crowded": f"""
        SELECT id, 'address', persons FROM (
            SELECT r.id, count(*) OVER (PARTITION BY r.system_id, r.home) AS persons FROM {HERE} AND r.home IS NOT NULL
        ) found WHERE persons > %(home)s""",
    "phone": f"""
        WITH own AS (SELECT r.id, r.phone_end_key, r.phone_key FROM {HERE} AND r.phone_key IS NOT NULL)
        SELECT own.id, 'phone', n.persons FROM own JOIN (
            SELECT r.phone_key, count(DISTINCT r.person_id) AS persons FROM registry_record r
            WHERE {BELIEVED} AND (r.phone_end_key, r.phone_key) IN (SELECT phone_end_key, phone_key FROM own) GROUP BY 1
        ) n USING (phone_key) WHERE n.persons > %(phone)s""",
    "after_death": f"""
        SELECT r.id, e.key, 0 FROM {HERE.replace("WHERE", "CROSS JOIN LATERAL jsonb_each_text(r.facts) e WHERE")}
        AND e.key = ANY(%(received)s) AND e.value = 'true' AND r.held_from > p.died_on""",
}  # fmt: skip
SAID = {
    "number": "coalesce(r.number_key, r.typed_key) IS NOT NULL",
    "phone": "r.phone_key IS NOT NULL",
    "birth": "r.birth IS NOT NULL",
    "sex": "r.sex IS NOT NULL",
}
# Of somebody of whom nobody says it: the rows of those who keep a column for it, else the newest row at all.
MISSING = f"""
WITH own AS (
    SELECT r.id, r.person_id, s.code <> 'desk' AND EXISTS (SELECT 1 FROM jsonb_each_text(s.columns) c WHERE c.value = %(element)s) AS kept,
        {{said}} AS said FROM {HERE} AND p.died_on IS NULL
), without AS (SELECT person_id, bool_or(kept) AS kept, max(id) AS newest FROM own GROUP BY 1 HAVING NOT bool_or(said))
SELECT own.id, %(element)s, 0, NOT w.kept FROM without w JOIN own ON own.person_id = w.person_id
WHERE CASE WHEN w.kept AND NOT %(ours)s THEN own.kept ELSE own.id = w.newest END
"""
STAGED = (
    "CREATE TEMP TABLE exchange_found (record bigint, rule text, element text, count int, desk bigint) ON COMMIT DROP"
)
KEPT = """
WITH found AS (
    SELECT DISTINCT ON (coalesce(f.desk, r.system_id), r.row_key, r.person_id, f.rule, f.element)
        r.person_id, r.id, coalesce(f.desk, r.system_id) AS system_id, p.area, r.row_key, f.rule, f.element, f.count
    FROM exchange_found f JOIN registry_record r ON r.id = f.record JOIN registry_person p ON p.id = r.person_id
), ended AS (
    UPDATE exchange_flaw o SET ended_at = %(now)s, mended_by_id = (
        SELECT r.imported_id FROM registry_record r WHERE r.system_id = o.system_id AND r.row_key = o.row_key
            AND r.current AND r.id > o.record_id ORDER BY r.id DESC LIMIT 1)
    WHERE o.ended_at IS NULL AND o.area >= %(low)s AND o.area < %(high)s AND NOT EXISTS (
        SELECT 1 FROM found f WHERE (f.system_id, f.row_key, f.person_id, f.rule, f.element)
            = (o.system_id, o.row_key, o.person_id, o.rule, o.element))
)
INSERT INTO exchange_flaw (person_id, record_id, system_id, area, row_key, rule, element, count, since)
SELECT person_id, id, system_id, area, row_key, rule, element, count, %(now)s FROM found
ON CONFLICT (system_id, row_key, person_id, rule, element) WHERE ended_at IS NULL
DO UPDATE SET record_id = excluded.record_id, area = excluded.area, count = excluded.count
"""


@transaction.atomic
def check(place: int, now: dt.datetime) -> None:
    """Find anew what is wrong with the persons of a place; what is not found any more has ended."""
    below, elements = span(place), packs.elements(place)
    given: dict[str, Any] = {"low": below.start, "high": below.stop, **_limits(place)}
    given["received"] = [name for name, one in elements.items() if one.kind == "truth"]
    with system_scope("registry"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.exchange_found")
        cursor.execute(STAGED)
        for rule, statement in FOUND.items():
            cursor.execute(
                f"INSERT INTO exchange_found (record, element, count, rule) SELECT f.*, '{rule}' FROM ({statement}) f",
                given,
            )
        cursor.executemany(
            "INSERT INTO exchange_found (record, element, count, rule) VALUES (%s, %s, 0, 'after_death')",
            list(_sealed_after_death(below, elements)),
        )
        for element in packs.value("quality.must_have", place, today()).value:
            cursor.executemany(
                "INSERT INTO exchange_found (record, element, count, rule, desk) VALUES (%s, %s, %s, 'missing', %s)",
                _missing(element, elements[element], given),
            )
        cursor.execute(KEPT, {**given, "now": now})


def _limits(place: int) -> dict[str, Any]:
    day = today()
    names = {"household": "household_most", "home": "home_most", "phone": "phone_most"}
    limits = {name: packs.value(f"quality.{path}", place, day).value for name, path in names.items()}
    return {**limits, "oldest": years_before(day, packs.value("quality.age_most", place, day).value)}


def _missing(element: str, one: Element, given: Mapping[str, Any]) -> list[tuple[int, str, int, int | None]]:
    """Where nobody keeps a column for it, or the community's word counts first, its own desk has to find out."""
    first = next(filter(None, (one.home, *one.wins)), "")
    said = SAID.get(element, "jsonb_exists(r.facts, %(element)s)")
    with connection.cursor() as cursor:
        cursor.execute(MISSING.format(said=said), {**given, "element": element, "ours": first == COMMITTEE})
        rows = cursor.fetchall()
    communities = dict(Record.objects.filter(pk__in=[row[0] for row in rows]).values_list("pk", "person__area"))
    desks: dict[int, int] = {}
    found = []
    for record, name, count, nobodys in rows:
        community = at_level(communities[record], COMMUNITY)
        ours = (first == COMMITTEE or nobodys) and community % 10**6 != 0
        if ours and community not in desks:
            desks[community] = desk_of(community).pk
        found.append((record, name, count, desks[community] if ours else None))
    return found


def _sealed_after_death(below: range, elements: Mapping[str, Element]) -> Iterable[tuple[int, str]]:
    """What sealed values say that the dead receive; few have died."""
    sealed = [name for name, one in elements.items() if one.kind == "truth" and one.sensitivity == "sealed"]
    dead = Person.objects.filter(area__gte=below.start, area__lt=below.stop, died_on__isnull=False)
    for record in Record.objects.filter(BELIEVED_NOW, person__in=dead).exclude(sealed=b"").select_related("person"):
        values = facts.readable(record.sealed) or {}
        for name in sealed:
            if values.get(name) == "true" and record.held_from > record.person.died_on:  # type: ignore[operator]
                yield record.pk, name
