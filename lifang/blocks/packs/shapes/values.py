"""What every pack is made of: documents, dated values, its head, roles, calendar; each knows the line it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.words import URGENCIES
from lifang.ground.clock import Limit


def read_at() -> Any:
    """The field of the line from which a shape was read; it takes no part in comparing."""
    return field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document: the document's name in sources.yaml and the clause."""

    document: str
    clause: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Source:
    """A document. ``status`` is one of words.STATUSES; ``since`` and ``until`` bound its validity; ``carries_out``
    names the document above that it carries out."""

    title: str
    status: str
    number: str
    issuer: str
    issued: date | None
    since: date | None
    until: date | None
    url: str
    note: str
    carries_out: str
    at: Where = read_at()


class Step(NamedTuple):
    """A value, the first day on which it holds, and where it stands."""

    since: date
    value: Any
    source: Citation


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that changes on given days, oldest first."""

    steps: tuple[Step, ...]
    title: str = ""
    unit: str = ""
    at: Where = read_at()

    def on(self, day: date) -> Step | None:
        """The step in force on a day; None before the first."""
        return next((step for step in reversed(self.steps) if step.since <= day), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one step by urgency; "ordinary" is always there, or "" alone for every urgency."""

    by_urgency: Mapping[str, Limit]

    def of(self, urgency: str) -> Limit:
        """The limit for an urgency, or that of the next lower urgency given."""
        if "" in self.by_urgency:
            return self.by_urgency[""]
        rank = URGENCIES.index(urgency)
        return next(self.by_urgency[name] for name in reversed(URGENCIES[: rank + 1]) if name in self.by_urgency)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a category: unit kind, level at which it is looked for, units that join in."""

    unit: str
    level: str
    joins: tuple[str, ...] = ()
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Coverage:
    """One line of the manifest: what of a subject is modelled, since when, checked how."""

    subject: str
    state: str
    since: date | None
    checked: str
    note: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Head:
    """pack.yaml. ``area`` is a 12-digit statistical code; all zeros is the nation."""

    name: str
    title: str
    area: str
    extends: str
    languages: tuple[str, ...]
    since: date
    coverage: tuple[Coverage, ...]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Titled:
    """A declared name: a unit kind, a function, an effect, a measure."""

    title: str
    note: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the functions it gives; ``unit_bound`` when it acts only for its own unit's cases."""

    title: str
    functions: tuple[str, ...]
    unit_bound: bool
    level: str
    note: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Year:
    """The exceptions of one year: holidays on weekdays, workdays at weekends."""

    source: Citation
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class OddDay:
    """One day that the place decided otherwise."""

    work: bool
    reason: str
    source: Citation
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """calendar.yaml: hours of a working day, whole years, single days."""

    hours: Dated | None
    years: Mapping[str, Year]
    days: Mapping[date, OddDay]
    note: str
    at: Where = read_at()
