"""Registers of people who need special care: how many stand on each, who, and why."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.lists.care import Standing, care_lists, living, rule_of, standing
from lifang.blocks.lists.models import Mark
from lifang.blocks.lists.showings import leaves_a_showing, shown
from lifang.blocks.lists.why import reasons
from lifang.blocks.packs import library
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import then
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.narrowing import many_streets, narrow
from lifang.blocks.registry.pages.looking import leaves_a_row, looked
from lifang.blocks.registry.pages.persons import FUNCTION, places_of, rows_of
from lifang.ground.access.doors import acted_at, acting, holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Range, current
from lifang.ground.areas.codes import NATION
from lifang.ground.areas.switching import switch
from lifang.ground.kept import Kept
from lifang.ground.typed import whole

PAGE = 50
_counts: Kept[tuple[int, int]] = Kept(seconds=60, most=500)


def place_asked(request: HttpRequest) -> int | None:
    area = whole(request.GET.get("area", ""))
    return area if area and area < 10**15 else None


def day_asked(request: HttpRequest) -> dt.date | None:
    on = day_in(request.GET.get("on", ""))
    return on if on is not None and on < today() else None


def listed(
    request: HttpRequest, name: str, area: int | None, on: dt.date | None = None
) -> tuple[Sequence[Range], dict[int, Standing]] | None:
    """Who stands on a register in one's places; None where these are more than a few streets, or one may not see it."""
    if not holdings(request).holds(care_lists()[name].see):
        return None
    with acting(request, care_lists()[name].see) as scope:
        places = narrow(scope.places, area)
        return None if many_streets(places) else (places, standing(name, places, on))


@never_cache
@require_safe
@serves(FUNCTION)
def overview(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/care/?area=&on=`"""
    area, on = place_asked(request), day_asked(request)
    rows: list[dict[str, Any]] = []
    lived: dict[Sequence[Range], list[Person]] = {}
    for name, found in care_lists().items():
        rule = rule_of(found, on or today())
        rows.append(
            {
                "name": name, "list": found, "rule": [library.condition_words(one) for one in rule],
                "source": packs.source(found.source.document, settings.CONFIG.area),
                "counted": _counted(request, name, area, on, lived), "may": holdings(request).holds(found.see),
            }
        )  # fmt: skip
    context = {"rows": rows, "on": on, "today": today(), **place_switch(request, area, on)}
    context["too_wide"] = many_streets(narrow(current().places, area))
    return render(request, "lists/care.html", context)


def _counted(
    request: HttpRequest, name: str, area: int | None, on: dt.date | None, lived: dict[Sequence[Range], list[Person]]
) -> tuple[int, int] | None:
    """How many by the rule, and how many by a mark alone; None where it is not counted. `lived` keeps the living of places
    on the day from one register to the next."""
    see = care_lists()[name].see
    with acting(request, see) as scope:
        places = narrow(scope.places, area)
    if not places or many_streets(places):
        return None

    def count() -> tuple[int, int]:
        if on is not None and places not in lived:
            lived[places] = living(places, on)
        found = standing(name, places, on, lived.get(places)).values()
        return sum(one.by_rule for one in found), sum(not one.by_rule for one in found)

    return _counts.get((name, places, on, today()), count, since=acted_at(request))


@never_cache
@require_safe
@leaves_a_row
@leaves_a_showing
@serves(FUNCTION)
def one(request: HttpRequest, name: str) -> HttpResponse:
    """`/desk/persons/care/<register>/?area=&on=`: who stands on it, with each reason and where it comes from."""
    found = care_lists().get(name)
    if found is None or not holdings(request).holds(found.see):
        raise Http404(_("没有这个名册，或者你没有查看它的权限。"))
    area, on = place_asked(request), day_asked(request)
    asked = listed(request, name, area, on)
    people = asked[1] if asked else {}
    with acting(request, found.see):
        page = Paginator(_ordered(people, on), PAGE).get_page(request.GET.get("page"))
        rows: list[Person] = list(page.object_list)
        places = places_of(rows, area, holdings(request), on or today())
        told = reasons(name, rows, people, holdings(request), on)
        where = area or (asked[0][0][0] if asked and asked[0] else NATION)
        looked(request, what="person.care_list", area=where, by=name, found=len(people))
        if found.see != FUNCTION:
            shown(request, care_list=name, area=where, persons=[person.pk for person in rows])
        context = {
            "name": name, "list": found, "page": page, "on": on, "today": today(), "too_wide": asked is None,
            "rule": [library.condition_words(condition) for condition in rule_of(found, on or today())],
            "source": packs.source(found.source.document, settings.CONFIG.area),
            "rows": [
                (row, told[row.person.pk], _endable(request, people[row.person.pk], row.person))
                for row in rows_of(rows, places, on or today(), holdings(request), on)
            ],
            "guarded": found.see != FUNCTION, **place_switch(request, area, on),
        }  # fmt: skip
    return render(request, "lists/care_list.html", context)


def _ordered(people: Collection[int], on: dt.date | None) -> Sequence[Person] | QuerySet[Person]:
    if on is None:
        return Person.objects.filter(pk__in=list(people)).order_by("area", "name", "pk")
    return sorted(then.of(people, on), key=lambda person: (person.area, person.name, person.pk))


def _endable(request: HttpRequest, stood: Standing, person: Person) -> Mark | None:
    return stood.mark if holdings(request).may("person.mark", person.area) else None


def place_switch(request: HttpRequest, area: int | None, on: dt.date | None) -> dict[str, Any]:
    """The frame's place switcher: the places below the chosen one, and the way back up."""
    more = f"&on={on}" if on else ""
    return {
        **switch(holdings(request).roots(FUNCTION), area, today(), lambda code: f"?area={code}{more}"),
        "area": area,
        "waiting": _waiting(request),
    }


def _waiting(request: HttpRequest) -> int | None:
    """How many marks wait for a review by this person; None for who may not review."""
    if not holdings(request).holds("person.review"):
        return None
    with acting(request, "person.review"):
        return Mark.objects.filter(answer="", ended_at=None, until__gt=today()).exclude(by=request.user.pk).count()
