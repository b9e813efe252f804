"""The documents of the packs, and every rule that rests on each of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs.kinds import dated_of
from lifang.blocks.packs.service import NoRule, elements, line_of, packs, units
from lifang.blocks.packs.shapes import CategoryEntry, Citation, Condition, Dated, Limits, Owner, Pack, Source
from lifang.ground.clock import Limit
from lifang.ground.clock.wording import limit_words

STEPS = {
    "accept": gettext_lazy("受理"), "file": gettext_lazy("立案"), "dispatch": gettext_lazy("派遣"), "receive": gettext_lazy("签收"), "handle": gettext_lazy("处置"),
    "verify": gettext_lazy("核查"), "callback": gettext_lazy("回访"), "respond": gettext_lazy("首次反馈"), "whistle": gettext_lazy("报到"), "arbitrate": gettext_lazy("仲裁"),
    "close": gettext_lazy("办结"),
}  # fmt: skip

LEVELS = {
    "province": gettext_lazy("省"), "city": gettext_lazy("市"), "county": gettext_lazy("区县"), "street": gettext_lazy("街道（乡镇）"),
    "community": gettext_lazy("社区（村）"),
}  # fmt: skip

CLASSES = {
    "law": gettext_lazy("依法履职"), "assist": gettext_lazy("协助政府"), "certify": gettext_lazy("可以出具的证明"),
    "refuse": gettext_lazy("不得出具的证明"), "government": gettext_lazy("部门和街道职责"), "unclassed": gettext_lazy("尚未归类"),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule as a pack states it. `category` is its code where it belongs to one, `item` the name of the service or
    certificate that it is; `until` its last day, if any."""

    subject: str
    value: str
    clause: str
    since: date
    pack: str
    until: date | None = None
    category: str = ""
    item: str = ""


@dataclass(frozen=True)
class Document:
    """A document where a pack defines it; `standing` is in_force, not_yet or repealed on the day asked."""

    pack: str
    name: str
    source: Source
    standing: str
    rules: int


def standing(source: Source, on: date) -> str:
    if source.since and on < source.since:
        return "not_yet"
    return "repealed" if source.until and on > source.until else "in_force"


def documents(on: date, pack: str = "") -> list[Document]:
    """Every document, those of one pack only when it is named, the most used first."""
    used = Counter(
        (defines(user, citation.document), citation.document)
        for user in packs().values()
        for citation, _rule in _rules(user)
    )
    return sorted(
        (
            Document(holder, name, source, standing(source, on), used[holder, name])
            for holder, name, source in sources()
            if not pack or holder == pack
        ),
        key=lambda document: (-document.rules, document.source.title),
    )


def sources() -> Iterator[tuple[str, str, Source]]:
    """Pack, name and source of every document."""
    return ((holder.name, name, source) for holder in packs().values() for name, source in holder.sources.items())


def document(pack: str, name: str) -> Source:
    """Raises NoRule where the pack has no such document."""
    if pack not in packs() or name not in packs()[pack].sources:
        raise NoRule(_("没有依据「%(name)s」") % {"name": name})
    return packs()[pack].sources[name]


def rules_of(pack: str, name: str) -> list[Rule]:
    """Every rule of every pack whose citation of this name leads to this pack's document."""
    return [
        rule
        for user in packs().values()
        if defines(user, name) == pack
        for citation, rule in _rules(user)
        if citation.document == name
    ]


def carried_out_by(pack: str, name: str) -> list[tuple[str, str, Source]]:
    """The documents below (pack, name, source) that say they carry this one out."""
    return [
        (holder.name, below, source)
        for holder in packs().values()
        for below, source in holder.sources.items()
        if source.carries_out == name and defines(holder, name) == pack
    ]


def above(pack: str, name: str) -> tuple[str, str, Source] | None:
    """The document that this one carries out."""
    wanted = document(pack, name).carries_out
    holder = defines(packs()[pack], wanted) if wanted else ""
    return (holder, wanted, packs()[holder].sources[wanted]) if holder else None


def defines(user: Pack, name: str) -> str:
    """The name of the pack whose document a pack means by this name."""
    return next((pack.name for pack in line_of(user.name) if name in pack.sources), "")


def words(value: Any) -> str:
    """A rule's value as a person reads it."""
    if isinstance(value, Limits):
        names = {"ordinary": _("一般"), "urgent": _("紧急"), "critical": _("特急")}
        parts = [(names.get(urgency, ""), limit_words(limit)) for urgency, limit in value.by_urgency.items()]
        return _("；").join(f"{name} {limit}".strip() for name, limit in parts)
    if isinstance(value, Limit):
        return limit_words(value)
    if isinstance(value, Owner):
        titles = units()
        joined = _("、").join(titles[kind].title for kind in value.joins)
        return titles[value.unit].title + (_("，协同 %(units)s") % {"units": joined} if joined else "")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(_spell(part) for part in value)
    return str(value)


def condition_words(one: Condition) -> str:
    """One condition of a register as a person reads it."""
    ages = ""
    if one.first is not None:
        ages = _("{n} 岁以上").format(n=one.first)
    if one.last is not None:
        ages = _("{n} 岁以下").format(n=one.last) if one.first is None else f"{one.first}–{one.last} " + _("岁")
    if one.what == "age":
        return ages
    if one.what == "home":
        who = _("住处登记的{ages}的人").format(ages=ages) if ages else _("住处登记的人")
        if one.most == 0:
            return _("没有{who}").format(who=who)
        least, most = one.least, one.most
        count = f"{least}–{most}" if least and most else most or least
        words = (
            _("{who}最多 {n} 个") if most and not least else _("{who}至少 {n} 个") if not most else _("{who}有 {n} 个")
        )
        return words.format(who=who, n=count)
    found = elements().get(one.element)
    return found.title if found else one.element


