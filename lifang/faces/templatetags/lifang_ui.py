"""Tags of the visual language; docs/looks.md lists them, /looks/ shows each of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.forms import Form
from django.http import QueryDict
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifang.faces.controls import field, said_of
from lifang.faces.signs import DESK_GROUPS, DESK_SECTIONS, FIELD_TABS, served
from lifang.faces.spans import DAY_UNITS, UNIT_BASIS, fraction, span_text
from lifang.ground.signs import TONE_ICONS, badge, icon, state_badge, when

register = template.Library()


for tag in (icon, badge, state_badge, when, field):
    register.simple_tag(tag)


@register.inclusion_tag("components/clock_bar.html")
def clock_bar(
    used: timedelta | float,
    limit: timedelta | float,
    unit: str = "work_hours",
    title: str = "",
    due: datetime | None = None,
    paused: bool = False,
    done: bool = False,
    source: str = "",
) -> dict[str, object]:
    """Time used against a limit.

    `used` and `limit` are timedeltas for urgent_hours and work_hours, numbers of days for
    working_days and natural_days.
    """
    part = fraction(used, limit)
    over = part > 1
    left = span_text(abs(limit - used), unit)  # type: ignore[operator]
    if done:
        tone, words = ("bad", _("超时完成，超出 %s") % left) if over else ("good", _("按时完成"))
    elif paused:
        tone, words = "quiet", _("计时暂停")
    elif over:
        tone, words = "bad", _("已超时 %s") % left
    else:
        tone, words = ("warn" if part >= 0.8 else "info"), _("剩余 %s") % left
    scale = max(part, 1.0)
    return {
        "title": title,
        "used": span_text(used, unit),
        "limit": span_text(limit, unit),
        "basis": "" if unit in DAY_UNITS else UNIT_BASIS.get(unit, ""),
        "within": f"{min(part, 1.0) / scale * 100:.2f}",
        "beyond": f"{max(part - 1, 0) / scale * 100:.2f}",
        "mark": f"{100 / scale:.2f}",
        "over": over,
        "tone": tone,
        "icon": {"bad": "alert-circle", "warn": "clock", "quiet": "clock-pause", "good": "circle-check"}.get(
            tone, "clock"
        ),
        "words": words,
        "due": due,
        "running": not (done or paused),
        "source": source,
    }


@register.simple_tag
def badge_time(used: timedelta | float, limit: timedelta | float, unit: str = "work_hours") -> SafeString:
    """Time used and limit on one line of a table: an icon and words where it is late or nearly."""
    part, words = fraction(used, limit), f"{span_text(used, unit)} / {span_text(limit, unit)}"
    if part < 0.8:
        return format_html("{}", words)
    tone, late = ("bad", _("已超时")) if part > 1 else ("warn", _("将超时"))
    return format_html('<span class="late tone-{}">{} {}</span>', tone, icon(TONE_ICONS[tone], late, "sm"), words)


@register.filter
def pairs(asked: QueryDict) -> Iterable[tuple[str, Any]]:
    """What an address asks, by name: a template would take one named «items» for the way to all of them."""
    return asked.items()


@register.filter
def yuan(amount: Decimal | int) -> str:
    """Money as accounts show it: 1,234.50."""
    return f"{amount:,.2f}"


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[tuple[str, object]], columns: int = 1) -> dict[str, object]:
    """A list of definitions: rows of (term, value); an empty value reads 未填."""
    return {"rows": list(rows), "columns": columns}


@register.inclusion_tag("components/timeline.html")
def timeline(acts: Iterable[object], newest_first: bool = False) -> dict[str, object]:
    """Acts of a case.

    Each has title and at, and may have actor, unit, note, tone, icon, state, state_title, facts, photos.
    """
    listed = list(acts)
    return {"acts": listed[::-1] if newest_first else listed}


@register.inclusion_tag("components/figure.html")
def figure(
    title: str, value: object, unit: str = "", explain: object = None, tone: str = "", note: str = "", url: str = ""
) -> dict[str, object]:
    """A figure that opens to its explanation.

    `explain` may have formula, source, as_of, records and records_url.
    """
    return {
        "title": title,
        "value": value,
        "unit": unit,
        "explain": explain,
        "tone": tone,
        "tone_icon": TONE_ICONS.get(tone, ""),
        "note": note,
        "url": url,
    }


@register.inclusion_tag("components/empty.html")
def empty(title: str, hint: str = "", url: str = "", action: str = "", symbol: str = "inbox") -> dict[str, object]:
    """What a list says when it has nothing, and what one may do about it."""
    return {"title": title, "hint": hint, "url": url, "action": action, "symbol": symbol}


@register.inclusion_tag("components/error_block.html")
def error_block(happened: str, kept: str = "", next: str = "", number: str = "") -> dict[str, object]:
    """What happened, what was kept, what to do next; `number` is the request's number for the help desk."""
    return {"happened": happened, "kept": kept, "next": next, "number": number}


