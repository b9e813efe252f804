"""Whom other rooms find in the registers: the bodies of a community that a case or an event calls for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import queries
from lifang.blocks.registers.models import Member, Statement
from lifang.blocks.registers.queries import HEAD, When
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, STREET, at_level, level_of


@dataclass(frozen=True)
class Body:
    """An entry that stands today and its people, the head first."""

    kind: RegisterKind
    said: Statement
    people: Sequence[Member]

    @property
    def head(self) -> Member | None:
        return next((one for one in self.people if one.role == HEAD), None)


def asked_for(wanted: Callable[[RegisterKind], bool], area: int) -> bool:
    return any(map(wanted, packs.register_kinds(area).values()))


def bodies(wanted: Callable[[RegisterKind], bool], area: int) -> list[Body]:
    """Those of the community of a place; of a wider place none."""
    return _within(wanted, at_level(area, COMMUNITY)) if level_of(area) >= COMMUNITY else []


def neighbours(wanted: Callable[[RegisterKind], bool], area: int) -> list[Body]:
    """Those of the whole street in which a place lies."""
    return _within(wanted, at_level(area, STREET)) if level_of(area) >= STREET else []


def _within(wanted: Callable[[RegisterKind], bool], place: int) -> list[Body]:
    kinds = {name: kind for name, kind in packs.register_kinds(place).items() if wanted(kind)}
    if not kinds:
        return []
    when = When.now()
    with system_scope("registers.serving"):
        found = list(queries.within(queries.said(when, kinds), place).order_by("area", "pk"))
        people: dict[int, list[Member]] = {one.entry_id: [] for one in found}
        for member in queries.members(when, people):
            people[member.entry_id].append(member)
    return [
        Body(kinds[one.entry.kind], one, sorted(people[one.entry_id], key=lambda member: member.role != HEAD))
        for one in found
    ]


def placed(kind: str, place: int) -> set[int]:
    """The communities at or below a place in which an entry of this kind stands today."""
    with system_scope("registers.serving"):
        found = queries.within(queries.said(When.now(), [kind]), place)
        return {at_level(area, COMMUNITY) for area in found.values_list("area", flat=True)}