def _spell(part: Any) -> str:
    if isinstance(part, Condition):
        return condition_words(part)
    return f"{part[0]:%H:%M}–{part[1]:%H:%M}" if isinstance(part, tuple) else str(part)


def _rules(pack: Pack) -> Iterator[tuple[Citation, Rule]]:
    for path, value in pack.values.items():
        yield from _steps(pack, value.title or path, value)
    for found in pack.care_lists.values():
        if found.rule:
            yield from _steps(pack, _("名册「%(title)s」") % {"title": found.title}, found.rule)
        else:
            by_hand = _("只按人工标记")
            subject = _("名册「%(title)s」") % {"title": found.title}
            yield found.source, Rule(subject, by_hand, found.source.clause, found.since, pack.name)
    if pack.calendar:
        if pack.calendar.hours:
            yield from _steps(pack, _("工作时段"), pack.calendar.hours)
        for year, whole in pack.calendar.years.items():
            subject = _("%(year)s 年放假调休") % {"year": year}
            days = _("放假 %(off)s 天，调休上班 %(on)s 天") % {"off": len(whole.holidays), "on": len(whole.workdays)}
            yield whole.source, Rule(subject, days, whole.source.clause, date(int(year), 1, 1), pack.name)
    for file in pack.events:
        for step, limit in file.defaults.items():
            yield from _steps(pack, _("各类事项 %(step)s时限") % {"step": STEPS[step]}, limit)
        for code, entry in file.categories.items():
            yield from _of_category(pack, code, entry)
    for case in pack.cases:
        title = _("案件类型「%(title)s」") % {"title": case.title}
        steps = _("%(n)s 个动作") % {"n": len(case.transitions)}
        yield case.source, Rule(title, steps, case.source.clause, case.since, pack.name)
        for clock in case.clocks:
            if isinstance(clock.limit, Dated):
                yield from _steps(pack, f"{title} {clock.title}", clock.limit)
    for kind in pack.registers.values():
        subject = _("登记册「%(title)s」") % {"title": kind.title}
        held = _("每个%(level)s应有") % {"level": LEVELS[kind.every]} if kind.every else _("据实登记")
        yield kind.source, Rule(subject, held, kind.source.clause, kind.since, pack.name)
        for title, value in dated_of(kind):
            yield from _steps(pack, title, value)
    for one in pack.catalogues:
        subject = _("清单「%(title)s」") % {"title": one.title}
        listed = _("%(n)s 项") % {"n": len(one.matters)}
        yield one.source, Rule(subject, listed, one.source.clause, one.since, pack.name, one.until)
        for matter in one.matters.values():
            rule = Rule(
                matter.title, str(CLASSES[matter.class_]), matter.source.clause, one.since, pack.name, one.until
            )
            yield matter.source, rule
    for form in pack.forms:
        subject, asked = _("表单「%(title)s」") % {"title": form.title}, _("%(n)s 列") % {"n": len(form.columns)}
        yield form.source, Rule(subject, asked, form.source.clause, form.since, pack.name)
    for name, sheet in pack.certificates:
        subject = _("证明格式「%(name)s」") % {"name": name}
        steps = _("有效 %(days)s 天，最多 %(copies)s 份") % {"days": sheet.days, "copies": sheet.copies}
        yield sheet.source, Rule(subject, steps, sheet.source.clause, sheet.since, pack.name, item=name)
    for offered in pack.services:
        for name, service in offered.items.items():
            subject, basis = _("服务事项「%(title)s」") % {"title": service.title}, service.basis
            within = words(service.limit)
            yield basis, Rule(subject, within, basis.clause, offered.since, pack.name, offered.until, item=name)
    if pack.indicators:
        for figure in pack.indicators.indicators.values():
            subject = _("指标「%(title)s」") % {"title": figure.title}
            yield figure.source, Rule(subject, figure.formula, figure.source.clause, figure.since, pack.name)
        for ground in pack.indicators.exclusions.values():
            subject = _("剔除情形「%(title)s」") % {"title": ground.title}
            yield ground.source, Rule(subject, ground.rule, ground.source.clause, ground.since, pack.name)


def _of_category(pack: Pack, code: str, entry: CategoryEntry) -> Iterator[tuple[Citation, Rule]]:
    title = f"{code} {entry.title or ''}".strip()
    filing = _("；").join(filter(None, [entry.filing, entry.closing])) or _("列入目录")
    yield entry.source, Rule(title, filing, entry.source.clause, entry.since, pack.name, entry.until, code)
    if entry.owner:
        yield from _steps(pack, f"{title} " + _("责任部门"), entry.owner, code)
    for step, limit in entry.limits.items():
        yield from _steps(pack, f"{title} " + _("%(step)s时限") % {"step": STEPS[step]}, limit, code)


def _steps(pack: Pack, subject: str, dated: Dated, category: str = "") -> Iterator[tuple[Citation, Rule]]:
    for index, step in enumerate(dated.steps):
        following = dated.steps[index + 1].since if index + 1 < len(dated.steps) else None
        value = f"{words(step.value)} {dated.unit}".strip()
        until = date.fromordinal(following.toordinal() - 1) if following else None
        yield step.source, Rule(subject, value, step.source.clause, step.since, pack.name, until, category)
