"""What must fit together in the case types of a pack."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from lifang.blocks.packs.problems import Problem, Where, missing
from lifang.blocks.packs.shapes import CaseType, Pack


def check(
    pack: Pack, functions: Collection[str], effects: Collection[str], values: Collection[str]
) -> Iterator[Problem]:
    versions: dict[str, Where] = {}
    for case in pack.cases:
        key = f"{case.name} {case.since}"
        if key in versions:
            yield Problem(
                case.at,
                _("「%(case)s」自 %(since)s 起的版本重复，已见于 %(first)s")
                % {"case": case.name, "since": case.since, "first": versions[key]},
            )
        versions.setdefault(key, case.at)
        yield from _case(case, functions, effects)
        for clock in case.clocks:
            yield from missing(clock.at, _("取值"), filter(None, [clock.rule]), values)


def _case(case: CaseType, functions: Collection[str], effects: Collection[str]) -> Iterator[Problem]:
    acts = {row.act for row in case.transitions}
    flags = {flag for row in case.transitions for flag in row.sets}
    yield from missing(case.at, _("状态"), [case.initial], case.states)
    yield from missing(case.at, _("动作"), case.public_acts, acts)
    for row in case.transitions:
        yield from missing(row.at, _("状态"), row.states, case.states)
        if row.to != "same":
            yield from missing(row.at, _("状态"), [row.to], case.states)
        yield from missing(row.at, _("填写项"), (*row.needs, *row.takes), case.inputs)
        yield from missing(row.at, _("职能"), [row.by], functions)
        yield from missing(row.at, _("效果"), row.effects, effects)
        yield from missing(row.at, _("标记"), (*row.when, *row.unless, *row.clears), flags)
        for both in sorted(set(row.needs) & set(row.takes)):
            yield Problem(row.at, _("填写项「%(name)s」既必填又选填") % {"name": both})
    for item in case.inputs.values():
        if (item.kind == "choice") != bool(item.options):
            yield Problem(item.at, _("choice 须列出 options，其他类型不能有 options"))
    yield from _ambiguous(case)
    yield from _endings(case)
    if case.initial in case.states and all(row.to in {"same", *case.states} for row in case.transitions):
        yield from _ways(case)
    for clock in case.clocks:
        yield from missing(clock.at, _("状态"), (*clock.runs_in, *clock.pauses_in), case.states)
        stops = [stop.partition(".") for stop in clock.stops_on]
        named = [*clock.restarts_on, *(act for act, _dot, _truth in stops), *filter(None, [clock.extends])]
        yield from missing(clock.at, _("动作"), named, acts)
        for act, _dot, truth in stops:
            asked = {name for row in case.transitions if row.act == act for name in (*row.needs, *row.takes)}
            truths = {name for name in asked & set(case.inputs) if case.inputs[name].kind == "bool"}
            yield from missing(clock.at, _("动作的是非填写项"), filter(None, [truth]), truths)
        for both in sorted(set(clock.runs_in) & set(clock.pauses_in)):
            yield Problem(clock.at, _("状态「%(name)s」既走表又停表") % {"name": both})


def _endings(case: CaseType) -> Iterator[Problem]:
    """A state that ends on a day: every way into it asks for the day, and the act that ends it needs nothing."""
    dates = {name for name, item in case.inputs.items() if item.kind == "date"}
    for name, state in case.states.items():
        if state.ends is None:
            continue
        ends = state.ends
        leaving = {row.act for row in case.transitions if name in row.states and not row.needs and not row.when}
        yield from missing(ends.at, _("日期填写项"), [ends.on], dates)
        yield from missing(ends.at, _("不必填写的动作"), [ends.act], leaving)
        for row in case.transitions:
            if row.to == name and ends.on not in row.needs:
                yield Problem(
                    row.at,
                    _("状态「%(state)s」到期自动结束，进入它的动作须填写「%(on)s」") % {"state": name, "on": ends.on},
                )


def _ambiguous(case: CaseType) -> Iterator[Problem]:
    """Two rows for one act in one state must be told apart by the flags."""
    for state in case.states:
        rows = [row for row in case.transitions if state in row.states]
        for index, row in enumerate(rows):
            for other in rows[:index]:
                apart = set(row.when) & set(other.unless) or set(row.unless) & set(other.when)
                if row.act == other.act and not apart:
                    yield Problem(
                        row.at,
                        _("状态「%(state)s」下动作「%(act)s」有两行，条件分不开；第 %(line)s 行已有")
                        % {"state": state, "act": row.act, "line": other.at.line},
                    )


def _ways(case: CaseType) -> Iterator[Problem]:
    """Every state is reached, and every state that is not final is left."""
    leaves: dict[str, set[str]] = defaultdict(set)
    for row in case.transitions:
        for state in row.states:
            leaves[state].add(state if row.to == "same" else row.to)
    reached, todo = {case.initial}, [case.initial]
    while todo:
        for state in leaves[todo.pop()] - reached:
            reached.add(state)
            todo.append(state)
    for name, standing in case.states.items():
        if name not in reached:
            yield Problem(
                standing.at, _("状态「%(name)s」从「%(start)s」出发到不了") % {"name": name, "start": case.initial}
            )
        if not standing.final and not leaves[name] - {name}:
            yield Problem(standing.at, _("状态「%(name)s」没有出路；若是终态请写 final: true") % {"name": name})
