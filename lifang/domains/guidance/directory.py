"""Services of daily life that residents can call on: what fits best, then who is near."""

import math
from dataclasses import dataclass

from lifang.blocks.cases.words import words
from lifang.blocks.packs import service as packs
from lifang.blocks.registers import queries as registers
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COUNTY, STREET, at_level, level_of, within
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names

KIND, AT_HOME, MOST = "daily_service", ("both", "only"), 60
KILOMETRES = 111.2


@dataclass(frozen=True)
class Offer:
    """One who offers a service. `km` is from the middle of their community to the middle of the resident's."""

    name: str
    place: str
    facts: dict[str, str]
    home: str
    at_home: bool
    here: bool
    km: float | None


def find(city: int, text: str, community: int | None) -> list[Offer]:
    """Those whose entry holds more than half of what the best one holds of a text's words: in the resident's community
    first, then the nearer."""
    kind = packs.register_kinds(city).get(KIND)
    if kind is None:
        return []
    with system_scope("guidance.directory"):
        said = list(registers.within(registers.said(registers.When.now(), [KIND]), city))
    options = kind.columns["home"].options
    wanted, scored = set(words(text)), []
    for one in said:
        home = str(one.facts.get("home", ""))
        held = words(one.name, str(one.facts.get("does", "")), "上门" if home in AT_HOME else "")
        scored.append((len(wanted.intersection(held)), one, home))
    best = max((score for score, _one, _home in scored), default=0)
    if wanted and not best:
        return []
    middles = _middles({one.area for _score, one, _home in scored} | ({community} if community else set()))
    places = full_names({one.area for _score, one, _home in scored}, today(), COUNTY)
    found = []
    for score, one, home in scored:
        if wanted and 2 * score <= best:
            continue
        here = community is not None and within(community, one.area)
        km = _apart(middles.get(one.area), middles.get(community or 0))
        offer = Offer(
            one.name, places.get(one.area, ""), {key: str(value) for key, value in one.facts.items()},
            options.get(home, ""), home in AT_HOME, here, None if here else km,
        )  # fmt: skip
        found.append(((not here, _steps(one.area, community), km or 0.0, one.name), offer))
    return [offer for _key, offer in sorted(found, key=lambda pair: pair[0])][:MOST]


def _middles(areas: set[int]) -> dict[int, tuple[float, float]]:
    rows = Area.objects.as_of(today()).filter(code__in=areas, lon__isnull=False)
    return {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat") if lon and lat}


def _apart(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float | None:
    if one is None or other is None:
        return None
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return KILOMETRES * math.hypot(east, one[1] - other[1])


def _steps(area: int, community: int | None) -> int:
    """Of places whose middle nobody knows: 0 in the same street, 1 in the same county, 2 beyond."""
    if community is None:
        return 0
    return next(
        (n for n, level in enumerate((STREET, COUNTY)) if level_of(area) >= level and at_level(area, level) == at_level(community, level)),
        2,
    )  # fmt: skip
