"""Visits that the rules ask for: whom, where, why and by when. The case itself names nobody."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import OPENED, SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.queries import age
from lifang.domains.care import households
from lifang.domains.care.duties import FUNCTION
from lifang.domains.care.models import Outreach
from lifang.domains.care.pages.overview import PERSONS, switch
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, span
from lifang.ground.areas.queries import full_names

MOST = 200


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def outreach(request: HttpRequest) -> HttpResponse:
    """`/desk/care/outreach/?area=`: what waits to be visited or closed, the most urgent first."""
    place, context = switch(request)
    below = span(place)
    waiting = Outreach.objects.filter(area__gte=below.start, area__lt=below.stop, case__is_open=True)
    found = list(waiting.select_related("case").order_by("case__due_at", "pk")[: MOST + 1])
    with acting(request, PERSONS):
        homes = _homes(request, [one.person_id for one in found])
        looked(request, what=SEARCHED, area=place, by="outreach", found=len(homes))
    rows = [
        {
            "case": one.case, "state": type_of(one.case).states[one.case.state].title,
            "late": one.case.due_at is not None and one.case.due_at < timezone.now(),
            "who": homes.get(one.person_id),
        }
        for one in found[:MOST]
    ]  # fmt: skip
    return render(request, "care/outreach.html", {**context, "rows": rows, "most": MOST, "cut": len(found) > MOST})


def _homes(request: HttpRequest, wanted: Sequence[int]) -> dict[int, households.Member]:
    """A child's home is shown only to who may see it."""
    heirs = dict(Person.objects.filter(pk__in=wanted, into__isnull=False).values_list("pk", "into"))
    found = {one.pk: one for one in households.members(Q(person__in=[*wanted, *heirs.values()]))}
    for one in found.values():
        one.home = str(SHELTERED) if hidden(one, holdings(request), today()) else one.home
    return {pk: found[now] for pk in wanted if (now := heirs.get(pk, pk)) in found}


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/care/outreach/<number>/`: to whom this visit goes."""
    found = (
        Outreach.objects.filter(in_places("area", current().places), case__number=number[:24])
        .select_related("case")
        .first()
    )
    if found is None:
        raise Foreign(_("没有这件走访，或者你没有查看的权限。"), kind="case", object_id=number[:24], area=None)
    with acting(request, PERSONS):
        who = _homes(request, [found.person_id]).get(found.person_id)
        if who is not None:
            looked(request, what=OPENED, area=who.area, object_id=who.pk)
    context = {
        "case": found.case, "state": type_of(found.case).states[found.case.state].title, "who": who,
        "age": age(who.birth, today()) if who else None,
        "place_name": full_names([found.area], today(), COMMUNITY)[found.area],
    }  # fmt: skip
    return render(request, "care/visit.html", context)
