"""Many plausible cases at once, for measuring: one INSERT by the owner's role, past every application rule.

`python -m bench.cases --count 1000000` fills the database that the settings name. Without loaded areas it uses the
communities of the shipped city; without units it makes those that the packs' owners call for.
"""

import argparse
import datetime as dt
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import django
from django.db import connections, transaction
from psycopg import sql

from lifang.blocks.cases.words import words
from lifang.ground.areas import codes
from lifang.ground.areas.data.shipped import city_places

SEED = 0.42
YEARS = 3
CHINA = dt.timezone(dt.timedelta(hours=8))
TEXT = "有居民反映{}，影响通行，请尽快派人处理。"
HOURS = {"urgent_hours": 1.0, "work_hours": 3.2, "working_days": 24.0, "natural_days": 24.0}


class Spot(NamedTuple):
    """A grid or community where cases arise; degrees WGS 84."""

    code: int
    lon: float
    lat: float


class Kind(NamedTuple):
    """A category: its code and title, the kind of unit that owns it, the usual handling limit in hours."""

    code: str
    title: str
    unit: str
    hours: float


PLAIN_KINDS = [
    Kind("garbage", "暴露垃圾", "sanitation", 4), Kind("parking", "机动车乱停放", "traffic_police", 4),
    Kind("stall", "店外经营", "urban_management", 8), Kind("light", "路灯不亮", "municipal_works", 24),
    Kind("cover", "井盖缺失", "drainage", 2), Kind("green", "绿地损毁", "landscape", 72),
    Kind("noise", "噪声扰民", "environment", 24), Kind("corridor", "楼道堆物", "housing", 48),
    Kind("charging", "飞线充电", "fire", 8), Kind("leak", "水管漏水", "water", 12),
]  # fmt: skip


def pack_kinds(area: int, on: dt.date) -> list[Kind]:
    """The categories that the packs name for a place, or a few plain ones where they name none."""
    from lifang.blocks.packs import service as packs  # noqa: PLC0415  (after django.setup)

    found = []
    for category in packs.categories(area, on):
        limit = category.limit("handle")
        hours = limit.value.amount * HOURS[str(limit.value.unit.value)] if limit else 72.0
        found.append(Kind(category.code, category.title, category.owner.value.unit, float(hours)))
    return found or PLAIN_KINDS


def loaded_spots(cursor: Any, city: int) -> list[Spot]:
    """The grids of a city in force, else its communities, else the shipped list of communities."""
    reach = codes.span(city)
    for level in (codes.GRID, codes.COMMUNITY):
        cursor.execute(
            "SELECT code, lon, lat FROM areas_area WHERE level = %s AND code >= %s AND code < %s AND lon IS NOT NULL"
            " AND valid @> current_date AND coalesce(layer, 'governance') = 'governance' ORDER BY code",
            [level, reach.start, reach.stop],
        )
        if rows := cursor.fetchall():
            return [Spot(*row) for row in rows]
    places = [p for p in city_places("nanchang") if p.code in reach and codes.level_of(p.code) == codes.COMMUNITY]
    return [Spot(p.code, 115.6 + n % 97 * 0.006, 28.4 + n % 89 * 0.006) for n, p in enumerate(places)]


