"""Desk pages of the rules: what holds at a place on a day, and from which clause of which document."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import beside, library, resolving, service
from lifang.blocks.packs.compare import differences
from lifang.blocks.packs.service import NoRule
from lifang.blocks.packs.shapes import GIVEN, CaseType, Limits, Pack
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.clock.wording import limit_words

STATUSES = {
    "in_force": ("good", gettext_lazy("已读原文")),
    "secondary": ("info", gettext_lazy("据转载或报道")),
    "draft": ("warn", gettext_lazy("征求意见稿")),
    "unverified": ("warn", gettext_lazy("待核对")),
    "sample": ("warn", gettext_lazy("示范值")),
}
STANDING = {
    "in_force": ("good", gettext_lazy("有效")),
    "not_yet": ("info", gettext_lazy("尚未施行")),
    "repealed": ("bad", gettext_lazy("已失效")),
}
COVERED = {
    "full": ("good", gettext_lazy("完整")),
    "partial": ("warn", gettext_lazy("部分")),
    "none": ("quiet", gettext_lazy("未建模")),
}
LEVELS = {
    "province": gettext_lazy("省级"), "city": gettext_lazy("市级"), "county": gettext_lazy("区县级"),
    "street": gettext_lazy("街道级"), "community": gettext_lazy("社区级"),
}  # fmt: skip
POWERS = {"own": gettext_lazy("可自办"), "assist": gettext_lazy("可协助"), "none": gettext_lazy("只上报")}


@dataclass(frozen=True)
class Asked:
    """Which pack on which day; addresses keep both."""

    pack: Pack
    on: dt.date

    @property
    def area(self) -> int:
        return int(self.pack.head.area) * 1000

    @property
    def query(self) -> str:
        return urlencode({"pack": self.pack.name, "on": self.on.isoformat()})


def _pack(name: str) -> Pack:
    return service.packs().get(name) or service.pack_for(settings.CONFIG.area)


def _asked(request: HttpRequest) -> Asked:
    return Asked(_pack(request.GET.get("pack", "")), day_in(request.GET.get("on", "")) or today())


def _show(request: HttpRequest, template: str, asked: Asked, tab: str, **context: Any) -> HttpResponse:
    shared = {"asked": asked, "tab": tab, "packs": _by_place(), "today": today()}
    return render(request, f"packs/{template}.html", {**shared, **context})


def _by_place() -> list[Pack]:
    return sorted(service.packs().values(), key=lambda pack: pack.head.area)


@serves("pack.read")
def index(request: HttpRequest) -> HttpResponse:
    """What is covered, and every category in use with its owner and limits."""
    asked = _asked(request)
    words, major = request.GET.get("q", "").strip()[:40], request.GET.get("major", "")
    rows = [
        {
            "category": found,
            "owner": library.words(found.owner.value),
            "level": LEVELS[found.owner.value.level],
            "handle": library.words(found.limits["handle"].value),
            "cited": found.limits["handle"],
            "holder": service.packs()[found.limits["handle"].pack].head.title,
        }
        for found in service.categories(asked.area, asked.on)
        if (not major or found.major == major)
        and (
            not words or words in found.title or found.code.startswith(words) or any(words in k for k in found.keywords)
        )
    ]
    line = service.line_of(asked.pack.name)
    return _show(
        request, "index", asked, "categories", rows=rows, q=words, major=major, line=line,
        majors=sorted(service.majors(asked.area).items()),
        coverage=[(pack.head.title, item, *COVERED[item.state]) for pack in line for item in pack.head.coverage],
        cases=sorted({case.name: case.title for pack in line for case in pack.cases}.items()),
    )  # fmt: skip


@serves("pack.read")
def category(request: HttpRequest, code: str) -> HttpResponse:
    """One category: filing and closing standards, owner, every limit, each with its citation."""
    asked = _asked(request)
    try:
        found = service.category(code, asked.area, asked.on)
    except NoRule as error:
        raise Http404(str(error)) from None
    urgencies = service.urgencies(asked.area)
    limits = []
    for step, resolved in found.limits.items():
        by_urgency: Limits = resolved.value
        spoken = [(urgencies.get(name, ""), limit_words(limit)) for name, limit in by_urgency.by_urgency.items()]
        limits.append({"step": library.STEPS[step], "by_urgency": spoken, **_cited(resolved)})
    owner = found.owner.value
    facts = [
        (_("大类"), f"{found.major} {found.major_title}"),
        (_("立案条件"), found.filing),
        (_("结案标准"), found.closing),
        (_("社区权限"), POWERS[found.power]),
        (_("默认紧急程度"), urgencies[found.urgency]),
        (_("常用说法"), _("、").join(found.keywords)),
        (_("说明"), found.note or _("无")),
    ]
    return _show(
        request, "category", asked, "categories", category=found, facts=facts, limits=limits,
        owner={"words": library.words(owner), "level": LEVELS[owner.level], **_cited(found.owner)},
        catalogue=_cited_by(found.pack, found.source, found.clause, found.since),
    )  # fmt: skip


def _limit_kind(name: str) -> str:
    return _("逐件指定") if name == GIVEN else _("按事项")


def _cited(resolved: resolving.Resolved) -> dict[str, Any]:
    return _cited_by(resolved.pack, resolved.source, resolved.clause, resolved.since)


def _cited_by(pack: str, source: Any, clause: str, since: dt.date) -> dict[str, Any]:
    """Where a rule comes from: the document, its clause, the pack that says so, since when."""
    line = service.line_of(pack)
    holder, name = next((p.name, n) for p in line for n, s in p.sources.items() if s is source)
    return {
        "document": source.title, "number": source.number, "clause": clause, "since": since, "holder": holder, "name": name,
        "pack": service.packs()[pack].head.title, "status": STATUSES[source.status],
    }  # fmt: skip


@serves("pack.read")
def case_type(request: HttpRequest, name: str) -> HttpResponse:
    """A case type as its table of transitions, its clocks and its diagram."""
    asked = _asked(request)
    try:
        case = service.case_type(name, asked.area, asked.on)
    except NoRule as error:
        raise Http404(str(error)) from None
    titles = {function: item.title for function, item in service.functions().items()}
    rows = [
        {
            "row": row,
            "states": [case.states[state].title for state in row.states],
            "to": _("不变") if row.to == "same" else case.states[row.to].title,
            "by": titles[row.by],
            "needs": [case.inputs[n].title for n in row.needs],
            "takes": [case.inputs[n].title for n in row.takes],
        }
        for row in case.transitions
    ]
    clocks = [
        {
            "clock": clock,
            "runs": [case.states[state].title for state in clock.runs_in],
            "pauses": [case.states[state].title for state in clock.pauses_in],
            "limit": _limit_kind(clock.limit)
            if isinstance(clock.limit, str)
            else library.words(clock.limit.steps[-1].value),
        }
        for clock in case.clocks
    ]
    states = [(state, _ways(case, name)) for name, state in case.states.items()]
    return _show(request, "case", asked, "cases", case=case, rows=rows, clocks=clocks, states=states)


def _ways(case: CaseType, state: str) -> list[tuple[str, str]]:
    """Where a case goes from a state: the next state in words, and the acts that lead there."""
    ways: dict[str, list[str]] = {}
    for row in case.transitions:
        if state in row.states and row.to not in ("same", state):
            ways.setdefault(case.states[row.to].title, []).append(row.title)
    return [(to, _("、").join(dict.fromkeys(acts))) for to, acts in ways.items()]


@serves("pack.read")
def values(request: HttpRequest) -> HttpResponse:
    """Single values: numbers and lists that rules elsewhere use."""
    asked = _asked(request)
    line = service.line_of(asked.pack.name)
    rows = []
    for path in sorted({path for pack in line for path in pack.values}):
        try:
            found = resolving.value(line, path, asked.on)
        except NoRule:
            continue
        items = found.value if isinstance(found.value, list | tuple) else None
        rows.append({"path": path, "title": found.title or path, "items": items, "value": library.words(found.value), "unit": found.unit, **_cited(found)})  # fmt: skip
    return _show(request, "values", asked, "values", rows=rows)


@serves("pack.read")
def documents(request: HttpRequest) -> HttpResponse:
    """The library: every document, how far it can be relied on, how many rules rest on it."""
    asked = _asked(request)
    line = [pack.name for pack in service.line_of(asked.pack.name)]
    rows = [
        {"document": found, "pack": service.packs()[found.pack].head.title, "status": STATUSES[found.source.status], "standing": STANDING[found.standing]}
        for found in library.documents(asked.on)
        if found.pack in line
    ]  # fmt: skip
    return _show(request, "documents", asked, "documents", rows=rows)


@serves("pack.read")
def document(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """A document with every rule that rests on it; its repeal marks them all."""
    asked = _asked(request)
    try:
        source = library.document(pack, name)
    except NoRule as error:
        raise Http404(str(error)) from None
    standing = library.standing(source, asked.on)
    rules = [
        {
            "rule": rule,
            "pack": service.packs()[rule.pack].head.title,
            "standing": _rule_standing(rule, standing, asked.on),
        }
        for rule in library.rules_of(pack, name)
    ]
    facts = [
        (_("文号"), source.number or _("无")),
        (_("发布单位"), source.issuer or _("未写明")),
        (_("发布日期"), source.issued or _("未写明")),
        (_("施行日期"), source.since or _("未写明")),
        (_("失效日期"), source.until or _("无")),
        (_("规则包"), service.packs()[pack].head.title),
        (_("说明"), source.note or _("无")),
    ]
    return _show(
        request, "document", asked, "documents", source=source, facts=facts, rules=rules, standing=STANDING[standing],
        repealed=standing == "repealed", status=STATUSES[source.status],
        above=library.above(pack, name), below=library.carried_out_by(pack, name), beside=beside.panels(request, pack, name),
    )  # fmt: skip


def _rule_standing(rule: library.Rule, document: str, on: dt.date) -> tuple[str, Any]:
    if document == "repealed":
        return "bad", _("依据已失效")
    if rule.until and on > rule.until:
        return "quiet", _("已被取代")
    if on < rule.since or document == "not_yet":
        return "info", _("尚未生效")
    return "good", _("有效")


@serves("pack.read")
def compare(request: HttpRequest) -> HttpResponse:
    """Two packs, or one on two days, side by side."""
    asked = _asked(request)
    other = _pack(request.GET.get("other", "") or "national")
    on2 = day_in(request.GET.get("on2", "")) or asked.on
    found = differences(service.line_of(asked.pack.name), asked.on, service.line_of(other.name), on2)
    return _show(request, "compare", asked, "compare", rows=found, other=other, on2=on2)
