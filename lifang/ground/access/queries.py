"""Reading units and people."""

from typing import NamedTuple

from django.db import connection

from lifang.ground.areas.codes import ancestors, level_of


class Body(NamedTuple):
    """A unit's id, name and place."""

    pk: int
    name: str
    area: int


def unit_for(kind: str, area: int, level: int | None = None) -> Body | None:
    """The active unit of this kind at or above a place: the one standing at `level` if there is, else the nearest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, area FROM access_unit WHERE kind = %s AND area = ANY(%s) AND active ORDER BY area DESC",
            [kind, [area, *ancestors(area)]],
        )
        near = [Body(*row) for row in cursor.fetchall()]
    return next((body for body in near if level_of(body.area) == level), near[0] if near else None)
