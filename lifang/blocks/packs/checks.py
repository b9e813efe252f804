"""What must fit together: within a pack, and with the packs that it extends."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from lifang.blocks.packs import cases, certificates, forms, kinds, matters, offered
from lifang.blocks.packs.problems import Problem, Where, missing, unknown
from lifang.blocks.packs.shapes import CategoryEntry, Citation, Dated, Owner, Pack
from lifang.ground.areas.codes import span

NATION = "000000000000"


class BrokenChain(ValueError):
    """A pack extends one that is not there, or itself."""


# Which function a register must ask for whose rule looks at elements of this sensitivity.
SHOWN = {"sealed": ("person.reveal", "person.health"), "special": ("person.health",)}


def chain(pack: Pack, packs: Mapping[str, Pack]) -> list[Pack]:
    """The pack and those it extends, nearest first."""
    line = [pack]
    while line[-1].head.extends:
        parent = packs.get(line[-1].head.extends)
        if parent is None or parent in line:
            raise BrokenChain(line[-1].head.extends)
        line.append(parent)
    return line


def check(pack: Pack, packs: Mapping[str, Pack]) -> list[Problem]:
    """Everything wrong with a readable pack."""
    try:
        line = chain(pack, packs)
    except BrokenChain as error:
        others = set(packs) - {pack.name}
        return [Problem(pack.head.at, unknown(_("上级规则包"), str(error), others))]
    names = _Names(line)
    found: list[Problem] = []
    for part in (
        _head,
        _citations,
        _roles,
        _calendar,
        _events,
        _categories,
        lambda pack, names: cases.check(pack, names.functions, names.effects, names.values),
        _indicators,
        _situations,
        _elements,
        lambda pack, names: kinds.check(pack, names.line, names.categories),
        _care_lists,
        lambda pack, names: matters.check(pack, names.line, names.units),
        lambda pack, names: forms.check(
            pack, names.elements, names.units, names.care_lists, kinds.of_line(tuple(names.line)), names.matters
        ),
        lambda pack, names: certificates.check(pack, names.line, names.elements, names.roles),
        lambda pack, names: offered.check(pack, names.elements, names.units, names.matters),
    ):
        found += part(pack, names)
    return found


class _Names:
    """The names that a pack may use: its own and those of the packs it extends."""

    def __init__(self, line: list[Pack]) -> None:
        self.line = line
        self.units = {name for pack in line for name in pack.units}
        self.functions = {name for pack in line for name in pack.functions}
        self.effects = {name for pack in line for name in pack.effects}
        self.majors = {name for pack in line for file in pack.events for name in file.majors}
        self.categories = {code for pack in line for file in pack.events for code in file.categories}
        self.values = {name for pack in line for name in pack.values}
        self.roles = {name for pack in line for name in pack.roles}
        self.measures = {name for pack in line if pack.indicators for name in pack.indicators.measures}
        self.codes = {name for pack in line for name in pack.codes}
        self.elements = {name: one for pack in reversed(line) for name, one in pack.elements.items()}
        self.care_lists = {name: one for pack in reversed(line) for name, one in pack.care_lists.items()}
        self.matters = {name for pack in line for one in pack.catalogues for name in one.matters}
        self.sources = {name: source for pack in reversed(line) for name, source in pack.sources.items()}


def _head(pack: Pack, names: _Names) -> Iterator[Problem]:
    if not pack.head.extends and pack.head.area != NATION:
        yield Problem(pack.head.at, _("除全国包（区划 000000000000）外，规则包都要写 extends"))
    elif pack.head.extends and not _covers(names.line[1].head.area, pack.head.area):
        yield Problem(
            pack.head.at,
            _("区划 %(area)s 不在上级规则包「%(parent)s」的区划 %(above)s 之内")
            % {"area": pack.head.area, "parent": names.line[1].name, "above": names.line[1].head.area},
        )


def _covers(above: str, below: str) -> bool:
    return int(below) * 1000 in span(int(above) * 1000)


def _citations(pack: Pack, names: _Names) -> Iterator[Problem]:
    for since, citation in _cited(pack):
        source = names.sources.get(citation.document)
        if source is None:
            yield Problem(citation.at, unknown(_("依据"), citation.document, names.sources))
        elif since and source.since and since < source.since:
            yield Problem(
                citation.at,
                _("自 %(since)s 起取值，早于依据「%(title)s」的施行日 %(start)s")
                % {"since": since, "title": source.title, "start": source.since},
            )
        elif since and source.until and since > source.until:
            yield Problem(
                citation.at,
                _("自 %(since)s 起取值，晚于依据「%(title)s」的失效日 %(end)s")
                % {"since": since, "title": source.title, "end": source.until},
            )
    for source in pack.sources.values():
        yield from missing(source.at, _("依据"), filter(None, [source.carries_out]), names.sources)
        if source.since and source.until and source.until < source.since:
            yield Problem(source.at, _("失效日早于施行日"))


def _elements(pack: Pack, names: _Names) -> Iterator[Problem]:
    for element in pack.elements.values():
        yield from missing(element.at, _("代码表"), filter(None, [element.codes]), names.codes)
        yield from missing(element.at, _("部门类型"), filter(None, [element.owner]), names.units)
        if (element.kind == "code") != bool(element.codes):
            yield Problem(element.at, _("代码类数据元要写 codes，其他数据元不写"))
    for codes in pack.codes.values():
        for code in codes.own.keys() & codes.values.keys():
            yield Problem(codes.at, _("自定代码“%(code)s”与标准代码重复") % {"code": code})
        for word, code in codes.also.items():
            if code not in codes.values and code not in codes.own:
                yield Problem(codes.at, _("「%(word)s」指的代码 %(code)s 不在表里") % {"word": word, "code": code})


def _care_lists(pack: Pack, names: _Names) -> Iterator[Problem]:
    known = {name: {*codes.values, *codes.own} for other in names.line for name, codes in other.codes.items()}
    for found in pack.care_lists.values():
        yield from missing(found.at, _("职能"), [found.see], names.functions)
        if found.review_days < 1:
            yield Problem(found.at, _("review_days 至少是 1"))
        for condition in (one for step in (found.rule.steps if found.rule else ()) for one in step.value):
            if condition.what != "element":
                continue
            yield from missing(condition.at, _("数据元"), [condition.element], names.elements)
            if (element := names.elements.get(condition.element)) is None:
                continue
            allowed = known.get(element.codes, ()) if element.kind == "code" else ("true", "false")
            if condition.values and element.kind in ("code", "truth"):
                yield from missing(condition.at, _("取值"), condition.values, allowed)
            if (shown := SHOWN.get(element.sensitivity)) and found.see not in shown:
                yield Problem(
                    condition.at,
                    _("「%(element)s」受保护，名册的 see 要写 %(functions)s")
                    % {"element": element.title, "functions": " / ".join(shown)},
                )


def _cited(pack: Pack) -> Iterator[tuple[date | None, Citation]]:
    yield from ((element.since, element.source) for element in pack.elements.values())
    yield from ((codes.since, codes.source) for codes in pack.codes.values())
    yield from ((kind.since, kind.source) for kind in pack.registers.values())
    yield from ((found.since, found.source) for found in pack.care_lists.values())
    yield from matters.cited(pack)
    yield from forms.cited(pack)
    yield from certificates.cited(pack)
    yield from offered.cited(pack)
    for value in _dated(pack):
        yield from ((step.since, step.source) for step in value.steps)
    for file in pack.events:
        for entry in file.categories.values():
            yield entry.since, entry.source
    for case in pack.cases:
        yield case.since, case.source
    if pack.indicators:
        yield from ((figure.since, figure.source) for figure in pack.indicators.indicators.values())
        yield from ((ground.since, ground.source) for ground in pack.indicators.exclusions.values())
    if pack.calendar:
        for year, whole in pack.calendar.years.items():
            yield date(int(year), 12, 31), whole.source
        for day, odd in pack.calendar.days.items():
            yield day, odd.source


def _dated(pack: Pack) -> Iterator[Dated]:
    """Every dated value of a pack."""
    yield from pack.values.values()
    yield from (found.rule for found in pack.care_lists.values() if found.rule)
    if pack.calendar and pack.calendar.hours:
        yield pack.calendar.hours
    for file in pack.events:
        yield from file.defaults.values()
        for entry in file.categories.values():
            yield from entry.limits.values()
            if entry.owner:
                yield entry.owner
    for case in pack.cases:
        yield from (clock.limit for clock in case.clocks if isinstance(clock.limit, Dated))
    for kind in pack.registers.values():
        yield from (value for _title, value in kinds.dated_of(kind))


def statuses(pack: Pack, packs: Mapping[str, Pack]) -> dict[str, int]:
    """How many of the pack's citations rest on sources of each status."""
    sources = _Names(chain(pack, packs)).sources
    return dict(Counter(sources[citation.document].status for _since, citation in _cited(pack)))


