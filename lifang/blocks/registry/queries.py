"""Finding persons: what was typed, from the closest on; narrowed, and paged by key."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from lifang.blocks.registry.comparable import GIVEN, comparable
from lifang.blocks.registry.keys import LAST, Kind, hashed
from lifang.blocks.registry.models import Person, PersonQuery, Record, Ruling
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.access.vault import phone_digits
from lifang.ground.areas.codes import STREET, WIDTHS, level_of
from lifang.ground.typed import whole

PAGE = 50
NEAR = 10
MOST_NEAR = 60
LONGEST = 100
OLDEST = 130
MOST_STREETS = 3
NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")
PHONE = re.compile(r"1\d{10}")
END = re.compile(rf"\d{{{LAST - 1}}}[\dX]")
INITIALS = re.compile(r"[A-Za-z]+")
ABOVE_LETTERS = "{"
"""The character after z: words that begin with «zj» lie from «zj» to «zj{»."""


def of_believed(through: str = "") -> Q:
    """Records that are believed now; `through` leads to them from another table («record__»)."""
    return Q(**{f"{through}current": True, f"{through}gone": False, f"{through}known_until": None})


BELIEVED = of_believed()


class Sought(NamedTuple):
    """What was typed: of which kind (for the trail, which never keeps the words), and conditions, the closest first.

    `parts` says that the last condition asks for a part of a word: no index of names serves it, so that it is asked
    within streets and smaller places only.
    """

    kind: str
    tiers: Sequence[Q]
    parts: bool = False


def sought(words: str) -> Sought:
    """What the words may be: an identity number, its end or a telephone's, a home, initials, or a name."""
    words = unicodedata.normalize("NFKC", words)
    run = re.sub(r"\s", "", words)
    number, phone = run.upper().replace("-", ""), phone_digits(run)
    if not run:
        return Sought("", [Q()])
    if NUMBER.fullmatch(number):
        found = _compared(number=number)
        right = _with_key(Kind.NUMBER, found["number"]) if found["number"] else Q()
        return Sought("number", [right | _with_key(Kind.TYPED, number)])
    if PHONE.fullmatch(phone):
        return Sought("phone", [_with_key(Kind.PHONE, phone)])
    if END.fullmatch(number):
        return Sought("end", [_with_key(kind, number) for kind in (Kind.NUMBER_END, Kind.PHONE_END)])
    home = _compared(address=words)
    if home["gate"]:
        exact = [_of_records(home=home["home"])] if home["home"] else []
        return Sought("address", [*exact, _of_records(gate=home["gate"])])
    if INITIALS.fullmatch(run):
        letters = run.lower()
        begun = Q(initials__gte=letters, initials__lt=letters + ABOVE_LETTERS)
        return Sought("initials", [Q(initials=letters) | Q(name=words.strip()), begun], parts=True)
    name = re.sub(r"[•.]", "·", run)
    return Sought("name", [Q(name=name), Q(name__contains=name)], parts=True)


def _compared(**given: str) -> dict[str, Any]:
    row = {name: [given.get(name)] for name in GIVEN}
    return comparable(pl.DataFrame({"id": [0], **row}, schema_overrides=dict.fromkeys(GIVEN, pl.String))).row(
        0, named=True
    )


def _with_key(kind: Kind, value: str) -> Q:
    return _of_records(**{kind.column: hashed(kind, value)})


def _of_records(**said: Any) -> Q:
    return Q(pk__in=Record.objects.filter(BELIEVED, **said).values("person"))


@dataclass(frozen=True)
class Filters:
    """What a list of persons is narrowed to, as typed; what cannot be read is left out. Ages are in years."""

    words: str = ""
    area: int | None = None
    youngest: int | None = None
    oldest: int | None = None
    sex: str = ""
    system: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        area = whole(given.get("area", ""))
        return cls(
            words=given.get("q", "").replace("\0", "").strip()[:LONGEST],
            area=area if area and area < 10**15 else None,
            youngest=_age(given.get("youngest", "")),
            oldest=_age(given.get("oldest", "")),
            sex=given.get("sex", "") if given.get("sex") in ("1", "2") else "",
            system=whole(given.get("system", "")),
        )

    def apply(self, persons: PersonQuery, today: dt.date) -> PersonQuery:
        if self.area:
            persons = persons.within(self.area)
        if self.youngest is not None:
            persons = persons.filter(birth__lte=years_before(today, self.youngest))
        if self.oldest is not None:
            persons = persons.filter(birth__gt=years_before(today, self.oldest + 1))
        if self.sex:
            persons = persons.filter(sex=self.sex)
        if self.system is not None:
            listed = Record.objects.filter(BELIEVED, person=OuterRef("pk"), system=self.system)
            persons = persons.filter(Exists(listed))
        return persons


def _age(text: str) -> int | None:
    years = whole(text)
    return years if years is not None and years <= OLDEST else None


def years_before(day: dt.date, years: int) -> dt.date:
    """The day on which somebody was born who reaches this age today; of 29 February, the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age(birth: dt.date | None, on: dt.date) -> int | None:
    if birth is None:
        return None
    return max(on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day)), 0)


def wide(filters: Filters) -> bool:
    """Whether more than a few streets are looked through."""
    if filters.area:
        return level_of(filters.area) < STREET
    return sum(hi - lo for lo, hi in current().places) > MOST_STREETS * WIDTHS[STREET]


@contextmanager
def _in_index_order() -> Iterator[None]:
    """PostgreSQL believes that row-level security leaves few rows, and would read and sort all of a place for its first
    page; the index has them in order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = on")


class Page(NamedTuple):
    """Persons, the closest first, and the key of the next page; "" on the last."""

    rows: list[Person]
    after: str


def here() -> PersonQuery:
    """Persons of the scope who are on record, by conditions that an index can serve under row-level security."""
    return Person.objects.standing().filter(in_places("area", current().places))


def page_of(filters: Filters, looked_for: Sought, today: dt.date, after: str = "", size: int = PAGE) -> Page:
    """One page by key: the closest kind of answer first, within it by place and name."""
    persons = filters.apply(here(), today)
    tiers = looked_for.tiers[:-1] if looked_for.parts and wide(filters) else looked_for.tiers
    first, last = _split(after, len(tiers))
    rows: list[tuple[int, Person]] = []
    for tier in range(first, len(tiers)):
        found = persons.filter(tiers[tier])
        for closer in tiers[:tier]:
            found = found.exclude(closer)
        if last is not None and tier == first:
            found = found.filter(_beyond(last))
        with nullcontext() if looked_for.kind else _in_index_order():
            rows += [(tier, person) for person in found.order_by("area", "name", "pk")[: size + 1 - len(rows)]]
        if len(rows) > size:
            return Page([person for _tier, person in rows[:size]], f"{rows[size - 1][0]}-{rows[size - 1][1].pk}")
    return Page([person for _tier, person in rows], "")


def _split(after: str, tiers: int) -> tuple[int, Person | None]:
    """The kind of answer and the person after whom a page begins. An address names no person but by number."""
    tier, pk = (whole(part) for part in (*after.split("-", 1), "")[:2])
    last = Person.objects.filter(pk=pk).first() if pk is not None else None
    return (tier, last) if tier is not None and tier < tiers and last else (0, None)


def _beyond(last: Person) -> Q:
    further = Q(area__gt=last.area) | Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk)
    return Q(area__gte=last.area) & further


