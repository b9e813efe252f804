"""cases/*.yaml: the type of a case, its states, acts and clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, Dated, read_at

GIVEN = "given"
"""The limit of a clock that each case is given when it is opened."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something an act asks for. ``options`` for a choice: code → title."""

    title: str
    kind: str
    options: Mapping[str, str]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Ends:
    """A state that ends by itself: on the day that the input ``on`` of the entering act names, the act is done."""

    on: str
    act: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class State:
    """A state: its title for staff, what the reporter is told, whether the case ends here, when the state ends."""

    title: str
    told: str
    final: bool
    ends: Ends | None
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. ``states`` holds the states it starts from; ``to`` is a state or "same". ``apart``: a unit
    does it in a part of its own, so that what other units do apart meanwhile does not stand in its way."""

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
    apart: bool
    at: Where = read_at()

    def open_to(self, flags: frozenset[str]) -> bool:
        """Whether the flags of a case allow it."""
        return flags.issuperset(self.when) and flags.isdisjoint(self.unless)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock: runs in some states, stands in others, and has a limit.

    ``limit`` is a step of the category's limits («handle»), GIVEN (the opening act's own) or a dated limit of its own.
    ``rule`` names the value of the packs from which a given limit is taken, "" where it rests on none.
    ``extends`` names the act whose ``limit`` is added, ``restarts_on`` the acts that begin a new run,
    ``stops_on`` those that end the clock for good («contact.reached»: only where that input is true). ``counts`` is
    "single" (the last run) or "cumulative" (all of them). A ``voiced`` clock runs only for cases that somebody raised.
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
    rule: str
    at: Where = read_at()

    def stopped_by(self, act: str, data: Mapping[str, Any]) -> bool:
        """Whether an act with these inputs ends the clock."""
        stops = (stop.partition(".") for stop in self.stops_on)
        return any(name == act and (not condition or data.get(condition) is True) for name, _dot, condition in stops)


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case as data. ``version`` is «pack/first day», as kept by an open case. ``opening`` is what its first act
    is called, "" for a report; ``grids``: a case that stands in no grid is not in its place."""

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
    opening: str = ""
    grids: bool = True
    at: Where = read_at()
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

    def act_title(self, act: str) -> str:
        """The title of an act, whichever row it stands in."""
        return next((row.title for row in self.transitions if row.act == act), act)