def _tables(cursor: Any, spots: Sequence[Spot], kinds: Sequence[Kind]) -> None:
    cursor.execute("DROP TABLE IF EXISTS bench_spot, bench_kind, bench_owner")
    cursor.execute("CREATE TEMP TABLE bench_spot (i int, code int8, county int8, lon float8, lat float8)")
    order = sorted(spots, key=lambda s: (s.code * 2654435761) % 1_000_003)
    with cursor.copy("COPY bench_spot FROM STDIN") as copy:
        for i, s in enumerate(order):
            copy.write_row((i, s.code, codes.at_level(s.code, codes.COUNTY), s.lon, s.lat))
    cursor.execute(
        "CREATE TEMP TABLE bench_kind (i int, code text, title text, unit text, hours float8, plain text, words tsvector)"
    )
    mixed = sorted(kinds, key=lambda k: hash_of(k.code))
    with cursor.copy("COPY bench_kind (i, code, title, unit, hours, plain) FROM STDIN") as copy:
        for i, k in enumerate(mixed):
            copy.write_row((i, k.code, k.title, k.unit, k.hours, " ".join(words(k.title, TEXT.format(k.title)))))
    cursor.execute("UPDATE bench_kind SET words = to_tsvector('simple', plain)")
    cursor.execute(
        "INSERT INTO access_unit (code, name, kind, area, active)"
        " SELECT DISTINCT 'bench-' || s.county || '-' || k.unit, k.unit || ' ' || left(s.county::text, 6), k.unit, s.county, true"
        " FROM bench_spot s, bench_kind k WHERE NOT EXISTS"
        " (SELECT 1 FROM access_unit u WHERE u.kind = k.unit AND u.active AND u.area IN (s.county, s.county - s.county % 100000000000))"
        " ON CONFLICT DO NOTHING"
    )
    cursor.execute(
        "CREATE TEMP TABLE bench_owner AS SELECT c.county, k.unit, (SELECT u.id FROM access_unit u WHERE u.kind = k.unit"
        " AND u.area IN (c.county, c.county - c.county % 100000000000) ORDER BY u.area DESC LIMIT 1) AS id"
        " FROM (SELECT DISTINCT county FROM bench_spot) c, (SELECT DISTINCT unit FROM bench_kind) k"
    )
    cursor.execute("ANALYZE bench_spot; ANALYZE bench_kind; ANALYZE bench_owner")


def hash_of(text: str) -> int:
    """The same order of names in every process."""
    return sum(ord(c) * 7919**n for n, c in enumerate(text)) % 1_000_003


def _digit(stem: str) -> str:
    """SQL: Luhn's check digit of a text of up to 14 digits, as `blocks.cases.numbers` computes it."""
    padded = f"lpad({stem}, 14, '0')"
    single = " + ".join(f"substr({padded}, {i}, 1)::int" for i in range(13, 0, -2))
    double = " + ".join(
        f"substr(translate({padded}, '0123456789', '0246813579'), {i}, 1)::int" for i in range(14, 0, -2)
    )
    return f"((10 - ({single} + {double}) %% 10) %% 10)"


