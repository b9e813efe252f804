"""Which value holds at a place on a day: the city's, else the province's, else the nation's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.packs.shapes import (
    CaseType,
    CategoryEntry,
    Citation,
    Dated,
    Exclusion,
    Indicator,
    Limits,
    Pack,
    Source,
)
from lifang.ground.clock import Calendar
from lifang.ground.clock.calendar import STANDARD_HOURS

Line = tuple[Pack, ...]
"""A pack and those that it extends, nearest first."""


class NoRule(LookupError):
    """No pack answers this question for this place on this day."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An answer with its reasons: value, unit, the document and clause, the pack, the day since which it holds."""

    value: Any
    unit: str
    source: Source
    clause: str
    pack: str
    since: date
    title: str = ""

    @property
    def citation(self) -> str:
        """The source in words: «title»number clause."""
        number = f"({self.source.number})" if self.source.number else ""
        return " ".join(filter(None, [f"《{self.source.title}》{number}", self.clause]))


@dataclass(frozen=True, slots=True)
class Category:
    """A category as it holds at one place on one day. ``owner.value`` is an Owner, ``limits`` hold Limits."""

    code: str
    title: str
    major: str
    major_title: str
    kind: str
    keywords: tuple[str, ...]
    urgency: str
    filing: str
    closing: str
    power: str
    note: str
    owner: Resolved
    limits: Mapping[str, Resolved]
    source: Source
    clause: str
    pack: str
    since: date

    def limit(self, step: str, urgency: str = "") -> Resolved | None:
        """The limit of a step for an urgency (its usual one when empty); None where there is none."""
        found = self.limits.get(step)
        return for_urgency(found, urgency or self.urgency) if found else None


def for_urgency(resolved: Resolved, urgency: str) -> Resolved:
    """Of limits by urgency, the one for an urgency. Value: Limit."""
    limits: Limits = resolved.value
    limit = limits.of(urgency)
    return Resolved(
        limit, limit.unit.value, resolved.source, resolved.clause, resolved.pack, resolved.since, resolved.title
    )


def source_of(line: Line, citation: Citation) -> Source:
    """The document that a citation names, in the nearest pack that has it."""
    return next(pack.sources[citation.document] for pack in line if citation.document in pack.sources)


def resolve(line: Line, on: date, pick: Callable[[Pack], Iterator[Dated]]) -> Resolved | None:
    """The first of the picked values that holds on the day, nearest pack first."""
    for depth, pack in enumerate(line):
        for candidate in pick(pack):
            if step := candidate.on(on):
                source = source_of(line[depth:], step.source)
                return Resolved(
                    step.value, candidate.unit, source, step.source.clause, pack.name, step.since, candidate.title
                )
    return None


def value(line: Line, path: str, on: date) -> Resolved:
    """A single value of values.yaml."""
    found = resolve(line, on, lambda pack: iter([pack.values[path]] if path in pack.values else []))
    if found is None:
        raise NoRule(_("%(day)s 没有规则「%(path)s」") % {"day": on, "path": path})
    return found


def _entries(pack: Pack, code: str, on: date) -> Iterator[CategoryEntry]:
    for file in pack.events:
        entry = file.categories.get(code)
        if entry and entry.since <= on and (entry.until is None or on <= entry.until):
            yield entry


def category(line: Line, code: str, on: date) -> Category:
    """A category laid together from the packs of the line."""
    layers = [(pack, entry) for pack in line for entry in _entries(pack, code, on)]
    majors = {name: title for pack in reversed(line) for file in pack.events for name, title in file.majors.items()}

    def first(name: str) -> Any:
        return next((getattr(e, name) for _pack, e in layers if getattr(e, name) is not None), None)

    owner = resolve(line, on, lambda pack: (e.owner for e in _entries(pack, code, on) if e.owner))
    major = first("major")
    if owner is None or major is None:
        raise NoRule(_("%(day)s 没有事项 %(code)s") % {"day": on, "code": code})
    pack, nearest = layers[0]
    return Category(
        code=code,
        title=first("title"),
        major=major,
        major_title=majors[major],
        kind=first("kind"),
        keywords=first("keywords"),
        urgency=first("urgency"),
        filing=first("filing"),
        closing=first("closing"),
        power=first("power"),
        note=first("note") or "",
        owner=owner,
        limits=MappingProxyType(_limits(line, on, code)),
        source=source_of(line, nearest.source),
        clause=nearest.source.clause,
        pack=pack.name,
        since=nearest.since,
    )


