"""Reading cases for lists: queues by what a person may do, filters, words, pages by key."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from lifang.blocks.cases.lifecycle import waits
from lifang.blocks.cases.models import Case, CaseQuery, Part
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.cases.words import words
from lifang.ground.access.queries import unit_names
from lifang.ground.access.scope import Holdings, Scope, current
from lifang.ground.areas.codes import COMMUNITY, NATION, STREET, level_of, span
from lifang.ground.kept import Kept
from lifang.ground.typed import whole

PAGE = 50
MOST_FOUND = 1000
MOST_COUNTED = 99
SOON = dt.timedelta(hours=4)
SHOWN = (
    "number", "title", "place_text", "state", "flags", "area", "category", "urgency", "source", "unit__name", "type",
    "type_version", "opened_at", "due_at", "clock", "is_open", "voices_count",
)  # fmt: skip


class Listed(NamedTuple):
    """What lists show of a case, without the cost of a model."""

    number: str
    title: str
    place_text: str
    state: str
    flags: list[str]
    area: int
    category: str
    urgency: str
    source: str
    type: str
    type_version: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    clock: str
    is_open: bool
    voices_count: int
    pk: int
    unit_id: int | None
    unit_name: str


LISTED = [name for name in SHOWN if name != "unit__name"]


def listed(cases: CaseQuery) -> list[Listed]:
    rows = list(cases.values_list(*LISTED, "pk", "unit_id"))
    units = unit_names({row[-1] for row in rows if row[-1]})
    return [Listed._make((*row, units.get(row[-1], ""))) for row in rows]


@dataclass(frozen=True)
class Queue:
    """Work of one kind: shown to who holds `function`, holding the cases that they may then act on.

    An `own` queue holds only what stands at a held place itself; communities answer for their grids too. `tasks` says
    whether it is work of the day, or a list to be looked at now and then.
    """

    name: str
    title: Any
    function: str
    states: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    late: bool = False
    own: bool = False
    tasks: bool = True

    def condition(self, now: dt.datetime) -> Q:
        found = Q(is_open=True)
        if self.states:
            found = Q(state__in=self.states)
        if self.flags:
            found &= Q(flags__overlap=list(self.flags))
        if any(map(waits, self.flags)):
            found &= Q(asked=True)
        if self.late:
            found &= Q(due_at__lt=now)
        return found


QUEUES: list[Queue] = []
BY_NAME: dict[str, Queue] = {}


def add_queues(*queues: Queue) -> None:
    """A domain names the queues of its work, in the order in which they are shown."""
    QUEUES.extend(queues)
    BY_NAME.update({queue.name: queue for queue in queues})


def queues_of(holdings: Holdings) -> list[Queue]:
    return [queue for queue in QUEUES if holdings.holds(queue.function)]


def part_cases(units: Sequence[int]) -> list[int]:
    """Ids of the cases in which these units have an unfinished part."""
    if not units:
        return []
    return list(_unfinished(units).values_list("case_id", flat=True)[:MOST_FOUND])


def late_parts(units: Sequence[int], now: dt.datetime) -> list[int]:
    """Ids of the cases in which these units are late with their own part: to answer, or to finish."""
    if not units:
        return []
    unanswered = Q(state=Part.State.OPEN, kind=Part.Kind.WHISTLE, respond_due_at__lt=now)
    late = _unfinished(units).filter(unanswered | Q(due_at__lt=now))
    return list(late.values_list("case_id", flat=True)[:MOST_FOUND])


def _unfinished(units: Sequence[int]) -> QuerySet[Part]:
    return Part.objects.filter(unit__in=units, state__in=Part.UNFINISHED)


def own_dues(units: Sequence[int], cases: Iterable[int]) -> dict[int, dt.datetime | None]:
    """Of each case that stands with another unit, when these units must have answered or done their own part."""
    if not units:
        return {}
    rows = _unfinished(units).filter(case__in=list(cases)).exclude(case__unit__in=units)
    found: dict[int, dt.datetime | None] = {}
    for case, kind, state, answer, due in rows.values_list("case", "kind", "state", "respond_due_at", "due_at"):
        unanswered = kind == Part.Kind.WHISTLE and state == Part.State.OPEN
        ends = [end for end in (answer if unanswered else None, due, found.get(case)) if end]
        found[case] = min(ends, default=None)
    return found


def reach(scope: Scope, parts: Sequence[int] = ()) -> Q:
    """Cases of a scope by conditions that an index can serve under row-level security (all are leakproof).

    A unit reaches what it owns and what it has an unfinished part in; what it once had is found by its number.
    """
    found = Q()
    for lo, hi in scope.places:
        found |= Q(area__gte=lo, area__lt=hi)
        if hi - lo == 1:
            found |= Q(second_area=lo)
    if scope.units:
        found |= Q(unit__in=scope.units)
        if parts:
            found |= Q(pk__in=parts)
    return found if found else Q(pk__in=[])


def reached(scope: Scope) -> CaseQuery:
    """The cases of a scope as a list shows them, at the desk, on the phone and through the API alike."""
    return Case.objects.filter(reach(scope, part_cases(scope.units)))


def in_queue(queue: Queue, holdings: Holdings, now: dt.datetime, parts: Sequence[int] = ()) -> Q:
    scope = holdings.scope(queue.function)
    reached = own_places(holdings, queue.function) if queue.own else reach(scope, parts)
    found = reached & queue.condition(now)
    if queue.late and parts and (late := late_parts(scope.units, now)):
        found |= Q(pk__in=late)
    return found


def own_places(holdings: Holdings, function: str) -> Q:
    """Cases at the places where a function is held, and in the grids of a community where it is held."""
    found = Q(pk__in=[])
    for held in holdings.held:
        if function in held.functions and held.unit is None:
            below = span(held.area) if level_of(held.area) >= COMMUNITY else range(held.area, held.area + 1)
            found |= Q(area__gte=below.start, area__lt=below.stop)
    return found


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to, as typed; whatever cannot be read is left out."""

    queue: str = ""
    area: int | None = None
    states: tuple[str, ...] = ()
    category: str = ""
    unit: int | None = None
    source: str = ""
    due: str = ""
    supervised: bool = False
    text: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any], states: Iterable[str]) -> Self:
        """From a query string (a QueryDict)."""
        known = set(states)
        wanted = given.getlist("state") if hasattr(given, "getlist") else []
        return cls(
            queue=given.get("queue", "") if given.get("queue") in BY_NAME else "",
            area=_code(given.get("area", "")),
            states=tuple(s for s in wanted if s in known or s == "open"),
            category=given.get("category", "")[:40].replace("\0", ""),
            unit=whole(given.get("unit", "")),
            source=given.get("source", "")[:30].replace("\0", ""),
            due=given.get("due", "") if given.get("due") in ("late", "soon") else "",
            supervised=given.get("supervised") == "1",
            text=given.get("q", "").strip().replace("\0", "")[:100],
        )

    @property
    def words_alone(self) -> bool:
        """Narrowed by words, and at most by a place."""
        more = (self.queue, self.states, self.category, self.unit, self.source, self.due, self.supervised)
        return bool(self.text) and not any(more)

    def apply(self, cases: CaseQuery, now: dt.datetime, found: int = MOST_FOUND) -> CaseQuery:
        """`found` is how many of the newest that hold the words are looked at."""
        if self.area:
            cases = cases.within(self.area)
        if self.states == ("open",):
            cases = cases.open()
        elif self.states:
            cases = cases.in_states(s for s in self.states if s != "open")
        if self.category:
            cases = cases.filter(category=self.category)
        if self.unit is not None:
            cases = cases.filter(unit=self.unit)
        if self.source:
            cases = cases.filter(source=self.source)
        if self.due:
            cases = cases.open().filter(due_at__lt=now if self.due == "late" else now + SOON)
        if self.due == "soon":
            cases = cases.filter(due_at__gte=now)
        if self.supervised:
            cases = cases.open().filter(flags__overlap=["supervised"])
        if self.text:
            cases = by_text(cases, self.text, self.area or NATION, found)
        return cases


