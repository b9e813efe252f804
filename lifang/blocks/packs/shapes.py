"""What the files of a pack hold, as frozen values; each knows the line it was read from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.words import URGENCIES
from lifang.ground.clock import Limit

GIVEN = "given"
"""The limit of a clock that each case is given when it is opened."""


def _at() -> Any:
    return field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document: the document's name in sources.yaml and the clause."""

    document: str
    clause: str
    at: Where = _at()


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
    at: Where = _at()


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
    at: Where = _at()

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
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Coverage:
    """One line of the manifest: what of a subject is modelled, since when, checked how."""

    subject: str
    state: str
    since: date | None
    checked: str
    note: str
    at: Where = _at()


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
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Titled:
    """A declared name: a unit kind, a function, an effect, a measure."""

    title: str
    note: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the functions it gives; ``unit_bound`` when it acts only for its own unit's cases."""

    title: str
    functions: tuple[str, ...]
    unit_bound: bool
    level: str
    note: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Year:
    """The exceptions of one year: holidays on weekdays, workdays at weekends."""

    source: Citation
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class OddDay:
    """One day that the place decided otherwise."""

    work: bool
    reason: str
    source: Citation
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """calendar.yaml: hours of a working day, whole years, single days."""

    hours: Dated | None
    years: Mapping[str, Year]
    days: Mapping[date, OddDay]
    note: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """What one pack says of a category; fields left out come from the pack that it extends."""

    since: date
    until: date | None
    source: Citation
    title: str | None
    major: str | None
    kind: str | None
    keywords: tuple[str, ...] | None
    urgency: str | None
    filing: str | None
    closing: str | None
    power: str | None
    owner: Dated | None
    limits: Mapping[str, Dated]
    note: str | None
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class EventsFile:
    """events.yaml: words for urgencies, major classes, limits for every category, categories."""

    urgencies: Mapping[str, str]
    majors: Mapping[str, str]
    defaults: Mapping[str, Dated]
    categories: Mapping[str, CategoryEntry]
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Input:
    """Something an act asks for. ``options`` for a choice: code → title."""

    title: str
    kind: str
    options: Mapping[str, str]
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Ends:
    """A state that ends by itself: on the day that the input ``on`` of the entering act names, the act is done."""

    on: str
    act: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class State:
    """A state: its title for staff, what the reporter is told, whether the case ends here, when the state ends."""

    title: str
    told: str
    final: bool
    ends: Ends | None
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. ``states`` holds the states it starts from; ``to`` is a state or "same"."""

    states: tuple[str, ...]
    act: str
    title: str
    to: str
    by: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    when: tuple[str, ...]
    unless: tuple[str, ...]
    sets: tuple[str, ...]
    clears: tuple[str, ...]
    effects: tuple[str, ...]
    tells: tuple[str, ...]
    confirm: bool
    at: Where = _at()

    def open_to(self, flags: frozenset[str]) -> bool:
        """Whether the flags of a case allow it."""
        return flags.issuperset(self.when) and flags.isdisjoint(self.unless)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock: runs in some states, stands in others, and has a limit.

    ``limit`` is a step of the category's limits («handle»), GIVEN (the opening act's own) or a dated limit of its own.
    ``voiced``: it runs only for cases that somebody raised, who waits for an answer. ``extends`` names the act whose ``limit`` is added, ``restarts_on`` the acts that begin a new run,
    ``stops_on`` those that end the clock for good («contact.reached»: only where that input is true). ``counts`` is "single" (the last run) or "cumulative" (all of them).
    """

    name: str
    title: str
    runs_in: tuple[str, ...]
    pauses_in: tuple[str, ...]
    limit: str | Dated
    extends: str
    restarts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    counts: str
    voiced: bool
    at: Where = _at()

    def stopped_by(self, act: str, data: Mapping[str, Any]) -> bool:
        """Whether an act with these inputs ends the clock."""
        stops = (stop.partition(".") for stop in self.stops_on)
        return any(name == act and (not condition or data.get(condition) is True) for name, _dot, condition in stops)


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case as data. ``version`` is «pack/first day», as kept by an open case."""

    name: str
    title: str
    since: date
    source: Citation
    initial: str
    inputs: Mapping[str, Input]
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...]
    public_acts: tuple[str, ...]
    at: Where = _at()
    version: str = ""

    def transitions_from(self, state: str, flags: Iterable[str] = ()) -> list[Transition]:
        """The rows open to a case in a state with flags, in the order of the table."""
        here = frozenset(flags)
        return [row for row in self.transitions if state in row.states and row.open_to(here)]

    def transition(self, state: str, act: str, flags: Iterable[str] = ()) -> Transition | None:
        """The row of an act, or None when the act is not open."""
        return next((row for row in self.transitions_from(state, flags) if row.act == act), None)

    def clock(self, name: str) -> Clock:
        """The clock of a name; KeyError when the type has none."""
        for clock in self.clocks:
            if clock.name == name:
                return clock
        raise KeyError(name)

    def clocks_in(self, state: str) -> list[Clock]:
        """The clocks that run in a state."""
        return [clock for clock in self.clocks if state in clock.runs_in]

    def act_title(self, act: str) -> str:
        """The title of an act, whichever row it stands in."""
        return next((row.title for row in self.transitions if row.act == act), act)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure: numerator over denominator of measures, its formula in words, and where it stands."""

    title: str
    unit: str
    numerator: str
    denominator: str
    formula: str
    fair: bool
    since: date
    source: Citation
    note: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A ground for leaving a case out of a fair rate: rule, proof, and the function that reviews."""

    title: str
    rule: str
    proof: str
    reviewer: str
    since: date
    source: Citation
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class IndicatorsFile:
    """indicators.yaml."""

    measures: Mapping[str, Titled]
    indicators: Mapping[str, Indicator]
    exclusions: Mapping[str, Exclusion]
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a situation must come to; fields left out are not compared."""

    due: datetime | None
    limit: Limit | None
    owner: str
    level: str
    document: str
    used: str
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Situation:
    """A worked example: a category at a place, a clock that starts and pauses, and what is right."""

    situation: str
    place: str
    category: str
    urgency: str
    limit: str
    start: datetime
    pauses: tuple[tuple[datetime, datetime], ...]
    until: datetime | None
    expect: Expected
    at: Where = _at()


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder, read and checked."""

    head: Head
    sources: Mapping[str, Source]
    units: Mapping[str, Titled]
    functions: Mapping[str, Titled]
    effects: Mapping[str, Titled]
    roles: Mapping[str, Role]
    calendar: CalendarFile | None
    values: Mapping[str, Dated]
    events: tuple[EventsFile, ...]
    cases: tuple[CaseType, ...]
    indicators: IndicatorsFile | None
    situations: tuple[Situation, ...]

    @property
    def name(self) -> str:
        return self.head.name
