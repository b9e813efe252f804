"""Finding buildings and flats by what somebody typed: an address, a part of one, or a building's name."""

import re
from typing import NamedTuple

from django.db.models import Q

from lifang.blocks.dwellings.pages.board import HOME, words
from lifang.blocks.dwellings.queries import near
from lifang.blocks.dwellings.residents import standing
from lifang.blocks.registry.seeking import addressed
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

MOST, MOST_HOMES = 10, 2000
SHORTEST = 2


class Site(NamedTuple):
    """A building, or with `flat` one home in it. `close` is 0 for what was named whole, 1 for what begins so, 2 for a part."""

    close: int
    community: int
    at: str
    title: str
    name: str = ""
    flat: str = ""


def sites(typed: str) -> list[Site]:
    """The closest first; runs under `person.read`, as the board does."""
    typed = re.sub(r"\s", "", typed)
    if len(typed) < SHORTEST:
        return []
    gate, at, home = addressed(typed)
    begun = f"{gate}-" if gate else typed
    wanted = Q(name__contains=typed)
    wanted |= Q(at=at) if at else Q(at__startswith=begun) | Q(at__startswith=typed)
    found: dict[tuple[int, str], Site] = {}
    for one in near(current().places).filter(wanted).order_by("at", "area")[: MOST * 5]:
        close = 0 if at == one.at or one.name == typed else 1 if one.at.startswith(begun) else 2
        found[one.community, one.at] = Site(close, one.community, one.at, words(one.at), one.name)
    for community, known in _lived_in(at, gate):
        found.setdefault((community, known), Site(0 if known == at else 1, community, known, words(known)))
    if home:
        found = {
            key: site._replace(flat=home, title=words(home)) if site.at == at else site for key, site in found.items()
        }
    return sorted(found.values())[:MOST]


def _lived_in(at: str, gate: str) -> set[tuple[int, str]]:
    """Buildings that nobody laid out and that are known from where people live."""
    if not gate:
        return set()
    low = at or gate
    rows = standing().filter(home__gte=f"{low}-", home__lt=f"{low}.").values_list("area", "home")[:MOST_HOMES]
    homes = [(area, HOME.fullmatch(home or "")) for area, home in rows]
    return {
        (at_level(area, COMMUNITY), f"{found['gate']}-{found['building']}")
        for area, found in homes
        if found and level_of(area) >= COMMUNITY
    }