def _limits(line: Line, on: date, code: str) -> dict[str, Resolved]:
    steps = {step for pack in line for file in pack.events for step in file.defaults}
    steps |= {step for pack in line for entry in _entries(pack, code, on) for step in entry.limits}
    found = ((step, limits(line, on, code, step)) for step in sorted(steps))
    return {step: resolved for step, resolved in found if resolved}


def limits(line: Line, on: date, code: str, step: str) -> Resolved | None:
    """The limits of a step: in each pack the category's own before the pack's default. Value: Limits."""

    def pick(pack: Pack) -> Iterator[Dated]:
        yield from (entry.limits[step] for entry in _entries(pack, code, on) if step in entry.limits)
        yield from (file.defaults[step] for file in pack.events if step in file.defaults)

    return resolve(line, on, pick)


def clock_limit(line: Line, on: date, own: Dated, urgency: str) -> Resolved | None:
    """A limit that a case type sets itself, for an urgency. Value: Limit."""
    found = resolve(line, on, lambda pack: iter([own]))
    return for_urgency(found, urgency) if found else None


def codes(line: Line, on: date) -> list[str]:
    """The codes of the categories in use on a day, in order."""
    known = {code for pack in line for file in pack.events for code in file.categories}
    return sorted(code for code in known if any(True for pack in line for _entry in _entries(pack, code, on)))


def case_type(line: Line, name: str, on: date) -> CaseType:
    """The version of a case type that new cases get on a day."""
    for pack in line:
        versions = [case for case in pack.cases if case.name == name and case.since <= on]
        if versions:
            return max(versions, key=lambda case: case.since)
    raise NoRule(_("%(day)s 没有案件类型「%(name)s」") % {"day": on, "name": name})


def calendar(line: Line, hours: tuple[tuple[time, time], ...]) -> Calendar:
    """The calendar of a place with given working hours."""
    files = [pack.calendar for pack in reversed(line) if pack.calendar]
    overrides: dict[date, bool] = {}
    years: set[int] = set()
    for file in files:
        for year, whole in file.years.items():
            years.add(int(year))
            overrides |= dict.fromkeys(whole.holidays, False) | dict.fromkeys(whole.workdays, True)
        overrides |= {day: odd.work for day, odd in file.days.items()}
    return Calendar(hours=hours, overrides=overrides, years=frozenset(years))


def hours(line: Line, on: date) -> tuple[tuple[time, time], ...]:
    """The spells of a working day at a place on a day."""
    found = resolve(line, on, lambda pack: iter([pack.calendar.hours] if pack.calendar and pack.calendar.hours else []))
    return found.value if found else STANDARD_HOURS


def indicators(line: Line, on: date) -> dict[str, Indicator]:
    """The indicators in use on a day by name, the nearest pack's first."""
    return _figures(line, lambda pack: pack.indicators.indicators if pack.indicators else {}, on)


def exclusions(line: Line, on: date) -> dict[str, Exclusion]:
    """The grounds for leaving a case out of a fair rate."""
    return _figures(line, lambda pack: pack.indicators.exclusions if pack.indicators else {}, on)


def _figures(line: Line, pick: Callable[[Pack], Mapping[str, Any]], on: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pack in reversed(line):
        found |= {name: figure for name, figure in pick(pack).items() if figure.since <= on}
    return found
