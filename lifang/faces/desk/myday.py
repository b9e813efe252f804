"""My day: what is mine to do, how it is done, how it has gone."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.cases import queries
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.queries import Queue
from lifang.blocks.packs import service as packs
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import COMMUNITY, COUNTY, STREET, at_level, level_of, parent_of
from lifang.ground.areas.queries import names
from lifang.ground.clock.wording import limit_words

MOST = 60
MOST_GROUPS = 10
GUIDES = 8


@never_cache
@require_safe
@serves("case.read")
def my_day(request: HttpRequest) -> HttpResponse:
    now, mine = timezone.now(), holdings(request)
    parts = queries.part_cases(current().units)
    queues = [queue for queue in queries.queues_of(mine) if queue.tasks]
    cases = _due(queues, mine, parts, now)
    places = names({code for case in cases for code in (case.area, parent_of(case.area))}, timezone.localdate(now))
    level = _level(cases)
    if level != COMMUNITY:
        places |= names({at_level(case.area, level) for case in cases}, timezone.localdate(now))
    items = [_item(case, queues, mine, places, level, parts, now) for case in cases]
    counts = queries.counted({q.name: queries.in_queue(q, mine, now, parts) for q in queries.queues_of(mine)})
    return render(
        request,
        "desk/my_day.html",
        {
            "groups": _grouped(items),
            "number": len(items),
            "more": len(items) == MOST,
            "late": sum(item["late"] for item in items),
            "units": len({case.unit_id for case in cases if case.unit_id}),
            "tabs": [
                (
                    q.name,
                    q.title,
                    f"{queries.MOST_COUNTED}+" if counts[q.name] > queries.MOST_COUNTED else counts[q.name],
                )
                for q in queries.queues_of(mine)
                if counts.get(q.name)
            ],
            "guides": _guides(cases),
            "results": _results(int(request.user.pk or 0), now),
            "today": timezone.localdate(),
        },
    )


def _due(queues: Iterable[Queue], mine: Holdings, parts: Sequence[int], now: dt.datetime) -> list[Case]:
    """What this person may act on in any line of work, the soonest due first."""
    condition = Q(pk__in=[])
    for queue in queues:
        condition |= queries.in_queue(queue, mine, now, parts)
    found = Case.objects.filter(condition).select_related("unit").only(*queries.SHOWN)
    return list(found.order_by(F("due_at").asc(nulls_last=True), "id")[:MOST])


def _level(cases: Iterable[Case]) -> int:
    """The level of place by which tasks are grouped: communities, or something wider when they lie far apart."""
    for level in (COMMUNITY, STREET):
        if len({at_level(case.area, level) for case in cases}) <= MOST_GROUPS:
            return level
    return COUNTY


def _item(
    case: Case,
    queues: Iterable[Queue],
    mine: Holdings,
    places: Mapping[int, str],
    level: int,
    parts: Sequence[int],
    now: dt.datetime,
) -> dict[str, Any]:
    """A task with its reason: which step waits, and by when."""
    type_ = type_of(case)
    waiting = [q.title for q in queues if _fits(q, case, mine, parts)]
    late = case.due_at is not None and case.due_at < now
    place = places.get(at_level(case.area, level), "") or places.get(case.area, "")
    community = places.get(at_level(case.area, COMMUNITY), "")
    grid = places.get(case.area, "") if level_of(case.area) > COMMUNITY else ""
    where = [] if level == COMMUNITY else [community]
    where += [] if case.place_text.startswith(grid) else [grid.removeprefix(community)]
    return {
        "case": case,
        "state": type_.states[case.state].title,
        "reason": _("、").join(map(str, waiting[:2])),
        "clock": next((c.title for c in type_.clocks if c.name == case.clock), ""),
        "late": late,
        "soon": not late and case.due_at is not None and case.due_at < now + queries.SOON,
        "place": place or _("地点不明"),
        "where": " ".join([*where, case.place_text]),
    }


def _fits(queue: Queue, case: Case, mine: Holdings, parts: Sequence[int]) -> bool:
    if queue.states and case.state not in queue.states:
        return False
    if queue.flags and not set(queue.flags) & set(case.flags):
        return False
    scope = mine.scope(queue.function)
    return scope.covers(case.area, [case.unit_id] if case.unit_id else []) or bool(scope.units and case.pk in parts)


def _grouped(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """By place, so that one visit can serve several; the place with the soonest task first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        groups.setdefault(item["place"], []).append(item)
    return list(groups.items())


def _guides(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """How each kind of today's items is judged: filing and closing standard, limit, and where they stand."""
    numbers: dict[str, int] = {}
    for case in cases:
        numbers[case.category] = numbers.get(case.category, 0) + 1
    sample = {case.category: case for case in cases}
    rows = []
    for code in sorted(numbers, key=lambda c: -numbers[c])[:GUIDES]:
        case = sample[code]
        try:
            rule = packs.category(code, case.area, case.opened_at)
        except packs.NoRule:
            continue
        limit = rule.limit("handle", case.urgency)
        rows.append(
            {
                "title": rule.title,
                "number": numbers[code],
                "filing": rule.filing,
                "closing": rule.closing,
                "limit": limit_words(limit.value) if limit else "",
                "limit_source": limit.citation if limit else "",
                "source": rule.owner.citation,
            }
        )
    return rows


def _results(user_id: int, now: dt.datetime) -> dict[str, Any]:
    """Plain counts of this person's own acts today and this month; nobody is compared with anybody."""
    local = timezone.localtime(now)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    rows = (
        Act.objects.filter(user_id=user_id, at__gte=month)
        .values("act")
        .annotate(
            month=Count("id"),
            today=Count("id", filter=Q(at__gte=today)),
            in_time=Count("id", filter=Q(act="finish", at__lte=F("case__handle_due_at"))),
        )
        .order_by("-month", "act")
    )
    type_ = packs.case_type("event", settings.CONFIG.area, now)
    counted = [{"title": _("上报") if row["act"] == "report" else type_.act_title(row["act"]), **row} for row in rows]
    return {
        "rows": counted,
        "today": sum(row["today"] for row in counted),
        "month": sum(row["month"] for row in counted),
        "finished": next((row for row in counted if row["act"] == "finish"), None),
    }