def records_of(persons: Iterable[int]) -> dict[int, list[Record]]:
    """What is believed of each of these persons now, in one query."""
    found: dict[int, list[Record]] = {}
    rows = Record.objects.filter(BELIEVED, person__in=list(persons)).select_related("system").defer("sealed")
    for record in rows:
        found.setdefault(record.person_id, []).append(record)
    return found


def rulings_of(persons: Iterable[int], before: dt.datetime | None = None) -> dict[int, list[Ruling]]:
    """Person → the rulings on it, of those made before a moment."""
    made = Ruling.objects.filter(person__in=list(persons)).select_related("record").defer("record__sealed")
    found: dict[int, list[Ruling]] = {}
    for ruling in made.filter(at__lt=before) if before else made:
        found.setdefault(ruling.person_id, []).append(ruling)
    return found


def household(person: Person, records: Iterable[Record]) -> list[Record]:
    """What is believed of others who share this person's home, or household number at the same gate."""
    records = list(records)
    gates = {record.gate for record in records if record.gate}
    homes = {record.home for record in records if record.home}
    numbers = {number for record in records if (number := record.facts.get("household_number"))}
    shared = Q(home__in=homes) | Q(facts__household_number__in=numbers)
    near = Record.objects.filter(BELIEVED, shared, gate__in=gates).exclude(person=person.pk)
    return list(
        near.select_related("person").defer("sealed").order_by("person__birth", "person", "-held_from")[:MOST_NEAR]
    )
