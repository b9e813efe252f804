"""What stands at the counter of a place, and its figures; figures count matters, never people who serve."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet

from lifang.blocks.cases.actions import UNREAD
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Act, Case, Part, Voice
from lifang.blocks.packs import service as packs
from lifang.domains.counter import items
from lifang.domains.counter.models import Application, Filling
from lifang.ground import prepared
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import span

# The tabs of the list → the states that they show.
SHOWN = {
    "home": ("applied",), "front": ("taken",), "short": ("short",), "back": ("back",), "told": ("done", "denied"),
    "over": ("closed", "refused", "withdrawn"),
}  # fmt: skip
MOST = 200
TRIPS = """
CASE WHEN m.channel = 'counter' THEN 1 ELSE 0 END
 + count(*) FILTER (WHERE x.act = 'came_again')
 + count(*) FILTER (WHERE x.act = 'papers_in' AND x.data->>'how' = 'counter')
 + count(*) FILTER (WHERE x.act = 'tell' AND x.data->>'told' = 'counter')
"""
# Front acts at which a resident is served; whoever does a later one than somebody else took the matter over.
SERVED = "('report', 'take', 'ask_papers', 'papers_in', 'settle', 'pass_on', 'take_over', 'came_again')"
MOVED = (
    f"count(DISTINCT x.user_id) FILTER (WHERE x.act IN {SERVED}) > 1 OR coalesce(bool_or(x.act = 'take_over'), false)"
)
COUNTED = f"""
WITH mine AS (
  SELECT c.id, c.is_open, a.service, a.line, c.fields->>'channel' AS channel
  FROM cases_case c JOIN counter_application a ON a.case_id = c.id
  WHERE c.type = 'service' AND c.area >= %(low)s AND c.area < %(high)s
    AND c.opened_at >= %(begin)s AND c.opened_at < %(end)s
), told AS (
  SELECT m.id, m.service, m.line, m.is_open, coalesce(bool_or(x.act = 'settle'), false) AS front,
    coalesce(bool_or(x.act = 'pass_on'), false) AS passed, {MOVED} AS moved,
    coalesce(bool_or(x.act = 'take_over' AND x.data->>'moved' = 'line'), false) AS by_line, {TRIPS} AS trips
  FROM mine m JOIN cases_act x ON x.case_id = m.id
  GROUP BY m.id, m.service, m.line, m.is_open, m.channel
)
SELECT line, service, count(*), count(*) FILTER (WHERE front AND NOT passed), count(*) FILTER (WHERE front OR passed),
  count(*) FILTER (WHERE moved), count(*) FILTER (WHERE by_line), count(*) FILTER (WHERE NOT is_open),
  count(*) FILTER (WHERE NOT is_open AND trips <= 1), coalesce(sum(trips) FILTER (WHERE NOT is_open), 0)
