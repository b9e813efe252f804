"""Finding persons: narrowed, the closest to what was typed first, and paged by key."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Func, Q, TextField

from lifang.blocks.registry.days import age as age
from lifang.blocks.registry.days import years_before as years_before
from lifang.blocks.registry.models import Person, PersonQuery, Record, Ruling
from lifang.blocks.registry.narrowing import Filters, wide
from lifang.blocks.registry.seeking import Sought
from lifang.ground import prepared
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.typed import whole

PAGE = 50
NEAR = 10
MOST_NEAR = 60
SHORT_NUMBER = 4
"""A household number of fewer characters is a running number of some list."""


def of_believed(through: str = "") -> Q:
    """Records that are believed now; `through` leads to them from another table («record__»)."""
    return Q(**{f"{through}current": True, f"{through}gone": False, f"{through}known_until": None})


BELIEVED = of_believed()
OTHERS = f"SELECT id FROM registry_record WHERE current AND NOT gone AND known_until IS NULL AND %s LIMIT {MOST_NEAR}"
NEIGHBOURS = f"""WHERE id IN (
({OTHERS % "home = ANY(%s) AND person_id <> %s"}) UNION ({OTHERS % "household = ANY(%s) AND person_id <> %s"})
UNION ({OTHERS % "household = ANY(%s) AND gate = ANY(%s) AND person_id <> %s"}))"""
PURPOSES = """
SELECT r.id, registry_purpose(r.imported_id, s.purpose) FROM registry_record r JOIN registry_system s ON s.id = r.system_id
WHERE r.person_id = %s
"""
UNREAD = frozenset({"sealed"})


def purpose(through: str = "") -> Func:
    """What a record was handed over for: as its file said, or its system. Whoever may read the record may know, also
    where the file came from above their place."""
    return Func(
        F(f"{through}imported_id"),
        F(f"{through}system__purpose"),
        function="registry_purpose",
        output_field=TextField(),
    )


@contextmanager
def _in_index_order() -> Iterator[None]:
    """PostgreSQL believes that row-level security leaves few rows, and would read and sort all of a place for its first
    page; the index has them in order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")


class Page(NamedTuple):
    """Persons, the closest first, and the key of the next page; "" on the last. `loose` ones are only what may be meant."""

    rows: list[Person]
    after: str
    loose: bool = False


def here() -> PersonQuery:
    """Persons of the scope who are on record, by conditions that an index can serve under row-level security."""
    return Person.objects.standing().filter(in_places("area", current().places))


def find(pk: int) -> Person | None:
    """A person of the scope who is on record."""
    found = prepared.select(Person, "WHERE id = %s AND records > 0", [pk])
    return found[0] if found and current().covers(found[0].area) else None


def records_whole(person: Person) -> list[Record]:
    """All that was ever said of a person and is in reach, the first first, each with its system."""
    found = prepared.select(Record, "WHERE person_id = %s ORDER BY known_from, id", [person.pk])
    return prepared.join(found, "system")


def purposes(person: Person) -> dict[int, str]:
    """Of each record in reach, what it was handed over for."""
    return dict(prepared.run(PURPOSES, [person.pk]))


def page_of(filters: Filters, looked_for: Sought, today: dt.date, after: str = "", size: int = PAGE) -> Page:
    """One page by key: the closest kind of answer first, within it by place and name."""
    if filters.probing and wide(filters):
        return Page([], "")
    persons = filters.apply(here(), today)
    tiers = [tier for tier in looked_for.tiers if not (tier.parts and wide(filters))]
    first, last = _split(after, len(tiers))
    rows: list[tuple[int, Person]] = []
    for at in range(first, len(tiers)):
        if tiers[at].loose and rows and not tiers[rows[0][0]].loose:
            break
        found = persons.filter(tiers[at].which)
        for closer in tiers[:at]:
            found = found.exclude(closer.which)
        if last is not None and at == first:
            found = found.filter(_beyond(last))
        with nullcontext() if looked_for.kind else _in_index_order():
            rows += [(at, person) for person in found.order_by("area", "name", "pk")[: size + 1 - len(rows)]]
        if len(rows) > size:
            break
    loose = bool(rows) and tiers[rows[0][0]].loose
    shown = rows[:size]
    following = f"{shown[-1][0]}-{shown[-1][1].pk}" if len(rows) > size else ""
    return Page([person for _tier, person in shown], following, loose)


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


def rulings_on(persons: Iterable[int], before: dt.datetime | None = None) -> list[Ruling]:
    """Rulings on these persons made before a moment, the first first, whether or not their records are in reach."""
    tail = "WHERE person_id = ANY(%s) AND at < %s ORDER BY id"
    return prepared.select(Ruling, tail, [[*persons], before or "infinity"])


def of_reach(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Those of which the record is in reach, with it."""
    return prepared.join(rulings, "record", without=UNREAD)


def rulings_of(persons: Iterable[int], before: dt.datetime | None = None) -> dict[int, list[Ruling]]:
    """Person → the rulings on it, of those made before a moment."""
    found: dict[int, list[Ruling]] = {}
    for ruling in of_reach(rulings_on(persons, before)):
        found.setdefault(ruling.person_id, []).append(ruling)
    return found


def _shared(records: Iterable[Record]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Homes, household numbers, short ones, and the gates at which these count."""
    records = list(records)
    gates = {record.gate for record in records if record.gate}
    homes = {record.home for record in records if record.home}
    numbers = {number for record in records if (number := record.facts.get("household_number"))}
    whole = {number for number in numbers if len(number) >= SHORT_NUMBER}
    return [*homes], [*whole], [*numbers - whole], [*gates]


def ways_together(records: Iterable[Record]) -> tuple[Q, Q, Q]:
    """Records that share a home, a household number, or a short one at the same gate with these."""
    homes, numbers, short, gates = _shared(records)
    return Q(home__in=homes), Q(household__in=numbers), Q(household__in=short, gate__in=gates)


def household(person: Person, records: Iterable[Record]) -> list[Record]:
    """What is believed of others who share this person's home or household number, wherever they live; a number of a few
    characters counts at the same gate alone."""
    homes, numbers, short, gates = _shared(records)
    params: list[Any] = [homes, person.pk, numbers, person.pk, short, gates, person.pk]
    found = prepared.select(Record, NEIGHBOURS, params, without=UNREAD)
    return sorted(
        prepared.join(found, "person"),
        key=lambda one: (one.person.birth or dt.date.max, one.person_id, -one.held_from.toordinal()),
    )
