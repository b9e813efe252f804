"""My day: what is mine to do, how it is done, how it has gone."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.cases import queries
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.pages import rows
from lifang.blocks.cases.queries import Listed, Queue
from lifang.blocks.forms import queries as forms
from lifang.blocks.packs import service as packs
from lifang.domains.gate import hearing
from lifang.ground import prepared
from lifang.ground.access.doors import acted_at, acting, holdings, serves
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import COMMUNITY, COUNTY, STREET, at_level, level_of, parent_of
from lifang.ground.areas.queries import names
from lifang.ground.clock.wording import limit_words
from lifang.ground.kept import Kept
from lifang.ground.signs import badge, when
from lifang.ground.trail.words import words_of

MOST = 60
MOST_GROUPS = 10
GUIDES = 8
_DUE: Kept[list[Listed]] = Kept(seconds=10, most=1000)
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@never_cache
@require_safe
@serves("case.read")
def my_day(request: HttpRequest) -> HttpResponse:
    now, mine = timezone.now(), holdings(request)
    parts = queries.part_cases(current().units)
    queues = [queue for queue in queries.queues_of(mine) if queue.tasks]
    seen = queries.seen_alike(mine)
    cases = _DUE.get(seen, lambda: _due(queues, mine, parts, now), acted_at(request))
    own = queries.own_dues(current().units, [case.pk for case in cases])
    cases = sorted(cases, key=lambda case: _when_due(case, own) or LAST)
    places = names({code for case in cases for code in (case.area, parent_of(case.area))}, timezone.localdate(now))
    level = _level(cases)
    if level != COMMUNITY:
        places |= names({at_level(case.area, level) for case in cases}, timezone.localdate(now))
    items = [_item(case, queues, mine, places, level, parts, own, now) for case in cases]
    counts = queries.counts_of(mine, now, parts, acted_at(request))
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
            "asked": _asked(request),
            "guides": _guides(cases),
            "results": _results(int(request.user.pk or 0), now, acted_at(request)),
            "today": timezone.localdate(),
        },
    )


def _asked(request: HttpRequest) -> list[tuple[str, str, int]]:
    """What is asked of the community besides cases: title, address, how many."""
    mine, found, today = holdings(request).functions, [], timezone.localdate()
    if "form.fill" in mine:
        with acting(request, "form.fill"):
            found.append((_("要填的表"), reverse("forms_asked"), forms.number_waiting(current().places, today)))
    if "admission.hear" in mine:
        with acting(request, "admission.hear"):
            found.append((_("请社区表态"), reverse("hearings"), hearing.waiting(today)))
    return [one for one in found if one[2]]


def _due(queues: Iterable[Queue], mine: Holdings, parts: Sequence[int], now: dt.datetime) -> list[Listed]:
    """What this person may act on in any line of work, the soonest due first."""
    condition = Q(pk__in=[])
    for queue in queues:
        condition |= queries.in_queue(queue, mine, now, parts)
    return queries.listed(Case.objects.filter(condition).most_urgent()[:MOST])


def _when_due(case: Listed, own: Mapping[int, dt.datetime | None]) -> dt.datetime | None:
    """Of a case that stands with another unit it is one's own part that is due."""
    return own.get(case.pk, case.due_at)


def _level(cases: Iterable[Listed]) -> int:
    """The level of place by which tasks are grouped: communities, or something wider when they lie far apart."""
    for level in (COMMUNITY, STREET):
        if len({at_level(case.area, level) for case in cases}) <= MOST_GROUPS:
            return level
    return COUNTY


