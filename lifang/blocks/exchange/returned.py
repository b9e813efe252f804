"""What departments hold about a place: how much, how fresh, where they disagree; and what the place gave them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lifang.blocks.exchange.desk import DESK
from lifang.blocks.exchange.models import Question
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import systems
from lifang.blocks.registry.models import Conflict, Record, System
from lifang.blocks.registry.queries import BELIEVED
from lifang.blocks.registry.standing import BELIEVED as BELIEVED_SQL
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range
from lifang.ground.areas.codes import span

# Elements whose values are sealed, and the keys by which those that have one are counted all the same.
KEYED = {
    "number": Q(number_key__isnull=False) | Q(typed_key__isnull=False),
    "phone": Q(phone_key__isnull=False),
}
OPEN = f"""
SELECT r.system_id, c.element, count(DISTINCT c.person_id)
FROM registry_conflict c JOIN registry_record r ON r.person_id = c.person_id AND {BELIEVED_SQL}
WHERE c.open AND c.area >= %(low)s AND c.area < %(high)s AND r.system_id = ANY(%(systems)s) AND (
    jsonb_exists(r.facts, c.element) OR c.element = 'name' OR c.element = 'number' AND r.number_key IS NOT NULL)
GROUP BY 1, 2
"""


class Told(NamedTuple):
    """One element of one system: on how many persons' records, how many of them stale, on how many persons disagreed."""

    name: str
    element: Element
    n: int
    stale: int
    open: int


@dataclass(frozen=True)
class Held:
    """What a system holds of a place: `came` is the newest day of its data, `late` the days that a file is overdue."""

    system: System
    persons: int
    came: dt.date | None
    late: int
    told: Sequence[Told]


@dataclass
class Given:
    """A department in the ledger. `returned`: values by element that its systems hold here; `taken`: values by element
    of its own keeping that the community had to write (its names go with whatever it wrote); questions asked of it, by state."""

    returned: Counter[str] = field(default_factory=Counter)
    newest: dt.date | None = None
    taken: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)


def held(place: int, elements: Mapping[str, Element]) -> list[Held]:
    """By system, those that hold anything here first."""
    places = _range(place)
    found = list(systems.here(places))
    filled, came = systems.held(found, places, elements), systems.came(found, places)
    disagreed = _open(place, found)
    rows = [
        Held(
            one, filled[one.pk].persons, came.get(one.pk), systems.days_late(one, came.get(one.pk)),
            [
                Told(name, element, filled[one.pk].filled[name], filled[one.pk].stale[name], disagreed.get((one.pk, name), 0))
                for name, element in elements.items()
                if filled[one.pk].filled.get(name)
            ],
        )
        for one in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row.persons)


def _range(place: int) -> tuple[Range, ...]:
    below = span(place)
    return ((below.start, below.stop),)


def _open(place: int, found: Sequence[System]) -> dict[tuple[int, str], int]:
    below = span(place)
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"low": below.start, "high": below.stop, "systems": [one.pk for one in found]})
        return {(system, element): n for system, element, n in cursor.fetchall()}


def ledger(place: int, rows: Sequence[Held]) -> dict[str, Given]:
    """By department; what the community itself wrote counts for the department that should have known it."""
    found: dict[str, Given] = defaultdict(Given)
    for row in rows:
        if row.system.code == DESK:
            for told in row.told:
                if told.name != "name" and (keeper := told.element.home or told.element.owner):
                    found[keeper].taken[told.name] += told.n
            continue
        given = found[row.system.department]
        given.returned.update({told.name: told.n for told in row.told})
        given.newest = max(filter(None, (given.newest, row.came)), default=None)
    asked = Question.objects.filter(in_places("area", _range(place))).order_by()
    for department, state in asked.values_list("department", "state"):
        found[department].asked[state] += 1
    return {name: given for name, given in found.items() if given.returned or given.taken or given.asked}


def records(place: int, system: System, element: str, one: Element, which: str) -> QuerySet[Record]:
    """A system's records of people here that speak of an element: all, `stale` ones, or those on which others `differ`."""
    found = Record.objects.filter(BELIEVED, in_places("person__area", _range(place)), system=system)
    if element in KEYED:
        found = found.filter(KEYED[element])
    elif element != "name":
        found = found.filter(facts__has_key=element)
    if which == "stale":
        found = found.filter(held_from__lt=today() - dt.timedelta(days=one.refresh_days or 10**4))
    elif which == "differ":
        open_ = Conflict.objects.filter(Q(open=True, element=element), person=OuterRef("person"))
        found = found.filter(Exists(open_))
    return found.select_related("person").order_by(F("person__area"), "name", "pk")