@register.inclusion_tag("components/conflict.html")
def conflict(by: str, act: str, at: datetime, url: str = "") -> dict[str, object]:
    """Another person acted first; what was typed stays in the form below."""
    return {"by": by, "act": act, "at": at, "url": url}


@register.inclusion_tag("components/notice.html")
def notice(text: str, tone: str = "info", title: str = "") -> dict[str, object]:
    """One message in a tone."""
    return {"text": text, "title": title, "tone": tone, "symbol": TONE_ICONS[tone]}


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Mapping[str, object]) -> dict[str, object]:
    """The messages of django.contrib.messages; they stay until closed and are read out."""
    tones = {"success": "good", "warning": "warn", "error": "bad", "info": "info", "debug": "quiet"}
    found: Any = context.get("messages") or ()
    rows = [(tones.get(m.level_tag, "info"), m) for m in found]
    return {"rows": [(tone, TONE_ICONS[tone], m) for tone, m in rows]}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(places: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The way down the tree: (title, address); the last one is the page itself and needs no address."""
    return {"places": list(places)}


@register.simple_tag
def place_links(places: Iterable[tuple[str, str]]) -> SafeString:
    """Places to switch to: (title, address) of each; a street has a hundred, on every page."""
    return SafeString("".join(f'<a href="{escape(url)}">{escape(title)}</a>' for title, url in places))


@register.inclusion_tag("components/page_links.html", takes_context=True)
def page_links(context: RequestContext, page: Any) -> dict[str, object]:
    """Links of a django.core.paginator.Page; other query parameters stay."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "gap": page.paginator.ELLIPSIS, "request": context["request"]}


@register.inclusion_tag("components/next_links.html")
def next_links(previous: str = "", following: str = "", shown: str = "") -> dict[str, object]:
    """Links of a list that is read by key, not by number: two addresses and the words «第 1–50 条»."""
    return {"previous": previous, "following": following, "shown": shown}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Form, big: bool = False) -> dict[str, object]:
    """The error summary and every field of a form."""
    return {"form": form, "big": big}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Form) -> dict[str, object]:
    """The list of errors at the head of a form; each leads to its field."""
    rows = [
        (form[name].id_for_label, form[name].label, said_of(form[name])) for name in form.errors if name in form.fields
    ]
    return {"rows": rows, "whole": form.non_field_errors()}


@register.inclusion_tag("components/choice_tiles.html")
def choice_tiles(
    name: str,
    options: Iterable[Mapping[str, object]],
    legend: str,
    value: str = "",
    hint: str = "",
    error: str = "",
    big: bool = False,
) -> dict[str, object]:
    """Large single choices: options have value and title, and may have hint and icon."""
    return {
        "name": name,
        "options": list(options),
        "legend": legend,
        "value": value,
        "hint": hint,
        "error": error,
        "big": big,
    }


