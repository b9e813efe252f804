"""Registered households: one, gathered by its number; and those of a community that do not hold together."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import households
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.households import Household
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.persons import place_name, roots
from lifang.blocks.registry.queries import age
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import COMMUNITY, NATION, ancestors, level_of, parent_of, span
from lifang.ground.areas.queries import children, names
from lifang.ground.typed import whole


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
                    "home": _("（儿童，受保护）") if hidden(m.person, mine, today()) else m.home or "",
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
def findings(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/households/?area=`: what cannot be so in the households of a community or grid."""
    place, context = _switch(request)
    if level_of(place) < COMMUNITY:
        return render(request, "registry/household_findings.html", {**context, "too_wide": True})
    found = households.within(place)
    looked(request, what=SEARCHED, area=place, by="households", found=len(found))
    context |= {"found": households.findings(found), "count": len(found)}
    return render(request, "registry/household_findings.html", context)


def _switch(request: HttpRequest) -> tuple[int, dict[str, object]]:
    """The place asked for within the reader's, else the first of them; and the frame's way to the others."""
    mine, asked = roots(holdings(request)), whole(request.GET.get("area", ""))
    place = asked if asked and asked < 10**15 and current().covers(asked) else next(iter(mine), NATION)
    up = [code for code in ancestors(place) if any(code in span(root) for root in mine)]
    known = names({place, *mine, *up}, today())
    listed = dict([(code, known.get(code, "")) for code in (*mine, *up)] + children(place, today()))
    choices = [(name, f"?area={code}") for code, name in listed.items() if name and code != place]
    return place, {"place_title": known.get(place, ""), "place_choices": choices}
