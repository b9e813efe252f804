"""Registered households: one, gathered by its number; and those of a community, what does not hold together among them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import beside, households
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.households import Household
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.persons import FUNCTION, place_name
from lifang.blocks.registry.queries import PAGE, age
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import COMMUNITY, NATION, level_of, parent_of
from lifang.ground.areas.queries import names
from lifang.ground.areas.switching import switch
from lifang.ground.typed import whole

SHOWS = {"apart": lazy("人户分离"), "care": lazy("有关爱名册上的人"), "wrong": lazy("说不通的")}


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/household/?on=`: everybody with the household numbers of one person."""
    person = person_here(pk)
    if person.into_id is not None:
        return redirect("person_household", person.into_id)
    on = day_in(request.GET.get("on", ""))
    if on is not None and on >= today():
        on = None
    found = households.of_person(Record.objects.filter(person=person).select_related("system").defer("sealed"), on)
    looked(request, what=SEARCHED, area=person.area, by="household", found=sum(len(one.members) for one in found))
    return render(
        request, "registry/household.html",
        {
            "person": person, "on": on, "today": today(), "households": _in_words(found, person, on or today(), holdings(request)),
            "findings": households.findings(found),
        },
    )  # fmt: skip


def _in_words(found: Iterable[Household], person: Person, day: dt.date, mine: Holdings) -> list[dict[str, object]]:
    """A child's home is shown only to who may see it, whatever the day asked for."""
    places = names(
        {code for one in found for m in one.members for code in (m.person.area, parent_of(m.person.area))}, today()
    )
    speller = Speller(packs.elements(person.area), person.area, places)
    return [
        {
            "number": one.number,
            "rows": [
                {
                    "person": m.person, "age": age(m.person.birth, m.person.died_on or day),
                    "home": str(SHELTERED) if hidden(m.person, mine, today()) else m.home or "",
                    "relation": speller.words("relation", m.relation) if m.relation else "",
                    "place": place_name(m.person.area, places),
                }
                for m in one.members
            ],
        }
        for one in found
    ]  # fmt: skip


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def of_place(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/households/?area=&show=`: the households of a community or grid: all, those whose people live apart
    from where they are registered, those with somebody on a register of special care, those that cannot be so."""
    place, context = _switch(request)
    if level_of(place) < COMMUNITY:
        return render(request, "registry/households.html", {**context, "too_wide": True})
    every = households.within(place)
    looked(request, what=SEARCHED, area=place, by="households", found=len(every))
    found = households.findings(every)
    rows = _listed(every, found, beside.care_of(request, place))
    shows = {"": rows, **{show: [row for row in rows if row[show]] for show in SHOWS}}
    show = request.GET.get("show", "") if request.GET.get("show") in SHOWS else ""
    page = Paginator(shows[show], PAGE).get_page(request.GET.get("page"))
    grids = names({row["area"] for row in page.object_list}, today())
    context |= {
        "found": found, "page": page, "show": show, "area": place,
        "rows": [{**row, "place": grids.get(row["area"], "")} for row in page.object_list],
        "shows": [(name, title, len(shows[name])) for name, title in (("", _("全部")), *SHOWS.items())],
    }  # fmt: skip
    return render(request, "registry/households.html", context)


def _listed(
    every: Sequence[Household], found: Iterable[households.Finding], care: Mapping[int, Sequence[str]]
) -> list[dict[str, Any]]:
    """A row a household, by grid and number; what is found of it stands with it."""
    wrong: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in found:
        wrong[one.number, one.persons[0].pk].append(one.words)
    rows = [
        {
            "number": one.number, "first": one.members[0], "headed": bool(one.heads), "size": len(one.members),
            "area": one.members[0].person.area, "apart": sum(member.apart for member in one.members),
            "care": Counter(title for member in one.members for title in care.get(member.person.pk, ())).most_common(),
            "wrong": [words for member in one.members for words in wrong.get((one.number, member.person.pk), ())],
        }
        for one in every
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["area"], row["number"]))


def _switch(request: HttpRequest) -> tuple[int, dict[str, object]]:
    """The place asked for within the reader's, else the first of them; and the frame's way to the others."""
    mine, asked = holdings(request).roots(FUNCTION), whole(request.GET.get("area", ""))
    place = asked if asked and asked < 10**15 and current().covers(asked) else next(iter(mine), NATION)
    return place, switch(mine, place, today())
