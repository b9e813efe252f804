"""The resident's front door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from lifang.domains.grid import queries
from lifang.ground.access.doors import public

OPEN_DATA = "/data/"


@public("public.report")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one may do here without an account; open data where this platform publishes it."""
    try:
        resolve(OPEN_DATA)
        open_data = OPEN_DATA
    except Resolver404:
        open_data = ""
    return render(request, "portal/home.html", {"city_name": queries.city_name(), "open_data": open_data})
