"""The list of cases: queues, filters, pages by key, and its export."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.cases import lifecycle, queries
from lifang.blocks.cases.models import Case, CaseQuery
from lifang.blocks.cases.pages.rows import table_rows
from lifang.blocks.cases.queries import Filters
from lifang.blocks.cases.showing import SOURCES
from lifang.blocks.packs import service as packs
from lifang.ground.access.doors import acted_at, holdings, serves
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import ancestors, parent_of, span
from lifang.ground.areas.queries import names
from lifang.ground.areas.switching import switch
from lifang.ground.kept import Kept
from lifang.ground.trail.actions import record
from lifang.ground.typed import plain

EVENT = "event"
MOST_EXPORTED = 20_000
MOST_UNITS = 200
OPTION = '<option value="{}">{}</option>'
COLUMNS = (
    gettext_lazy("编号"),
    gettext_lazy("事项"),
    gettext_lazy("情况"),
    gettext_lazy("地点"),
    gettext_lazy("区划代码"),
    gettext_lazy("状态"),
    gettext_lazy("来源"),
    gettext_lazy("承办单位"),
    gettext_lazy("上报时间"),
    gettext_lazy("到期时间"),
    gettext_lazy("结案时间"),
    gettext_lazy("返工"),
    gettext_lazy("退单"),
)


@require_safe
@serves("case.read")
def cases(request: HttpRequest) -> HttpResponse:
    """`/desk/events/`: the full page, or the list alone for HTMX."""
    now = timezone.now()
    mine = holdings(request)
    states = packs.case_type(EVENT, settings.CONFIG.area, now).states
    filters = Filters.read(request.GET, states)
    parts = queries.part_cases(current().units)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    first = filters.words_alone and not (after or before or current().units)
    found = _selected(filters, mine, now, parts, queries.PAGE + 1 if first else queries.MOST_FOUND)
    narrow = queries.Narrow.of(EVENT, filters, current())
    page = queries.page_of(found, after, before, narrow)
    tabs = queries.queues_of(mine)
    counts = queries.counts_of(mine, now, parts, acted_at(request))
    places = _places(page.rows, filters.area, mine, timezone.localdate(now))
    return render(
        request,
        "cases/list.html",
        {
            "rows": table_rows(page.rows, places, now),
            "page": page,
            "tabs": _tabs(tabs, counts, filters, _without(request.GET, "queue", "after", "before")),
            "filters": filters,
            "chosen": _chosen(filters, places, states),
            "state_options": _selected_option(
                _options((("open", _("在办")), *((name, state.title) for name, state in states.items()))),
                filters.states[-1] if filters.states else "",
            ),
            "source_options": _selected_option(
                _options(tuple((name, str(title)) for name, title in SOURCES.items())), filters.source
            ),
            "category_options": _category_options(timezone.localdate(now)),
            "category_title": category_words(filters.category) if filters.category else "",
            "unit_choices": _unit_choices(filters.area, mine, filters.unit, acted_at(request)),
            "crumbs": _crumbs(filters.area, places, mine),
            **switch(mine.roots("case.read"), filters.area, timezone.localdate(now)),
            "may_export": mine.holds("case.export"),
            "query": _without(request.GET, "after", "before"),
        },
    )


def _selected(
    filters: Filters, mine: Holdings, now: dt.datetime, parts: Sequence[int], most: int = queries.MOST_FOUND
) -> CaseQuery:
    if filters.queue:
        condition = queries.in_queue(queries.BY_NAME[filters.queue], mine, now, parts)
    else:
        condition = queries.reach(current(), parts)
        if not filters.text:  # tasks have a list of their own; by words everything is found
            condition &= Q(type=EVENT)
    return filters.apply(Case.objects.filter(condition), now, most)


def _places(rows: Sequence[queries.Listed], area: int | None, mine: Holdings, on: dt.date) -> dict[int, str]:
    """Names of all places that the page mentions."""
    wanted = {code for case in rows for code in (case.area, parent_of(case.area))}
    wanted |= set(mine.roots("case.read"))
    if area:
        wanted |= {area, *ancestors(area)}
    return names(wanted, on)


def _inside(code: int, roots: Sequence[int]) -> bool:
    return any(code in span(root) for root in roots)


def _crumbs(area: int | None, places: Mapping[int, str], mine: Holdings) -> list[tuple[str, str]]:
    roots = mine.roots("case.read")
    if not area:
        return []
    way = [code for code in reversed([area, *ancestors(area)]) if _inside(code, roots) and code in places]
    return [(places[code], f"?area={code}") for code in way]


def _tabs(
    queues: Sequence[queries.Queue], counts: Mapping[str, int], filters: Filters, kept: str
) -> list[tuple[str, SafeString, str, int | str]]:
    """(address, mark of the present one, title, count) of each tab; `kept` is the rest of the address."""
    here = SafeString(' aria-current="page"')
    rows: list[tuple[str, SafeString, str, int | str]] = [
        (f"?{kept}", SafeString("") if filters.queue else here, _("全部"), "")
    ]
    for queue in queues:
        number, mark = counts.get(queue.name, 0), here if filters.queue == queue.name else SafeString("")
        words = f"{queries.MOST_COUNTED}+" if number > queries.MOST_COUNTED else number
        rows.append((f"?{kept}&queue={queue.name}" if kept else f"?queue={queue.name}", mark, str(queue.title), words))
    return rows


def _chosen(filters: Filters, places: Mapping[int, str], states: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(name, value, words) of each filter in force, for removing one of them."""
    rows: list[tuple[str, str, str]] = []
    if filters.area:
        rows.append(("area", str(filters.area), places.get(filters.area, str(filters.area))))
    rows += [("state", s, _("在办") if s == "open" else states[s].title) for s in filters.states]
    if filters.category:
        rows.append(("category", filters.category, category_words(filters.category)))
    if filters.source:
        rows.append(("source", filters.source, str(SOURCES.get(filters.source, filters.source))))
    if filters.due:
        rows.append(("due", filters.due, _("已超期") if filters.due == "late" else _("4 小时内到期")))
    if filters.supervised:
        rows.append(("supervised", "1", _("督办")))
    if filters.text:
        rows.append(("q", filters.text, filters.text))
    return rows


