"""Where communities' tasks come from: how many requests of which department were admitted and returned in which month.

How much time they take is told by the meter alone.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from lifang.domains.gate.models import Reach
from lifang.ground.access.ranges import midnight

OWN = "community_committee"
"""The kind of unit whose requests are a community's own work; the meter tells them apart in the same way."""


@dataclass
class Intake:
    """Requests of one unit in a span, admitted and returned."""

    unit: int
    name: str
    admitted: int = 0
    returned: int = 0

    @property
    def asked(self) -> int:
        return self.admitted + self.returned

    @property
    def share(self) -> float:
        return self.admitted / self.asked if self.asked else 0.0


@dataclass
class Month:
    """The intake of a month by unit."""

    day: dt.date
    units: dict[int, Intake] = field(default_factory=dict)

    @property
    def top(self) -> list[Intake]:
        return sorted(self.units.values(), key=lambda one: (-one.asked, one.name))[:3]


def months(area: range, since: dt.date, until: dt.date) -> list[Month]:
    """The months from one day to before another, of what others asked of the communities in a range of codes, the newest first."""
    rows = (
        Reach.objects.filter(area__gte=area.start, area__lt=area.stop, at__gte=midnight(since), at__lt=midnight(until))
        .exclude(unit__kind=OWN)
        .annotate(month=TruncMonth("at", tzinfo=timezone.get_current_timezone()))
        .values("month", "unit_id", "unit__name", "sending__state")
        .annotate(requests=Count("sending_id", distinct=True))
        .order_by()
    )
    found: dict[dt.date, Month] = {}
    for row in rows:
        day = row["month"].date()
        month = found.setdefault(day, Month(day))
        one = month.units.setdefault(row["unit_id"], Intake(row["unit_id"], row["unit__name"]))
        if row["sending__state"] == "returned":
            one.returned += row["requests"]
        else:
            one.admitted += row["requests"]
    return sorted(found.values(), key=lambda month: month.day, reverse=True)


def together(found: list[Month]) -> list[Intake]:
    """The intake of all months by unit, those that asked most first."""
    counted: dict[int, list[Intake]] = defaultdict(list)
    for month in found:
        for one in month.units.values():
            counted[one.unit].append(one)
    sums = [
        Intake(unit, parts[0].name, sum(p.admitted for p in parts), sum(p.returned for p in parts))
        for unit, parts in counted.items()
    ]
    return sorted(sums, key=lambda one: (-one.asked, one.name))
