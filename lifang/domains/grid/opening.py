"""How an event begins: where it stands, who must own it by law, and how long that may take."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from lifang.blocks.cases.actions import open_case
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.words import LEVELS
from lifang.domains.grid.duplicates import cell_of
from lifang.domains.grid.gazetteer import place_named
from lifang.ground.access.queries import unit_for
from lifang.ground.areas import locate

EVENT = "event"


@dataclass(frozen=True)
class Spot:
    """Where an event stands. `problem` is "", "outside" the city, in a "gap" of the grids, or "unlocated".

    With a problem the event stands at the city itself, where the city's desk finds it.
    """

    area: int
    second_area: int | None = None
    cell: int | None = None
    problem: str = ""


def place(*, lon: float | None = None, lat: float | None = None, area: int | None = None, text: str = "") -> Spot:
    """The spot of a point, else of a chosen place, else of a place named in the text."""
    city = settings.CONFIG.area
    if lon is not None and lat is not None:
        found = locate.find(lon, lat)
        if found.governance is None:
            return Spot(area or city, found.construction, cell_of(lon, lat), found.problem or "gap")
        return Spot(found.governance, found.construction, cell_of(lon, lat))
    if area is not None:
        return Spot(area)
    if (named := place_named(text, city)) is not None:
        return Spot(named)
    return Spot(city, problem="unlocated")


def proposal(category: str, area: int, at: dt.datetime, urgency: str) -> dict[str, Any]:
    """The lawful owner and the handling limit, as told to the reporter and offered to the dispatcher.

    `owner` is a unit's id or None where no such unit is entered; `owner_name` then names the kind.
    """
    rule = packs.category(category, area, at)
    owner = rule.owner.value
    unit = unit_for(owner.unit, area, LEVELS.index(owner.level) + 1)
    limit = rule.limit("handle", urgency)
    return {
        "owner": unit.pk if unit else None,
        "owner_name": unit.name if unit else packs.units()[owner.unit].title,
        "owner_rule": rule.owner.citation,
        "limit": {"amount": limit.value.amount, "unit": limit.value.unit.value} if limit else None,
        "limit_rule": limit.citation if limit else "",
    }


def open_child(parent: Case, category: str, text: str, actor: Actor, at: dt.datetime) -> Case:
    """A child case at its parent's spot."""
    rule = packs.category(category, parent.area, at)
    return open_case(
        type_=packs.case_type(EVENT, parent.area, at),
        actor=actor,
        at=at,
        key=None,
        area=parent.area,
        category=category,
        source=parent.source,
        title=rule.title,
        text=text,
        second_area=parent.second_area,
        lon=parent.lon,
        lat=parent.lat,
        place_text=parent.place_text,
        urgency=rule.urgency,
        parent=parent,
        voices_count=0,
        fields=proposal(category, parent.area, at, rule.urgency),
    )