def _item(
    case: Listed,
    queues: Iterable[Queue],
    mine: Holdings,
    places: Mapping[int, str],
    level: int,
    parts: Sequence[int],
    own: Mapping[int, dt.datetime | None],
    now: dt.datetime,
) -> dict[str, Any]:
    """A task with its reason: which step waits, and by when; as HTML, because a template takes far longer for sixty."""
    waiting = [q.title for q in queues if _fits(q, case, mine, parts)]
    reason = badge(_("、").join(map(str, waiting[:2])), "info", "chevron-right")
    due = _when_due(case, own)
    alarm = rows.alarm_of(due, now)
    place = places.get(at_level(case.area, level), "") or places.get(case.area, "")
    community = places.get(at_level(case.area, COMMUNITY), "")
    grid = places.get(case.area, "") if level_of(case.area) > COMMUNITY else ""
    where = [] if level == COMMUNITY else [community]
    where += [] if case.place_text.startswith(grid) else [grid.removeprefix(community)]
    clock = _("协办") if case.pk in own else rows.clock_words(rows.type_of(case), case.clock)
    unit = f'<span class="muted">{escape(case.unit_name)}</span>' if case.unit_name else ""
    return {
        "late": alarm == "late",
        "place": place or _("地点不明"),
        "html": SafeString(
            f'<a class="task" href="{rows.ROOT}{case.number}/"><span class="task-what"><b class="strong">'
            f'{escape(case.title)}</b> <span class="muted">{escape(" ".join([*where, case.place_text]))}</span></span>'
            f'<span class="task-why">{reason} {unit}</span><span class="task-due">{_until(clock, due, alarm)}</span></a>'
        ),
    }


def _until(clock: str, due: dt.datetime | None, alarm: str) -> SafeString:
    if due is None:
        return SafeString("")
    if alarm:
        clock = (_("%(clock)s超期") if alarm == "late" else _("%(clock)s将到期")) % {"clock": clock}
    return SafeString(f"{rows.alarm_words(alarm, clock)} {when(due)}")


def _fits(queue: Queue, case: Listed, mine: Holdings, parts: Sequence[int]) -> bool:
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


def _guides(cases: Iterable[Listed]) -> list[dict[str, Any]]:
    """How each kind of today's items is judged: filing and closing standard, limit, and where they stand."""
    numbers: dict[str, int] = {}
    for case in cases:
        numbers[case.category] = numbers.get(case.category, 0) + 1
    sample = {case.category: case for case in cases}
    guides = []
    for code in sorted(numbers, key=lambda c: -numbers[c])[:GUIDES]:
        case = sample[code]
        try:
            rule = packs.category(code, case.area, case.opened_at)
        except packs.NoRule:
            continue
        limit = rule.limit("handle", case.urgency)
        guides.append(
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
    return guides


LAST_ACT = "SELECT id FROM cases_act WHERE user_id = %s ORDER BY at DESC LIMIT 1"
_DONE: Kept[list[Any]] = Kept(seconds=60, most=1000)


def _results(user_id: int, now: dt.datetime, since: float) -> dict[str, Any]:
    """Plain counts of this person's own acts today and this month; nobody is compared with anybody."""
    stamp = (user_id, timezone.localdate(now), *prepared.run(LAST_ACT, [user_id]))
    done = _DONE.get(stamp, lambda: _done(user_id, now), since)
    counted: dict[str, dict[str, Any]] = {}
    for row in done:
        title = words_of(f"{row['case__type']}.{row['act']}") or row["act"]
        one = counted.setdefault(title, {"title": title, "today": 0, "month": 0})
        one["today"] += row["today"]
        one["month"] += row["month"]
    return {
        "rows": sorted(counted.values(), key=lambda one: -one["month"]),
        "today": sum(row["today"] for row in done),
        "month": sum(row["month"] for row in done),
        "finished": next((row for row in done if (row["case__type"], row["act"]) == ("event", "finish")), None),
    }


def _done(user_id: int, now: dt.datetime) -> list[Any]:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    acts = Act.objects.filter(user_id=user_id, at__gte=today.replace(day=1)).values("case__type", "act")
    return list(
        acts.annotate(
            month=Count("id"),
            today=Count("id", filter=Q(at__gte=today)),
            in_time=Count("id", filter=Q(act="finish", at__lte=F("case__handle_due_at"))),
        ).order_by("-month", "case__type", "act")
    )