def _roles(pack: Pack, names: _Names) -> Iterator[Problem]:
    for role in pack.roles.values():
        yield from missing(role.at, _("职能"), role.functions, names.functions)


def _calendar(pack: Pack, names: _Names) -> Iterator[Problem]:
    if not pack.calendar:
        return
    for year, whole in pack.calendar.years.items():
        for day in (*whole.holidays, *whole.workdays):
            if day.year != int(year):
                yield Problem(whole.at, _("%(day)s 不在 %(year)s 年") % {"day": day, "year": year})
        for day in sorted(set(whole.holidays) & set(whole.workdays)):
            yield Problem(whole.at, _("%(day)s 既列为放假又列为上班") % {"day": day})
        for day in sorted(set(whole.workdays)):
            if day.weekday() < 5:
                yield Problem(whole.at, _("%(day)s 本是工作日，不必列为调休上班") % {"day": day})


def _events(pack: Pack, names: _Names) -> Iterator[Problem]:
    seen: dict[str, Where] = {}
    for file in pack.events:
        for code, entry in file.categories.items():
            if code in seen:
                yield Problem(entry.at, _("事项 %(code)s 重复，已见于 %(first)s") % {"code": code, "first": seen[code]})
            seen.setdefault(code, entry.at)
            if entry.major:
                yield from missing(entry.at, _("大类"), [entry.major], names.majors)
            if entry.until and entry.until < entry.since:
                yield Problem(
                    entry.at, _("until %(until)s 早于 since %(since)s") % {"until": entry.until, "since": entry.since}
                )
            for step in entry.owner.steps if entry.owner else ():
                yield from _owner(step.value, names)


