"""Where communities' tasks come from: by department and month, admitted and returned, and the share of administrative hours."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from lifang.domains.gate.models import Reach
from lifang.ground.access.ranges import midnight


@dataclass
class Intake:
    """Of one unit in a span: requests that were admitted and returned, and the minutes that they asked of communities."""

    unit: int
    name: str
    admitted: int = 0
    returned: int = 0
    minutes: int = 0

    @property
    def asked(self) -> int:
        return self.admitted + self.returned

    @property
    def share(self) -> float:
        return self.admitted / self.asked if self.asked else 0.0


@dataclass
class Month:
    """A month: minutes that came from departments and those of the community's own work by law, with the intake by unit."""

    day: dt.date
    administrative: int = 0
    own: int = 0
    units: dict[int, Intake] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """The share of administrative minutes; None where none were asked."""
        whole = self.administrative + self.own
        return self.administrative / whole if whole else None

    @property
    def top(self) -> list[Intake]:
        return sorted(self.units.values(), key=lambda one: (-one.asked, one.name))[:3]


OWN = ("law",)
"""Rules by which a street or community sends its own work."""


def months(area: range, since: dt.date, until: dt.date) -> list[Month]:
    """The months from one day to before another, of the communities in a range of codes, the newest first."""
    rows = (
        Reach.objects.filter(area__gte=area.start, area__lt=area.stop, at__gte=midnight(since), at__lt=midnight(until))
        .annotate(month=TruncMonth("at", tzinfo=timezone.get_current_timezone()))
        .values("month", "unit_id", "unit__name", "sending__rule", "sending__state", "kept")
        .annotate(requests=Count("sending_id", distinct=True), minutes=Sum("minutes"))
        .order_by()
    )
    found: dict[dt.date, Month] = {}
    for row in rows:
        day = row["month"].date()
        month = found.setdefault(day, Month(day))
        spent = 0 if row["kept"] else row["minutes"]
        if row["sending__rule"] in OWN:
            month.own += spent
            continue
        month.administrative += spent
        one = month.units.setdefault(row["unit_id"], Intake(row["unit_id"], row["unit__name"]))
        one.minutes += spent
        if row["sending__state"] == "returned":
            one.returned += row["requests"]
        else:
            one.admitted += row["requests"]
    return sorted(found.values(), key=lambda month: month.day, reverse=True)


def together(found: list[Month]) -> list[Intake]:
    """The intake of all months by unit, those that asked most first."""
    sums: dict[int, Intake] = {}
    counted: dict[int, list[Intake]] = defaultdict(list)
    for month in found:
        for one in month.units.values():
            counted[one.unit].append(one)
    for unit, parts in counted.items():
        sums[unit] = Intake(
            unit, parts[0].name, sum(p.admitted for p in parts), sum(p.returned for p in parts),
            sum(p.minutes for p in parts),
        )  # fmt: skip
    return sorted(sums.values(), key=lambda one: (-one.asked, one.name))
