"""What a list of residents is narrowed to, the registers of special care among it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from lifang.blocks.lists.care import care_lists
from lifang.blocks.registry.models import Person, PersonQuery, Record
from lifang.blocks.registry.narrowing import Filters


@dataclass(frozen=True)
class Listed(Filters):
    """`care` is a register, `on_it` those who stand on it, once somebody has looked."""

    care: str = ""
    on_it: frozenset[int] | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], words: str = "") -> Self:
        care = given.get("care", "")
        return replace(super().read(given, words), care=care if care in care_lists() else "")

    @property
    def probing(self) -> bool:
        return bool(self.care) or super().probing

    def apply(self, persons: PersonQuery, today: dt.date) -> PersonQuery:
        persons = super().apply(persons, today)
        return persons.filter(pk__in=self.on_it or ()) if self.care else persons

    def held(self, person: Person, records: Iterable[Record], on: dt.date) -> bool:
        return (not self.care or person.pk in (self.on_it or ())) and super().held(person, records, on)


def asked_of(given: Mapping[str, str]) -> dict[str, str]:
    """The parameters of an address that narrow a list, without what was typed to find somebody."""
    read = Listed.read(given)
    names = [one.name for one in fields(read) if one.name not in ("words", "on_it")]
    return {name: str(value) for name in names if (value := getattr(read, name)) not in ("", None)}
