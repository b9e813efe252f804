"""The cases behind a figure: the same conditions, as a list."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from lifang.blocks.indicators import counting
from lifang.blocks.indicators.measures import PAST, Measure
from lifang.blocks.indicators.queries import Ask, counted_cases
from lifang.ground.areas import codes


@dataclass(frozen=True)
class Listing:
    """What a figure counts: a measure, what was asked, and the member that it was counted for.

    `member` is a category's code or a unit's id, "none" for no unit; `own` keeps cases that stand at the place itself
    and in no place below it.
    """

    ask: Ask
    measure: Measure
    by: str = ""
    member: str = ""
    fair: bool = False
    own: bool = False

    @property
    def _source(self) -> str:
        return counted_cases(self.ask, past=self.measure.on in PAST)

    @property
    def _where(self) -> str:
        on = self.measure.on
        parts = ["s.type = %(type)s", f"({self.measure.where})"]
        if on:
            parts.append(f"s.{on} >= %(start)s AND s.{on} < %(end)s")
        if on in counting.RUNNING:
            parts.append(f"NOT coalesce({counting.RUNNING[on]}, false)")
        if self.fair:
            parts.append("s.excluded = ''")
        if self.own:
            below = min(self.ask.level + 1, codes.GRID)
            parts.append(f"{counting.cut('s.area', below)} = %(lo)s")
        if self.by == "category":
            parts.append("s.category = %(member)s")
        if self.by == "unit":
            parts.append("s.unit_id IS NULL" if self.member == "none" else "s.unit_id = %(member)s::int8")
        return " AND ".join(parts)

    @property
    def _parameters(self) -> dict[str, Any]:
        return {**self.ask.parameters(), "member": self.member}

    def total(self) -> int:
        """How many cases, counted from the cases themselves."""
        return self._one("count(*)")

    def amount(self) -> int:
        """The sum that the figure states: the number of cases, or their seconds."""
        return self._one(f"coalesce(sum({self.measure.amount}), 0)::int8")

    def _one(self, what: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {what} FROM {self._source} s WHERE {self._where}", self._parameters)
            return int(cursor.fetchone()[0])

    def ids(self, size: int, *, before: int | None = None) -> list[int]:
        """The keys of the newest cases first, below a key when one is given."""
        return self._keys(size, "AND s.id < %(before)s" if before else "", before)

    def excluded_ids(self, size: int) -> list[int]:
        """Of these cases, those that a recorded decision leaves out of fair rates."""
        return self._keys(size, "AND s.excluded <> ''", None)

    def _keys(self, size: int, later: str, before: int | None) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.id FROM {self._source} s WHERE {self._where} {later} ORDER BY s.id DESC LIMIT %(size)s",
                {**self._parameters, "before": before, "size": size},
            )
            return [row[0] for row in cursor.fetchall()]