FROM told GROUP BY line, service ORDER BY line, service
"""
AGAIN = f"""
WITH mine AS (
  SELECT c.id, c.fields->>'channel' AS channel FROM cases_case c
  WHERE c.type = 'service' AND c.area >= %(low)s AND c.area < %(high)s
    AND c.opened_at >= %(begin)s AND c.opened_at < %(end)s
)
SELECT m.id, {TRIPS} FROM mine m JOIN cases_act x ON x.case_id = m.id
GROUP BY m.id, m.channel HAVING {TRIPS} > 1 ORDER BY m.id DESC LIMIT {MOST}
"""
HANDED = f"""
SELECT c.id, max(x.data->>'moved') FILTER (WHERE x.act = 'take_over')
FROM cases_case c JOIN cases_act x ON x.case_id = c.id
WHERE c.type = 'service' AND c.area >= %(low)s AND c.area < %(high)s AND c.opened_at >= %(begin)s AND c.opened_at < %(end)s
GROUP BY c.id HAVING {MOVED} ORDER BY c.id DESC LIMIT {MOST}
"""
WAITED = """
SELECT count(*), count(*) FILTER (WHERE state = 'left'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM called_at - at) / 60) FILTER (WHERE called_at IS NOT NULL),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - at) / 60) FILTER (WHERE state = 'done')
FROM counter_ticket WHERE area >= %(low)s AND area < %(high)s AND day >= %(first)s AND day <= %(last)s
"""


SENT_BACK = """
SELECT coalesce(x.data->>'reason', '') FROM counter_application a JOIN cases_act x ON x.case_id = a.case_id
WHERE a.service = %s AND a.area = %s AND x.act = 'send_back' ORDER BY x.id DESC LIMIT 20
"""


@dataclass(frozen=True)
class Count:
    """Of one service, or of all: how many came in, were settled at the front of those that left it, changed worker (for the
    line's sake), ended, ended after at most one trip, and trips in all."""

    line: str
    service: str
    all: int
    front: int
    left: int
    moved: int
    by_line: int
    ended: int
    one_trip: int
    trips: int

    @staticmethod
    def share(part: int, whole: int) -> float | None:
        return round(100 * part / whole, 1) if whole else None

    @property
    def front_share(self) -> float | None:
        return self.share(self.front, self.left)

    @property
    def moved_share(self) -> float | None:
        return self.share(self.moved, self.all)

    @property
    def one_trip_share(self) -> float | None:
        return self.share(self.one_trip, self.ended)


def _there(place: int) -> QuerySet[Case]:
    """Cases of the counter at or below a place, or in which the reader's units have a part."""
    below, units = span(place), list(current().units)
    where = Q(area__gte=below.start, area__lt=below.stop)
    return Case.objects.filter(where | Q(involved__overlap=units) if units else where, type=items.CASE)


def of_place(place: int, shown: str) -> QuerySet[Case]:
    """Those in the states of one tab."""
    found = _there(place).filter(state__in=SHOWN[shown]).select_related("application", "unit")
    return found.order_by("-pk") if shown == "over" else found.order_by("due_at", "pk")


def tallies(place: int) -> dict[str, int]:
    """How many stand in each tab, but for those that are over."""
    tabs = {state: name for name, states in SHOWN.items() if name != "over" for state in states}
    counted = _there(place).filter(state__in=list(tabs)).values_list("state").annotate(n=models.Count("pk"))
    found = dict.fromkeys(tabs.values(), 0)
    for state, n in counted:
        found[tabs[state]] += n
    return found


def of_person(persons: Sequence[int]) -> list[Case]:
    """What somebody came for, the newest first."""
    found = prepared.select(Application, "WHERE person = ANY(%s) ORDER BY case_id DESC LIMIT 10", [[*persons]])
    return [one.case for one in prepared.join(found, "case", without=UNREAD)]


def application_of(case: Case) -> Application | None:
    """What a case of the counter is about."""
    return next(iter(prepared.select(Application, "WHERE case_id = %s", [case.pk])), None)


def voice_of(case: Case) -> Voice | None:
    """Who came first with a case."""
    return next(iter(prepared.select(Voice, "WHERE case_id = %s ORDER BY at LIMIT 1", [case.pk])), None)


def fillings(case: Case) -> list[Filling]:
    """Every state of the form, the newest first, each with who wrote it; unread."""
    found = prepared.select(
        Filling, "WHERE case_id = %s ORDER BY at DESC, id DESC", [case.pk], without=frozenset({"sealed"})
    )
    return prepared.join(found, "by")


def parts(case: Case) -> list[Part]:
    """What other units have to do for a case."""
    found = prepared.select(Part, "WHERE case_id = %s ORDER BY id", [case.pk])
    return prepared.join(found, "unit")


def state_title(case: Case) -> str:
    return type_of(case).states[case.state].title


def _given(place: int, first: dt.date, last: dt.date) -> dict[str, Any]:
    below = span(place)
    return {
        "low": below.start, "high": below.stop, "first": first, "last": last, "begin": midnight(first),
        "end": midnight(last + dt.timedelta(days=1)),
    }  # fmt: skip


def counted(place: int, first: dt.date, last: dt.date) -> list[Count]:
    """By line and service, of what came in from a day to a day."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, _given(place, first, last))
        return [Count(*map(_whole, row)) for row in cursor.fetchall()]


def _whole(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)


def together(counts: Sequence[Count]) -> Count:
    numbers = [[getattr(one, name) for one in counts] for name in list(Count.__dataclass_fields__)[2:]]
    return Count("", "", *map(sum, numbers))


def came_again(place: int, first: dt.date, last: dt.date) -> list[tuple[Case, int, list[str]]]:
    """Matters for which somebody came more than once, each with how often and why, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, _given(place, first, last))
        trips = {pk: int(n) for pk, n in cursor.fetchall()}
    cases = Case.objects.in_bulk(list(trips))
    why: dict[int, list[str]] = {}
    for act in Act.objects.filter(case__in=trips, act__in=("came_again", "papers_in", "tell")).order_by("case", "seq"):
        words = _reason(cases[act.case_id], act)
        if words:
            why.setdefault(act.case_id, []).append(words)
    return [(cases[pk], n, why.get(pk, [])) for pk, n in trips.items()]


def _reason(case: Case, act: Act) -> str:
    type_ = type_of(case)
    if act.act == "came_again":
        return type_.inputs["again"].options.get(act.data.get("again", ""), "")
    if act.data.get("how") == "counter" or act.data.get("told") == "counter":
        return type_.act_title(act.act)
    return ""


def moved(place: int, first: dt.date, last: dt.date) -> list[tuple[Case, str]]:
    """Matters that changed worker, each with the reason, "" where nobody gave one."""
    with connection.cursor() as cursor:
        cursor.execute(HANDED, _given(place, first, last))
        why = dict(cursor.fetchall())
    cases = Case.objects.in_bulk(list(why))
    return [(cases[pk], type_of(cases[pk]).inputs["moved"].options.get(said or "", "")) for pk, said in why.items()]


def waited(place: int, first: dt.date, last: dt.date) -> dict[str, Any]:
    """Tickets of these days: how many, how many left unserved, and the median minutes to the call and to the end."""
    with connection.cursor() as cursor:
        cursor.execute(WAITED, _given(place, first, last))
        number, left, called, ended = cursor.fetchone()
    return {
        "tickets": number, "left": left, "called": None if called is None else round(float(called)),
        "ended": None if ended is None else round(float(ended)),
    }  # fmt: skip


def one_stop(area: int, on: dt.date) -> dict[str, Any]:
    """How many of the items can be done in one place; the rest by name with why not."""
    offered = items.offered(area, on)
    rest = [one for one in offered.values() if not one.one_stop]
    return {
        "all": len(offered), "one_stop": len(offered) - len(rest), "rest": rest,
        "share": Count.share(len(offered) - len(rest), len(offered)),
    }  # fmt: skip


def past_errors(service: str, area: int) -> list[str]:
    """Why the back sent such forms back to the front lately, so that it need not happen again."""
    return list(dict.fromkeys(reason for (reason,) in prepared.run(SENT_BACK, [service, area])))[:5]


def lines(area: int, on: dt.date) -> list[tuple[str, str]]:
    known = {one.line for one in items.offered(area, on).values()}
    return [(name, unit.title) for name, unit in packs.units().items() if name in known]
