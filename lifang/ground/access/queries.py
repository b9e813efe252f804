"""Reading units and people."""

from collections.abc import Iterable

from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import level_of, parent_of


def unit_for(kind: str, area: int, level: int | None = None) -> Unit | None:
    """The nearest active unit of this kind at or above a place; with `level`, only one standing at that level."""
    places, code = [area], area
    while code:
        places.append(code := parent_of(code))
    units: Iterable[Unit] = Unit.objects.filter(kind=kind, area__in=places, active=True)
    near = sorted((u for u in units if level is None or level_of(u.area) == level), key=lambda u: -u.area)
    return near[0] if near else None
