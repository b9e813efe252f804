"""Whom an act concerns: the case type's `tells`, resolved to people and told by a job after the act is committed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.tasks import LISTENERS
from lifang.blocks.packs.shapes import Transition
from lifang.ground.access.models import Grant, User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import ancestors
from lifang.ground.notices import actions as notices

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
"""Waits of 3, 9, 27, 81 and 243 seconds."""
STAFF = {"owner", "unit", "parts", "actor", "dispatcher", "supervisor"}
# The function whose holders nearest to the place are meant, after the case type's name.
BY_FUNCTION = {"dispatcher": "dispatch", "supervisor": "supervise"}


def enqueue(case: Case, act: Act, row: Transition | None) -> None:
    """Queue the telling inside the act's transaction, only where a member of staff is to be told."""
    whom = sorted(STAFF.intersection(row.tells)) if row else []
    if whom:
        tell.defer(act_id=act.pk, whom=whom, unit_id=case.unit_id)


LISTENERS.append(enqueue)


@app.task(name="cases.tell", queue="notices", retry=RETRY)
def tell(act_id: int, whom: list[str], unit_id: int | None) -> None:
    """Write a notice to everybody whom the act concerns, except the one who did it."""
    with system_scope("cases.tell"):
        act = Act.objects.select_related("case").get(pk=act_id)
        case = act.case
        type_ = lifecycle.type_of(case)
        notices.tell(
            people=concerned(act, whom, unit_id),
            title=_("{act}：{title}").format(act=type_.act_title(act.act), title=case.title),
            body=" · ".join(filter(None, [case.number, case.place_text, act.name, act.note[:200]])),
            url=reverse("case", args=[case.number]),
        )


def concerned(act: Act, whom: Iterable[str], unit_id: int | None) -> list[User]:
    """The people behind the words of `tells`, each once; `unit_id` is the owner when the act was done."""
    case, found = act.case, Q(pk__in=[])
    for word in whom:
        if word in BY_FUNCTION:
            found |= Q(pk__in=nearest(f"{case.type}.{BY_FUNCTION[word]}", case.area))
        elif word == "actor" and act.user_id:
            found |= Q(pk=act.user_id or 0)
        elif word == "parts":
            found |= _acting_for(case.parts.values("unit_id"))
        else:
            found |= _acting_for([unit for unit in (unit_id, case.unit_id) if unit])
    people = User.objects.filter(found, is_active=True).distinct()
    return list(people if "actor" in whom else people.exclude(pk=act.user_id or 0))


def _acting_for(units: Any) -> Q:
    """Those whose grant is bound to the unit, and those who belong to it and hold anything at all."""
    bound = Grant.objects.in_force().filter(unit__in=units).values("user")
    return Q(pk__in=bound) | Q(unit__in=units, pk__in=Grant.objects.in_force().values("user"))


def nearest(function: str, area: int) -> list[int]:
    """Ids of those who hold a function at the place or, where nobody does, at the nearest place above."""
    places = [area, *ancestors(area), 0]
    rows = (
        Grant.objects.in_force()
        .filter(role__functions__contains=[function], role__unit_bound=False, area__in=places, user__is_active=True)
        .values_list("area", "user")
    )
    held: dict[int, list[int]] = {}
    for place, user in rows:
        held.setdefault(place, []).append(user)
    return next((held[place] for place in places if place in held), [])
