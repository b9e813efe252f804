"""Reading figures: what was counted, over what, by which clause, as of when, and which cases these are."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.indicators import counting
from lifang.blocks.indicators.measures import COUNTED, LIVE, MEASURES, TYPE
from lifang.blocks.indicators.periods import Period
from lifang.blocks.indicators.restating import Moves, moves
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Indicator
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import Scope
from lifang.ground.areas import codes
from lifang.ground.clock import CHINA

BY = ("place", "category", "unit", "day", "month")
Key = Any
Numbers = dict[str, int]


@dataclass(frozen=True)
class Ask:
    """What is asked for. `now` is the as-of time; `whole`: the scope holds the place.

    `units`: count only cases in which one of these units has a part. `moves`: count on today's places, not on those
    of the time of report.
    """

    place: int
    period: Period
    now: dt.datetime = field(default_factory=timezone.now)
    type: str = TYPE
    units: tuple[int, ...] = ()
    whole: bool = True
    moves: Moves = Moves()

    @classmethod
    def within(
        cls, scope: Scope, place: int, period: Period, type_: str = TYPE, now: dt.datetime | None = None
    ) -> "Ask":
        """Under a scope: the whole place where the scope holds it, else the part that its units have in it."""
        reach = codes.span(place)
        whole = any(lo <= reach.start and reach.stop <= hi for lo, hi in scope.places)
        return cls(place, period, now or timezone.now(), type_, () if whole else scope.units, whole)

    @property
    def level(self) -> int:
        return codes.level_of(self.place)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(CHINA).date()

    def parameters(self, by: str | None = None) -> dict[str, Any]:
        """Of the SQL in `counting`. No day after today is counted, as nothing has happened or fallen due there."""
        reach = codes.span(self.place)
        passed = Period(
            self.period.start, max(self.period.start, min(self.period.end, self.today + dt.timedelta(days=1)))
        )
        first, last = passed.months if by != "day" else (passed.end, passed.end)
        return {
            "type": self.type, "now": self.now, "lo": reach.start, "hi": reach.stop, "units": list(self.units),
            "start": midnight(passed.start), "end": midnight(passed.end),
            "first_day": passed.start, "first_month": first, "last_month": last, "last_day": passed.end,
            **self.moves.parameters,
        }  # fmt: skip

    def address(self, **more: str) -> dict[str, str]:
        """The query string of a page about this, without its path."""
        return {
            "place": codes.text15(self.place),
            "from": self.period.start.isoformat(),
            "to": self.period.last.isoformat(),
            **({"boundary": "now"} if self.moves else {}),
            **{name: value for name, value in more.items() if value},
        }


@dataclass(frozen=True)
class Counts:
    """Numbers by measure: all cases, and without those left out of fair rates."""

    raw: Numbers
    fair: Numbers

    def of(self, fair: bool) -> Numbers:
        return self.fair if fair else self.raw


NOTHING = Counts(dict.fromkeys(MEASURES, 0), dict.fromkeys(MEASURES, 0))


@dataclass(frozen=True)
class Figure:
    """A number that explains itself.

    `value`: a count, per cent, or seconds; None where there is nothing to divide by (`reason` says so). `key` is the
    member that it is for. `numerator_url` and `denominator_url` list exactly the cases counted, `url` explains.
    """

    name: str
    title: str
    unit: str
    value: float | None
    numerator: int
    denominator: int | None
    formula: str
    citation: str
    as_of: dt.datetime
    key: Key = None
    fair: bool = False
    reason: str = ""
    numerator_name: str = ""
    denominator_name: str = ""
    where: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return f"{reverse('figures_explain')}?{urlencode({'name': self.name, **self.where})}"

    @property
    def numerator_url(self) -> str:
        return self._list(self.numerator_name)

    @property
    def denominator_url(self) -> str:
        return self._list(self.denominator_name) if self.denominator_name else ""

    def _list(self, measure: str) -> str:
        return f"{reverse('figures_cases')}?{urlencode({'measure': measure, **self.where})}"


def figures(
    scope: Scope,
    place: int,
    period: Period,
    by: str | None = None,
    type_: str = TYPE,
    *,
    fair: bool = False,
    names: Collection[str] | None = None,
    now: dt.datetime | None = None,
    boundary: str = "then",
) -> list[Figure]:
    """Every measure and indicator of a place in a period, or only those named; one for each member when `by` is given.

    `by`: place (one level down), category, unit, day, month. `fair` leaves out cases excluded by a recorded decision.
    `boundary`: the places of the time of report ("then") or those of today ("now").
    """
    ask = Ask.within(scope, place, period, type_, now)
    if boundary == "now":
        ask = replace(ask, moves=moves(ask.today))
    found = counts(ask, by)
    if by is None and not found:
        found = {None: NOTHING}
    rules = packs.indicators(place, period.start)
    return [one for key, numbers in found.items() for one in explained(ask, numbers, by, key, fair, names, rules)]


def counts(ask: Ask, by: str | None = None, *, live: bool = True) -> dict[Key, Counts]:
    """The numbers of every measure by member, ordered by the member's code; members without a case are left out."""
    raw, fair = _Sums(), _Sums()
    for statement, measures in _statements(ask, by, live):
        with connection.cursor() as cursor:
            cursor.execute(statement, ask.parameters(by))
            for key, left_out, *numbers in cursor.fetchall():
                raw.add(key, measures, numbers)
                fair.add(key, measures, numbers if not left_out else [0] * len(numbers))
    return {key: Counts(raw.held[key], fair.held[key]) for key in sorted(raw.held, key=lambda k: (k is None, k))}


