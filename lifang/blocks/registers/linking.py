"""The residents whom a file means by its members' names: of the row's community the only one of the name, and nobody where
several bear it, or where the telephone beside it is told to be another's."""

from collections import defaultdict
from collections.abc import Iterable

from lifang.blocks.registry.keys import Kind, hashed
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import BELIEVED
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of


class Residents:
    """Those of a place who bear any of these names, read once."""

    def __init__(self, place: int, names: Iterable[str]) -> None:
        self.called: dict[tuple[int, str], list[Person]] = defaultdict(list)
        with system_scope("registers.linking"):
            found = Person.objects.standing().within(place).filter(name__in=set(names), died_on=None)
            for person in found:
                if level_of(person.area) >= COMMUNITY:
                    self.called[at_level(person.area, COMMUNITY), person.name].append(person)
            alone = [one.pk for people in self.called.values() if len(people) == 1 for one in people]
            self.phones: dict[int, set[int]] = defaultdict(set)
            told = Record.objects.filter(BELIEVED, person__in=alone, phone_key__isnull=False)
            for pk, key in told.values_list("person_id", "phone_key"):
                self.phones[pk].add(key or 0)

    def only(self, area: int, name: str, phone: str = "") -> Person | None:
        if level_of(area) < COMMUNITY:
            return None
        found = self.called.get((at_level(area, COMMUNITY), name), [])
        if len(found) != 1:
            return None
        known = self.phones.get(found[0].pk)
        if phone and known and hashed(Kind.PHONE, vault.phone_digits(phone)) not in known:
            return None
        return found[0]