DRAWN = """
SELECT n, %(first)s + n AS id, random() AS u1, random() AS u2, random() AS u3, random() AS u4, random() AS u5,
  -ln(1 - random()) AS e1, -ln(1 - random()) AS e2, -ln(1 - random()) AS e3, -ln(1 - random()) AS e4,
  -ln(1 - random()) AS e5, -ln(1 - random()) AS e6, random() AS j1, random() AS j2, random() < 0.03 AS hot,
  random() AS where_, random() AS what,
  least(%(until)s::timestamptz - random() * interval '20 minutes', date_trunc('day', %(since)s::timestamptz
    + (%(until)s::timestamptz - %(since)s::timestamptz) * pow(n / %(count)s::float8, 0.93), 'Asia/Shanghai')
    + CASE WHEN random() < 0.08 THEN random() * 24 ELSE 7 + 6.5 * (random() + random()) END * interval '1 hour') AS at
FROM generate_series(1, %(count)s) n
"""
PLACED = """
SELECT d.*, s.code AS area, s.county, k.code AS category, k.title, k.hours, k.words, o.id AS owner,
  s.lon + CASE WHEN hot THEN 0 ELSE (j1 - 0.5) * 0.006 END AS lon,
  s.lat + CASE WHEN hot THEN 0 ELSE (j2 - 0.5) * 0.006 END AS lat,
  CASE WHEN u1 < 0.04 THEN 'refused' WHEN u1 < 0.065 THEN 'duplicate' WHEN u1 < 0.07 THEN 'void' ELSE '' END AS ending
FROM drawn d
JOIN bench_spot s ON s.i = CASE WHEN hot THEN floor(%(spots)s * 0.02 * where_) ELSE floor(%(spots)s * pow(where_, 1.4)) END::int
JOIN bench_kind k ON k.i = CASE WHEN hot THEN (s.i * 7) %% %(kinds)s ELSE floor(%(kinds)s * pow(what, 1.7))::int END
JOIN bench_owner o ON o.county = s.county AND o.unit = k.unit
"""
TIMED = """
SELECT p.*, at + e1 * interval '25 min' AS a, at + e1 * interval '25 min' + e2 * interval '40 min' AS f,
  at + e1 * interval '25 min' + e2 * interval '70 min' + e3 * interval '30 min' AS d
FROM placed p
"""
LATER = """
SELECT t.*, d + e4 * interval '1 hour' AS rc, d + hours * interval '1 hour' AS due,
  greatest(d + e4 * interval '1 hour', d + (e5 * 0.4 + CASE WHEN u2 < 0.05 THEN 0.4 ELSE 0 END) * hours * interval '1 hour') AS h
FROM timed t
"""
ENDED = """
SELECT l.*, h + e6 * interval '3 hours' AS c, h + e6 * interval '3 hours' + e1 * interval '20 hours' AS cb,
  h + e6 * interval '3 hours' + interval '15 days' AS arch, u3 < 0.4 AS asked, at + interval '1 day' AS respond_due,
  at + e2 * interval '7 hours' AS responded
FROM later l
"""
STOOD = """
SELECT e.*, ending = '' AND d <= %(until)s AS sent, ending = '' AND h <= %(until)s AS done,
  ending = '' AND c <= %(until)s AS shut, ending = '' AND asked AND cb <= %(until)s AS called,
  CASE WHEN a > %(until)s THEN 'reported' WHEN ending <> '' THEN ending WHEN f > %(until)s THEN 'accepted'
    WHEN d > %(until)s THEN CASE WHEN u4 < 0.06 THEN 'returned' ELSE 'filed' END WHEN rc > %(until)s THEN 'dispatched'
    WHEN h > %(until)s THEN CASE WHEN u4 < 0.04 THEN 'hung_up' ELSE 'handling' END
    WHEN c > %(until)s THEN CASE WHEN u4 < 0.6 THEN 'handled' ELSE 'verified' END
    WHEN arch <= %(until)s THEN 'archived' WHEN asked AND cb <= %(until)s
    THEN CASE WHEN u5 < 0.3 THEN 'rated' ELSE 'called_back' END ELSE 'closed' END AS state
FROM ended e
"""


