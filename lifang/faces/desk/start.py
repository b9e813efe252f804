"""Where somebody begins after signing in, and the desk's own address."""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from lifang.faces.desk.myday import my_day
from lifang.faces.signs import DESK_SECTIONS, served
from lifang.ground.access.doors import holdings, serves

LANDINGS = (
    ("case.read", "/desk/"),
    ("admission.examine", "/desk/gate/admissions/"),
    ("ledger.enter", "/desk/money/"),
    ("access.read", "/desk/admin/"),
    ("data.import", "/desk/data/"),
    ("area.edit", "/desk/places/"),
)


@require_safe
@serves("notice.read")
def start(request: HttpRequest) -> HttpResponse:
    """Where this person's work is; else the first section that they may open, their notices where there is none."""
    mine = holdings(request).functions
    sections = [str(one["url"]) for one in served(request, DESK_SECTIONS, mine)]
    return redirect(
        next((address for function, address in LANDINGS if function in mine), [*sections, "/desk/notices/"][0])
    )


@wraps(my_day)
def desk(request: HttpRequest) -> HttpResponse:
    """My day; who has no cases begins elsewhere."""
    if request.user.is_authenticated and not holdings(request).scope("case.read"):
        return redirect("desk_start")
    return my_day(request)
