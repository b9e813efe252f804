"""One box for cases, residents and places."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases import queries
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.registry.pages import persons
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.ground.access import looking_for
from lifang.ground.access.doors import serves
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import parent_of, text
from lifang.ground.areas.enums import Kind
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names, names

MOST = 20
LONGEST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves("case.search", read_only=True)
def search(request: HttpRequest) -> HttpResponse:
    """By case number, words of a case, a place's name, pinyin initials or code; a whole number leads straight there.

    What is typed is POSTed and leads to an address that shows no word of it.
    """
    if request.method == "POST":
        return redirect(f"{reverse('desk_search')}?w={looking_for.keep(request, request.POST.get('q', ''))}")
    token = request.GET.get("w", "")
    words = looking_for.kept(request, token) or request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    number = normalise(words)
    if number and Case.objects.filter(number=number).exists():
        return redirect("case", number)
    today = timezone.localdate()
    cases = (
        list(
            queries.by_text(Case.objects.all(), words, most=MOST + 1)
            .newest()
            .select_related("unit")
            .only(*queries.SHOWN)[: MOST + 1]
        )
        if words
        else []
    )
    residents = persons.closest(request, words)
    places = list(Area.objects.as_of(today).search(words).defer("boundary")[: MOST + 1]) if words else []
    known = names({code for case in cases for code in (case.area, parent_of(case.area))}, today)
    above = full_names({place.parent_code for place in places}, today)
    reach = current().places
    kinds = dict(Kind.choices)
    return render(
        request,
        "desk/search.html",
        {
            "words": words,
            "token": token,
            "cases": [
                (
                    case,
                    type_of(case).states[case.state].title,
                    known.get(parent_of(case.area), "")
                    + known.get(case.area, "").removeprefix(known.get(parent_of(case.area), "")),
                )
                for case in cases[:MOST]
            ],
            "residents": residents,
            "more_cases": len(cases) > MOST,
            "places": [
                {
                    "name": place.name,
                    "code": text(place.code),
                    "area": place.code,
                    "kind": kinds.get(place.kind, ""),
                    "above": above.get(place.parent_code, ""),
                    "mine": any(lo <= place.code < hi for lo, hi in reach),
                }
                for place in places[:MOST]
            ],
            "more_places": len(places) > MOST,
        },
    )