def category_words(code: str) -> str:
    try:
        return packs.category(code, settings.CONFIG.area, timezone.now()).title
    except packs.NoRule:
        return code


@lru_cache(maxsize=4)
def _category_options(day: dt.date) -> SafeString:
    """The picker of categories; the same for everybody on one day, so it is rendered once."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in packs.categories(settings.CONFIG.area, day):
        groups.setdefault(category.major_title, []).append((category.code, category.title))
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        ((major, format_html_join("", OPTION, rows)) for major, rows in groups.items()),
    )


_UNITS: Kept[SafeString] = Kept(seconds=10, most=1000)


def _unit_choices(area: int | None, mine: Holdings, chosen: int | None, since: float) -> SafeString:
    """Units of the chosen place and of those above it; nobody who acts for units alone needs them."""
    roots = mine.roots("case.read")
    if not roots:
        return SafeString("")
    here = area or roots[0]
    options = _UNITS.get(here, lambda: format_html_join("", OPTION, _units_near(here)), since)
    return _selected_option(options, str(chosen or ""))


def _units_near(here: int) -> list[tuple[int, str]]:
    below = span(here)
    near = Unit.objects.filter(active=True, area__in=[here, *ancestors(here)]) | Unit.objects.filter(
        active=True, area__gte=below.start, area__lt=below.stop
    )
    return list(
        near.exclude(kind="community_committee").order_by("area", "name").values_list("pk", "name")[:MOST_UNITS]
    )


def _selected_option(options: SafeString, chosen: str) -> SafeString:
    option = f'<option value="{escape(chosen)}"'
    return SafeString(options.replace(f"{option}>", f"{option} selected>", 1))


@lru_cache(maxsize=64)
def _options(rows: tuple[tuple[str, str], ...]) -> SafeString:
    return format_html_join("", OPTION, rows)


def _without(asked: QueryDict, *names_: str) -> str:
    given = asked.copy()
    for name in names_:
        given.pop(name, None)
    return given.urlencode()


@require_POST
@serves("case.export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV for spreadsheets; who took what is in the trail, so it is asked for by POST."""
    now = timezone.now()
    states = packs.case_type(EVENT, settings.CONFIG.area, now).states
    filters = Filters.read(request.POST, states)
    found = _selected(filters, holdings(request), now, queries.part_cases(current().units)).newest()
    rows = list(found.select_related("unit").defer("words", "fields")[:MOST_EXPORTED])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_line(case) for case in rows)
    record(what="case.export", kind="list", object_id=f"{len(rows)}", area=filters.area or settings.CONFIG.area,
           filters=_without(request.POST, "csrfmiddlewaretoken")[:500], rows=len(rows))  # fmt: skip
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="cases-{timezone.localtime(now):%Y%m%d-%H%M}.csv"'
    return answer


def _line(case: Case) -> list[Any]:
    type_ = lifecycle.type_of(case)
    return [
        plain(value)
        for value in (
            case.number, case.title, case.text, case.place_text, case.area, type_.states[case.state].title,
            SOURCES.get(case.source, case.source), case.unit.name if case.unit else "", _moment(case.opened_at),
            _moment(case.due_at), _moment(case.closed_at), case.reworks, case.returns,
        )
    ]  # fmt: skip


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
