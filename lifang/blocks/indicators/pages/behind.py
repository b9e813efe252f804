"""What stands behind a number: its explanation, the cases counted, and these cases as a file."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.indicators import wording
from lifang.blocks.indicators.asking import Member, ask_of, listing_of, member_of
from lifang.blocks.indicators.listing import Listing
from lifang.blocks.indicators.measures import MEASURES
from lifang.blocks.indicators.pages.kept import kept
from lifang.blocks.indicators.queries import NOTHING, Ask, Counts, Figure, counts, explained
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Indicator
from lifang.ground.access.doors import serves
from lifang.ground.areas import codes
from lifang.ground.areas.queries import full_names, names
from lifang.ground.trail.actions import record
from lifang.ground.typed import whole

SIZE = 50
MOST_EXPORTED = 20_000
MOST_EXCLUDED = 50


@require_safe
@serves("figures.read")
def explain(request: HttpRequest) -> HttpResponse:
    """`/desk/figures/explain`: how a figure comes about, raw and fair side by side."""
    ask, member, name = ask_of(request), member_of(request.GET), request.GET.get("name", "")
    rules = packs.indicators(ask.place, ask.period.start)
    if name not in rules and name not in MEASURES:
        raise Http404(_("没有这个指标。"))
    title, as_of, body = kept(request, ask, lambda: _explained(request, ask, member, name, rules))
    context = {**_heading(ask, member), "title": title, "as_of": as_of, "body": body}
    return render(request, "indicators/explain.html", context)


def _explained(
    request: HttpRequest, ask: Ask, member: Member, name: str, rules: Mapping[str, Indicator]
) -> tuple[str, dt.datetime, str]:
    """The figure's title, as of when it was counted, and the page's body."""
    found = _counted(ask, member)
    by, key = _member(ask, member)
    both = [next(explained(ask, found, by, key, fair, frozenset((name,)), rules)) for fair in (False, True)]
    raw = both[0]
    base = MEASURES[raw.denominator_name or raw.numerator_name]
    left_out = _left_out(Listing(ask, base, member.by, member.value, own=member.own)) if base.on else []
    grounds = packs.exclusions(ask.place, ask.period.start)
    context = {
        "figure": raw,
        "rule": rules.get(name),
        "measures": [MEASURES[n] for n in dict.fromkeys((raw.numerator_name, raw.denominator_name)) if n],
        "both": [(f, wording.value_words(f), wording.unit_words(f), *_sides(f)) for f in both],
        "grounds": [(g, _cited(g, ask), n) for n, g in grounds.items()],
        "left_out": left_out[:MOST_EXCLUDED],
        "left_out_more": len(left_out) > MOST_EXCLUDED,
    }
    return raw.title, ask.now, render_to_string("indicators/_explained.html", context, request)


def _sides(figure: Figure) -> tuple[str, str]:
    seconds = MEASURES[figure.numerator_name].seconds
    return (
        wording.span_words(figure.numerator) if seconds else f"{figure.numerator:,}",
        "" if figure.denominator is None else f"{figure.denominator:,}",
    )


def _cited(ground: Any, ask: Ask) -> str:
    source = packs.source(ground.source.document, ask.place)
    return f"《{source.title}》{ground.source.clause}"


def _member(ask: Ask, member: Member) -> tuple[str | None, Any]:
    if member.own:
        return "place", ask.place
    if member.by == "unit":
        return "unit", None if member.value == "none" else int(member.value)
    return (member.by or None), (member.value or None)


def _counted(ask: Ask, member: Member) -> Counts:
    by, key = _member(ask, member)
    return counts(ask, by).get(key, NOTHING)


def _left_out(listing: Listing) -> list[dict[str, Any]]:
    """The cases of a base that a recorded decision leaves out: ground, proof, who reviewed it and when."""
    ids = listing.excluded_ids(MOST_EXCLUDED + 1)
    acts = Act.objects.filter(act__in=["ask_exclusion", "grant_exclusion"]).order_by("seq")
    grounds = packs.exclusions(listing.ask.place, listing.ask.today)
    rows = []
    for case in Case.objects.filter(pk__in=ids).order_by("-pk").prefetch_related(Prefetch("acts", acts, "reviews")):
        reviews = {act.act: act for act in case.reviews}
        asked, granted = reviews.get("ask_exclusion"), reviews.get("grant_exclusion")
        rows.append(
            {
                "case": case,
                "ground": grounds[case.excluded].title if case.excluded in grounds else case.excluded,
                "proof": asked.data.get("proof", "") if asked else "",
                "reason": granted.data.get("reason", "") if granted else "",
                "reviewer": granted.name if granted else "",
                "at": granted.at if granted else None,
            }
        )
    return rows


def _heading(ask: Ask, member: Member) -> dict[str, Any]:
    """The words in which a page says what it is about."""
    place = full_names([ask.place], ask.today).get(ask.place) or codes.text(ask.place)
    if member.own:
        about = _("未定位到下级")
    elif member.by == "category":
        about = wording.category_names(ask.place, ask.today).get(member.value, member.value)
    elif member.by == "unit":
        key = None if member.value == "none" else int(member.value)
        about = wording.unit_names([key]).get(key, member.value)
    else:
        about = ""
    return {
        "ask": ask,
        "place": place,
        "about": about,
        "period": wording.period_words(ask.period),
        "home": urlencode(ask.address()),
    }


@require_safe
@serves("figures.read")
def cases(request: HttpRequest) -> HttpResponse:
    """`/desk/figures/cases`: exactly the cases that a figure counts, the newest first, page by key."""
    ask = ask_of(request)
    listing = listing_of(ask, request.GET)
    ids = listing.ids(SIZE + 1, before=whole(request.GET.get("before", "")))
    member = member_of(request.GET)
    numbers = _counted(ask, member).of(listing.fair)
    rows = list(Case.objects.filter(pk__in=ids[:SIZE]).select_related("unit").defer("words", "fields").order_by("-pk"))
    shown = request.GET.copy()
    shown.pop("before", None)
    onward = shown.copy()
    if len(ids) > SIZE:
        onward["before"] = str(ids[SIZE - 1])
    places = names({code for case in rows for code in (case.area, codes.parent_of(case.area))}, ask.today)
    return render(
        request,
        "indicators/cases.html",
        {
            **_heading(ask, member),
            "measure": listing.measure,
            "fair": listing.fair,
            "number": None if listing.measure.seconds else numbers[listing.measure.name],
            "rows": [(case, _place_words(case.area, places), _state_words(case)) for case in rows],
            "following": f"?{onward.urlencode()}" if len(ids) > SIZE else "",
            "previous": f"?{shown.urlencode()}" if "before" in request.GET else "",
            "query": shown.urlencode(),
        },
    )


def _place_words(area: int, places: dict[int, str]) -> str:
    if area % 1000:
        community = places.get(codes.parent_of(area), "")
        return f"{community} {places.get(area, '').removeprefix(community)}".strip()
    return places.get(area, codes.text(area))


def _state_words(case: Case) -> str:
    states = packs.case_type(case.type, case.area, case.opened_at, version=case.type_version).states
    return states[case.state].title if case.state in states else case.state


@require_POST
@serves("figures.export")
def export(request: HttpRequest) -> HttpResponse:
    """The cases of a list as CSV; who took what is in the trail."""
    ask = ask_of(request)
    listing = listing_of(ask, request.GET)
    ids = listing.ids(MOST_EXPORTED)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            _("编号"),
            _("类别"),
            _("区划代码"),
            _("承办单位"),
            _("状态"),
            _("上报"),
            _("派遣"),
            _("处置时限"),
            _("处置"),
            _("结案"),
            _("剔除"),
        ]
    )
    found = Case.objects.filter(pk__in=ids).select_related("unit").defer("words", "fields", "text").order_by("-pk")
    for case in found.iterator(chunk_size=2000):
        times = (case.opened_at, case.dispatched_at, case.handle_due_at, case.handled_at, case.closed_at)
        writer.writerow(
            [
                case.number, case.title, codes.text(case.area), case.unit.name if case.unit else "", _state_words(case),
                *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in times), case.excluded,
            ]
        )  # fmt: skip
    record(what="figures.export", kind="figure", object_id=listing.measure.name, area=ask.place, rows=len(ids),
           asked=request.GET.urlencode()[:500])  # fmt: skip
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{listing.measure.name}-{ask.period.start}.csv"'
    return answer
