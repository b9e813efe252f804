"""Clocks of a case, recomputed from its acts and shown as a sum."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import GIVEN, CaseType, Clock
from lifang.ground.clock.calendar import Calendar
from lifang.ground.clock.limits import Duration, Interval, Limit, Unit, due_after, used


@dataclass(frozen=True)
class Reading:
    """One clock at a moment: the stretches in which it ran and the limit, extensions included, by which `rule`.

    `due_at` is when the limit is or would be reached; None without a limit or while the clock is paused.
    """

    clock: Clock
    limit: Limit | None
    rule: packs.Resolved | None
    runs: tuple[Interval, ...]
    running: bool
    due_at: dt.datetime | None
    calendar: Calendar

    @property
    def used(self) -> Duration:
        return used(self.runs, self.limit.unit if self.limit else Unit.URGENT_HOURS, self.calendar)

    @property
    def in_time(self) -> bool | None:
        """Whether the last stretch ended, or stands now, within the limit; None without a limit."""
        if self.due_at is None or not self.runs:
            return None
        return self.runs[-1][1] <= self.due_at


def read(case: Case, type_: CaseType, acts: Sequence[Act], now: dt.datetime) -> list[Reading]:
    """All clocks of the type that ever ran for this case, in the type's order, by the hours of the day on which it began."""
    calendar = packs.calendar(case.area, case.opened_at)
    clocks = (clock for clock in type_.clocks if case.voices_count or not clock.voiced)
    found = (_read(clock, case, acts, now, calendar) for clock in clocks)
    return [reading for reading in found if reading.runs]


def _read(clock: Clock, case: Case, acts: Sequence[Act], now: dt.datetime, calendar: Calendar) -> Reading:
    rule = packs.limit_for(clock, case.category, case.area, case.opened_at, case.urgency)
    limit: Limit | None = rule.value if rule else None
    if clock.limit == GIVEN and (given := acts[0].data.get("limit")):
        limit = Limit(given["amount"], given["unit"])
        rule = packs.value(clock.rule, case.area, case.opened_at) if clock.rule else None
    runs: list[Interval] = []
    since: dt.datetime | None = None
    extra: list[Limit] = []
    stopped = False
    for act in acts:
        if act.act in clock.restarts_on and clock.counts == "single":
            runs, since, extra = [], None, []
        if act.act == clock.extends and "limit" in act.data:
            extra.append(Limit(act.data["limit"]["amount"], act.data["limit"]["unit"]))
        stopped = clock.stopped_by(act.act, act.data) or (stopped and act.act not in clock.restarts_on)
        runs_now = act.to_state in clock.runs_in and not stopped
        if runs_now and since is None:
            since = act.at
        elif not runs_now and since is not None:
            runs.append((since, act.at))
            since = None
    for more in extra:
        limit = limit + more if limit else more
    due_at = None
    if limit and since is not None:
        due_at = due_after(runs, since, limit, calendar)
    elif limit and runs and case.state not in clock.pauses_in:
        due_at = due_after(runs[:-1], runs[-1][0], limit, calendar)
    if since is not None:
        runs.append((since, max(now, since)))
    return Reading(clock, limit, rule, tuple(runs), since is not None, due_at, calendar)