def _code(text: str) -> int | None:
    code = whole(text)
    return code if code and code < 10**15 else None


def by_text(cases: CaseQuery, text: str, area: int = NATION, most: int = MOST_FOUND) -> CaseQuery:
    """By the case number, else the newest in scope that hold every word, `most` of them."""
    if (number := normalise(text)) is not None:
        return cases.filter(number=number)
    found = words(text)
    if not found:
        return cases.none()
    query = " & ".join(f"'{word}'" + (":*" if len(word) == 1 or word.isascii() else "") for word in found)
    reach_of = span(area)
    return cases.filter(
        pk__in=RawSQL(
            "SELECT cases_found(to_tsquery('simple', %s), %s, %s, %s)",
            [query, reach_of.start, reach_of.stop, most],
        )
    )


@dataclass(frozen=True)
class Page:
    """Rows of a list, newest first, with the keys of the pages before and after; "" where there is none."""

    rows: Sequence[Listed]
    before: str
    after: str


@dataclass(frozen=True)
class Narrow:
    """A list of one type in one street or less, chosen by place and state alone."""

    type: str
    place: int
    states: tuple[str, ...]
    open_only: bool

    @classmethod
    def of(cls, type_: str, filters: Filters, scope: Scope) -> Self | None:
        """None where the list is wider, or hangs on more than place and state."""
        wide = [lo for lo, hi in scope.places if hi - lo > 1]
        place = filters.area or (wide[0] if len(scope.places) == len(wide) == 1 else 0)
        more = (
            filters.queue,
            filters.category,
            filters.unit,
            filters.source,
            filters.due,
            filters.supervised,
            filters.text,
        )
        if (
            not place
            or scope.units
            or len(wide) != len(scope.places)
            or not STREET <= level_of(place) <= COMMUNITY
            or any(more)
        ):
            return None
        return cls(type_, place, tuple(s for s in filters.states if s != "open"), filters.states == ("open",))

    def pick(self, cases: CaseQuery, beyond: tuple[dt.datetime, int] | None) -> CaseQuery:
        below, (at, pk) = span(self.place), beyond or (None, None)
        return cases.filter(
            pk__in=RawSQL(
                "SELECT cases_newest(%s, %s, %s, %s::text[], %s, %s, %s, %s)",
                [self.type, below.start, below.stop, list(self.states) or None, self.open_only, at, pk, PAGE + 1],
            )
        )


