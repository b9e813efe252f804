"""SQL that counts: one text for raw cases, for the log of changes and for filling the tally.

Every text takes named parameters: type, start, end (aware datetimes, half-open), now; lo, hi (area codes). Keys may
name the moment that places a case in the period as `{at}`.
"""

from lifang.blocks.indicators.measures import COLUMNS, COUNTED, DUE, FAMILIES, PAST
from lifang.ground.areas import codes

DAY = "({at} AT TIME ZONE 'Asia/Shanghai')::date"
MONTH = f"date_trunc('month', {DAY})::date"
NAMES = ", ".join(m.name for m in COUNTED)
SUMS = ", ".join(f"sum({m.name}::float8)::int8 AS {m.name}" for m in COUNTED)
"""Summed as floats, which are exact far beyond any count of seconds here and ten times as fast as numeric."""

DONE = {"handle_due_at": "handled_at", "respond_due_at": "responded_at"}
RUNNING = {on: f"(s.is_open AND s.{DONE[on]} IS NULL AND s.{on} > %(now)s)" for on in DUE}
"""A limit that has not run out for work that is not done: not yet due."""


def cut(column: str, level: int) -> str:
    """SQL: the place of this level in which a code lies."""
    return f"{column} - mod({column}, {codes.WIDTHS[level]})"


RESTATED = (
    "coalesce((SELECT m.new_code FROM unnest(%(old_codes)s::int8[], %(since)s::timestamptz[], %(until)s::timestamptz[],"
    " %(new_codes)s::int8[]) m (old_code, since, until, new_code) WHERE m.old_code = c.area AND c.opened_at >= m.since"
    " AND c.opened_at < m.until LIMIT 1), c.area)"
)
"""SQL: where a case stands on today's places (parameters of `restating.Moves`)."""


def cases(where: str, area: str = "c.area", *, past: bool = True) -> str:
    """Cases as a source of counts, standing at `area`; with `past`, also as they stood before they were reopened."""
    columns = {name: f"c.{name}" for name in COLUMNS} | {"area": f"{area} AS area"}
    now = (
        "SELECT 1 AS sign, EXISTS (SELECT 1 FROM indicators_recurrence r WHERE r.case_id = c.id) AS recurs,"
        f" c.id, c.is_open, {', '.join(columns.values())} FROM cases_case c WHERE {where}"
    )
    columns |= {on: "NULL::timestamptz" for on in FAMILIES if on not in PAST}
    then = f"SELECT 1, false, c.case_id, false, {', '.join(columns.values())} FROM indicators_past c WHERE {where}"
    return f"({now} UNION ALL {then})" if past else f"({now})"


def _family(on: str, keys: str, grouped: str, source: str, where: str, sign: str) -> str:
    """Counts of the measures that one column places in a period; 0 for the others."""
    numbers = ", ".join(
        f"coalesce(sum({sign} * {m.amount}::float8) FILTER (WHERE {m.where}), 0)::int8 AS {m.name}"
        if m.on == on
        else f"0::int8 AS {m.name}"
        for m in COUNTED
    )
    return f"SELECT {keys.format(at=f's.{on}')}, {numbers} FROM {source} WHERE {where} GROUP BY {grouped}"


def _counted(families: tuple[str, ...], source: str, key: str, where: dict[str, str], sign: str = "s.sign") -> str:
    keys = f"{key} AS key, s.excluded <> '' AS left_out"
    period = "s.type = %(type)s AND s.{on} >= %(start)s AND s.{on} < %(end)s AND {where}"
    return " UNION ALL ".join(
        _family(on, keys, "1, 2", f"{source} s", period.format(on=on, where=where.get(on, "true")), sign)
        for on in families
    )


def raw(key: str, source: str, sign: str = "s.sign") -> str:
    """Counts from cases themselves, by key and by whether the case is left out of fair rates."""
    due = {on: f"NOT coalesce({running}, false)" for on, running in RUNNING.items()}
    return f"SELECT key, left_out, {SUMS} FROM ({_counted(FAMILIES, source, key, due, sign)}) t GROUP BY 1, 2"


def tallied(key: str, tally_key: str, dimension: str, level: int) -> str:
    """The same counts from the tally, with what it does not hold yet and without what is not due yet.

    One statement, so that a fold that commits meanwhile is seen whole or not at all.
    """
    rows = (
        f"SELECT {tally_key} AS key, left_out, {NAMES} FROM indicators_tally WHERE type = %(type)s"
        f" AND dimension = '{dimension}' AND level = {level} AND place >= %(lo)s AND place < %(hi)s AND "
    )
    days = "NOT month AND day >= %({})s AND day < %({})s"
    held = (
        f"{rows} month AND day >= %(first_month)s AND day < %(last_month)s UNION ALL"
        f" {rows} {days.format('first_day', 'first_month')} UNION ALL {rows} {days.format('last_month', 'last_day')}"
    )
    here = dict.fromkeys(FAMILIES, "s.area >= %(lo)s AND s.area < %(hi)s")
    still = cases("c.is_open AND c.area >= %(lo)s AND c.area < %(hi)s", past=False)
    waiting = _counted(DUE, still, key, RUNNING, "-1")
    return (
        f"SELECT key, left_out, {SUMS} FROM ({held} UNION ALL {_counted(FAMILIES, 'indicators_change', key, here)}"
        f" UNION ALL {waiting}) t GROUP BY 1, 2"
    )


FINEST = {"place": codes.STREET, "category": codes.COUNTY, "unit": codes.COUNTY}
"""The deepest level for which each dimension is kept; every level from the city down to it is."""

LEVELS = range(codes.CITY, codes.STREET + 1)


def wide(source: str) -> str:
    """Rows of the tally made from a source: dimensions at each of their levels, by day and by month."""
    members = {"place": "''", "category": "s.category", "unit": "coalesce(s.unit_id::text, '')"}
    dimensions = ", ".join(f"('{d}', {cut('s.area', level)}, {members[d]})" for d, level in FINEST.items())
    keys = f"s.type, d.dimension, {DAY} AS day, d.place, d.member, s.excluded <> '' AS left_out"
    joined = f"{source} s CROSS JOIN LATERAL (VALUES {dimensions}) d (dimension, place, member)"
    families = " UNION ALL ".join(
        _family(on, keys, "1, 2, 3, 4, 5, 6", joined, f"s.{on} IS NOT NULL", "s.sign") for on in FAMILIES
    )
    levels = ", ".join(
        f"('{d}', {level}, {codes.WIDTHS[level]})"
        for d, deepest in FINEST.items()
        for level in LEVELS
        if level <= deepest
    )
    return (
        f"WITH families AS ({families}), daily AS MATERIALIZED"
        f" (SELECT type, dimension, day, place, member, left_out, {SUMS} FROM families GROUP BY 1, 2, 3, 4, 5, 6),"
        " stepped AS MATERIALIZED (SELECT type, dimension, level, day, place - mod(place, width) AS place, member,"
        f" left_out, {SUMS}"
        f" FROM daily JOIN (VALUES {levels}) l (kind, level, width) ON kind = dimension GROUP BY 1, 2, 3, 4, 5, 6, 7)"
        f" SELECT type, dimension, level, false AS month, day, place, member, left_out, {NAMES} FROM stepped"
        " UNION ALL SELECT type, dimension, level, true AS month, date_trunc('month', day)::date AS day, place,"
        f" member, left_out, {SUMS} FROM stepped GROUP BY 1, 2, 3, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5"
    )
