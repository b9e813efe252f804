"""Three of the four tabs: today, search, me."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lifang.blocks.cases.models import Case
from lifang.blocks.cases.queries import by_text, part_cases, reach
from lifang.faces.field import queries
from lifang.faces.field.keeping import page
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import STREET
from lifang.ground.areas.queries import full_names, names

MOST_FOUND = 50


@require_safe
@serves("case.read")
def today(request: HttpRequest) -> HttpResponse:
    """What is due from this person, by building; the most urgent first."""
    now = timezone.now()
    return page(request, "field/today.html", {"day": queries.my_day(holdings(request), now), "now": now})


@require_safe
@serves("case.search")
def search(request: HttpRequest) -> HttpResponse:
    """By number or words, the newest fifty."""
    said = request.GET.get("q", "").strip().replace("\0", "")[:100]
    found = []
    if said:
        inside = Case.objects.filter(reach(current(), part_cases(current().units)))
        found = list(by_text(inside, said).newest().only(*queries.SHOWN).select_related("unit")[:MOST_FOUND])
    places = names({case.area for case in found}, timezone.localdate()) if found else {}
    return page(request, "field/search.html", {"said": said, "rows": [queries.row(case, places) for case in found]})


@require_safe
@serves("case.read")
def me(request: HttpRequest) -> HttpResponse:
    """What waits in the phone, what it keeps, and the way out."""
    roles = sorted({held.area for held in holdings(request).held})
    places = full_names(roles, timezone.localdate(), STREET)
    return page(request, "field/me.html", {"places": [places[code] for code in roles if code in places]})
