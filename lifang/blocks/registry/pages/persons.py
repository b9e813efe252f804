"""Finding residents: one box, the closest first."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import queries, then, winning
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.days import age
from lifang.blocks.registry.models import Conflict, Person, Record, Ruling
from lifang.blocks.registry.narrowing import Filters
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.queries import Page
from lifang.blocks.registry.seeking import sought
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import NATION, ancestors, parent_of
from lifang.ground.areas.queries import names

FUNCTION = "person.read"
SEXES = {"1": lazy("男"), "2": lazy("女")}


@dataclass(frozen=True)
class Row:
    """What a list shows of a person; `here` is whether their page can be opened, or they have left the reader's places."""

    person: Person
    sex: str
    age: int | None
    place: str
    home: str
    departments: int
    conflicts: int
    here: bool


@never_cache
@require_POST
@leaves_a_row
@serves(FUNCTION, read_only=True)
def near(request: HttpRequest) -> HttpResponse:
    """The closest ten while one types, as a part of a page; of a day, ten who stood there then."""
    filters, on, mine = (
        Filters.read(request.POST, request.POST.get("q", "")),
        then.asked_day(request.POST.get("on", "")),
        holdings(request),
    )
    day, found, asks, wide = on or today(), Page([], ""), len(filters.words) > 1, False
    if asks and on:
        there = then.held(filters, mine.roots(FUNCTION), on)
        found, wide = Page((there or [])[: queries.NEAR], ""), there is None
        keep_search(request, filters, "day", len(found.rows))
    elif asks:
        asked = sought(filters.words)
        found = queries.page_of(filters, asked, day, size=queries.NEAR)
        keep_search(request, filters, asked.kind, len(found.rows))
    rows = rows_of(found.rows, places_of(found.rows, None, Holdings(0), day), day, mine, on)
    context = {"rows": rows, "loose": found.loose, "asked": asks, "on": on, "narrow_first": wide}
    return render(request, "registry/near.html", context)


def closest(request: HttpRequest, words: str) -> tuple[list[Row], str, bool]:
    """The closest ten for another page's search, with a row in the trail; nobody for whom may not read persons. With them
    what kind of words these are, and whether they are only what may be meant.

    The view stands within `leaves_a_row`.
    """
    if not words or not holdings(request).holds(FUNCTION):
        return [], "", False
    filters, day = Filters(words=words), today()
    with acting(request, FUNCTION):
        asked = sought(words)
        page = queries.page_of(filters, asked, day, size=queries.NEAR)
        keep_search(request, filters, asked.kind, len(page.rows))
        places = places_of(page.rows, None, Holdings(0), day)
        return rows_of(page.rows, places, day, holdings(request)), asked.kind, page.loose


def keep_search(request: HttpRequest, filters: Filters, kind: str, found: int) -> None:
    """A row in the trail says of which kind the words were, never the words."""
    reach = current().places
    area = filters.area or (reach[0][0] if reach else NATION)
    looked(request, what=SEARCHED, area=area, by=kind or "list", found=found)


def rows_of(
    persons: Sequence[Person],
    places: Mapping[int, str],
    day: dt.date,
    mine: Holdings | None = None,
    on: dt.date | None = None,
) -> list[Row]:
    """Each person in words, in a fixed number of queries; with `mine`, a child's home only to who may see it; with `on`
    by what was said on that day."""
    conflicts: Counter[int] = Counter()
    here = {person.pk for person in persons} if on is None else then.reached(person.pk for person in persons)
    if on is None:
        of_person = queries.records_of(person.pk for person in persons)
        conflicts.update(Conflict.objects.filter(person__in=of_person, open=True).values_list("person", flat=True))
    else:
        of_person = then.records_of([person.pk for person in persons], on)
    rulings = queries.rulings_of(of_person, midnight(on + then.DAY) if on else None)
    elements = {"address": packs.elements(settings.CONFIG.area)["address"]}
    return [
        Row(
            person,
            str(SEXES.get(person.sex, "")),
            age(person.birth, person.died_on or day),
            place_name(person.area, places),
            str(SHELTERED)
            if mine is not None and hidden(person, mine, today())
            else _home(of_person.get(person.pk, []), elements, rulings.get(person.pk, ())),
            len({record.system.department for record in of_person.get(person.pk, [])}),
            conflicts[person.pk],
            person.pk in here,
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


def places_of(rows: Iterable[Person], area: int | None, mine: Holdings, day: dt.date) -> dict[int, str]:
    """Names of the day, and of today where a place is newer."""
    wanted = {code for person in rows for code in (person.area, parent_of(person.area))} | set(mine.roots(FUNCTION))
    wanted |= {area, *ancestors(area)} if area else set()
    return {**names(wanted, today()), **names(wanted, day)}