class _Sums:
    def __init__(self) -> None:
        self.held: dict[Key, Numbers] = {}

    def add(self, key: Key, measures: list[str], numbers: list[int]) -> None:
        mine = self.held.setdefault(key, dict.fromkeys(MEASURES, 0))
        for name, number in zip(measures, numbers, strict=True):
            mine[name] += number


COUNTED_NAMES = [m.name for m in COUNTED]
LIVE_NAMES = [m.name for m in LIVE]


def _statements(ask: Ask, by: str | None, live: bool) -> Iterator[tuple[str, list[str]]]:
    key, in_tally, dimension, level = grouping(ask, by)
    if not ask.units and codes.CITY <= level <= counting.FINEST[dimension]:
        yield counting.tallied(key, in_tally, dimension, level), COUNTED_NAMES
    else:
        yield counting.raw(key, counting.cases(reached(ask))), COUNTED_NAMES
    if ask.moves:
        yield counting.raw(key, _moved(ask, "c.area"), "-s.sign"), COUNTED_NAMES
        yield counting.raw(key, _moved(ask, counting.RESTATED)), COUNTED_NAMES
    if live and by not in ("day", "month"):
        sums = ", ".join(f"count(*) FILTER (WHERE {m.where})" for m in LIVE)
        source = counted_cases(ask, "c.is_open", past=False)
        grouped = f"FROM {source} s WHERE s.type = %(type)s GROUP BY 1, 2"
        yield f"SELECT {key} AS key, s.excluded <> '' AS left_out, {sums} {grouped}", LIVE_NAMES


def _moved(ask: Ask, area: str) -> str:
    """The cases whose place has passed on, at the place where they stood or at the one where they stand now."""
    own = " AND c.involved && %(units)s::int8[]" if ask.units else ""
    return _inside(counting.cases(f"c.area = ANY(%(old_codes)s) AND {counting.RESTATED} <> c.area{own}", area))


def _inside(source: str) -> str:
    return f"(SELECT * FROM {source} i WHERE i.area >= %(lo)s AND i.area < %(hi)s)"


def counted_cases(ask: Ask, where: str = "true", *, past: bool = True) -> str:
    """SQL: the cases of the place as a source of counts, on the boundaries that are asked for."""
    if not ask.moves:
        return counting.cases(f"{where} AND {reached(ask)}", past=past)
    own = " AND c.involved && %(units)s::int8[]" if ask.units else ""
    near = "(c.area >= %(lo)s AND c.area < %(hi)s OR c.area = ANY(%(old_codes)s))"
    return _inside(counting.cases(f"{where} AND {near}{own}", counting.RESTATED, past=past))


