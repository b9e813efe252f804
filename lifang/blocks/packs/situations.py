"""The worked examples of a pack, computed and compared."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from lifang.blocks.packs import resolving
from lifang.blocks.packs.problems import Problem
from lifang.blocks.packs.resolving import Category, Line, NoRule, Resolved
from lifang.blocks.packs.shapes import Pack, Situation
from lifang.ground.clock import CHINA, Calendar, due_after, used
from lifang.ground.clock.limits import Interval
from lifang.ground.clock.wording import limit_words, used_words


def differences(pack: Pack, line: Line) -> list[Problem]:
    """What the examples of a pack say otherwise than the rules."""
    return [
        Problem(example.expect.at, f"{example.situation}：{text}")
        for example in pack.situations
        for text in _differences(example, line)
    ]


def _differences(example: Situation, line: Line) -> Iterator[str]:
    try:
        category = resolving.category(line, example.category, example.start.date())
    except NoRule as error:
        yield str(error)
        return
    resolved = category.limit(example.limit, example.urgency)
    if resolved is None:
        yield _("没有这一环节的时限")
        return
    for name, expected, actual in _compared(example, category, resolved, line):
        if expected and expected != actual:
            yield _("%(name)s应为 %(expected)s，规则得出 %(actual)s") % {
                "name": name,
                "expected": expected,
                "actual": actual,
            }


def _compared(example: Situation, category: Category, resolved: Resolved, line: Line) -> Iterator[tuple[str, str, str]]:
    expect, limit = example.expect, resolved.value
    calendar = resolving.calendar(line, resolving.hours(line, example.start.date()))
    if expect.limit:
        yield _("时限"), limit_words(expect.limit), limit_words(limit)
    if expect.due:
        yield _("到期"), f"{expect.due:%Y-%m-%d %H:%M}", f"{_due(example, resolved, calendar):%Y-%m-%d %H:%M}"
    yield _("责任部门"), expect.owner, category.owner.value.unit
    yield _("层级"), expect.level, category.owner.value.level
    document = next(name for pack in line for name, source in pack.sources.items() if source is resolved.source)
    yield _("依据"), expect.document, document
    if expect.used and example.until:
        runs = [*_runs(example)[0], (_runs(example)[1], _local(example.until))]
        yield _("用时"), expect.used, used_words(used(runs, limit.unit, calendar), limit)


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=CHINA)


def _runs(example: Situation) -> tuple[list[Interval], datetime]:
    """The finished stretches and the beginning of the last one."""
    runs, since = [], _local(example.start)
    for begins, ends in example.pauses:
        runs.append((since, _local(begins)))
        since = _local(ends)
    return runs, since


def _due(example: Situation, resolved: Resolved, calendar: Calendar) -> datetime:
    runs, since = _runs(example)
    return due_after(runs, since, resolved.value, calendar)
