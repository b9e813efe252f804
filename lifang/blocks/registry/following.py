"""Persons go with the places where they stand when these split, merge or get other codes."""

from collections.abc import Callable, Collection

from django.db import transaction
from django.db.models import OuterRef, Subquery
from procrastinate.contrib.django import app

from lifang.blocks.registry import standing
from lifang.blocks.registry.models import Pair, Person, Record
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas import carrying
from lifang.ground.areas.models import AreaChange

FOLLOW = "registry.follow"
CHUNK = 20_000
CARRY: list[Callable[[AreaChange], None]] = []
"""What other rooms do when a change of places has come into force or was undone, before the persons follow."""
FOLLOWED: list[Callable[[AreaChange, Collection[int]], None]] = []
"""What they do once the persons stand where they belong, with the codes that the change touched."""


def told(change: AreaChange, codes: Collection[int]) -> None:
    """Persons follow a change of places, and its undoing, in the background: at once, or when its day has come."""
    at = midnight(change.on) if change.on > today() else None
    app.configure_task(FOLLOW, lock="registry", schedule_at=at).defer(change_id=change.pk, codes=[*sorted(codes)])


@transaction.atomic
def follow(change: AreaChange, codes: Collection[int]) -> None:
    """Buildings first, then the persons who stand on these codes and the pairs of them that wait for somebody."""
    for carry in CARRY:
        carry(change)
    persons = list(Person.objects.filter(area__in=codes).values_list("pk", flat=True))
    for begin in range(0, len(persons), CHUNK):
        standing.refresh(persons[begin : begin + CHUNK], change.area)
    moved = Record.objects.filter(pk=OuterRef("right")).values("person__area")
    Pair.objects.filter(area__in=codes, state=Pair.State.UNSURE).update(area=Subquery(moved))
    for followed in FOLLOWED:
        followed(change, codes)


carrying.FOLLOWERS.append(told)
