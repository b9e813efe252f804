"""Two packs, or one pack on two days, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lifang.blocks.packs import library, resolving
from lifang.blocks.packs.resolving import Category, Line, NoRule, Resolved


@dataclass(frozen=True)
class Difference:
    """One value that differs, as words with their sources; empty where a side has none."""

    subject: str
    one: str
    other: str


def differences(one: Line, on: date, other: Line, on2: date) -> list[Difference]:
    """What differs in values, categories, case types and indicators between two packs on two days."""
    left, right = dict(_facts(one, on)), dict(_facts(other, on2))
    subjects = dict.fromkeys([*left, *right])
    return [
        Difference(subject, left.get(subject, ""), right.get(subject, ""))
        for subject in subjects
        if left.get(subject) != right.get(subject)
    ]


def _facts(line: Line, on: date) -> Iterator[tuple[str, str]]:
    for path in sorted({path for pack in line for path in pack.values}):
        try:
            resolved = resolving.value(line, path, on)
        except NoRule:
            continue
        yield resolved.title, f"{library.words(resolved.value)} {resolved.unit}".strip() + _cited(resolved)
    for code in resolving.codes(line, on):
        yield from _category(resolving.category(line, code, on))
    for name in sorted({case.name for pack in line for case in pack.cases}):
        try:
            case = resolving.case_type(line, name, on)
        except NoRule:
            continue
        yield _("案件类型 %(title)s") % {"title": case.title}, case.version
    for figure in resolving.indicators(line, on).values():
        yield _("指标 %(title)s") % {"title": figure.title}, figure.formula


def _category(category: Category) -> Iterator[tuple[str, str]]:
    name = f"{category.code} {category.title}"
    owner = category.owner.value
    yield f"{name} " + _("责任部门"), f"{library.words(owner)} · {library.LEVELS[owner.level]}" + _cited(category.owner)
    for step, resolved in category.limits.items():
        title = f"{name} " + _("%(step)s时限") % {"step": library.STEPS[step]}
        yield title, library.words(resolved.value) + _cited(resolved)


def _cited(resolved: Resolved) -> str:
    return f" [{resolved.citation}]"
