"""The building board on the phone. It names residents, so the phone keeps none of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from lifang.blocks.dwellings.pages import board
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.faces.field.keeping import page
from lifang.ground.access.doors import serves


@require_safe
@leaves_a_row
@serves("person.read")
def buildings(request: HttpRequest) -> HttpResponse:
    """`/field/buildings/`: the buildings of one's grid."""
    return page(request, "field/buildings.html", board.listed(request), keep=False)


@require_safe
@leaves_a_row
@serves("person.read")
def building(request: HttpRequest, community: int, at: str) -> HttpResponse:
    """`/field/buildings/<community>/<road, gate and building>/`: floors and flats, and with `?flat=` who lives in one."""
    return page(request, "field/building.html", board.shown(request, community, at), keep=False)


@require_safe
@serves("person.read")
def building_by_door(request: HttpRequest, at: str) -> HttpResponse:
    """`/field/buildings/<road, gate and building>/`, as links were written once."""
    return redirect(board.now_at(request, at, "field:buildings", "field:building"))
