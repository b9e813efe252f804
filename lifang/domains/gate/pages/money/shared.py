"""What the pages of money share: names, tones, rows of sums, the day, the place asked for."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service as packs
from lifang.domains.gate.money import AMBER, OK, REFUSABLE, state_of
from lifang.domains.gate.money_sums import Sums
from lifang.domains.gate.unpromised import asked_of
from lifang.ground.access.doors import holdings
from lifang.ground.access.queries import unit_names
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY, GRID, level_of
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

READ, ENTER, CLOSE = "ledger.read", "ledger.enter", "ledger.close"
STATES = {
    OK: ("good", gettext_lazy("正常")),
    AMBER: ("warn", gettext_lazy("经费未落实")),
    REFUSABLE: ("bad", gettext_lazy("可以不接")),
}


def day(request: HttpRequest) -> dt.date:
    return day_in(request.GET.get("on", "")) or today()


def place(request: HttpRequest) -> tuple[int | None, dict[str, Any]]:
    """The place asked for within the reader's, else the only one; None for all of theirs. And the way to the others."""
    roots = holdings(request).roots(READ)
    asked = whole(request.GET.get("area", ""))
    here = (
        asked
        if asked is not None and 0 < asked < 10**15 and level_of(asked) < GRID and current().covers(asked)
        else None
    )
    here = here or (roots[0] if len(roots) == 1 else None)
    return here, {"place": here, **switching.switch(roots, here, today(), lowest=COMMUNITY)}


def titles(wanted: Iterable[str], area: int, on: dt.date) -> dict[str, str]:
    """What matters are called, also those that hold no more."""
    wanted = set(wanted)
    found = {name: one.title for name, one in matters.at(area, on).items() if name in wanted}
    if rest := wanted - found.keys():
        found |= dict(Admitted.objects.filter(code__in=rest).values_list("code", "title"))
        for pack in packs.packs().values():
            for catalogue in pack.catalogues:
                found |= {name: catalogue.matters[name].title for name in rest & catalogue.matters.keys()}
    return found


def called(found: Iterable[Sums], on: dt.date) -> dict[str, str]:
    """What the matters of these sums are called."""
    known: dict[str, str] = {}
    for area, wanted in _by_area(found).items():
        if rest := wanted - known.keys():
            known |= titles(rest, area, on)
    return known


def _by_area(found: Iterable[Sums]) -> dict[int, set[str]]:
    by: dict[int, set[str]] = {}
    for one in found:
        by.setdefault(one.area, set()).add(one.matter)
    return by


def rows(found: Sequence[Sums], on: dt.date) -> list[dict[str, Any]]:
    """Lines of a table, each with names and how the matter stands with its money."""
    known = called(found, on)
    places, units = names({one.area for one in found}, on), unit_names({one.unit for one in found})
    bare = [one for one in found if not one.promised and not one.received]
    asked = asked_of({one.area for one in bare}, {one.matter for one in bare}, on) if bare else {}
    return [
        {
            "one": one, "place": places.get(one.area, ""), "matter": known.get(one.matter, one.matter),
            "payer": units.get(one.unit, ""), **judged(one, on, asked.get((one.area, one.matter))),
        }
        for one in found
    ]  # fmt: skip


def judged(one: Sums, on: dt.date, asked: dt.date | None) -> dict[str, Any]:
    state, why = state_of(one, on, asked)
    tone, words = STATES[state]
    late = sum((promise.unpaid for promise in one.overdue(on)), one.promised * 0)
    return {"state": state, "tone": tone, "words": words, "why": why, "late": late}


def together(found: Iterable[Sums], key: Callable[[Sums], Any]) -> dict[Any, Sums]:
    """Sums by what a key says of each."""
    by: dict[Any, Sums] = {}
    for one in found:
        by[key(one)] = by[key(one)] + one if key(one) in by else one
    return by


def community(area: int) -> int:
    """A community within the reader's places. Raises Http404."""
    if not 0 < area < 10**15 or level_of(area) != COMMUNITY or not current().covers(area):
        raise Http404(_("没有这个社区，或者它不在你的地方。"))
    return area