@register.inclusion_tag("components/photos.html")
def photos(items: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Photographs: each has url and alt, and may have thumb and caption."""
    return {"items": list(items)}


@register.inclusion_tag("components/upload_field.html")
def upload_field(
    name: str = "photos", label: str = "", hint: str = "", most: int = 6, error: str = ""
) -> dict[str, object]:
    """A field for photographs, with previews where JavaScript runs."""
    return {"name": name, "label": label or _("照片"), "hint": hint, "most": most, "error": error}


@register.inclusion_tag("components/steps.html")
def steps(current: int, titles: Iterable[str]) -> dict[str, object]:
    """Where one is in a form of several pages; `current` counts from 1."""
    listed = list(titles)
    return {"current": current, "titles": listed, "total": len(listed), "title": listed[current - 1]}


@register.inclusion_tag("components/print_head.html")
def print_head(title: str, number: str = "", place: str = "") -> dict[str, object]:
    """The head of a printed sheet; it does not show on the screen."""
    return {"title": title, "number": number, "place": place, "now": timezone.now()}


@register.inclusion_tag("components/search_box.html")
def search_box(
    action: str, value: str = "", placeholder: str = "", name: str = "q", method: str = "get"
) -> dict[str, object]:
    """A search form; the key / moves to it."""
    return {
        "action": action, "value": value, "placeholder": placeholder or _("搜索"), "name": name, "method": method
    }  # fmt: skip


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, object]:
    """Grey lines in the place of what is being fetched."""
    return {"lines": range(lines)}


@register.inclusion_tag("components/map.html")
def map_box(
    label: str,
    areas: str = "",
    points: str = "",
    pick: str = "",
    lon: float | None = None,
    lat: float | None = None,
    zoom: float | None = None,
    places: Iterable[tuple[str, str]] = (),
) -> dict[str, object]:
    """A map of our own GeoJSON.

    `areas` and `points` are addresses of GeoJSON; `pick` names two inputs, "lon,lat", that a chosen point
    is written to; `places` (title, address) is what those read who have no map.
    """
    return {
        "label": label,
        "areas": areas,
        "points": points,
        "pick": [part.strip() for part in pick.split(",")] if pick else [],
        "lon": lon,
        "lat": lat,
        "zoom": zoom,
        "places": list(places),
    }


@register.inclusion_tag("components/chart.html")
def chart(name: str, spec: Mapping[str, Any]) -> dict[str, object]:
    """A chart with its table.

    `spec`: title, kind (bar, stack, line, area, pie, hbar), categories, series [{name, data, tone?}],
    and it may have unit, source, as_of, category_title, and whole=False for values with decimals.
    """
    rows = [
        (category, [series["data"][i] for series in spec["series"]]) for i, category in enumerate(spec["categories"])
    ]
    plain = {key: value for key, value in spec.items() if key not in ("source", "as_of")}
    return {"name": name, "spec": spec, "plain": plain, "data_id": f"chart-{name}", "rows": rows}


@register.simple_tag(takes_context=True)
def desk_nav(context: Mapping[str, Any]) -> SafeString:
    """The sections of the desk that are served, in their groups."""
    groups = {address: str(title) for title, sections in DESK_GROUPS.items() for _section, address, _symbol in sections}
    found = served(context.get("request"), DESK_SECTIONS, context.get("functions", ()))
    return _ways("desk_nav", [{**entry, "group": groups[str(entry["url"])]} for entry in found])


@register.simple_tag(takes_context=True)
def field_tabs(context: Mapping[str, Any]) -> SafeString:
    """The tabs at the foot of the phone pages."""
    return _ways("field_tabs", served(context.get("request"), FIELD_TABS, context.get("functions", ())))


def _ways(name: str, entries: Iterable[Mapping[str, Any]]) -> SafeString:
    return _kept_ways(name, get_language(), tuple(tuple(entry.items()) for entry in entries))


@lru_cache(maxsize=256)
def _kept_ways(name: str, language: str | None, entries: tuple[tuple[tuple[str, Any], ...], ...]) -> SafeString:
    return render_to_string(f"components/{name}.html", {"entries": [dict(entry) for entry in entries]})
