"""What may be asked of a community: the catalogues of its packs and what was admitted, on any day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import Q

from lifang.blocks.matters.models import Admitted, Halt
from lifang.blocks.packs import service as packs
from lifang.blocks.packs import shapes
from lifang.blocks.packs.shapes import Catalogue, Source
from lifang.ground.areas.codes import ancestors, span


@dataclass(frozen=True)
class Matter:
    """A matter as it stands at a place on a day. `name` is its own for good: a pack's name, or the number of its admission.

    `class_`, `task`, `period` and `sends` are words of the packs; `owner` and `fund` kinds of units. `source` is the
    document that lists it, None for an admitted one, whose `clause` is then the basis it was admitted on.
    """

    name: str
    title: str
    class_: str
    task: str
    owner: str
    level: str
    fund: str
    power: str
    period: str
    sends: tuple[str, ...]
    guide: str
    source: Source | None
    clause: str
    pack: str
    since: dt.date
    until: dt.date | None
    admitted: Admitted | None = None

    @property
    def citation(self) -> str:
        """The source in words."""
        if self.source is None:
            return self.clause
        number = f"（{self.source.number}）" if self.source.number else ""
        return f"《{self.source.title}》{number}{self.clause}"


class AdmittedQuery(models.QuerySet[Admitted]):
    def reaching(self, area: int) -> Self:
        """Those that were admitted for a place or for one above it."""
        return self.filter(area__in=[area, *ancestors(area)])

    def below(self, area: int) -> Self:
        """Those of which any place at or below is meant."""
        places = span(area)
        return self.filter(Q(area__in=ancestors(area)) | Q(area__gte=places.start, area__lt=places.stop))

    def in_force(self, on: dt.date) -> Self:
        halted = Halt.objects.filter(admitted=models.OuterRef("pk"), since__lte=on).filter(
            Q(until=None) | Q(until__gt=on)
        )
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on).exclude(models.Exists(halted))


def admitted() -> AdmittedQuery:
    return AdmittedQuery(Admitted).select_related("unit")


def of_packs(area: int, on: dt.date) -> dict[str, Matter]:
    """The matters of the catalogues alone: certificates, duties and powers are never admitted."""
    return {name: _of_pack(name, *one) for name, one in packs.matters(area, on).items()}


def at(area: int, on: dt.date) -> dict[str, Matter]:
    """Every matter that holds at a place on a day by name: the catalogues' first, then what was admitted, oldest first."""
    found = of_packs(area, on)
    rows = admitted().reaching(area).in_force(on).order_by("since", "code")
    return found | {row.code: of_admitted(row) for row in rows}


def find(name: str, area: int, on: dt.date) -> Matter | None:
    """One matter of those that hold at a place on a day."""
    listed = packs.matters(area, on)
    if name in listed:
        return _of_pack(name, *listed[name])
    row = admitted_as(name, on)
    return of_admitted(row) if row and row.area in (area, *ancestors(area)) else None


def admitted_as(name: str, on: dt.date) -> Admitted | None:
    """What was admitted under a code, or what has replaced it since, as it is in force on a day."""
    code: str | None = name
    while code:
        if row := admitted().in_force(on).filter(code=code).first():
            return row
        code = admitted().filter(replaces=code).values_list("code", flat=True).first()
    return None


def codes(matter: Matter) -> list[str]:
    """Its name, and the codes of what it replaces, all the way back."""
    found, before = [matter.name], matter.admitted.replaces if matter.admitted else ""
    while before:
        found.append(before)
        before = admitted().filter(code=before).values_list("replaces", flat=True).get()
    return found


def replaced(on: dt.date) -> dict[str, str]:
    """Of what was changed by a day: old code → new code."""
    return dict(admitted().filter(since__lte=on).exclude(replaces="").values_list("replaces", "code"))


def newest(name: str, after: Mapping[str, str]) -> str:
    """The last that has taken the place of a matter, of those `replaced` by a day; its own name where none has."""
    while name in after:
        name = after[name]
    return name


def _of_pack(name: str, pack: str, catalogue: Catalogue, matter: shapes.Matter) -> Matter:
    holder = int(packs.packs()[pack].head.area) * 1000
    return Matter(
        name=name, title=matter.title, class_=matter.class_, task=matter.task, owner=matter.owner, level=matter.level,
        fund=matter.fund, power=matter.power, period=matter.period, sends=matter.sends, guide=matter.guide,
        source=packs.source(matter.source.document, holder), clause=matter.source.clause, pack=pack,
        since=catalogue.since, until=catalogue.until,
    )  # fmt: skip


def of_admitted(row: Admitted) -> Matter:
    return Matter(
        name=row.code, title=row.title, class_="assist", task=row.task, owner=row.unit.kind, level="", fund=row.payer,
        power=row.power, period=row.period, sends=tuple(row.sends), guide=row.conditions, source=None, clause=row.basis,
        pack="", since=row.since, until=row.until, admitted=row,
    )  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """How the list of a place differs between two days. `changed`: before and after of those of one name."""

    added: list[Matter]
    removed: list[Matter]
    changed: list[tuple[Matter, Matter]]


def changes(area: int, before: dt.date, after: dt.date) -> Changes:
    old, new = at(area, before), at(area, after)
    return Changes(
        [matter for name, matter in new.items() if name not in old],
        [matter for name, matter in old.items() if name not in new],
        [(old[name], new[name]) for name in new if name in old and differ(old[name], new[name])],
    )


def differ(before: Matter, after: Matter) -> bool:
    """Whether a matter of one name says another thing."""
    return _said(before) != _said(after)


def _said(matter: Matter) -> tuple[object, ...]:
    return (
        matter.title, matter.class_, matter.task, matter.owner, matter.level, matter.fund, matter.power, matter.period,
        matter.sends, matter.guide,
    )  # fmt: skip


def days_of_change(area: int, until: dt.date) -> list[dt.date]:
    """The days up to one on which the list of a place changed, oldest first; its version is how many there are."""
    days: set[dt.date] = set()
    for pack in packs.line_of(packs.pack_for(area).name):
        for one in pack.catalogues:
            days |= {one.since} | ({one.until + dt.timedelta(days=1)} if one.until else set())
    rows = admitted().reaching(area)
    for since, last in rows.values_list("since", "until"):
        days |= {since} | ({last + dt.timedelta(days=1)} if last else set())
    for since, end in Halt.objects.filter(admitted__in=rows).values_list("since", "until"):
        days |= {since} | ({end} if end else set())
    return sorted(day for day in days if day <= until)


def version(area: int, on: dt.date) -> int:
    return len(days_of_change(area, on))


@dataclass(frozen=True)
class Count:
    """Of one catalogue and class: how many its document states (None: it does not say), how many are loaded."""

    catalogue: Catalogue
    pack: str
    class_: str
    stated: int | None
    loaded: int


def counts(area: int, on: dt.date) -> list[Count]:
    found = []
    for pack, one in packs.catalogues(area, on):
        classes = dict.fromkeys([*one.stated, *(matter.class_ for matter in one.matters.values())])
        found += [Count(one, pack, name, one.stated.get(name), one.loaded(name)) for name in classes]
    return found


def by_class(matters: Iterable[Matter]) -> Mapping[str, list[Matter]]:
    found: dict[str, list[Matter]] = {}
    for matter in matters:
        found.setdefault(matter.class_, []).append(matter)
    return found