def _insert() -> str:
    stem = "to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || lpad(id::text, greatest(6, length(id::text)), '0')"
    return f"""
WITH drawn AS MATERIALIZED ({DRAWN}), placed AS ({PLACED}), timed AS ({TIMED}), later AS ({LATER}), ended AS ({ENDED}), stood AS ({STOOD})
INSERT INTO cases_case (id, number, type, type_version, state, flags, version, is_open, area, lon, lat, cell, place_text,
  category, urgency, source, title, text, fields, words, unit_id, involved, duplicate_of_id, voices_count, clock, due_at,
  handle_due_at, close_due_at, respond_due_at, opened_at, accepted_at, filed_at, dispatched_at, received_at, responded_at,
  handled_at, closed_at, called_back_at, rated_at, reworks, returns, solved, satisfied, answered, excluded)
SELECT id, to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || '-' || lpad(id::text, greatest(6, length(id::text)), '0') || '-' || {_digit(stem)},
  'event', %(version)s, state, CASE WHEN sent AND u5 < 0.04 THEN '{{returned_once}}' ELSE '{{}}' END::text[],
  1 + sent::int * 3 + done::int * 2 + shut::int * 2, NOT shut AND state NOT IN ('refused', 'duplicate', 'void'),
  area, lon, lat, floor((lat + 90) / 0.002)::int8 * 1000000 + floor((lon + 180) / 0.002)::int8,
  title || '处', category, CASE WHEN u5 < 0.05 THEN 'urgent' ELSE 'ordinary' END,
  (ARRAY['web','web','web','patrol','patrol','phone','hotline','device','counter','api'])[1 + floor(j1 * 10)::int],
  title, '有居民反映' || title || '，影响通行，请尽快派人处理。', '{{}}'::jsonb, words,
  CASE WHEN sent THEN owner END, CASE WHEN sent THEN ARRAY[owner] ELSE '{{}}' END,
  CASE WHEN state = 'duplicate' AND n > 60 THEN id - 1 - floor(u5 * 50)::int8 END, 1 + (u4 < 0.05)::int,
  CASE WHEN shut OR state IN ('refused', 'duplicate', 'void', 'hung_up') THEN '' WHEN sent THEN 'handle' ELSE 'accept' END,
  CASE WHEN done OR state IN ('refused', 'duplicate', 'void', 'hung_up') THEN NULL WHEN sent THEN due ELSE at + interval '2 hours' END,
  CASE WHEN sent THEN due END, CASE WHEN ending = '' THEN d + hours * interval '1.5 hours' + interval '12 hours' END, respond_due,
  at, CASE WHEN a <= %(until)s AND ending <> 'void' THEN a END, CASE WHEN ending = '' AND f <= %(until)s THEN f END,
  CASE WHEN sent THEN d END, CASE WHEN ending = '' AND rc <= %(until)s THEN rc END,
  CASE WHEN ending = '' AND responded <= %(until)s THEN responded END,
  CASE WHEN done THEN h END, CASE WHEN shut THEN c END, CASE WHEN called THEN cb END,
  CASE WHEN called AND u5 < 0.3 THEN cb + interval '1 hour' END, (done AND u2 < 0.05)::int, (sent AND u5 < 0.04)::int,
  CASE WHEN called AND u4 < 0.8 THEN j1 < 0.9 END, CASE WHEN called AND u4 < 0.8 THEN j1 < 0.9 AND j2 < 0.93 END,
  CASE WHEN called THEN u4 < 0.8 END,
  CASE WHEN shut AND u5 > 0.985 THEN (ARRAY['consultation','repeated','unreasonable','legal_route','outside_power'])[1 + floor(j2 * 5)::int] ELSE '' END
FROM stood
"""


REPEATS = """
INSERT INTO indicators_recurrence (case_id, of_id)
SELECT n.id, e.id FROM cases_case n CROSS JOIN LATERAL (
  SELECT e.id FROM cases_case e
  WHERE e.cell = n.cell AND e.category = n.category AND e.type = n.type AND (e.opened_at, e.id) < (n.opened_at, n.id)
    AND e.opened_at > n.opened_at - interval '30 days' AND e.state NOT IN ('refused', 'duplicate', 'void')
  ORDER BY e.opened_at DESC LIMIT 1) e
WHERE n.id > %(first)s
ON CONFLICT DO NOTHING
"""
ACTS = """
INSERT INTO cases_act (case_id, seq, act, from_state, to_state, name, unit_id, function, at, note, data)
SELECT c.id, row_number() OVER (PARTITION BY c.id ORDER BY s.n), s.act, s.was, s.state, '', CASE WHEN s.n > 4 THEN c.unit_id END,
  s.function, s.at, '', '{}'
FROM cases_case c, LATERAL (VALUES (1, 'report', '', 'reported', 'public.report', c.opened_at),
  (2, 'accept', 'reported', 'accepted', 'event.accept', c.accepted_at), (3, 'file', 'accepted', 'filed', 'event.file', c.filed_at),
  (4, 'dispatch', 'filed', 'dispatched', 'event.dispatch', c.dispatched_at),
  (5, 'receive', 'dispatched', 'handling', 'event.handle', c.received_at),
  (6, 'finish', 'handling', 'handled', 'event.handle', c.handled_at), (7, 'verify', 'handled', 'verified', 'event.verify', c.closed_at),
  (8, 'close', 'verified', 'closed', 'event.close', c.closed_at),
  (9, 'callback', 'closed', 'called_back', 'event.callback', c.called_back_at)) s (n, act, was, state, function, at)
WHERE c.id > %(after)s AND s.at IS NOT NULL
"""
AFTER_ACTS = """
UPDATE cases_case c SET version = a.n FROM (SELECT case_id, count(*) AS n FROM cases_act WHERE case_id > %(after)s GROUP BY 1) a
WHERE c.id = a.case_id;
INSERT INTO cases_voice (token, case_id, channel, text, name, phone, filed_by, consent, at, wants_answer, reason)
SELECT md5(id::text || random()), id, source, text, '', '', NULL, '', opened_at, false, '' FROM cases_case WHERE id > %(after)s
"""


