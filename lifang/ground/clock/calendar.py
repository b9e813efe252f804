"""Which days and hours count as work, for one place.

Days come from chinesecalendar (the State Council's yearly notices, with make-up workdays 调休), then from
the pack's own years and days. A year that neither knows follows the weekday rule and says so.
Everything is laid out once as arrays from 2000 to 2060, so that each question is a little arithmetic
and one bisection. Inside, time is an integer: local microseconds from day 0 of the proleptic calendar.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from chinese_calendar import constants

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
STANDARD_HOURS = ((time(8, 30), time(12)), (time(14), time(17, 30)))
FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
_FIRST, _LAST = FIRST.toordinal(), LAST.toordinal()


class OutOfRange(ValueError):
    """An instant before 2000 or after 2060, which no calendar here covers."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: whether it counts as work, and whether that is known or only the weekday rule."""

    working: bool
    known: bool


@cache
def published_years() -> frozenset[int]:
    """Years whose working days the holiday list knows."""
    return frozenset(day.year for day in constants.holidays)


class Calendar:
    """Working days and hours of one place.

    ``hours``: the spells of a working day, in order and apart. ``overrides``: days that the place decided
    otherwise. ``years``: years whose exceptions the overrides list completely. ``tz``: a fixed offset, so
    that no hour is ever skipped or repeated.
    """

    def __init__(
        self,
        hours: Sequence[tuple[time, time]] = STANDARD_HOURS,
        overrides: Mapping[date, bool] | None = None,
        years: frozenset[int] = frozenset(),
        tz: timezone = CHINA,
    ) -> None:
        self.hours, self.overrides, self.years, self.tz = tuple(hours), dict(overrides or {}), years, tz
        self._opens = [_micros(opens) for opens, _ in self.hours]
        self._closes = [_micros(closes) for _, closes in self.hours]
        edges = [edge for spell in zip(self._opens, self._closes, strict=True) for edge in spell]
        if not edges or any(a >= b for a, b in itertools.pairwise(edges)):
            raise ValueError("working hours must be in order, and neither touch nor overlap")
        self._sums = [0]
        for opens, closes in zip(self._opens, self._closes, strict=True):
            self._sums.append(self._sums[-1] + closes - opens)
        self.day_length = self._sums[-1]
        self._workdays: list[int] = []
        self._rank = [0]
        for ordinal in range(_FIRST, _LAST + 1):
            if self.day(date.fromordinal(ordinal)).working:
                self._workdays.append(ordinal)
            self._rank.append(len(self._workdays))
        self._epoch = datetime(1970, 1, 1, tzinfo=tz)

    def day(self, day: date) -> Day:
        """Whether ``day`` counts as work."""
        weekday = day.weekday() < 5
        if day in self.overrides:
            return Day(self.overrides[day], known=True)
        if day.year in self.years:
            return Day(weekday, known=True)
        if day.year in published_years():
            return Day(day in constants.workdays or (weekday and day not in constants.holidays), known=True)
        return Day(weekday, known=False)

    def knows(self, start: datetime, end: datetime) -> bool:
        """Whether every day from start to end is known rather than guessed from the weekday."""
        first, last = start.astimezone(self.tz).toordinal(), end.astimezone(self.tz).toordinal()
        return all(self.day(date.fromordinal(ordinal)).known for ordinal in range(first, last + 1))

    def micros(self, at: datetime) -> int:
        """An aware datetime as local microseconds."""
        if at.tzinfo is None:
            raise ValueError("a time without a time zone has no place on the calendar")
        delta = at - self._epoch
        return (delta.days + _EPOCH) * DAY + delta.seconds * SECOND + delta.microseconds

    def moment(self, micros: int) -> datetime:
        """Local microseconds as an aware datetime."""
        days, within = divmod(micros, DAY)
        return self._epoch + timedelta(days=days - _EPOCH, microseconds=within)

    def worked(self, micros: int) -> int:
        """Working microseconds from the first day covered until ``micros``."""
        ordinal, within = divmod(micros, DAY)
        slot = self._slot(ordinal)
        total = self._rank[slot] * self.day_length
        if self._rank[slot + 1] == self._rank[slot]:
            return total
        spell = bisect_right(self._opens, within) - 1
        if spell < 0:
            return total
        return total + self._sums[spell] + min(within, self._closes[spell]) - self._opens[spell]

    def reached(self, worked: int) -> int:
        """The first moment at which ``worked`` working microseconds (at least one) have passed."""
        days, rest = divmod(worked - 1, self.day_length)
        if days >= len(self._workdays):
            raise OutOfRange(f"the calendar ends on {LAST}")
        rest += 1
        spell = bisect_left(self._sums, rest) - 1
        return self._workdays[days] * DAY + self._opens[spell] + rest - self._sums[spell]

    def close_of(self, micros: int) -> int:
        """The end of work on the day of ``micros``."""
        return micros - micros % DAY + self._closes[-1]

    def _slot(self, ordinal: int) -> int:
        if not _FIRST <= ordinal <= _LAST:
            raise OutOfRange(f"the calendar covers {FIRST} to {LAST}")
        return ordinal - _FIRST


_EPOCH = date(1970, 1, 1).toordinal()


def _micros(at: time) -> int:
    return at.hour * HOUR + (at.minute * 60 + at.second) * SECOND + at.microsecond