def _owner(owner: Owner, names: _Names) -> Iterator[Problem]:
    yield from missing(owner.at, _("部门类型"), (owner.unit, *owner.joins), names.units)
    if owner.unit == "community_committee":
        yield Problem(owner.at, _("居民委员会不能作为责任部门：社区可协助，不承担部门职责"))


def _categories(pack: Pack, names: _Names) -> Iterator[Problem]:
    """A category must be whole once the packs are laid over each other."""
    for file in pack.events:
        for code, entry in file.categories.items():
            layers = [
                layer.categories[code] for other in names.line for layer in other.events if code in layer.categories
            ]
            for name in ("title", "major", "kind", "keywords", "urgency", "filing", "closing", "power", "owner"):
                if all(getattr(layer, name) is None for layer in layers):
                    yield Problem(
                        entry.at, _("事项 %(code)s 缺少「%(name)s」，上级规则包也没有") % {"code": code, "name": name}
                    )
            if not _has_limit("handle", layers, names):
                yield Problem(entry.at, _("事项 %(code)s 没有处置时限（limits 的 handle）") % {"code": code})


def _has_limit(step: str, layers: list[CategoryEntry], names: _Names) -> bool:
    return any(step in layer.limits for layer in layers) or any(
        step in file.defaults for pack in names.line for file in pack.events
    )


def _indicators(pack: Pack, names: _Names) -> Iterator[Problem]:
    if not pack.indicators:
        return
    for figure in pack.indicators.indicators.values():
        used = [figure.numerator, *filter(None, [figure.denominator])]
        yield from missing(figure.at, _("计数项"), used, names.measures)
        if not figure.denominator and figure.unit != "count":
            yield Problem(figure.at, _("单位为「%(unit)s」的指标须有 denominator") % {"unit": figure.unit})
    for exclusion in pack.indicators.exclusions.values():
        yield from missing(exclusion.at, _("职能"), [exclusion.reviewer], names.functions)


def _situations(pack: Pack, names: _Names) -> Iterator[Problem]:
    for example in pack.situations:
        yield from missing(example.at, _("事项"), [example.category], names.categories)
        if not _covers(pack.head.area, example.place):
            yield Problem(example.at, _("地点 %(place)s 不在本规则包的区划内") % {"place": example.place})