def fill(
    cursor: Any,
    *,
    spots: Sequence[Spot],
    kinds: Sequence[Kind],
    count: int,
    until: dt.datetime | None = None,
    years: float = YEARS,
    version: str = "national/2026-01-01",
    with_acts: int = 2000,
) -> float:
    """Add `count` cases that arose in the years before `until`; the newest `with_acts` also get acts and a voice.

    The cursor is the owner's, on psycopg, in a transaction. Triggers sleep meanwhile, so that `lifang figures rebuild`
    has to follow. Returns the seconds it took, indexes included.
    """  # fmt: skip
    began = time.perf_counter()
    until = until or dt.datetime.now(CHINA)
    _tables(cursor, spots, kinds)
    cursor.execute("SELECT coalesce(max(id), 0), count(*) FROM cases_case")
    first, had = cursor.fetchone()
    bare = count > 5 * had and count > 20_000
    definitions = _drop_indexes(cursor) if bare else []
    cursor.execute("SELECT setseed(%s)", [SEED])
    values = {
        "first": first, "count": count, "since": until - dt.timedelta(days=365.25 * years), "until": until,
        "spots": len(spots), "kinds": len(kinds), "version": version,
    }  # fmt: skip
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute(_insert(), values)
    for definition in definitions:
        cursor.execute(definition)
    cursor.execute(REPEATS, values)
    after = {"after": first + count - with_acts}
    cursor.execute(ACTS, after)
    cursor.execute(sql.SQL(AFTER_ACTS % after))
    cursor.execute("SELECT setval('cases_case_id_seq', %s)", [first + count + 64])
    return time.perf_counter() - began


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop what a million rows would build one by one; returns how to make it again."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = 'cases_case'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
    )
    rows = cursor.fetchall()
    for name, _definition in rows:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _name, definition in rows]


def _version(area: int) -> str:
    from lifang.blocks.packs import service as packs  # noqa: PLC0415  (after django.setup)

    return packs.case_type("event", area, dt.datetime.now(CHINA).date()).version


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--city", type=int, default=360100000000000)
    parser.add_argument("--years", type=float, default=YEARS)
    asked = parser.parse_args()
    django.setup()
    from lifang.blocks.indicators import tally  # noqa: PLC0415  (after django.setup)

    connection = connections["owner"]
    with connection.cursor() as wrapped:
        cursor = wrapped.cursor
        kinds = PLAIN_KINDS
        with suppress(Exception):
            kinds = pack_kinds(asked.city, dt.datetime.now(CHINA).date())
        with transaction.atomic("owner"):
            took = fill(
                cursor, spots=loaded_spots(cursor, asked.city), kinds=kinds, count=asked.count, years=asked.years,
                version=_version(asked.city),
            )  # fmt: skip
    began = time.perf_counter()
    rows = tally.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_case")
        cursor.execute("VACUUM ANALYZE indicators_tally")
    print(f"{asked.count:,} cases in {took:.1f} s, {rows:,} counters in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
