"""One box that finds cases, residents, buildings, bodies and places, each under the function that its own pages ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from lifang.blocks.cases import queries
from lifang.blocks.cases.models import Case
from lifang.blocks.dwellings.seeking import sites
from lifang.blocks.packs import service as packs
from lifang.blocks.registers.seeking import closest as closest_entries
from lifang.blocks.registry.pages import persons
from lifang.ground.access import looking_for
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import STREET
from lifang.ground.areas.queries import full_names, names

MOST = 20
MOST_BODIES = 10
LONGEST = 100
CASES, PERSONS, BODIES = "case.search", "person.read", "register.read"
WHOLE, PART, MEANT = 0, 2, 3


@dataclass(frozen=True)
class Found:
    """What was found of one kind, the closest first. `close` is how near the first of them is: 0 what was typed whole, 1
    its beginning or words of a case, 2 a part, 3 only what may be meant."""

    kind: str
    close: int
    rows: Sequence[Any]
    more: bool = False


def typed(request: HttpRequest) -> tuple[str, str]:
    """What is looked for, and the token that names it in an address."""
    token = request.GET.get("w", "")
    return looking_for.kept(request, token) or request.GET.get("q", "").replace("\0", "").strip()[:LONGEST], token


def found(request: HttpRequest, words: str) -> list[Found]:
    """The kinds of which anything was found, the closest first; the view stands within `leaves_a_row`."""
    if not words:
        return []
    kinds = (_residents(request, words), _cases(request, words), _buildings(request, words), _bodies(request, words))
    return sorted((one for one in kinds if one.rows), key=lambda one: one.close)


def _cases(request: HttpRequest, words: str) -> Found:
    if not holdings(request).holds(CASES):
        return Found("cases", PART, ())
    with acting(request, CASES):
        here = Case.objects.filter(queries.reach(current(), queries.part_cases(current().units)))
        cases = queries.by_text(here, words, most=MOST + 1).newest()
        rows = list(cases.select_related("unit").only(*queries.SHOWN, "text")[: MOST + 1])
    whole = any(case.number == words or case.title == words for case in rows)
    return Found("cases", WHOLE if whole else 1, rows[:MOST], len(rows) > MOST)


def _residents(request: HttpRequest, words: str) -> Found:
    rows, kind, loose = persons.closest(request, words)
    whole = kind not in ("name", "initials") or any(row.person.name == words for row in rows)
    return Found("residents", MEANT if loose else WHOLE if whole else PART, rows)


def _buildings(request: HttpRequest, words: str) -> Found:
    if not holdings(request).holds(PERSONS):
        return Found("buildings", PART, ())
    with acting(request, PERSONS):
        rows = sites(words)
    above = names({row.community for row in rows}, today())
    return Found("buildings", rows[0].close if rows else PART, [(row, above.get(row.community, "")) for row in rows])


def _bodies(request: HttpRequest, words: str) -> Found:
    if not holdings(request).holds(BODIES):
        return Found("bodies", PART, ())
    with acting(request, BODIES):
        rows = list(closest_entries(words, MOST_BODIES + 1))
    above = full_names({one.area for one in rows}, today(), STREET)
    listed = [
        (one, kind.title, above.get(one.area, ""))
        for one in rows[:MOST_BODIES]
        if (kind := packs.register_kinds(one.area).get(one.kind))
    ]
    return Found("bodies", rows[0].close if rows else PART, listed, len(rows) > MOST_BODIES)  # type: ignore[attr-defined]
