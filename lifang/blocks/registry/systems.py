"""Outside systems: which there are at one's places, what each holds here, and how fresh that is."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.facts import apart
from lifang.blocks.registry.models import Import, System
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range, system_scope
from lifang.ground.areas.codes import ancestors
from lifang.ground.kept import Kept
from lifang.ground.trail.actions import record

HERE = """
FROM registry_record r JOIN registry_person p ON p.id = r.person_id
WHERE r.current AND NOT r.gone AND r.known_until IS NULL AND r.system_id = ANY(%(systems)s)
    AND EXISTS (SELECT 1 FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) b (low, high)
        WHERE p.area >= b.low AND p.area < b.high)
"""
WHOLE = (
    f"SELECT r.system_id, count(*), count(DISTINCT r.person_id), min(r.held_from), max(r.held_from) {HERE} GROUP BY 1"
)
FILLED = f"""
SELECT r.system_id, e.name, count(*), count(*) FILTER (WHERE r.held_from < %(on)s - e.days)
FROM (SELECT r.system_id, r.facts, r.held_from {HERE}) r
JOIN unnest(%(names)s::text[], %(days)s::int[]) e (name, days) ON jsonb_exists(r.facts, e.name) OR e.name = 'name' GROUP BY 1, 2
"""
# Of sealed values, those that have a key can be counted without opening them.
KEYED = f"""
SELECT r.system_id, e.name, count(*), count(*) FILTER (WHERE r.held_from < %(on)s - e.days)
FROM (SELECT r.system_id, r.held_from, coalesce(r.number_key, r.typed_key) AS number, r.phone_key AS phone {HERE}) r
CROSS JOIN LATERAL (VALUES ('number', r.number, %(number)s::int), ('phone', r.phone, %(phone)s::int)) e (name, key, days)
WHERE e.key IS NOT NULL GROUP BY 1, 2
"""


DESK = "desk"
"""The code of what communities write themselves: no file and no other system speaks for it."""


class Refused(Exception):
    """The system cannot be entered; the message says why."""


@dataclass
class Held:
    """What a system holds of the persons of some places. `filled` and `stale` count records by element; other sealed and
    special elements are not counted, for that would mean to open them."""

    records: int = 0
    persons: int = 0
    since: dt.date | None = None
    until: dt.date | None = None
    filled: dict[str, int] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)


_held: Kept[dict[int, Held]] = Kept(seconds=60, most=200)


def overlapping(column: str, places: Iterable[Range]) -> Q:
    """The column holds a code within one of the ranges, or one above it."""
    above = {code for low, _high in places for code in ancestors(low)}
    return in_places(column, places) | Q(**{f"{column}__in": above})


def here(places: Sequence[Range]) -> QuerySet[System]:
    return System.objects.filter(overlapping("area", places)).order_by("department", "title", "pk")


def sending(places: Sequence[Range]) -> QuerySet[System]:
    """Those whose files and rows are taken in."""
    return here(places).exclude(code=DESK)


def came(systems: Iterable[System], places: Sequence[Range]) -> dict[int, dt.date]:
    """By system, the newest day of data that was taken for these places, also by files that held more than these."""
    with system_scope("registry"):
        taken = Import.objects.filter(overlapping("area", places), system__in=systems, state=Import.State.TAKEN)
        return dict(taken.values_list("system").annotate(Max("held_on")))


def linked(systems: Iterable[System], places: Sequence[Range]) -> dict[int, str]:
    """By system, how its data really came last: through the API, or as a file."""
    with system_scope("registry"):
        taken = Import.objects.filter(overlapping("area", places), system__in=systems, state=Import.State.TAKEN)
        last = taken.order_by("system", "-taken_at").distinct("system").values_list("system", "key")
        return {system: str((System.Link.API if key else System.Link.FILE).label) for system, key in last}


def days_late(system: System, came_on: dt.date | None) -> int:
    """How many days the next file is overdue; 0 where none is awaited or none came yet."""
    if not system.refresh_days or came_on is None:
        return 0
    return max((today() - came_on).days - system.refresh_days, 0)


def held(systems: Sequence[System], places: Sequence[Range], elements: Mapping[str, Element]) -> dict[int, Held]:
    """By system. Counted anew after each import, and else once a minute."""
    ids = [system.pk for system in systems]
    with system_scope("registry"):
        last = Import.objects.filter(system__in=ids).aggregate(taken=Max("taken_at"), undone=Max("undone_at"))
    key = (*ids, *places, *last.values(), today())
    return _held.get(key, lambda: _counted(ids, places, elements))


def _counted(ids: list[int], places: Sequence[Range], elements: Mapping[str, Element]) -> dict[int, Held]:
    found = {system: Held() for system in ids}
    names = [*apart(elements, elements, "plain"), "name"]
    given: dict[str, Any] = {
        "systems": ids, "lows": [low for low, _high in places], "highs": [high for _low, high in places],
        "on": today(), "names": names, "days": [elements[name].refresh_days for name in names],
        "phone": elements["phone"].refresh_days, "number": elements["number"].refresh_days,
    }  # fmt: skip
    with system_scope("registry"), connection.cursor() as cursor:
        cursor.execute(WHOLE, given)
        for system, *whole in cursor.fetchall():
            found[system] = Held(*whole)
        for counted in (FILLED, KEYED):
            cursor.execute(counted, given)
            for system, element, filled, stale in cursor.fetchall():
                found[system].filled[element] = filled
                found[system].stale[element] = stale
    return found


def add_system(*, code: str, area: int, **given: Any) -> System:
    """Raises Refused where the place has a system of this code."""
    system, fresh = System.objects.get_or_create(code=code, area=area, defaults=given)
    if not fresh:
        raise Refused(_("这个地方已经有代码为 {code} 的来源「{title}」。").format(code=code, title=system.title))
    record(what="data.system_added", kind="system", object_id=system.pk, area=area, title=system.title)
    return system


def change_system(*, system: System, **given: Any) -> None:
    changed = [name for name, value in given.items() if getattr(system, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(system, name, given[name])
    system.save(update_fields=changed)
    record(what="data.system_changed", kind="system", object_id=system.pk, area=system.area, changed=changed)
