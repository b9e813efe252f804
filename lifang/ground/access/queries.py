"""Reading units and people."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from lifang.ground import prepared
from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.scope import Range, Scope, system_scope
from lifang.ground.areas.codes import ancestors, level_of

UNITS = "SELECT id, name, area FROM access_unit WHERE kind = %s AND area = ANY(%s) AND active ORDER BY area DESC"
UNIT_NAMES = "SELECT id, name FROM access_unit WHERE id = ANY(%s)"


class Body(NamedTuple):
    """A unit's id, name and place."""

    pk: int
    name: str
    area: int


def unit_for(kind: str, area: int, level: int | None = None) -> Body | None:
    """The active unit of this kind at or above a place: the one standing at `level` if there is, else the nearest."""
    near = [Body(*row) for row in prepared.run(UNITS, [kind, [area, *ancestors(area)]])]
    return next((body for body in near if level_of(body.area) == level), near[0] if near else None)


def unit_names(wanted: Iterable[int]) -> dict[int, str]:
    """Id → name, in one query; joining units to many cases has PostgreSQL compare each with each."""
    ids = list(wanted)
    return dict(prepared.run(UNIT_NAMES, [ids])) if ids else {}


def in_places(column: str, places: Iterable[Range]) -> Q:
    """The column holds a code within one of the ranges; matches nothing where there are none."""
    found = Q(pk__in=[])
    for lo, hi in places:
        found |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
    return found


class _Among(Func):
    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()


def among(keys: QuerySet[Any, Any]) -> Q:
    """The key is one of these, which are found once, as an array. A planner that misjudges the rest of a condition, or takes
    a table for empty as right after a load, would read the whole table, or find them anew for each row."""
    return Q(_Among(F("pk"), ArraySubquery(keys)))


def people_of(scope: Scope) -> QuerySet[User]:
    """The people whose unit or a grant lies in the scope's places; those with neither belong to the whole city."""
    found = in_places("unit__area", scope.places) | in_places("grants__area", scope.places)
    if scope.covers(settings.CONFIG.area):
        found |= Q(unit=None, grants=None)
    return User.objects.filter(pk__in=User.objects.filter(found).values("pk"))


def demo_sign_ins() -> list[tuple[str, str]]:
    """Sign-in names of the demo city, with who they are and their roles; nothing anywhere else."""
    if not settings.CONFIG.demo:
        return []
    with system_scope("demo.sign_ins"):
        rows = Grant.objects.in_force().filter(purpose="演示", user__is_active=True).order_by("pk")
        found = rows.values_list("user__username", "user__name", "role__name")
        return [(username, f"{name}（{role}）") for username, name, role in found]


def units_of(scope: Scope) -> QuerySet[Unit]:
    return Unit.objects.filter(in_places("area", scope.places))
