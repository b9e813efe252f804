"""What a list of persons is narrowed to: place, age, sex, and what departments say or do not say."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self

from django.conf import settings
from django.db.models import Exists, OuterRef

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.days import age, years_before
from lifang.blocks.registry.keys import Kind
from lifang.blocks.registry.models import Person, PersonQuery, Record
from lifang.blocks.registry.standing import BELIEVED_NOW as BELIEVED
from lifang.ground.access.scope import Range, current
from lifang.ground.areas.codes import STREET, WIDTHS, level_of, span
from lifang.ground.typed import whole

LONGEST = 100
OLDEST = 130
MOST_STREETS = 3


@dataclass(frozen=True)
class Filters:
    """What a list of persons is narrowed to; what cannot be read is left out. Ages are in years.

    `fact` is an element and its value as some department has it («marital-20»), `lacks` a number or telephone that none
    has, `stale` an element that was not told again for longer than its refresh period.
    """

    words: str = ""
    area: int | None = None
    youngest: int | None = None
    oldest: int | None = None
    sex: str = ""
    system: int | None = None
    fact: str = ""
    lacks: str = ""
    stale: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], words: str = "") -> Self:
        area = whole(given.get("area", ""))
        return cls(
            words=words.replace("\0", "").strip()[:LONGEST],
            area=area if area and area < 10**15 else None,
            youngest=_age(given.get("youngest", "")),
            oldest=_age(given.get("oldest", "")),
            sex=given.get("sex", "") if given.get("sex") in ("1", "2") else "",
            system=whole(given.get("system", "")),
            fact=given.get("fact", "") if given.get("fact") in facts_asked() else "",
            lacks=given.get("lacks", "") if given.get("lacks") in LACKING else "",
            stale=given.get("stale", "") if given.get("stale") in stale_asked() else "",
        )

    @property
    def probing(self) -> bool:
        """Whether the records of each person must be looked into, which is done within streets and smaller places."""
        return bool(self.fact or self.lacks or self.stale)

    def apply(self, persons: PersonQuery, today: dt.date) -> PersonQuery:
        if self.area:
            persons = persons.within(self.area)
        if self.youngest is not None:
            persons = persons.filter(birth__lte=years_before(today, self.youngest))
        if self.oldest is not None:
            persons = persons.filter(birth__gt=years_before(today, self.oldest + 1))
        if self.sex:
            persons = persons.filter(sex=self.sex)
        said = Record.objects.filter(BELIEVED, person=OuterRef("pk"))
        if self.system is not None:
            persons = persons.filter(Exists(said.filter(system=self.system)))
        if self.fact:
            element, _dash, value = self.fact.partition("-")
            persons = persons.filter(Exists(said.filter(**{f"facts__{element}": value})))
        if self.lacks:
            persons = persons.exclude(Exists(said.exclude(**{LACKING[self.lacks].column: None})))
        if self.stale:
            told = said.exclude(phone_key=None) if self.stale == "phone" else said.filter(facts__has_key=self.stale)
            fresh = told.filter(held_from__gt=today - dt.timedelta(days=stale_asked()[self.stale]))
            persons = persons.filter(Exists(told)).exclude(Exists(fresh))
        return persons

    def held(self, person: Person, records: Iterable[Record], on: dt.date) -> bool:
        """Whether somebody was among them on a day, as `then.of` tells how they stood; words are a part of the name, its
        initials or the beginning of a home."""
        years, records = age(person.birth, on), list(records)
        if self.words:
            run = re.sub(r"\s", "", self.words)
            begun = person.initials.startswith(run.lower()) or (person.home or "").startswith(run)
            if run not in person.name and not begun:
                return False
        if self.youngest is not None and (years is None or years < self.youngest):
            return False
        if self.oldest is not None and (years is None or years > self.oldest):
            return False
        if self.sex and person.sex != self.sex:
            return False
        if self.system is not None and all(one.system_id != self.system for one in records):
            return False
        if self.fact:
            element, _dash, value = self.fact.partition("-")
            if all(str(one.facts.get(element)) != value for one in records):
                return False
        if self.lacks and any(getattr(one, LACKING[self.lacks].column) is not None for one in records):
            return False
        if self.stale:
            told = [one for one in records if (one.phone_key if self.stale == "phone" else one.facts.get(self.stale))]
            first = on - dt.timedelta(days=stale_asked()[self.stale])
            return bool(told) and all(one.held_from <= first for one in told)
        return True


LACKING = {"number": Kind.NUMBER, "phone": Kind.PHONE}


@cache
def facts_asked() -> dict[str, tuple[str, str]]:
    """What may be asked for in `fact`: the element and the value, in words."""
    area, found = settings.CONFIG.area, {}
    for name, one in packs.elements(area).items():
        if one.kind not in ("code", "truth") or one.sensitivity not in ("open", "personal") or name == "sex":
            continue
        codes = packs.code_list(one.codes, area) if one.codes else None
        values = {**codes.values, **codes.own} if codes else {"true": "", "false": ""}
        for value in values:
            found[f"{name}-{value}"] = one.title, values[value]
    return found


@cache
def stale_asked() -> dict[str, int]:
    """What may be asked for in `stale`: the element and after how many days it is."""
    return {
        name: one.refresh_days
        for name, one in packs.elements(settings.CONFIG.area).items()
        if one.refresh_days and (name == "phone" or name != "place" and one.sensitivity in ("open", "personal"))
    }


def _age(text: str) -> int | None:
    years = whole(text)
    return years if years is not None and years <= OLDEST else None


def wide(filters: Filters) -> bool:
    """Whether more than a few streets are looked through."""
    return level_of(filters.area) < STREET if filters.area else many_streets(current().places)


def many_streets(places: Iterable[Range]) -> bool:
    return sum(hi - lo for lo, hi in places) > MOST_STREETS * WIDTHS[STREET]


def narrow(places: Iterable[Range], area: int | None) -> tuple[Range, ...]:
    """The parts of these places that lie in one place, if one is named."""
    if area is None:
        return tuple(places)
    low, high = span(area).start, span(area).stop
    return tuple((max(lo, low), min(hi, high)) for lo, hi in places if lo < high and low < hi)
