"""Persons as they stood at the end of a day, by what held and was known then. Those who stand within the places now are
asked about: where a person was is told by records, which no index finds by place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import winning
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import rulings_of
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import day_in, midnight, today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span

DAY = dt.timedelta(days=1)
ELEMENTS = ("name", "sex", "birth", "died_on", "place", "address")


class Stood(NamedTuple):
    """`person` with name, birth, sex, place and home of that day, never to be saved; `records` are what was said then."""

    person: Person
    records: Sequence[Record]


def asked_day(typed: str) -> dt.date | None:
    """A day before today; None stands for now."""
    on = day_in(typed)
    return on if on is not None and on < today() else None


def stood(place: int, on: dt.date, homes: tuple[str, str] | None = None) -> list[Stood]:
    """The living of a place on a day, by name; with `homes` those of whom any record named a home from one to another."""
    below = span(place)
    here = Person.objects.filter(in_places("area", current().places), area__gte=below.start, area__lt=below.stop)
    if homes:
        named = Record.objects.filter(told(on), person__in=here, home__gte=homes[0], home__lt=homes[1])
        here = here.filter(pk__in=set(named.values_list("person", flat=True)))
    return of(here.values("pk"), on)


def told(on: dt.date) -> Q:
    """Words that had begun by a day and were believed at its end, also where a newer one followed."""
    end = midnight(on + DAY)
    return Q(held_from__lte=on, known_from__lt=end) & (Q(known_until=None) | Q(known_until__gte=end))


def of(persons: Iterable[int] | QuerySet[Person, Any], on: dt.date) -> list[Stood]:
    """Those of these persons who lived on a day and were known then, by name."""
    of_person: dict[int, list[Record]] = defaultdict(list)
    rows = Record.objects.filter(told(on), person__in=persons).select_related("person", "system").defer("sealed")
    for record in rows:
        of_person[record.person_id].append(record)
    believed = {pk: said for pk, records in of_person.items() if (said := winning.believed(records, on))}
    elements = {name: one for name, one in packs.elements(settings.CONFIG.area).items() if name in ELEMENTS}
    rulings = rulings_of(believed, midnight(on + DAY))
    found = []
    for pk, records in believed.items():
        won = winning.winners(map(winning.said, records), elements, winning.upheld(rulings.get(pk, ()), records))
        value = {name: one.word.value for name, one in won.items()}
        died = day_in(value.get("died_on", ""))
        if died is not None and died <= on:
            continue
        person = records[0].person
        person.name, person.sex = value.get("name", person.name), value.get("sex", "")
        person.birth, person.died_on = day_in(value.get("birth", "")), None
        person.home = won["address"].word.record.home if "address" in won else None
        person.area = _area(person.area, int(value["place"]) if "place" in value else person.area)
        found.append(Stood(person, records))
    return sorted(found, key=lambda one: (one.person.name, one.person.pk))


def _area(now: int, said: int) -> int:
    """A grid that follows from the building stays, where then the same community was said."""
    if level_of(said) < COMMUNITY or (
        level_of(now) >= COMMUNITY and at_level(now, COMMUNITY) == at_level(said, COMMUNITY)
    ):
        return now
    return said
