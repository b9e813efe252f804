"""People and units of the small city by short names, and events in the situations that tests are about."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lifang.blocks.cases import actions, lifecycle
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case
from lifang.domains.grid.actions import Report, Reported, report_event
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import EVERYWHERE, Holdings, Scope, holdings_of, system_scope, within_scope
from tests.situations import (
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_GRID,
    EAST_STREET,
    IN_EAST_GRID,
    WEST_STREET,
    a_person,
    a_small_city,
    unit_of,
)

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HAWKER = "09001"

UNITS = {
    "centre": ("grid_center", CITY),
    "street": ("street_office", EAST_STREET),
    "other_street": ("street_office", WEST_STREET),
    "committee": ("community_committee", EAST_COMMUNITY),
    "urban": ("urban_management", EAST),
    "water": ("water", EAST),
    "market": ("market", EAST),
    "fire": ("fire", EAST),
    "police": ("police", EAST),
}
PEOPLE = {
    "grid": ("grid_worker", EAST_GRID, "committee"),
    "worker": ("community_worker", EAST_COMMUNITY, "committee"),
    "street": ("street_desk", EAST_STREET, "street"),
    "other_street": ("street_desk", WEST_STREET, "other_street"),
    "dispatcher": ("dispatcher", CITY, "centre"),
    "urban": ("dept_officer", EAST, "urban"),
    "water": ("dept_officer", EAST, "water"),
    "market": ("dept_officer", EAST, "market"),
    "fire": ("dept_officer", EAST, "fire"),
    "police": ("dept_officer", EAST, "police"),
    "arbiter": ("arbiter", CITY, "centre"),
    "supervisor": ("supervisor", CITY, "centre"),
    "caller": ("caller", CITY, "centre"),
    "auditor": ("auditor", CITY, "centre"),
    "admin": ("administrator", CITY, "centre"),
}


@dataclass
class City:
    """Units and people by short name; `holdings` are read once for each person."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    held: dict[str, Holdings] = field(default_factory=dict)

    def unit(self, name: str) -> int:
        return self.units[name].pk

    def holdings(self, person: str) -> Holdings:
        if person not in self.held:
            self.held[person] = holdings_of(self.people[person])
        return self.held[person]

    def actor(self, person: str) -> Actor:
        user = self.people[person]
        return Actor(user.pk, user.name, user.unit_id)

    @contextmanager
    def acting(self, person: str, function: str) -> Iterator[Scope]:
        with within_scope(self.holdings(person).scope(function)) as scope:
            yield scope

    def do(
        self,
        person: str,
        case: Case,
        act: str,
        /,
        *,
        at: dt.datetime | None = None,
        version: int | None = None,
        key: uuid.UUID | None = None,
        **data: Any,
    ) -> Act:
        """One act by a person under the function that the table names; residents act as «resident»."""
        row = lifecycle.transition(case, lifecycle.type_of(case), act)
        scope = Scope(row.by, (EVERYWHERE,)) if person == "resident" else self.holdings(person).scope(row.by)
        actor = Actor() if person == "resident" else self.actor(person)
        with within_scope(scope):
            done = actions.apply(case_id=case.pk, act=act, version=version, actor=actor, data=data, key=key, at=at)
        self.refresh(case)
        return done

    def refresh(self, case: Case) -> Case:
        with system_scope("test"):
            case.refresh_from_db()
        return case

    def acts(self, case: Case) -> list[Act]:
        with system_scope("test"):
            return list(Act.objects.filter(case=case).order_by("seq"))


def build_city() -> City:
    """The small city with one person for each role."""
    a_small_city()
    city = City({name: unit_of(kind, area) for name, (kind, area) in UNITS.items()})
    for name, (role, area, unit) in PEOPLE.items():
        city.people[name] = a_person(role, area, city.units[unit], name=name)
    return city


def reported(
    at: dt.datetime = MONDAY,
    *,
    category: str = HAWKER,
    lon: float | None = IN_EAST_GRID[0],
    lat: float | None = IN_EAST_GRID[1],
    text: str = "小贩占着人行道卖水果，婴儿车过不去",
    **more: Any,
) -> Reported:
    """A resident's report by telephone number, on a Monday at nine unless told otherwise."""
    report = Report(category=category, text=text, lon=lon, lat=lat, place_text="永宁路 8 号门口", **more)
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        return report_event(report=report, actor=Actor(), key=uuid.uuid4(), at=at)


def to_filed(city: City, at: dt.datetime = MONDAY, **more: Any) -> Case:
    case = reported(at, **more).case
    city.do("dispatcher", case, "accept", at=at + dt.timedelta(minutes=5))
    city.do("dispatcher", case, "file", at=at + dt.timedelta(minutes=10))
    return case


def to_dispatched(city: City, unit: str = "urban", at: dt.datetime = MONDAY, **more: Any) -> Case:
    case = to_filed(city, at, **more)
    city.do("dispatcher", case, "dispatch", unit=city.unit(unit), at=at + dt.timedelta(minutes=15))
    return case


def to_handling(city: City, unit: str = "urban", at: dt.datetime = MONDAY, **more: Any) -> Case:
    case = to_dispatched(city, unit, at, **more)
    city.do(unit, case, "receive", at=at + dt.timedelta(minutes=20))
    return case


def to_handled(city: City, unit: str = "urban", at: dt.datetime = MONDAY, **more: Any) -> Case:
    case = to_handling(city, unit, at, **more)
    city.do(unit, case, "finish", result="已清走", at=at + dt.timedelta(minutes=50))
    return case


def to_closed(city: City, unit: str = "urban", at: dt.datetime = MONDAY, **more: Any) -> Case:
    case = to_handled(city, unit, at, **more)
    city.do("dispatcher", case, "verify", at=at + dt.timedelta(minutes=60))
    city.do("dispatcher", case, "close", at=at + dt.timedelta(minutes=65))
    return case


def due(case: Case, clock: str, city: City) -> dt.datetime | None:
    """When a clock of the case is due, recomputed from its acts."""
    return next((r.due_at for r in readings(case, city) if r.clock.name == clock), None)


def readings(case: Case, city: City, now: dt.datetime | None = None) -> list[Any]:
    from_acts = city.acts(case)
    with system_scope("test"):
        return actions.clocks.read(case, lifecycle.type_of(case), from_acts, now or from_acts[-1].at)


def used_of(case: Case, clock: str, city: City, now: dt.datetime) -> Mapping[str, Any] | Any:
    return next(r for r in readings(case, city, now) if r.clock.name == clock).used
