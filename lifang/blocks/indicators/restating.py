"""Old cases on today's places: which codes passed to which, and when.

Cases keep the code under which they were reported. On today's boundaries each case counts at what became of its own
place, grid by grid, so that figures still open to whole cases; a case that stood at a split community without a grid
counts where most of its households went. Only cases that the scope reaches by their old code are moved.
"""

import datetime as dt
from dataclasses import dataclass

from lifang.ground.access.ranges import midnight
from lifang.ground.areas import history
from lifang.ground.areas.models import Succession

EVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Moves:
    """Cases at `old_codes[i]` reported in [`since[i]`, `until[i]`) now stand at `new_codes[i]`."""

    old_codes: tuple[int, ...] = ()
    since: tuple[dt.datetime, ...] = ()
    until: tuple[dt.datetime, ...] = ()
    new_codes: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.old_codes)

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "old_codes": list(self.old_codes),
            "since": list(self.since),
            "until": list(self.until),
            "new_codes": list(self.new_codes),
        }


def moves(today: dt.date) -> Moves:
    """What has become of every code that passed on by today."""
    days: dict[int, list[dt.date]] = {}
    for old, on in (
        Succession.objects.filter(on__lte=today).order_by("old_code", "on").values_list("old_code", "on").distinct()
    ):
        days.setdefault(old, []).append(on)
    by_day: dict[dt.date, list[int]] = {}
    for old, changes in days.items():
        for on in changes:
            by_day.setdefault(on, []).append(old)
    rows = []
    for on, olds in by_day.items():
        for old, heirs in history.restate(olds, on - dt.timedelta(days=1), today).items():
            new = max(heirs, key=lambda code: (heirs[code], -code))
            before = [day for day in days[old] if day < on]
            if new != old:
                rows.append((old, midnight(before[-1]) if before else EVER, midnight(on), new))
    return Moves(*map(tuple, zip(*rows, strict=True))) if rows else Moves()
