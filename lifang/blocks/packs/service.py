"""The public face of the packs: one question, one answer with its source.

Areas are the 15-digit codes of ``ground.areas``; days are dates, or aware datetimes whose local date
counts. Everything is read and checked once in a process. Raises NoRule where no pack answers.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache, lru_cache

from django.utils.translation import gettext as _

from lifang.blocks.packs import certificates as certified
from lifang.blocks.packs import kinds, offered, resolving
from lifang.blocks.packs import matters as catalogued
from lifang.blocks.packs.checks import chain
from lifang.blocks.packs.loader import load_all
from lifang.blocks.packs.resolving import Category, Line, NoRule, Resolved
from lifang.blocks.packs.shapes import (
    CareList,
    CaseType,
    Catalogue,
    CertificateForm,
    Clock,
    CodeList,
    Dated,
    Element,
    Exclusion,
    FormSheet,
    Indicator,
    Matter,
    Pack,
    RegisterKind,
    Role,
    Service,
    ServiceList,
    Source,
    Titled,
)
from lifang.ground.areas.codes import NATION, span
from lifang.ground.clock import CHINA, Calendar

__all__ = [
    "Category", "NoRule", "Resolved",
    "calendar", "care_lists", "case_type", "case_types", "catalogues", "categories", "category", "certificates", "code_list",
    "default_limit", "effects", "elements", "exclusions", "forms", "functions", "indicators", "limit_for", "majors", "matters",
    "measures", "pack_for", "packs", "register_kinds", "response_limit", "roles", "services", "source",
    "units", "urgencies", "value",
]  # fmt: skip


@cache
def packs() -> Mapping[str, Pack]:
    """Every pack by name. Raises PackErrors when one is wrong."""
    return load_all()


@cache
def _spans() -> list[tuple[range, str]]:
    spans = [(span(int(pack.head.area) * 1000), name) for name, pack in packs().items()]
    return sorted(spans, key=lambda item: len(item[0]))


def pack_for(area: int) -> Pack:
    """The nearest pack to a place."""
    for places, name in _spans():
        if area in places:
            return packs()[name]
    raise NoRule(_("区划 %(area)s 没有规则包") % {"area": area})


@cache
def _line(pack: str) -> Line:
    return tuple(chain(packs()[pack], packs()))


def line_of(pack: str) -> Line:
    """A pack and those that it extends, nearest first."""
    return _line(pack)


def _at(area: int) -> Line:
    return _line(pack_for(area).name)


def _day(on: date) -> date:
    return on.astimezone(CHINA).date() if isinstance(on, datetime) else on


def value(path: str, area: int, on: date) -> Resolved:
    """A single value, such as «grid.households_max»."""
    return resolving.value(_at(area), path, _day(on))


def case_type(name: str, area: int, on: date, version: str | None = None) -> CaseType:
    """The case type for a new case on a day, or the version that an open case began with."""
    if version is None:
        return _case_type(pack_for(area).name, name, _day(on))
    return _version(name, version)


@lru_cache(maxsize=4096)
def _case_type(pack: str, name: str, on: date) -> CaseType:
    return resolving.case_type(_line(pack), name, on)


def case_types() -> list[CaseType]:
    """Every version of every case type of every pack."""
    return [case for pack in packs().values() for case in pack.cases]


@cache
def _version(name: str, version: str) -> CaseType:
    for pack in packs().values():
        for case in pack.cases:
            if case.name == name and case.version == version:
                return case
    raise NoRule(_("没有案件类型「%(name)s」的版本 %(version)s") % {"name": name, "version": version})


def category(code: str, area: int, on: date) -> Category:
    """A category at a place on a day: owner, standards, limits, each with its source."""
    return _category(pack_for(area).name, code, _day(on))


@lru_cache(maxsize=65_536)
def _category(pack: str, code: str, on: date) -> Category:
    return resolving.category(_line(pack), code, on)


def categories(area: int, on: date) -> list[Category]:
    """Every category in use at a place on a day, by code."""
    line, day = _at(area), _day(on)
    return [_category(line[0].name, code, day) for code in resolving.codes(line, day)]


def limit_for(clock: Clock, category: str, area: int, on: date, urgency: str) -> Resolved | None:
    """The limit of a case's clock; its value is a Limit. None where the packs set none."""
    pack, day = pack_for(area).name, _day(on)
    if isinstance(clock.limit, Dated):
        return resolving.clock_limit(_line(pack), day, clock.limit, urgency)
    return _step_limit(pack, day, category, clock.limit, urgency)


@lru_cache(maxsize=65_536)
def _step_limit(pack: str, on: date, category: str, step: str, urgency: str) -> Resolved | None:
    found = resolving.limits(_line(pack), on, category, step)
    return resolving.for_urgency(found, urgency) if found else None


def default_limit(step: str, area: int, on: date, urgency: str = "ordinary") -> Resolved | None:
    """The limit of a step that does not hang on the category; its value is a Limit."""
    return _step_limit(pack_for(area).name, _day(on), "", step, urgency)


def response_limit(kind: str, area: int, on: date) -> Resolved | None:
    """How soon a called unit must answer: a whistle («whistle») or a share of a case («share»)."""
    return default_limit("whistle" if kind == "whistle" else "receive", area, on)


def calendar(area: int, on: date | None = None) -> Calendar:
    """The working days and hours of a place, with the hours in force on a day (today when left out)."""
    return _calendar(pack_for(area).name, _day(on or datetime.now(CHINA)))


