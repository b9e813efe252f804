"""Finding residents: one box, the closest first."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import queries, winning
from lifang.blocks.registry.models import Conflict, Person, Record, Ruling, System
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.queries import Filters, Sought, age
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import NATION, ancestors, parent_of, span
from lifang.ground.areas.queries import children, names

FUNCTION = "person.read"
MOST_SYSTEMS = 100
SEXES = {"1": lazy("男"), "2": lazy("女")}


@dataclass(frozen=True)
class Row:
    """What a list shows of a person."""

    person: Person
    sex: str
    age: int | None
    place: str
    home: str
    departments: int
    conflicts: int


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def persons(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/`: who was looked for, else the residents of one's places."""
    filters, day = Filters.read(request.GET), today()
    asked = queries.sought(filters.words)
    page = queries.page_of(filters, asked, day, request.GET.get("after", ""))
    _keep(request, filters, asked, len(page.rows))
    mine = holdings(request)
    places = _places(page.rows, filters.area, mine, day)
    systems = _systems(filters.area)
    following = _query(request, after=page.after) if page.after else ""
    return render(
        request,
        "registry/persons.html",
        {
            "rows": rows_of(page.rows, places, day),
            "kind": asked.kind,
            "whole_only": asked.parts and queries.wide(filters),
            "filters": filters,
            "chosen": _chosen(request, filters, places, dict(systems)),
            "systems": systems,
            "sexes": SEXES.items(),
            "first": _query(request) if request.GET.get("after") else "",
            "following": following,
            **_switch(request, filters.area, places, mine, day),
        },
    )


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def near(request: HttpRequest) -> HttpResponse:
    """The closest ten while one types, as a part of a page."""
    filters, day = Filters.read(request.GET), today()
    rows: list[Person] = []
    if len(filters.words) > 1:
        asked = queries.sought(filters.words)
        rows = queries.page_of(filters, asked, day, size=queries.NEAR).rows
        _keep(request, filters, asked, len(rows))
    places = _places(rows, None, Holdings(0), day)
    return render(request, "registry/near.html", {"rows": rows_of(rows, places, day), "asked": len(filters.words) > 1})


def closest(request: HttpRequest, words: str) -> list[Row]:
    """The closest ten for another page's search, with a row in the trail; nobody for whom may not read persons.

    The view stands within `leaves_a_row`.
    """
    if not words or not holdings(request).holds(FUNCTION):
        return []
    filters, day = Filters(words=words), today()
    with acting(request, FUNCTION):
        asked = queries.sought(words)
        rows = queries.page_of(filters, asked, day, size=queries.NEAR).rows
        _keep(request, filters, asked, len(rows))
        return rows_of(rows, _places(rows, None, Holdings(0), day), day)


def _keep(request: HttpRequest, filters: Filters, asked: Sought, found: int) -> None:
    reach = current().places
    area = filters.area or (reach[0][0] if reach else NATION)
    looked(request, what=SEARCHED, area=area, by=asked.kind or "list", found=found)


def rows_of(persons: Sequence[Person], places: Mapping[int, str], day: dt.date) -> list[Row]:
    """Each person in words, in a fixed number of queries."""
    of_person = queries.records_of(person.pk for person in persons)
    open_ones = Conflict.objects.filter(person__in=of_person, open=True).values_list("person", flat=True)
    conflicts: dict[int, int] = {}
    for person in open_ones:
        conflicts[person] = conflicts.get(person, 0) + 1
    rulings = queries.rulings_of(of_person)
    elements = {"address": packs.elements(settings.CONFIG.area)["address"]}
    return [
        Row(
            person,
            str(SEXES.get(person.sex, "")),
            age(person.birth, person.died_on or day),
            place_name(person.area, places),
            _home(of_person.get(person.pk, []), elements, rulings.get(person.pk, ())),
            len({record.system.department for record in of_person.get(person.pk, [])}),
            conflicts.get(person.pk, 0),
        )
        for person in persons
    ]


def _home(records: Sequence[Record], elements: Mapping[str, Element], rulings: Iterable[Ruling]) -> str:
    """The address that counts, shortened to its road, gate and flat where it names them."""
    found = winning.winners(map(winning.said, records), elements, winning.upheld(rulings, records)).get("address")
    return (found.word.record.home or found.word.value) if found else ""


def place_name(area: int, places: Mapping[int, str]) -> str:
    """Community and grid; a grid's name often begins with its community's."""
    above = places.get(parent_of(area), "")
    return above + places.get(area, "").removeprefix(above) if area % 1000 else places.get(area, "")


def _places(rows: Iterable[Person], area: int | None, mine: Holdings, day: dt.date) -> dict[int, str]:
    wanted = {code for person in rows for code in (person.area, parent_of(person.area))} | set(_roots(mine))
    return names(wanted | ({area, *ancestors(area)} if area else set()), day)


def _roots(mine: Holdings) -> list[int]:
    return sorted({held.area for held in mine.held if FUNCTION in held.functions and held.unit is None})


def _systems(area: int | None) -> list[tuple[int, str]]:
    """Systems that cover any of the places looked at."""
    reach = current().places if area is None else ((span(area).start, span(area).stop),)
    found = System.objects.order_by("area", "title").values_list("pk", "title", "area")[:MOST_SYSTEMS]
    return [
        (pk, title) for pk, title, at in found if any(lo < span(at).stop and span(at).start < hi for lo, hi in reach)
    ]


def _switch(
    request: HttpRequest, area: int | None, places: Mapping[int, str], mine: Holdings, day: dt.date
) -> dict[str, Any]:
    """The frame's place switcher: the places below the chosen one, and the way back up."""
    roots = _roots(mine)
    here = area or (roots[0] if len(roots) == 1 else None)
    up = [code for code in ancestors(area or NATION) if any(code in span(root) for root in roots)]
    listed = dict([(code, places.get(code, "")) for code in (*roots, *up)] + (children(here, day) if here else []))
    return {
        "place_title": places.get(here or NATION, "") if here else _("我的全部地域") if roots else "",
        "place_choices": [(name, _query(request, area=code)) for code, name in listed.items() if name and code != area],
    }


def _chosen(
    request: HttpRequest, filters: Filters, places: Mapping[int, str], systems: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Words of each filter in force, and the address without it."""
    found: list[tuple[str, str]] = []
    if filters.area:
        found.append((places.get(filters.area, str(filters.area)), "area"))
    if filters.youngest is not None:
        found.append((_("{n} 岁以上").format(n=filters.youngest), "youngest"))
    if filters.oldest is not None:
        found.append((_("{n} 岁以下").format(n=filters.oldest), "oldest"))
    if filters.sex:
        found.append((str(SEXES[filters.sex]), "sex"))
    if filters.system is not None:
        found.append((systems.get(filters.system, str(filters.system)), "system"))
    return [(words, _query(request, **{name: None})) for words, name in found]


def _query(request: HttpRequest, **changed: object) -> str:
    """The address of this page with other parameters, from its first page on unless `after` is given."""
    given = request.GET.copy()
    for name, value in {"after": None, **changed}.items():
        given.pop(name, None)
        if value is not None:
            given[name] = str(value)
    return f"?{given.urlencode()}"
