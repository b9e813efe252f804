"""Reading units and people."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet

from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import Range, Scope
from lifang.ground.areas.codes import level_of, parent_of


def unit_for(kind: str, area: int, level: int | None = None) -> Unit | None:
    """The nearest active unit of this kind at or above a place; with `level`, only one standing at that level."""
    places, code = [area], area
    while code:
        places.append(code := parent_of(code))
    units: Iterable[Unit] = Unit.objects.filter(kind=kind, area__in=places, active=True)
    near = sorted((u for u in units if level is None or level_of(u.area) == level), key=lambda u: -u.area)
    return near[0] if near else None


def in_places(column: str, places: Iterable[Range]) -> Q:
    """The column holds a code within one of the ranges; matches nothing where there are none."""
    found = Q(pk__in=[])
    for lo, hi in places:
        found |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
    return found


def people_of(scope: Scope) -> QuerySet[User]:
    """The people whose unit or a grant lies in the scope's places; those with neither belong to the whole city."""
    found = in_places("unit__area", scope.places) | in_places("grants__area", scope.places)
    if scope.covers(settings.CONFIG.area):
        found |= Q(unit=None, grants=None)
    return User.objects.filter(pk__in=User.objects.filter(found).values("pk"))


def units_of(scope: Scope) -> QuerySet[Unit]:
    return Unit.objects.filter(in_places("area", scope.places))
