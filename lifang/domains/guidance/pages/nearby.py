"""The directory of daily services for residents."""

from django.conf import settings
from django.db.models import F, Q, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lifang.domains.guidance import directory
from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, COUNTY
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names, names

MOST_PLACES = 12


@public("public.guide")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/nearby/?q=&place=`: who offers what; `place` is a community by its name, or by its code where several bear it."""
    words, place = request.GET.get("q", "").strip()[:60], request.GET.get("place", "").strip()[:40]
    city = settings.CONFIG.area
    found = _communities(city, place) if place else []
    community = found[0][0] if len(found) == 1 else None
    return render(
        request, "guidance/nearby.html",
        {
            "q": words, "place": found[0][1] if community else place, "community": community,
            "several": found if len(found) > 1 else [], "unknown": bool(place) and not found,
            "city_name": names([city], today()).get(city, ""), "offers": directory.find(city, words, community),
        },
    )  # fmt: skip


def _communities(city: int, text: str) -> list[tuple[int, str]]:
    """Those whose code or whole name it is, else those whose name holds it."""
    below = Area.objects.as_of(today()).below(city).at_level(COMMUNITY)
    if text.isdecimal() and len(text) == 15:
        asked = below.filter(code=int(text))
    else:
        asked = below.alias(said=Value(text)).filter(Q(name__contains=text) | Q(said__endswith=F("name")))
    codes = list(asked.order_by("code").values_list("code", flat=True)[: MOST_PLACES * 4])
    named = sorted(full_names(codes, today(), COUNTY).items())
    whole = [one for one in named if one[1] == text]
    return (whole or named)[:MOST_PLACES]
