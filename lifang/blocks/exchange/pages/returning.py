"""Desk pages of what departments hold about a place, opened down to the persons."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.exchange import returned
from lifang.blocks.exchange.typed import HIDDEN
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.pages.reaching import department, home, system_here
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

ON_A_PAGE = 50


def place_in(request: HttpRequest) -> int:
    """The place asked for (`?area=`), if it is one's own; else one's own."""
    asked = whole(request.GET.get("area", "")[:15])
    if asked and current().covers(asked):
        return asked
    return home()


def switch(request: HttpRequest, place: int) -> dict[str, Any]:
    return switching.switch(holdings(request).roots("data.read"), place, today(), lowest=COMMUNITY)


@never_cache
@require_safe
@serves("data.read")
def top(request: HttpRequest) -> HttpResponse:
    place = place_in(request)
    elements = packs.elements(place)
    rows = returned.held(place, elements)
    ledger = [
        {
            "title": department(name), "given": given, "returned": sum(given.returned.values()),
            "taken": [(elements[one].title, n) for one, n in given.taken.most_common()],
            "asked": sum(given.asked.values()), "waiting": given.asked["open"],
        }
        for name, given in returned.ledger(place, rows).items()
    ]  # fmt: skip
    return render(
        request, "exchange/returned.html",
        {
            "rows": [(row, department(row.system.department)) for row in rows if row.persons],
            "silent": [(row, department(row.system.department)) for row in rows if not row.persons and row.system.code != "desk"],
            "ledger": ledger, "place": place, **switch(request, place),
        },
    )  # fmt: skip


@never_cache
@require_safe
@serves("data.read")
def persons(request: HttpRequest, pk: int, element: str) -> HttpResponse:
    """Whose values a system holds; `?which=` stale or differ."""
    system, place = system_here(pk), place_in(request)
    elements = packs.elements(place)
    one = elements.get(element)
    if one is None or (one.sensitivity in ("sealed", "special") and element not in returned.KEYED):
        raise Http404(_("没有这一项，或者它的内容不打开来列。"))
    which = request.GET.get("which", "")
    page = Paginator(returned.records(place, system, element, one, which), ON_A_PAGE).get_page(request.GET.get("page"))
    speller = Speller(elements, place, full_names({record.area for record in page}, today()))
    return render(
        request, "exchange/returned_persons.html",
        {
            "system": system, "one": one, "element": element, "which": which, "page": page, "place": place,
            "rows": [(record, _shown(request, record, element, speller)) for record in page], **switch(request, place),
        },
    )  # fmt: skip


def _shown(request: HttpRequest, record: Record, element: str, speller: Speller) -> str:
    guarded = speller.elements[element].kind == "address" or element in returned.KEYED
    if guarded and hidden(record.person, holdings(request), today()):
        return HIDDEN
    return _value(record, element, speller)


def _value(record: Record, element: str, speller: Speller) -> str:
    """The value in words, masked."""
    if element == "name":
        return record.name
    if element in returned.KEYED:
        value = (facts.readable(record.sealed) or {}).get(element, "")
    else:
        value = record.facts.get(element, "")
    return speller.masked(element, str(value)) if value else _("写错的号码")
