"""Who became whom by merging, at whatever remove."""

from collections.abc import Iterable

from django.db.models import QuerySet

from lifang.blocks.registry.models import Person
from lifang.ground import prepared

PARTS = "SELECT id, into_id FROM registry_person WHERE into_id = ANY(%s)"


def _merged() -> QuerySet[Person, tuple[int, int]]:
    return Person.objects.exclude(into=None).values_list("pk", "into_id")


def final_heirs(persons: Iterable[int]) -> dict[int, int]:
    """Each of these persons → whom they are part of now: themselves, unless they were merged."""
    heirs = {person: person for person in persons}
    while into := dict(_merged().filter(pk__in=set(heirs.values()))):
        heirs = {person: into.get(heir, heir) for person, heir in heirs.items()}
    return heirs


def with_merged(persons: Iterable[int]) -> dict[int, int]:
    """These persons and all who were merged into them → the one of these."""
    found = {person: person for person in persons}
    step = found
    while step:
        step = {person: found[into] for person, into in prepared.run(PARTS, [[*step]])}
        found |= step
    return found