def _key(case: Listed) -> str:
    return f"{case.opened_at.isoformat()}_{case.pk}"


def _split(key: str) -> tuple[dt.datetime, int] | None:
    moment, _line, pk = key.partition("_")
    try:
        at, number = parse_datetime(moment[:40]), whole(pk)
    except ValueError:
        return None
    return (at, number) if at and timezone.is_aware(at) and number is not None else None


def page_of(cases: CaseQuery, after: str = "", before: str = "", narrow: Narrow | None = None) -> Page:
    """One page by key, in one query however far one has read; `narrow` lets the index alone pick the rows."""
    back = _split(before) if before else None
    forth = _split(after) if after else None
    if narrow and not back:
        cases = narrow.pick(cases, forth)
    if back:
        ordered = _beyond(cases, back, newer=True).order_by("opened_at", "id")
    else:
        ordered = (_beyond(cases, forth, newer=False) if forth else cases).newest()
    rows = listed(ordered[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if back:
        rows.reverse()
    has_before, has_after = (more, True) if back else (bool(forth), more)
    return Page(rows, _key(rows[0]) if rows and has_before else "", _key(rows[-1]) if rows and has_after else "")


def _beyond(cases: CaseQuery, key: tuple[dt.datetime, int], *, newer: bool) -> CaseQuery:
    at, pk = key
    if newer:
        return cases.filter(Q(opened_at__gte=at), Q(opened_at__gt=at) | Q(pk__gt=pk))
    return cases.filter(Q(opened_at__lte=at), Q(opened_at__lt=at) | Q(pk__lt=pk))


_COUNTS: Kept[dict[str, int]] = Kept(seconds=10, most=1000)


def seen_alike(mine: Holdings) -> tuple[Any, ...]:
    """Equal for those who see and may do the same."""
    scope = current()
    return scope.function, scope.places, scope.units, frozenset(mine.held)


def counts_of(mine: Holdings, now: dt.datetime, parts: Sequence[int], since: float) -> dict[str, int]:
    """How many cases each queue holds, counted to a hundred: at most ten seconds old, and never older than `since`, the
    last act of the person who looks. Who holds the same at the same places sees the same numbers.
    """
    return _COUNTS.get(
        seen_alike(mine),
        lambda: _counted({q.name: in_queue(q, mine, now, parts) for q in queues_of(mine)}),
        since,
    )


def _counted(conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many cases fulfil each condition, all in one query."""
    if not conditions:
        return {}
    parts, values = [], []
    for name, condition in conditions.items():
        rows: QuerySet[Any, Any] = Case.objects.filter(condition).order_by().values("pk")[: MOST_COUNTED + 1]
        statement, its_values = rows.query.sql_with_params()
        parts.append(f"SELECT %s::text, count(*) FROM ({statement}) AS counted")
        values += [name, *its_values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return dict(cursor.fetchall())
