"""Three of the four tabs: today, search, me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.faces import finding
from lifang.faces.field import queries
from lifang.faces.field.keeping import page
from lifang.ground.access import looking_for
from lifang.ground.access.doors import holdings, serves
from lifang.ground.areas.codes import STREET
from lifang.ground.areas.queries import full_names, names


@require_safe
@serves("case.read")
def today(request: HttpRequest) -> HttpResponse:
    """What is due from this person, by building; the most urgent first."""
    now = timezone.now()
    return page(request, "field/today.html", {"day": queries.my_day(holdings(request), now), "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves("notice.read", read_only=True)
def search(request: HttpRequest) -> HttpResponse:
    """Residents, buildings, bodies and cases, the closest first. What is typed is POSTed, and no address shows a word of
    it; a page that names residents is not kept on the phone."""
    if request.method == "POST":
        return redirect(f"{reverse('field:search')}?w={looking_for.keep(request, request.POST.get('q', ''))}")
    said, token = finding.typed(request)
    found = finding.found(request, said)
    cases = [case for one in found if one.kind == "cases" for case in one.rows]
    places = names({case.area for case in cases}, timezone.localdate()) if cases else {}
    rows = [queries.row(case, places) for case in cases]
    context = {"said": said, "token": token, "found": found, "rows": rows}
    return page(request, "field/search.html", context, keep=not said)


@require_safe
@serves("case.read")
def me(request: HttpRequest) -> HttpResponse:
    """What waits in the phone, what it keeps, and the way out."""
    roles = sorted({held.area for held in holdings(request).held})
    places = full_names(roles, timezone.localdate(), STREET)
    return page(request, "field/me.html", {"places": [places[code] for code in roles if code in places]})
