"""The dashboard of a place, and how long cases take."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.indicators import closing as closing_times
from lifang.blocks.indicators import wording
from lifang.blocks.indicators.asking import ask_of, roots
from lifang.blocks.indicators.models import Finding
from lifang.blocks.indicators.pages.kept import kept
from lifang.blocks.indicators.periods import NAMED
from lifang.blocks.indicators.queries import NOTHING, Ask, Counts, Figure, counts, explained
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Indicator
from lifang.ground.access.doors import serves
from lifang.ground.access.scope import current
from lifang.ground.areas import codes
from lifang.ground.areas.models import Area, Succession
from lifang.ground.areas.queries import names

HEAD = (
    "reported", "handling_in_time_rate", "closing_in_time_rate", "response_rate", "solved_rate", "satisfied_rate",
    "mean_handle_time", "mean_dispatch_time", "filing_rate", "rework_rate", "return_rate", "repeat_rate",
)  # fmt: skip
NOW = ("open", "overdue")
COLUMNS = (
    "reported", "due_to_handle", "handling_in_time_rate", "closing_in_time_rate", "overdue", "rework_rate",
    "solved_rate", "satisfied_rate",
)  # fmt: skip
TREND = ("reported", "due_to_handle", "handled_in_time")
MOST_KINDS = 10
FINDINGS_SHOWN = 5


@dataclass(frozen=True)
class Cell:
    """A number of a table or tile, ready to be read."""

    figure: Figure
    words: str
    unit: str
    change: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    title: str
    url: str
    share: float
    cells: list[Cell]


@require_safe
@serves("figures.read")
def dashboard(request: HttpRequest) -> HttpResponse:
    """`/desk/figures/`: a place over a period, with one breakdown of `view`."""
    ask = ask_of(request)
    above = roots(current())
    below, way = _below(ask), _way(ask.place, above)
    named = names({*below, *way, *above}, ask.today)
    place = named.get(ask.place, codes.text(ask.place))
    return render(
        request,
        "indicators/dashboard.html",
        {
            "ask": ask,
            "fair": request.GET.get("fair") == "1",
            "view": request.GET.get("view", ""),
            "restatable": ask.whole and Succession.objects.filter(on__lte=ask.today).exists(),
            "period": wording.period_words(ask.period),
            "periods": [(name, title, name == ask.period.name) for name, title in NAMED.items()],
            "place": place,
            "place_title": place,
            "place_choices": [
                (named[c], "?" + urlencode(replace(ask, place=c).address()))
                for c in dict.fromkeys([*above, *way, *below])
                if c in named and c != ask.place
            ],
            "crumbs": [
                (named[c], "" if c == ask.place else "?" + urlencode(replace(ask, place=c).address()))
                for c in way
                if c in named
            ],
            "body": kept(request, ask, lambda: _body(request, ask, below, named)),
        },
    )


def _body(request: HttpRequest, ask: Ask, below: Iterable[int], named: Mapping[int, str]) -> str:
    return render_to_string("indicators/_dashboard.html", _numbers(request, ask, below, named), request)


def _numbers(request: HttpRequest, ask: Ask, below: Iterable[int], named: Mapping[int, str]) -> dict[str, Any]:
    view = request.GET.get("view", "")
    views = [(v, t) for v, t in _view_titles() if v != "place" or ask.level < codes.GRID]
    if view not in dict(views):
        view = views[0][0]
    fair = request.GET.get("fair") == "1"
    rules = packs.indicators(ask.place, ask.period.start)
    kinds = counts(ask, "category")
    total = _together(kinds.values())
    former = replace(ask, period=ask.period.former(ask.today))
    before = counts(former, live=False).get(None, NOTHING)
    members = kinds if view == "category" else counts(ask, view)
    if view == "place":
        members = {code: members.get(code, NOTHING) for code in sorted({*members, *below})}
    return {
        "ask": ask,
        "fair": fair,
        "view": view,
        "views": views,
        "former": wording.period_words(former.period),
        "head": _tiles(ask, total, former, before, fair, rules),
        "now": _tiles(ask, total, former, None, fair, rules, NOW),
        "columns": _titles(ask, rules),
        "rows": _rows(ask, members, view, named, fair, rules),
        "trend": _trend(ask),
        "kinds": _kinds(ask, kinds),
        **_found(ask),
    }


def _view_titles() -> list[tuple[str, str]]:
    return [("place", _("按区划")), ("category", _("按类别")), ("unit", _("按承办单位"))]


def _together(found: Iterable[Counts]) -> Counts:
    raw, fair = dict(NOTHING.raw), dict(NOTHING.fair)
    for one in found:
        for name, number in one.raw.items():
            raw[name] += number
            fair[name] += one.fair[name]
    return Counts(raw, fair)


def _below(ask: Ask) -> list[int]:
    """The places right below, for the switcher and for rows without a case."""
    if not ask.whole:
        return []
    below = Area.objects.as_of(ask.today).children_of(ask.place).exclude(layer="construction")
    return list(below.order_by("code").values_list("code", flat=True))


def _way(place: int, above: Iterable[int]) -> list[int]:
    """The way down from the widest place of the scope."""
    held = [codes.span(root) for root in above]
    return [c for c in reversed([place, *codes.ancestors(place)]) if c == place or any(c in reach for reach in held)]


def _cells(
    ask: Ask, found: Counts, by: str | None, key: Any, fair: bool, wanted: Iterable[str], rules: Mapping[str, Indicator]
) -> list[Cell]:
    made = {f.name: f for f in explained(ask, found, by, key, fair, frozenset(wanted), rules)}
    return [Cell(made[n], wording.value_words(made[n]), wording.unit_words(made[n])) for n in wanted if n in made]


def _tiles(
    ask: Ask, total: Counts, former: Ask, before: Counts | None, fair: bool, rules: Mapping[str, Indicator],
    wanted: Iterable[str] = HEAD,
) -> list[Cell]:  # fmt: skip
    cells = _cells(ask, total, None, None, fair, wanted, rules)
    if before is None:
        return cells
    then = {c.figure.name: c.figure for c in _cells(former, before, None, None, fair, wanted, rules)}
    found = []
    for cell in cells:
        change, tone = wording.change_words(cell.figure, then[cell.figure.name])
        found.append(replace(cell, change=change, tone=tone))
    return found


def _titles(ask: Ask, rules: Mapping[str, Indicator]) -> list[str]:
    return [cell.figure.title for cell in _cells(ask, NOTHING, None, None, False, COLUMNS, rules)]


def _rows(
    ask: Ask,
    members: Mapping[Any, Counts],
    view: str,
    named: Mapping[int, str],
    fair: bool,
    rules: Mapping[str, Indicator],
) -> list[Row]:
    """One row for each member in the order of its code; never in the order of a figure."""
    most = max((c.raw["reported"] for c in members.values()), default=0) or 1
    if view == "category":
        titles: Mapping[Any, str] = wording.category_names(ask.place, ask.today)
    elif view == "unit":
        titles = wording.unit_names(members)
    else:
        titles = {**named, ask.place: _("未定位到下级")}
    order = [k for k in titles if k in members] if view == "unit" else list(members)
    order += [k for k in members if k not in set(order)]
    found = []
    for key in order:
        down = (
            "?" + urlencode({**replace(ask, place=key).address(), "view": "place"})
            if view == "place" and key != ask.place
            else ""
        )
        found.append(
            Row(
                titles.get(key, codes.text(key) if view == "place" else str(key)),
                down,
                members[key].raw["reported"] * 100 / most,
                _cells(ask, members[key], view, key, fair, COLUMNS, rules),
            )
        )
    return found


def _trend(ask: Ask) -> dict[str, Any]:
    steps = ask.period.steps
    found = counts(ask, steps, live=False)
    days = [d for d in _days(ask, steps) if d <= ask.today]
    if steps == "day" and len(days) > 1 and days[-1] == ask.today:
        days.pop()  # a day that has just begun would look like a fall
    titles = {f.name: f.title for f in explained(ask, NOTHING, names=TREND, rules={})}
    tones = {"reported": "info", "due_to_handle": "quiet", "handled_in_time": "good"}
    return {
        "title": _("每日上报与按期处置") if steps == "day" else _("每月上报与按期处置"),
        "kind": "line",
        "categories": [wording.day_words(d, ask) for d in days],
        "series": [
            {"name": titles[n], "tone": tones[n], "data": [found.get(d, NOTHING).raw[n] for d in days]} for n in TREND
        ],
        "unit": _("件"),
        "as_of": ask.now,
    }


def _days(ask: Ask, steps: str) -> list[dt.date]:
    days = [ask.period.start + dt.timedelta(days=n) for n in range(ask.period.days)]
    return days if steps == "day" else list(dict.fromkeys(d.replace(day=1) for d in days))


def _kinds(ask: Ask, kinds: Mapping[str, Counts]) -> dict[str, Any] | None:
    most = sorted(kinds.items(), key=lambda item: (-item[1].raw["reported"], item[0]))[:MOST_KINDS]
    most = [(code, found) for code, found in most if found.raw["reported"]]
    if not most:
        return None
    titles = wording.category_names(ask.place, ask.today)
    return {
        "title": _("上报最多的类别"),
        "kind": "hbar",
        "categories": [titles.get(code, code) for code, _found in most],
        "series": [{"name": _("上报数"), "tone": "info", "data": [found.raw["reported"] for _code, found in most]}],
        "unit": _("件"),
    }


def _found(ask: Ask) -> dict[str, Any]:
    """The open suggestions of the place, the newest first."""
    if not ask.whole:
        return {"findings": [], "findings_more": False}
    reach = codes.span(ask.place)
    rows = list(
        Finding.objects.filter(state="open", area__gte=reach.start, area__lt=reach.stop).order_by("-last_at", "pk")[
            : FINDINGS_SHOWN + 1
        ]
    )
    titles = wording.category_names(ask.place, ask.today)
    return {
        "findings": [(f, titles.get(f.category, f.category)) for f in rows[:FINDINGS_SHOWN]],
        "findings_more": len(rows) > FINDINGS_SHOWN,
    }


@require_safe
@serves("figures.read")
def closing(request: HttpRequest) -> HttpResponse:
    """Median time from report to close by kind and month, persons and devices apart."""
    ask = ask_of(request)
    titles = wording.category_names(ask.place, ask.today)
    found = closing_times.medians(ask)
    months = sorted({c.month for c in found})
    held = {(c.category, c.sensor, c.month): c for c in found}
    rows = [
        (titles.get(category, category), sensor, [held.get((category, sensor, m)) for m in months])
        for category, sensor in sorted({(c.category, c.sensor) for c in found})
    ]
    return render(
        request,
        "indicators/closing.html",
        {
            "ask": ask,
            "place": names([ask.place], ask.today).get(ask.place, codes.text(ask.place)),
            "period": wording.period_words(ask.period),
            "periods": [(name, title, name == ask.period.name) for name, title in NAMED.items()],
            "months": months,
            "rows": [
                (title, sensor, [(c.cases, wording.span_words(c.minutes * 60)) if c else None for c in cells])
                for title, sensor, cells in rows
            ],
            "by_person": sum(c.cases for c in found if not c.sensor),
            "by_device": sum(c.cases for c in found if c.sensor),
        },
    )
