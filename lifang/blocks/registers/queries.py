"""What stands in the registers on a day, by what is known now or was known then."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers.columns import Entries
from lifang.blocks.registers.models import Entry, Member, Statement
from lifang.ground.access.queries import among
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import span
from lifang.ground.areas.queries import names

HEAD = "head"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class When:
    """A day, and whether it is seen as it was known at its end (`then`) or as it is known now."""

    on: dt.date
    then: bool = False

    @classmethod
    def now(cls) -> "When":
        return cls(today())

    def believed(self) -> Q:
        if not self.then:
            return Q(known_until=None)
        moment = midnight(self.on + DAY)
        return Q(known_from__lt=moment) & (Q(known_until=None) | Q(known_until__gte=moment))


def said(when: When, kinds: Iterable[str] = (), entries: Iterable[int] | None = None) -> QuerySet[Statement]:
    """What is said of each entry that stood on the day."""
    found = Statement.objects.filter(when.believed(), held_from__lte=when.on)
    if kinds := list(kinds):
        found = found.filter(entry__kind__in=kinds)
    if entries is not None:
        found = found.filter(entry__in=list(entries))
    newest = found.order_by("entry", "-held_from", "-pk").distinct("entry").values("pk")
    return Statement.objects.filter(among(newest), gone=False).select_related("entry")


def within(found: QuerySet[Statement], place: int) -> QuerySet[Statement]:
    below = span(place)
    return found.filter(area__gte=below.start, area__lt=below.stop)


def above(found: QuerySet[Statement], places: Iterable[int]) -> QuerySet[Statement]:
    """Those that stand at exactly one of the places."""
    return found.filter(area__in=list(places))


def members(when: When, entries: Iterable[int]) -> QuerySet[Member]:
    """Who belonged to the entries on the day."""
    return (
        Member.objects.filter(when.believed(), entry__in=list(entries), since__lte=when.on)
        .filter(Q(until=None) | Q(until__gte=when.on))
        .order_by("since", "pk")
    )


def heads(when: When, entries: Iterable[int]) -> dict[int, Member]:
    """Entry → its head or keeper."""
    return {one.entry_id: one for one in members(when, entries).filter(role=HEAD)}


def nameable(kind: RegisterKind, place: int, when: When) -> list[Statement]:
    """The entries that columns of the kind may name, of the place and what lies in it."""
    wanted = {column.register for column in kind.columns.values() if column.register}
    return list(within(said(when, wanted), place).order_by("name", "area", "pk")) if wanted else []


def named(kind: RegisterKind, place: int, when: When) -> Entries:
    """The same by register and number; of those with one name, each with its place."""
    found: dict[str, dict[int, str]] = {column.register: {} for column in kind.columns.values() if column.register}
    listed = nameable(kind, place, when)
    often = Counter(one.name for one in listed)
    places = names({one.area for one in listed if often[one.name] > 1}, when.on)
    for one in listed:
        title = f"{one.name}（{places.get(one.area, '')}）" if often[one.name] > 1 else one.name
        found[one.entry.kind][one.entry_id] = title
    return found


def names_of(kind: RegisterKind, statements: Iterable[Statement]) -> Entries:
    """The names of the entries that these statements name, whatever became of them."""
    asked: dict[str, set[int]] = {}
    for column, one in kind.columns.items():
        if one.register:
            asked.setdefault(one.register, set()).update(
                int(s.facts[column]) for s in statements if s.facts.get(column)
            )
    return {
        register: dict(
            Statement.objects.filter(entry__in=wanted, known_until=None)
            .order_by("held_from")
            .values_list("entry", "name")
        )
        for register, wanted in asked.items()
    }


def in_use(kind: RegisterKind, facts: Mapping[str, object]) -> bool:
    return all(facts.get(column) in options for column, options in kind.working.items())


def kind_of(name: str, area: int) -> RegisterKind | None:
    return packs.register_kinds(area).get(name)


def naming(entry: Entry, when: When, most: int = 20) -> list[tuple[Statement, RegisterKind]]:
    """Entries that name this one in a column, the latest first."""
    kinds = packs.register_kinds(entry.area)
    columns = {
        name: [key for key, column in kind.columns.items() if column.register == entry.kind]
        for name, kind in kinds.items()
    }
    found = Q(pk__in=[])
    for name, keys in columns.items():
        for key in keys:
            found |= Q(entry__kind=name, **{f"facts__{key}": str(entry.pk)})
    asked = [name for name, keys in columns.items() if keys]
    if not asked:
        return []
    return [
        (one, kinds[one.entry.kind]) for one in said(when, asked).filter(found).order_by("-held_from", "-pk")[:most]
    ]
