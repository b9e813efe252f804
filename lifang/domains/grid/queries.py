"""What pages show of events: where, whose, by when."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.conf import settings

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType
from lifang.ground.access.ranges import today
from lifang.ground.areas import queries
from lifang.ground.areas.codes import COUNTY
from lifang.ground.clock.limits import Limit, due
from lifang.ground.clock.wording import limit_words

UNTIL_DONE = ("accept", "file", "dispatch", "handle")


@lru_cache(maxsize=4)
def _name(area: int, day: dt.date) -> str:
    return queries.names([area], day).get(area, "")


def city_name() -> str:
    """The name of the place that this platform serves, as of today."""
    found = _name(settings.CONFIG.area, today())
    if not found:
        _name.cache_clear()
    return found


def place_name(area: int) -> str:
    """The name of a place from its district down; of the city itself its own name."""
    return queries.full_names([area], today(), COUNTY)[area] or city_name()


def told_place(case: Case) -> str:
    """Where it is, for whoever holds its link: of what is asked about a resident no nearer than its room says
    (`told_place`), since the grid would tell where they live."""
    return str(case.fields.get("told_place") or place_name(case.area))


def limit_of(case: Case) -> str:
    """The handling limit that was told when the case began, in words; empty where there is none."""
    held = case.fields.get("limit")
    return limit_text(held) if held else ""


def limit_text(held: dict[str, Any]) -> str:
    """A limit as kept in JSON, in words."""
    return limit_words(Limit(held["amount"], held["unit"]))


def expected_done(case: Case, type_: CaseType) -> dt.datetime | None:
    """When it should be handled at the latest if every step takes its whole limit; None without a handling limit."""
    at, calendar = case.opened_at, packs.calendar(case.area, case.opened_at)
    clocks = {clock.name: clock for clock in type_.clocks}
    for name in UNTIL_DONE:
        if name not in clocks:
            continue
        rule = packs.limit_for(clocks[name], case.category, case.area, case.opened_at, case.urgency)
        if rule is None and name == "handle":
            return None
        at = due(at, rule.value, calendar) if rule else at
    return at