def reached(ask: Ask, alias: str = "c") -> str:
    """SQL on cases: the place, and the part that units have in it."""
    area = f"{alias}.area >= %(lo)s AND {alias}.area < %(hi)s"
    return f"{area} AND {alias}.involved && %(units)s::int8[]" if ask.units else area


def grouping(ask: Ask, by: str | None) -> tuple[str, str, str, int]:
    """How members are told apart in cases and in the tally; the dimension and the level of the tally's rows."""
    below = min(ask.level + 1, codes.GRID)
    known: dict[str | None, tuple[str, str, str, int]] = {
        None: ("NULL::int8", "NULL::int8", "place", ask.level),
        "place": (counting.cut("s.area", below), "place", "place", below),
        "category": ("s.category", "member", "category", ask.level),
        "unit": ("s.unit_id", "nullif(member, '')::int8", "unit", ask.level),
        "day": (counting.DAY, "day", "place", ask.level),
        "month": (counting.MONTH, "date_trunc('month', day)::date", "place", ask.level),
    }
    if by not in known:
        raise ValueError(f"figures are not grouped by {by!r}; allowed: {', '.join(BY)}")
    return known[by]


def explained(
    ask: Ask,
    found: Counts,
    by: str | None = None,
    key: Key = None,
    fair: bool = False,
    names: Collection[str] | None = None,
    rules: Mapping[str, Indicator] | None = None,
) -> Iterator[Figure]:
    """The figures made of some numbers. `rules`: the place's indicators, where the caller has them already."""
    numbers, where = found.of(fair), _where(ask, by, key, fair)
    for measure in MEASURES.values():
        if names is None or measure.name in names:
            yield Figure(
                name=measure.name,
                title=str(measure.title),
                unit="seconds" if measure.seconds else "count",
                value=numbers[measure.name],
                numerator=numbers[measure.name],
                denominator=None,
                formula=str(measure.note),
                citation="",
                as_of=ask.now,
                key=key,
                fair=fair,
                numerator_name=measure.name,
                where=where,
            )
    for name, rule in (packs.indicators(ask.place, ask.period.start) if rules is None else rules).items():
        if names is None or name in names:
            yield _ratio(ask, name, rule, numbers, key, fair, where)


def _ratio(
    ask: Ask, name: str, rule: Indicator, numbers: Numbers, key: Key, fair: bool, where: Mapping[str, str]
) -> Figure:
    """An indicator of the packs; without a denominator it has no value, never 0."""
    above, below = numbers[rule.numerator], numbers[rule.denominator] if rule.denominator else None
    value: float | None = above
    reason = ""
    if below is not None:
        value = (above * (100 if rule.unit == "percent" else 1) / below) if below else None
        reason = (
            "" if below else _("期内「{title}」为 0，没有可比的基数").format(title=MEASURES[rule.denominator].title)
        )
    return Figure(
        name=name,
        title=rule.title,
        unit=rule.unit,
        value=value,
        numerator=above,
        denominator=below,
        formula=rule.formula,
        citation=_citation(rule.source.document, rule.source.clause, ask.place),
        as_of=ask.now,
        key=key,
        fair=fair,
        reason=reason,
        numerator_name=rule.numerator,
        denominator_name=rule.denominator,
        where=where,
    )


@lru_cache(maxsize=1024)
def _citation(document: str, clause: str, place: int) -> str:
    source = packs.source(document, place)
    number = f"（{source.number}）" if source.number else ""
    return f"《{source.title}》{number} {clause}".strip()


def _where(ask: Ask, by: str | None, key: Key, fair: bool) -> dict[str, str]:
    """The query string by which one member's cases are found again."""
    more = {"fair": "1"} if fair else {}
    if key is None and by != "unit":
        return ask.address(**more)
    if by == "place":
        return replace(ask, place=key).address(**more, own="1" if key == ask.place else "")
    if by in ("day", "month"):
        end = key + dt.timedelta(days=1) if by == "day" else (key + dt.timedelta(days=32)).replace(day=1)
        return replace(ask, period=Period(max(key, ask.period.start), min(end, ask.period.end))).address(**more)
    return ask.address(**more, by=str(by), member="none" if key is None else str(key))
