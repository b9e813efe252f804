"""Where somebody begins after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from lifang.faces.signs import DESK_SECTIONS, served
from lifang.ground.access.doors import holdings, serves


@require_safe
@serves("notice.read")
def start(request: HttpRequest) -> HttpResponse:
    """The first section that this person may open; their notices where there is none."""
    sections = served(request, DESK_SECTIONS, holdings(request).functions)
    return redirect(str(sections[0]["url"]) if sections else "/desk/notices/")
