"""Who became whom by merging, at whatever remove."""

from collections.abc import Iterable

from lifang.blocks.registry.models import Person


def final_heirs(persons: Iterable[int]) -> dict[int, int]:
    """Each of these persons → whom they are part of now: themselves, unless they were merged."""
    heirs = {person: person for person in persons}
    while into := {one.pk: one.into_id for one in Person.objects.filter(pk__in=set(heirs.values())) if one.into_id}:
        heirs = {person: into.get(heir, heir) for person, heir in heirs.items()}
    return heirs


def with_merged(persons: Iterable[int]) -> dict[int, int]:
    """These persons and all who were merged into them → the one of these."""
    found = {person: person for person in persons}
    step = found
    while step:
        step = {one.pk: found[one.into_id] for one in Person.objects.filter(into__in=step) if one.into_id}
        found |= step
    return found
