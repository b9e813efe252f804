"""How long events take from report to close, by kind and month; those found by devices counted apart."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from lifang.blocks.indicators import counting
from lifang.blocks.indicators.queries import Ask, reached

DEVICES = ("device",)
"""Channels on which no person reported."""

MEDIANS = f"""
SELECT s.category, {counting.MONTH.format(at="s.closed_at")} AS month, s.source = ANY(%(devices)s) AS sensor, count(*),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.closed_at - s.opened_at) / 60)
FROM cases_case s
WHERE {{reached}} AND s.type = %(type)s AND s.closed_at >= %(start)s AND s.closed_at < %(end)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Closing:
    """Events of one kind closed in one month. `minutes` is the median from report to close; `cases` how many."""

    category: str
    month: dt.date
    sensor: bool
    cases: int
    minutes: float


def medians(ask: Ask) -> list[Closing]:
    """By category, month of closing and who found it, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS.format(reached=reached(ask, "s")), {**ask.parameters(), "devices": list(DEVICES)})
        return [Closing(*row) for row in cursor.fetchall()]
