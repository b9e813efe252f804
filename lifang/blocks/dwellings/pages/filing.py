"""What was said of buildings, filing by filing, and taken back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.dwellings import actions
from lifang.blocks.dwellings.pages.board import words
from lifang.blocks.dwellings.plans import STATES
from lifang.blocks.dwellings.queries import filings as filings_of
from lifang.blocks.dwellings.queries import near
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.models import Area, Succession
from lifang.ground.areas.queries import names

ON_A_PAGE, MOST = 30, 200


@never_cache
@require_safe
@leaves_a_row
@serves("dwelling.manage")
def filings(request: HttpRequest) -> HttpResponse:
    """`/desk/dwellings/`: the register of buildings as it came to be, and buildings and residents whose place must be said
    anew."""
    page = Paginator(filings_of(current().places), ON_A_PAGE).get_page(request.GET.get("page"))
    buildings = near(current().places)
    lost = _without_place(set(buildings.values_list("area", flat=True)))
    homeless = list(buildings.filter(area__in=lost).order_by("area", "at")[:MOST])
    return render(
        request, "dwellings/filings.html",
        {
            "page": page, "count": buildings.count(), "places": names({one.area for one in page.object_list}, today()),
            "homeless": [(one, words(one.at)) for one in homeless], "placeless": _placeless(request),
        },
    )  # fmt: skip


def _placeless(request: HttpRequest) -> list[Person]:
    """Residents whose community passed to several, where neither a record nor their building says to which."""
    if not holdings(request).holds("person.read"):
        return []
    with acting(request, "person.read") as scope:
        passed = Succession.objects.filter(in_places("old_code", scope.places), on__lte=today())
        lost = _without_place(set(passed.values_list("old_code", flat=True)))
        here = Person.objects.standing().filter(in_places("area", scope.places), area__in=lost, died_on=None)
        found = list(here.order_by("area", "name", "pk")[:MOST])
        if found:
            looked(request, what=SEARCHED, area=found[0].area, by="placeless", found=len(found))
        return found


def _without_place(areas: set[int]) -> set[int]:
    """Codes that do not stand any more: a split left open to which part their buildings belong."""
    return areas - set(Area.objects.as_of(today()).coded(*areas).values_list("code", flat=True))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("dwelling.manage")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What one filing says; a POST takes it back."""
    filing = filings_of(current().places).filter(pk=pk).first()
    if filing is None:
        raise Foreign(_("没有这次登记，或者你没有查看的权限。"), kind="filing", object_id=str(pk), area=None)
    may_undo = filing.undone_at is None and current().covers(filing.area)
    if request.method == "POST":
        if not may_undo and filing.undone_at is None:
            messages.warning(request, _("这次登记的地域比你负责的大，没有撤销。请找登记的人或上级。"))
            return redirect("dwellings_filing", pk)
        try:
            actions.take_back(filing=filing, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("已撤销，这些楼栋和房屋回到登记以前的样子。"))
        except actions.Refused as refused:
            messages.warning(request, refused.message)
        return redirect("dwellings_filing", pk)
    states = packs.code_list(STATES, filing.area).values
    layouts = filing.layouts.select_related("building").order_by("pk")[:MOST]
    flats = filing.conditions.select_related("dwelling", "dwelling__building").exclude(state="", gone=False)
    return render(
        request, "dwellings/filing.html",
        {
            "filing": filing, "may_undo": may_undo, "place": names([filing.area], today()).get(filing.area, ""),
            "layouts": [(words(one.building.at), one) for one in layouts],
            "flats": [
                (words(one.dwelling.home), one, states.get(one.state, "")) for one in flats.order_by("pk")[:MOST]
            ],
        },
    )  # fmt: skip
