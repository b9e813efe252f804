"""The meter: minutes asked of communities, from what was sent to them, returned by them and entered in the calendar.

Nothing here is typed by hand and nothing is known by person. One line is one request at one community: a meeting or
inspection counts on its day and for as long as it took, a form that was returned for the cells that were typed and checked,
all else for what was reckoned when it was sent. Where the community said how long it took, that counts; what it objects
to takes no time. Visits and learning are the community's own.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
    "month": "date_trunc('month', day)::date", "own": "own", "counted": "counted",
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
  WHERE {place_r} AND r.at >= %(from)s AND r.at < %(to)s AND s.state <> 'withdrawn'
    AND (r.kept OR NOT EXISTS (SELECT 1 FROM meter_occasion o WHERE o.sending_id = s.id))
  UNION ALL
  SELECT r.area, r.sending_id, CASE o.kind WHEN 'appraisal' THEN 'inspection' ELSE o.kind END, r.unit_id, s.matter, false,
    o.since, CASE WHEN a.act = 'objected' THEN 0 ELSE coalesce(a.minutes, o.minutes * o.persons) END,
    CASE WHEN a.act = 'objected' THEN 'objected' WHEN a.minutes IS NULL THEN 'calendar' ELSE 'said' END, 0,
    u.kind = 'community_committee'
  FROM meter_occasion o JOIN gate_sending s ON s.id = o.sending_id JOIN gate_reach r ON r.sending_id = s.id
  JOIN access_unit u ON u.id = r.unit_id LEFT JOIN said a ON a.reach_id = r.id
  WHERE {place_r} AND NOT r.kept AND o.state IN ('planned', 'held') AND o.since >= %(since)s AND o.since < %(until)s
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


@dataclass(frozen=True)
class Reader:
    """Whose figures: all below `place`, or, for a department, what its `units` asked wherever."""

    place: int | None
    units: tuple[int, ...] = ()


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


def sums(
    reader: Reader, since: dt.date, until: dt.date, by: Sequence[str] = (), where: str = "", **more: Any
) -> list[Sum]:
    """Lines from a day to a last day, added up by the dimensions; `where` is SQL over the lines with `more` as its values.

    The caller has seen that the place or the units are the reader's.
    """
    columns = [DIMS[name] for name in by]
    head = "".join(f"{column}, " for column in columns)
    tail = f" GROUP BY {', '.join(columns)}" if columns else ""
    rows = _run(
        reader, since, until, f"SELECT {head}count(*), coalesce(sum(minutes), 0), coalesce(sum(filled), 0) FROM lines"
        f"{' WHERE ' + where if where else ''}{tail} ORDER BY {len(columns) + 2} DESC", more,
    )  # fmt: skip
    return [Sum(row[:-3], row[-3], int(row[-2]), int(row[-1])) for row in rows]


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


def lines(reader: Reader, since: dt.date, until: dt.date, most: int, where: str = "true", **more: Any) -> list[Line]:
    """The lines behind a figure, the longest first."""
    rows = _run(
        reader, since, until, "SELECT area, day, kind, unit_id, matter, minutes, counted, kept, sending_id FROM lines"
        f" WHERE {where} ORDER BY minutes DESC, day, area LIMIT {int(most)}", more,
    )  # fmt: skip
    return [Line(*row) for row in rows]


def _run(reader: Reader, since: dt.date, until: dt.date, select: str, more: dict[str, Any]) -> list[tuple[Any, ...]]:
    place = reader.place if reader.place is not None else 0
    below = span(place) if reader.place is not None else range(0)
    given = rates(place or settings.CONFIG.area, until)
    values = {
        "lo": below.start, "hi": below.stop, "units": list(reader.units), "from": midnight(since),
        "to": midnight(until + DAY), "since": since, "until": until + DAY, "visit": given.visit.value,
        "return": given.return_.value, "typed": given.typed.value, "confirmed": given.confirmed.value, **more,
    }  # fmt: skip
    if reader.place is None:
        text = LINES.format(place_r="r.unit_id = ANY(%(units)s)", place_o="o.unit_id = ANY(%(units)s)", place_c="false")
    else:
        text = LINES.format(**{
            f"place_{table}": f"{table}.area >= %(lo)s AND {table}.area < %(hi)s" for table in ("r", "o", "c")
        })  # fmt: skip
    with system_scope("meter.lines"), connection.cursor() as cursor:
        cursor.execute(text + select, values)
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
