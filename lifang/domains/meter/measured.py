"""The meter: minutes asked of communities, from what was sent to them, returned by them and entered in the calendar.

Nothing here is typed by hand and nothing is known by person. One line is one request at one community: a meeting or
inspection counts on its day and for as long as it took, a form that was returned for the cells that were typed and checked,
all else for what was reckoned when it was sent. Where the community said how long it took, that counts; what it objects
to takes no time. Visits and learning are the community's own.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service as packs
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span

DAY = dt.timedelta(days=1)
DIMS = {
    "area": "area", "kind": "kind", "unit": "unit_id", "matter": "matter", "kept": "kept", "sending": "sending_id",
    "month": "date_trunc('month', day)::date", "own": "own",
}  # fmt: skip
LINES = """
WITH said AS (
  SELECT DISTINCT ON (reach_id) reach_id, act, minutes FROM gate_reply ORDER BY reach_id, id DESC
), lines AS (
  SELECT r.area, r.sending_id, s.kind, r.unit_id, s.matter, r.kept, (r.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
    CASE WHEN a.act = 'objected' THEN 0 WHEN f.id IS NULL THEN coalesce(a.minutes, r.minutes)
      ELSE round(%(return)s + %(typed)s * f.typed + %(confirmed)s * f.confirmed) END::int AS minutes,
    CASE WHEN a.act = 'objected' THEN 'objected' WHEN f.id IS NOT NULL THEN 'cells' WHEN a.minutes IS NULL THEN 'rate'
      ELSE 'said' END AS counted,
    coalesce(f.known, 0) AS filled, u.kind = 'community_committee' AS own
  FROM gate_reach r JOIN gate_sending s ON s.id = r.sending_id JOIN access_unit u ON u.id = r.unit_id
  LEFT JOIN forms_issue i ON s.kind = 'form' AND i.sending = s.number AND i.sending <> ''
  LEFT JOIN forms_return f ON f.issue_id = i.id AND f.area = r.area AND f.current AND f.state IN ('submitted', 'locked')
  LEFT JOIN said a ON a.reach_id = r.id
  WHERE {place_r} AND {unit_r} AND r.at >= %(from)s AND r.at < %(to)s AND s.state <> 'withdrawn'
    AND (r.kept OR NOT EXISTS (SELECT 1 FROM meter_occasion o WHERE o.sending_id = s.id))
  UNION ALL
  SELECT r.area, r.sending_id, CASE o.kind WHEN 'appraisal' THEN 'inspection' ELSE o.kind END, r.unit_id, s.matter, false,
    o.since, CASE WHEN a.act = 'objected' THEN 0 ELSE coalesce(a.minutes, o.minutes * o.persons) END,
    CASE WHEN a.act = 'objected' THEN 'objected' WHEN a.minutes IS NULL THEN 'calendar' ELSE 'said' END, 0,
    u.kind = 'community_committee'
  FROM meter_occasion o JOIN gate_sending s ON s.id = o.sending_id JOIN gate_reach r ON r.sending_id = s.id
  JOIN access_unit u ON u.id = r.unit_id LEFT JOIN said a ON a.reach_id = r.id
  WHERE {place_r} AND {unit_r} AND NOT r.kept AND o.state IN ('planned', 'held') AND o.since >= %(since)s AND o.since < %(until)s
  UNION ALL
  SELECT o.area, NULL, 'learning', o.unit_id, '', false, o.since, o.minutes * o.persons, 'calendar', 0, true
  FROM meter_occasion o WHERE {place_o} AND o.sending_id IS NULL AND o.state IN ('planned', 'held')
    AND o.since >= %(since)s AND o.since < %(until)s
  UNION ALL
  SELECT c.area / 1000 * 1000, NULL, 'visit', u.id, '', false, c.on, %(visit)s, 'visit', 0, true
  FROM care_contact c LEFT JOIN access_unit u ON u.area = c.area / 1000 * 1000 AND u.kind = 'community_committee' AND u.active
  WHERE {place_c} AND c.kind = 'visit' AND c.on >= %(since)s AND c.on < %(until)s
)
"""


# The requests of a spell: sent in it, or called to in it. A `whole` one went to communities of the place alone, one that
# `counts` is no more withdrawn or cancelled. `back` is by how much forms that
# came back cost more or less, `changed` by how much a community's own word says so.
NAMED = """
WITH named AS (
  SELECT s.*, CASE WHEN entered THEN standing AND since >= %(since)s AND since < %(until)s
    ELSE state <> 'withdrawn' AND at >= %(from)s AND at < %(to)s END AS counts
  FROM (
    SELECT s.id, s.number, s.kind, s.unit_id, s.matter, s.at, s.minutes, s.places, s.state, o.kind AS called, o.since,
      o.minutes * o.persons AS lasting, o.state IN ('planned', 'held') AS standing, o.id IS NOT NULL AS entered,
      s.state = 'returned' AND NOT (s.rule = 'around' AND s.minutes > 0) AS kept, s.level = 5 AND {place_s} AS whole,
      u.kind = 'community_committee' AS own
    FROM gate_sending s JOIN access_unit u ON u.id = s.unit_id LEFT JOIN meter_occasion o ON o.sending_id = s.id
    WHERE {unit_s} AND (s.at >= %(from)s AND s.at < %(to)s OR o.since >= %(since)s AND o.since < %(until)s)
  ) s
), said AS (
  SELECT DISTINCT ON (p.reach_id) s.id, r.area, p.act = 'objected' AS objected, p.minutes,
    CASE WHEN s.entered THEN s.lasting ELSE r.minutes END AS before
  FROM gate_reply p JOIN gate_reach r ON r.id = p.reach_id JOIN named s ON s.id = r.sending_id
  WHERE {place_p} AND NOT r.kept ORDER BY p.reach_id, p.id DESC
), issues AS MATERIALIZED (
  SELECT i.id AS issue, s.id, s.minutes, s.counts AND NOT s.own AS asked
  FROM named s JOIN forms_issue i ON i.sending = s.number WHERE s.kind = 'form'
), back AS (
  SELECT i.id, f.area, f.known AS filled, i.asked,
    round(%(return)s + %(typed)s * f.typed + %(confirmed)s * f.confirmed) - i.minutes AS minutes
  FROM issues i JOIN forms_return f ON f.issue_id = i.issue AND f.current AND f.state IN ('submitted', 'locked')
  WHERE {place_f} AND (i.id, f.area) NOT IN (SELECT id, area FROM said WHERE objected)
), changed AS (
  SELECT id, area, CASE WHEN objected THEN 0 ELSE minutes END - before AS minutes FROM said
  WHERE objected OR minutes IS NOT NULL AND (id, area) NOT IN (SELECT id, area FROM back)
)
"""
# The same lines, of all communities of a place together. What went to communities of that place alone is counted by the
# sending itself, so that a city's month reads sendings and returned forms, and not what reached each of its communities.
TALLY = f"""
{NAMED}
, reached AS (
  SELECT id, kept, places AS n, minutes * places AS minutes FROM named WHERE whole
  UNION ALL
  SELECT s.id, r.kept, count(*), sum(r.minutes) FROM named s JOIN gate_reach r ON r.sending_id = s.id
  WHERE NOT s.whole AND {{place_r}} GROUP BY 1, 2
), lines AS (
  SELECT CASE WHEN NOT entered OR kept THEN kind WHEN called = 'appraisal' THEN 'inspection' ELSE called END AS kind,
    unit_id, matter, kept, CASE WHEN entered AND NOT kept THEN since ELSE (at AT TIME ZONE 'Asia/Shanghai')::date END AS day,
    id AS sending_id, own, n, minutes, filled
  FROM (
    SELECT s.kind, s.called, s.entered, s.unit_id, s.matter, r.kept, s.since, s.at, s.id, s.own, r.n,
      CASE WHEN r.kept THEN r.minutes ELSE CASE WHEN s.entered THEN r.n * s.lasting ELSE r.minutes END
        + coalesce(b.minutes, 0) + coalesce(c.minutes, 0) END AS minutes, coalesce(b.filled, 0) AS filled
    FROM named s JOIN reached r USING (id)
    LEFT JOIN (SELECT id, sum(filled) AS filled, sum(minutes) AS minutes FROM back GROUP BY 1) b ON b.id = s.id AND NOT r.kept
    LEFT JOIN (SELECT id, sum(minutes) AS minutes FROM changed GROUP BY 1) c ON c.id = s.id
    WHERE CASE WHEN r.kept THEN s.at >= %(from)s AND s.at < %(to)s AND s.state <> 'withdrawn' ELSE s.counts END
  ) told
  UNION ALL
  SELECT 'learning', o.unit_id, '', false, o.since, NULL, true, 1, o.minutes * o.persons, 0
  FROM meter_occasion o WHERE {{place_o}} AND o.sending_id IS NULL AND o.state IN ('planned', 'held')
    AND o.since >= %(since)s AND o.since < %(until)s
  UNION ALL
  SELECT 'visit', NULL, '', false, c.on, NULL, true, 1, %(visit)s, 0
  FROM care_contact c WHERE {{place_c}} AND c.kind = 'visit' AND c.on >= %(since)s AND c.on < %(until)s
)
SELECT kind, unit_id, matter, kept, sending_id, date_trunc('month', day)::date, own, sum(n), sum(minutes), sum(filled)
FROM lines GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
# What others asked of each community and was not kept away.
PLACES = f"""
{NAMED}
SELECT area, sum(n), sum(minutes), sum(filled) FROM (
  SELECT r.area, count(*) AS n, sum(CASE WHEN s.entered THEN s.lasting ELSE r.minutes END) AS minutes, 0 AS filled
  FROM named s JOIN gate_reach r ON r.sending_id = s.id WHERE s.counts AND NOT s.own AND NOT r.kept AND {{place_r}} GROUP BY 1
  UNION ALL
  SELECT area, 0, sum(minutes), sum(filled) FROM back WHERE asked GROUP BY 1
  UNION ALL
  SELECT c.area, 0, sum(c.minutes), 0 FROM named s JOIN changed c USING (id) WHERE s.counts AND NOT s.own GROUP BY 1
) told GROUP BY 1 ORDER BY 3 DESC, 1
"""
TALLIED = ("kind", "unit", "matter", "kept", "sending", "month", "own")


@dataclass(frozen=True)
class Reader:
    """Whose figures: all below `place`, or, for a department, what its `units` asked there, or wherever.

    `read` keeps what was added up already, for as long as one page takes.
    """

    place: int | None
    units: tuple[int, ...] = ()
    read: dict[tuple[dt.date, dt.date], list[tuple[Any, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def here(self) -> int | None:
        """The place of which the reader may see everything."""
        return None if self.units else self.place


@dataclass(frozen=True)
class Rates:
    """Minutes by which records are turned into time, each with its source."""

    visit: packs.Resolved
    return_: packs.Resolved
    typed: packs.Resolved
    confirmed: packs.Resolved

    def __iter__(self) -> Any:
        return iter((self.visit, self.return_, self.typed, self.confirmed))


def rates(area: int, on: dt.date) -> Rates:
    paths = ("meter.minutes_visit", "forms.minutes_a_return", "forms.minutes_a_typed", "forms.minutes_a_confirmed")
    return Rates(*(packs.value(path, area, on) for path in paths))


@dataclass(frozen=True)
class Sum:
    """`n` lines of the same `key` (values of the dimensions asked for) and their minutes; `filled` cells came by themselves."""

    key: tuple[Any, ...]
    n: int
    minutes: int
    filled: int

    @property
    def hours(self) -> float:
        return self.minutes / 60


def sums(reader: Reader, since: dt.date, until: dt.date, by: Sequence[str] = (), **only: Any) -> list[Sum]:
    """Lines from a day to a last day, added up by the dimensions of DIMS, the longest first; `only` those whose dimensions
    have these values (or one of a tuple's).

    The caller has seen that the place or the units are the reader's.
    """
    if (since, until) not in reader.read:
        reader.read[since, until] = _run(reader, since, until, TALLY, {})
    added: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    wanted = {TALLIED.index(name): value if isinstance(value, tuple) else (value,) for name, value in only.items()}
    keys = [TALLIED.index(name) for name in by]
    for row in reader.read[since, until]:
        if all(row[at] in values for at, values in wanted.items()):
            mine = added[tuple(row[at] for at in keys)]
            for at, amount in enumerate(row[-3:]):
                mine[at] += int(amount)
    return sorted((Sum(key, *told) for key, told in added.items()), key=lambda one: -one.minutes)


def by_place(reader: Reader, since: dt.date, until: dt.date) -> list[Sum]:
    """What others asked of each community, of which the key is its code."""
    rows = _run(reader, since, until, PLACES, {})
    return [Sum((area,), int(n), int(minutes), int(filled)) for area, n, minutes, filled in rows]


def _where(only: Iterable[str]) -> str:
    return "".join(f" {'AND' if at else 'WHERE'} {DIMS[name]} = %({name})s" for at, name in enumerate(only))


@dataclass(frozen=True)
class Line:
    """One request at one community, or one visit or hour of learning, with how its minutes came to be."""

    area: int
    day: dt.date
    kind: str
    unit: int | None
    matter: str
    minutes: int
    counted: str
    kept: bool
    sending: int | None


def lines(reader: Reader, since: dt.date, until: dt.date, most: int, **only: Any) -> list[Line]:
    """The lines behind a figure, the longest first."""
    rows = _run(
        reader, since, until, f"{LINES} SELECT area, day, kind, unit_id, matter, minutes, counted, kept, sending_id FROM lines"
        f"{_where(only)} ORDER BY minutes DESC, day, area LIMIT {int(most)}", only,
    )  # fmt: skip
    return [Line(*row) for row in rows]


def _run(reader: Reader, since: dt.date, until: dt.date, text: str, more: dict[str, Any]) -> list[tuple[Any, ...]]:
    below = span(reader.place) if reader.place is not None else range(0)
    given = rates(reader.place or settings.CONFIG.area, until)
    values = {
        "lo": below.start, "hi": below.stop, "units": list(reader.units), "from": midnight(since),
        "to": midnight(until + DAY), "since": since, "until": until + DAY, "visit": given.visit.value,
        "return": given.return_.value, "typed": given.typed.value, "confirmed": given.confirmed.value, **more,
    }  # fmt: skip
    places = {
        f"place_{table}": "true" if reader.place is None else f"{table}.area >= %(lo)s AND {table}.area < %(hi)s"
        for table in "srfocp"
    }
    alone = bool(reader.units) or reader.place is None
    units = {f"unit_{table}": f"{table}.unit_id = ANY(%(units)s)" if alone else "true" for table in "sr"}
    if alone:  # a department reads what it asked, not what communities do of themselves
        places |= {"place_o": "false", "place_c": "false"}
    with system_scope("meter.lines"), connection.cursor() as cursor:
        cursor.execute(text.format(**places, **units), values)
        return list(cursor.fetchall())


def tasks_of(matters_: Iterable[str], area: int, on: dt.date) -> dict[str, str]:
    """Matter → which of the three kinds of administrative task it is, "" where nobody said."""
    wanted = set(matters_)
    listed = packs.matters(area, on)
    found = {name: listed[name][2].task for name in wanted if name in listed}
    rows: Collection[tuple[str, str]] = Admitted.objects.filter(code__in=wanted - set(found)).values_list(
        "code", "task"
    )
    return dict.fromkeys(wanted, "") | found | dict(rows)
