"""Limits, the moment they are reached, and how much of them is used.

Four units, as China's city-management platforms count them:

- ``urgent_hours`` 紧急工作时: hours of the clock, round the clock;
- ``work_hours`` 工作时: hours in which the place works;
- ``working_days`` 工作日: the first day does not count, the last ends with its working hours
  (Civil Code, articles 201 and 203);
- ``natural_days`` 自然日: 24 hours each, holidays included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lifang.ground.clock.calendar import DAY, HOUR, Calendar

Interval = tuple[datetime, datetime]
"""A running stretch [start, end) of aware times."""


class Unit(StrEnum):
    """What a limit counts."""

    URGENT_HOURS = "urgent_hours"
    WORK_HOURS = "work_hours"
    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"


@dataclass(frozen=True, slots=True)
class Limit:
    """An allowance of time: a positive amount of a unit; days come whole."""

    amount: int | float
    unit: Unit

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if self.amount <= 0:
            raise ValueError("a limit is more than nothing")
        if self.unit in (Unit.WORKING_DAYS, Unit.NATURAL_DAYS) and self.amount != int(self.amount):
            raise ValueError("days come whole")

    def micros(self, calendar: Calendar) -> int:
        """The counted microseconds that the limit allows."""
        return round(self.amount * _length(self.unit, calendar))

    def __add__(self, other: "Limit") -> "Limit":
        if other.unit is not self.unit:
            raise ValueError("limits in different units cannot be added")
        return Limit(self.amount + other.amount, self.unit)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """Counted time: ``micros`` in a unit whose day (or hour) is ``length`` microseconds long."""

    micros: int
    unit: Unit
    length: int

    @property
    def seconds(self) -> int:
        """Whole counted seconds."""
        return self.micros // 1_000_000

    def reaches(self, limit: Limit, calendar: Calendar) -> bool:
        """Whether the limit is used up."""
        return self.micros >= limit.micros(calendar)


def _length(unit: Unit, calendar: Calendar) -> int:
    if unit is Unit.WORKING_DAYS:
        return calendar.day_length
    return DAY if unit is Unit.NATURAL_DAYS else HOUR


def _next_day(micros: int) -> int:
    return micros - micros % DAY + DAY


def due(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """When a limit that begins at ``start`` and never pauses is reached."""
    return calendar.moment(_due(calendar.micros(start), limit.unit, limit.micros(calendar), calendar))


def _due(start: int, unit: Unit, left: int, calendar: Calendar) -> int:
    if unit is Unit.URGENT_HOURS or unit is Unit.NATURAL_DAYS:
        return start + left
    if unit is Unit.WORKING_DAYS:
        start = _next_day(start)
    return calendar.reached(calendar.worked(start) + left)


def due_after(runs: Iterable[Interval], since: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """When the limit is reached, after earlier runs and running again without pause from ``since``.

    A limit used up in the earlier runs is due where it was used up. Of a working-day limit that
    paused, the last day again counts to the end of its working hours.
    """
    unit, allowed = limit.unit, limit.micros(calendar)
    first: int | None = None
    spent = 0
    for start, end in runs:
        first = calendar.micros(start) if first is None else first
        here = _counted(calendar.micros(start), calendar.micros(end), first, unit, calendar)
        if here and spent + here >= allowed:
            return calendar.moment(_resume(calendar.micros(start), first, unit, allowed - spent, calendar))
        spent += here
    resumed = calendar.micros(since)
    return calendar.moment(_resume(resumed, resumed if first is None else first, unit, allowed - spent, calendar))


def _resume(start: int, first: int, unit: Unit, left: int, calendar: Calendar) -> int:
    if unit is not Unit.WORKING_DAYS:
        return _due(start, unit, left, calendar)
    counted_from = max(start, _next_day(first))
    return calendar.close_of(calendar.reached(calendar.worked(counted_from) + left))


def used(runs: Iterable[Interval], unit: Unit, calendar: Calendar) -> Duration:
    """The counted time of the running stretches, which are in order and do not overlap.

    Cutting a stretch in two never changes the sum. For working days the day on which the first
    stretch begins does not count.
    """
    total, first = 0, None
    for start, end in runs:
        begins = calendar.micros(start)
        first = begins if first is None else first
        total += _counted(begins, calendar.micros(end), first, unit, calendar)
    return Duration(total, Unit(unit), _length(unit, calendar))


def _counted(start: int, end: int, first: int, unit: Unit, calendar: Calendar) -> int:
    if end < start:
        raise ValueError("a stretch of time cannot end before it begins")
    if unit is Unit.URGENT_HOURS or unit is Unit.NATURAL_DAYS:
        return end - start
    if unit is Unit.WORKING_DAYS:
        start = max(start, _next_day(first))
    return max(0, calendar.worked(end) - calendar.worked(start)) if end > start else 0