@lru_cache(maxsize=4096)
def _calendar(pack: str, on: date) -> Calendar:
    return _calendar_with(pack, resolving.hours(_line(pack), on))


@cache
def _calendar_with(pack: str, hours: tuple[tuple[time, time], ...]) -> Calendar:
    return resolving.calendar(_line(pack), hours)


def roles() -> Mapping[str, Role]:
    """Every role by code."""
    return {code: role for pack in packs().values() for code, role in pack.roles.items()}


def units() -> Mapping[str, Titled]:
    """Every kind of unit by name."""
    return {kind: unit for pack in packs().values() for kind, unit in pack.units.items()}


def functions() -> Mapping[str, Titled]:
    """Every function by name."""
    return {name: item for pack in packs().values() for name, item in pack.functions.items()}


def effects() -> Mapping[str, Titled]:
    """Every effect that case types may name."""
    return {name: item for pack in packs().values() for name, item in pack.effects.items()}


def measures() -> Mapping[str, Titled]:
    """Every measure that indicators may name."""
    return {n: m for pack in packs().values() if pack.indicators for n, m in pack.indicators.measures.items()}


def indicators(area: int = NATION, on: date | None = None) -> Mapping[str, Indicator]:
    """The indicators of a place by name."""
    return resolving.indicators(_at(area), _day(on or datetime.now(CHINA)))


def exclusions(area: int = NATION, on: date | None = None) -> Mapping[str, Exclusion]:
    """The grounds for leaving a case out of the fair rates, by name."""
    return resolving.exclusions(_at(area), _day(on or datetime.now(CHINA)))


def urgencies(area: int = NATION) -> Mapping[str, str]:
    """The words for the urgencies, from the least urgent."""
    return {n: t for pack in reversed(_at(area)) for file in pack.events for n, t in file.urgencies.items()}


def majors(area: int = NATION) -> Mapping[str, str]:
    """The major classes of categories by code."""
    return {n: t for pack in reversed(_at(area)) for file in pack.events for n, t in file.majors.items()}


def elements(area: int = NATION) -> Mapping[str, Element]:
    """The data elements by name, a place's own over those above it."""
    return {name: element for pack in reversed(_at(area)) for name, element in pack.elements.items()}


def care_lists(area: int = NATION) -> Mapping[str, CareList]:
    """The registers of people who need special care by name, a place's own over those above it."""
    return {name: found for pack in reversed(_at(area)) for name, found in pack.care_lists.items()}


def catalogues(area: int, on: date) -> list[tuple[str, Catalogue]]:
    """The catalogues of matters that hold at a place on a day, each with its pack, the nearest first."""
    return catalogued.in_force(_at(area), _day(on))


def matters(area: int, on: date) -> Mapping[str, tuple[str, Catalogue, Matter]]:
    """The matters of those catalogues by name, each with its pack and catalogue."""
    return _matters(pack_for(area).name, _day(on))


@lru_cache(maxsize=512)
def _matters(pack: str, on: date) -> Mapping[str, tuple[str, Catalogue, Matter]]:
    return catalogued.standing(_line(pack), on)


def forms(area: int, on: date) -> Mapping[str, FormSheet]:
    """The forms that packs bring by name: of each the version that holds at a place on a day."""
    found = sorted((one for pack in reversed(_at(area)) for one in pack.forms if one.since <= _day(on)), key=_since)
    return {one.form: one for one in found}


def _since(one: FormSheet) -> date:
    return one.since


def certificates(area: int, on: date) -> Mapping[str, CertificateForm]:
    """How each certificate is made out at a place on a day, by the name of its matter."""
    return certified.in_force(_at(area), _day(on))


def services(area: int, on: date) -> Mapping[str, tuple[ServiceList, Service]]:
    """The services that a counter offers at a place on a day by name, each with the list that brings it."""
    return _services(pack_for(area).name, _day(on))


@lru_cache(maxsize=512)
def _services(pack: str, on: date) -> Mapping[str, tuple[ServiceList, Service]]:
    return offered.standing(_line(pack), on)


def code_list(name: str, area: int = NATION) -> CodeList:
    """The nearest code list of a name; raises NoRule where there is none."""
    for pack in _at(area):
        if name in pack.codes:
            return pack.codes[name]
    raise NoRule(_("没有代码表“%(name)s”") % {"name": name})


def register_kinds(area: int = NATION) -> Mapping[str, RegisterKind]:
    """The kinds of registers by name, as a place's packs have them; columns that name a data element are filled in."""
    return _register_kinds(pack_for(area).name)


@cache
def _register_kinds(pack: str) -> Mapping[str, RegisterKind]:
    line = _line(pack)
    elements_ = {name: element for one in reversed(line) for name, element in one.elements.items()}
    return {name: kinds.filled_in(kind, elements_) for name, kind in kinds.of_line(line).items()}


def dated_value(dated: Dated, area: int, on: date) -> Resolved | None:
    """A dated value that some shape carries, with its source, as it holds at a place on a day."""
    return resolving.resolve(_at(area), _day(on), lambda _pack: iter([dated]))


def source(document: str, area: int = NATION) -> Source:
    """A document by its name in sources.yaml, as the place's packs see it."""
    for pack in _at(area):
        if document in pack.sources:
            return pack.sources[document]
    raise NoRule(_("没有依据「%(name)s」") % {"name": document})
