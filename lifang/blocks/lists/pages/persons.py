"""Lists of residents: found by what was typed, or narrowed by what departments say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.lists.care import care_lists
from lifang.blocks.lists.filters import Listed, asked_of
from lifang.blocks.lists.pages.care import listed
from lifang.blocks.lists.pages.saved import saved_lists
from lifang.blocks.lists.pages.then import rows_then
from lifang.blocks.lists.showings import leaves_a_showing, shown
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import queries
from lifang.blocks.registry.models import System
from lifang.blocks.registry.narrowing import facts_asked, stale_asked, wide
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.blocks.registry.pages.persons import FUNCTION, SEXES, keep_search, places_of, rows_of
from lifang.blocks.registry.seeking import sought
from lifang.blocks.registry.then import asked_day
from lifang.ground.access import looking_for
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import span
from lifang.ground.areas.switching import switch

MOST_SYSTEMS = 100
EMPTY = {
    "page": None, "narrow_first": False, "loose": False, "kind": "", "whole_only": False, "too_wide": False, "first": "",
    "following": "",
}  # fmt: skip
LACKS = {"number": lazy("没有身份证号"), "phone": lazy("没有电话")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@leaves_a_showing
@serves(FUNCTION, read_only=True)
def persons(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/`: who was looked for, else the residents of one's places. What is typed is POSTed and leads to an
    address that shows no word of it."""
    if request.method == "POST":
        return redirect(f"{reverse('persons')}{_address(request)}")
    on = asked_day(request.GET.get("on", ""))
    filters, day = with_register(request, Listed.read(request.GET, asked_words(request)), on), on or today()
    found = rows_then(request, filters, on) if on else _rows_now(request, filters, day)
    if filters.care and care_lists()[filters.care].see != FUNCTION:
        area = filters.area or current().places[0][0]
        shown(request, care_list=filters.care, area=area, persons=[person.pk for person in found["persons"]])
    mine, places = holdings(request), found["places"]
    systems = _systems(filters.area)
    return render(
        request,
        "lists/persons.html",
        {
            **EMPTY,
            **found,
            "on": on,
            "today": today(),
            "filters": filters,
            "chosen": _chosen(request, filters, places, dict(systems)),
            "systems": systems,
            "sexes": SEXES.items(),
            "facts": _facts(),
            "lacks": LACKS.items(),
            "care": [(name, one.title) for name, one in care_lists().items() if mine.holds(one.see)],
            "saved": saved_lists(request.user.pk),
            "query": request.GET.urlencode(),
            "may_save": bool(asked_of(request.GET)),
            "stale": [(name, _title(name)) for name in stale_asked()],
            "now": _query(request, on=None),
            **switch(mine.roots(FUNCTION), filters.area, day, lambda code: _query(request, area=code)),
        },
    )


def _rows_now(request: HttpRequest, filters: Listed, day: dt.date) -> dict[str, Any]:
    asked = sought(filters.words)
    page = queries.page_of(filters, asked, day, request.GET.get("after", ""))
    keep_search(request, filters, asked.kind, len(page.rows))
    mine = holdings(request)
    places = places_of(page.rows, filters.area, mine, day)
    return {
        "persons": page.rows,
        "rows": rows_of(page.rows, places, day, mine),
        "places": places,
        "loose": page.loose,
        "kind": asked.kind,
        "whole_only": asked.parts and wide(filters),
        "too_wide": filters.probing and wide(filters),
        "first": _query(request) if request.GET.get("after") else "",
        "following": _query(request, after=page.after) if page.after else "",
    }


def asked_words(request: HttpRequest) -> str:
    return looking_for.kept(request, request.GET.get("w", ""))


def with_register(request: HttpRequest, filters: Listed, on: dt.date | None = None) -> Listed:
    """With who stands on the register asked for; nobody where this person may not see it."""
    if not filters.care:
        return filters
    found = listed(request, filters.care, filters.area, on)
    return replace(filters, on_it=frozenset(found[1]) if found else frozenset())


def _address(request: HttpRequest) -> str:
    given = request.POST.copy()
    words = given.pop("q", [""])[-1]
    for name in ("csrfmiddlewaretoken", "w", "after", "page"):
        given.pop(name, None)
    for name in [name for name, value in given.items() if not value]:
        del given[name]
    if token := looking_for.keep(request, words):
        given["w"] = token
    return f"?{given.urlencode()}" if given else ""


def _facts() -> dict[str, list[tuple[str, str]]]:
    """Element → the values that may be asked for, as (key, words)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, (title, words) in facts_asked().items():
        found.setdefault(title, []).append((key, words or _yes_or_no(key)))
    return found


def _fact(key: str) -> str:
    title, words = facts_asked()[key]
    return _("：").join((title, words or _yes_or_no(key)))


def _yes_or_no(key: str) -> str:
    return _("是") if key.endswith("-true") else _("否")


def _title(element: str) -> str:
    return packs.elements(settings.CONFIG.area)[element].title


def _systems(area: int | None) -> list[tuple[int, str]]:
    """Systems that cover any of the places looked at."""
    reach = current().places if area is None else ((span(area).start, span(area).stop),)
    found = System.objects.order_by("area", "title").values_list("pk", "title", "area")[:MOST_SYSTEMS]
    return [
        (pk, title) for pk, title, at in found if any(lo < span(at).stop and span(at).start < hi for lo, hi in reach)
    ]


def chosen_words(filters: Listed) -> list[tuple[str, str]]:
    """Words of each filter in force but for place and system, and its parameter."""
    found: list[tuple[str, str]] = []
    if filters.youngest is not None:
        found.append((_("{n} 岁以上").format(n=filters.youngest), "youngest"))
    if filters.oldest is not None:
        found.append((_("{n} 岁以下").format(n=filters.oldest), "oldest"))
    if filters.sex:
        found.append((str(SEXES[filters.sex]), "sex"))
    if filters.care:
        found.append((care_lists()[filters.care].title, "care"))
    if filters.fact:
        found.append((_fact(filters.fact), "fact"))
    if filters.lacks:
        found.append((str(LACKS[filters.lacks]), "lacks"))
    if filters.stale:
        found.append((_("{element}很久没有更新").format(element=_title(filters.stale)), "stale"))
    return found


def _chosen(
    request: HttpRequest, filters: Listed, places: Mapping[int, str], systems: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Words of each filter in force, and the address without it."""
    found = chosen_words(filters)
    if filters.area:
        found.insert(0, (places.get(filters.area, str(filters.area)), "area"))
    if filters.system is not None:
        found.append((systems.get(filters.system, str(filters.system)), "system"))
    return [(words, _query(request, **{name: None})) for words, name in found]


def _query(request: HttpRequest, **changed: object) -> str:
    """The address of this page with other parameters, from its first page on unless `after` is given."""
    given = request.GET.copy()
    for name, value in {"after": None, "page": None, **changed}.items():
        given.pop(name, None)
        if value is not None:
            given[name] = str(value)
    return f"?{given.urlencode()}"
