"""Where somebody stands when they work with certificates."""

from typing import Any

from django.http import HttpRequest

from lifang.ground.access.doors import holdings
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, ancestors, level_of, span
from lifang.ground.areas.queries import children, names
from lifang.ground.typed import whole

READ, CHECK, ISSUE = "certificate.read", "certificate.check", "certificate.issue"
REVEAL = "person.reveal"


def bodies(place: int) -> list[str]:
    """Names of the units above a place that may want to see a certificate, the nearest first."""
    near = Unit.objects.filter(area__in=[place, *ancestors(place)], active=True).exclude(kind="community_committee")
    return list(near.order_by("-area", "name").values_list("name", flat=True))


def switch(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The place asked for within the reader's, else the first of them; and the way to the others."""
    function = current().function
    held = holdings(request).held
    roots = sorted({one.area for one in held if function in one.functions and one.unit is None})
    asked = whole(request.GET.get("area", ""))
    place = asked if asked is not None and asked < 10**15 and current().covers(asked) else roots[0]
    up = [code for code in ancestors(place) if any(code in span(root) for root in roots)]
    known = names({place, *roots, *up}, today())
    below = children(place, today()) if level_of(place) < COMMUNITY else []
    listed = dict([(code, known.get(code, "")) for code in (*roots, *up)] + below)
    choices = [(name, f"?area={code}") for code, name in listed.items() if name and code != place]
    return place, {"place": place, "place_title": known.get(place, ""), "place_choices": choices}
