"""Whether somebody can have a service: met, short by how much, or not to be judged and why."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Condition, Requirement, Service
from lifang.domains.counter.knowing import Profile

MET, SHORT, UNKNOWN = "met", "short", "unknown"


@dataclass(frozen=True)
class Verdict:
    """On one condition, or on all of a service; `words` say why."""

    title: str
    state: str
    words: str


def judge(service: Service, profile: Profile, area: int, on: dt.date) -> list[Verdict]:
    return [_requirement(one, profile, area, on) for one in service.conditions]


def overall(verdicts: Iterable[Verdict]) -> str:
    """Short if any is, met if all are, else unknown."""
    states = {one.state for one in verdicts}
    return SHORT if SHORT in states else UNKNOWN if UNKNOWN in states else MET


def _requirement(asked: Requirement, profile: Profile, area: int, on: dt.date) -> Verdict:
    if not asked.rule:
        return Verdict(asked.title, UNKNOWN, _("要当面问或看材料"))
    found = [_condition(one, profile, area, on) for one in asked.rule]
    state = overall(Verdict("", state, "") for state, _words in found)
    return Verdict(asked.title, state, _("；").join(words for one, words in found if one == state and words))


def _condition(one: Condition, profile: Profile, area: int, on: dt.date) -> tuple[str, str]:
    if one.what == "age":
        return _age(one, profile, on)
    if one.what == "home":
        return _home(one, profile.home)
    element = packs.elements(area)[one.element]
    if element.sensitivity == "special":
        return UNKNOWN, _("{title}是特别保护的信息，窗口不查，看证件").format(title=element.title)
    known = profile.known.get(one.element)
    if known is None:
        return UNKNOWN, _("没有部门说过{title}").format(title=element.title)
    said = _("{origin} {day} 记的是“{words}”").format(origin=known.origin, day=known.day, words=known.words)
    if known.stale:
        return UNKNOWN, _("{said}，已经旧了，要核对").format(said=said)
    return (MET if not one.values or known.value in one.values else SHORT), said


def _age(one: Condition, profile: Profile, on: dt.date) -> tuple[str, str]:
    if profile.age is None:
        return UNKNOWN, _("不知道出生日期")
    now = _("现在 {n} 岁").format(n=profile.age)
    if one.first is not None and profile.age < one.first:
        missing = _("{now}，还差 {n} 年").format(now=now, n=one.first - profile.age)
        if profile.birth is None:
            return SHORT, missing
        return SHORT, _("{missing}（{day} 满）").format(missing=missing, day=_birthday(profile.birth, one.first))
    if one.last is not None and profile.age > one.last:
        return SHORT, _("{now}，已过 {n} 岁").format(now=now, n=one.last)
    return MET, now


def _birthday(birth: dt.date, years: int) -> dt.date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return dt.date(birth.year + years, 3, 1)


def _home(one: Condition, home: Sequence[int | None] | None) -> tuple[str, str]:
    """Somebody whose age nobody knows may be of any age."""
    if home is None:
        return UNKNOWN, _("没有登记住址，不知道同住几人")
    least, most = 0, 0
    for age in home:
        within = age is not None and (one.first is None or age >= one.first) and (one.last is None or age <= one.last)
        ages = one.first is not None or one.last is not None
        least += within if ages else 1
        most += within or age is None if ages else 1
    words = _("住处登记 {n} 人").format(n=len(home))
    if (one.most is not None and least > one.most) or (one.least is not None and most < one.least):
        return SHORT, words
    if (one.most is not None and most > one.most) or (one.least is not None and least < one.least):
        return UNKNOWN, _("{words}，有人不知道年龄").format(words=words)
    return MET, words


def by_answers(
    service: Service, years: int | None, answers: Mapping[int, str], area: int, on: dt.date
) -> list[Verdict]:
    """What somebody says of themselves: the age, and yes, no or nothing to each condition that is about something else."""
    profile = Profile(age=years)
    found = []
    for at, asked in enumerate(service.conditions):
        if by_age(asked):
            found.append(_requirement(asked, profile, area, on))
        else:
            state = {"yes": MET, "no": SHORT}.get(answers.get(at, ""), UNKNOWN)
            found.append(
                Verdict(
                    asked.title, state, "" if state == MET else _("您说不符合") if state == SHORT else _("没有回答")
                )
            )
    return found


def by_age(asked: Requirement) -> bool:
    return bool(asked.rule) and all(one.what == "age" for one in asked.rule)
