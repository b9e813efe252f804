"""Periods of days, as people name them, on the calendar of Asia/Shanghai."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

NAMED: dict[str, Any] = {
    "today": _("今天"), "week": _("本周"), "month": _("本月"), "quarter": _("本季"), "year": _("本年"),
}  # fmt: skip
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""Days that may be asked for."""

LONGEST = dt.timedelta(days=3660)
BY_DAY = 62


@dataclass(frozen=True)
class Period:
    """Whole days from `start` up to and without `end`."""

    start: dt.date
    end: dt.date
    name: str = ""

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def months(self) -> tuple[dt.date, dt.date]:
        """The whole months inside, as first days, half-open; empty when there are none."""
        first = self.start if self.start.day == 1 else _month_after(self.start)
        last = self.end.replace(day=1)
        return (first, last) if first < last else (self.end, self.end)

    @property
    def steps(self) -> str:
        """The step in which a trend over it is read: "day" or "month"."""
        return "day" if self.days <= BY_DAY else "month"

    def former(self, today: dt.date) -> "Period":
        """The period before: as many of its days as have passed of this one."""
        passed = max(1, (min(self.end, today + dt.timedelta(days=1)) - self.start).days)
        if self.name == "year":
            start = self.start.replace(year=self.start.year - 1)
        elif self.name in ("month", "quarter"):
            start = self.start
            for _n in range(1 if self.name == "month" else 3):
                start = (start - dt.timedelta(days=1)).replace(day=1)
        else:
            start = self.start - dt.timedelta(days=self.days)
        return Period(start, min(start + dt.timedelta(days=passed), self.start))


def _month_after(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def named(name: str, today: dt.date) -> Period:
    """The named period that holds today, to its end. Raises KeyError for another name."""
    if name == "today":
        start, end = today, today + dt.timedelta(days=1)
    elif name == "week":
        start = today - dt.timedelta(days=today.weekday())
        end = start + dt.timedelta(days=7)
    elif name == "month":
        start, end = today.replace(day=1), _month_after(today)
    elif name == "quarter":
        start = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        end = _month_after(_month_after(_month_after(start)))
    elif name == "year":
        start, end = dt.date(today.year, 1, 1), dt.date(today.year + 1, 1, 1)
    else:
        raise KeyError(name)
    return Period(start, end, name)
