"""Which acts of a matter of the counter are for whom: the front serves, the unit that owns it handles, and each unit that
must sign signs."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse

from lifang.blocks.cases.models import Case, Part
from lifang.blocks.packs.shapes import Transition
from lifang.domains.counter import items
from lifang.domains.counter.pages.place import BACK, READ, SERVE
from lifang.ground.access.doors import holdings


def address(request: HttpRequest, case: Case) -> str:
    """The counter's own page of it, "" where the reader may not open that."""
    return reverse("counter_case", args=[case.number]) if holdings(request).may(READ, case.area, case.involved) else ""


def fitting(case: Case, unit: int | None, rows: Sequence[Transition]) -> list[Transition]:
    """Those of the acts open to somebody of a unit that would not be refused."""
    service = items.of_case(case)
    signing = set(Part.objects.filter(case=case, state__in=Part.UNFINISHED).values_list("unit", flat=True))
    mine = case.unit_id == unit
    fits = {
        "settle": bool(service and service.front), "pass_on": bool(service and service.back), "sign": unit in signing,
        "complete": mine and not signing,
    }  # fmt: skip
    return [row for row in rows if fits.get(row.act, row.by == SERVE or (row.by == BACK and mine))]
