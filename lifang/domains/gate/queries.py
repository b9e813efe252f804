"""What somebody may send, and what was sent, returned and reached where."""

import datetime as dt
from typing import Any

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Matter
from lifang.domains.gate.models import Reach, Sending, SendingQuery
from lifang.domains.gate.verdict import LOCAL
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import STREET, level_of


def sendable(user: Any) -> list[Matter]:
    """The matters that the person's unit may put to communities, as they stand at its place today."""
    unit: Unit | None = user.unit
    if unit is None:
        return []
    own = matters.admitted().below(unit.area).in_force(today()).filter(unit=unit)
    found = list(matters.at(unit.area, today()).values()) + [matters.of_admitted(row) for row in own]
    return list({one.name: one for one in found if may_send(one, unit)}.values())


def may_send(matter: Matter, unit: Unit) -> bool:
    if matter.class_ == "law":
        return unit.kind in LOCAL and level_of(unit.area) >= STREET
    if matter.class_ != "assist" or not matter.sends:
        return False
    return matter.admitted.unit_id == unit.pk if matter.admitted else matter.owner == unit.kind


def month_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The moments at which the month of a day begins and ends."""
    first = day.replace(day=1)
    return midnight(first), midnight((first + dt.timedelta(days=31)).replace(day=1))


def listed() -> SendingQuery:
    return Sending.objects.select_related("unit", "by", "case").newest()


def reached(area_from: int, area_to: int, day: dt.date) -> Any:
    """What reached, or was kept from, the communities of a place in the month of a day."""
    since, until = month_of(day)
    rows = Reach.objects.filter(area__gte=area_from, area__lt=area_to, at__gte=since, at__lt=until)
    return rows.select_related("sending__unit", "sending__case").order_by("-at", "-pk")
