"""One flat: what was said of it since it is known, and how it is now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.dwellings import actions
from lifang.blocks.dwellings.models import Dwelling
from lifang.blocks.dwellings.pages.board import words
from lifang.blocks.dwellings.pages.forms import FlatForm
from lifang.blocks.dwellings.plans import STATES
from lifang.blocks.dwellings.queries import near, story
from lifang.blocks.packs import service as packs
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.scope import current


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("dwelling.note")
def flat(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/dwellings/flats/<pk>/`: a POST says how the flat is from a day on."""
    found = Dwelling.objects.filter(pk=pk, building__in=near(current().places)).select_related("building").first()
    if found is None:
        raise Foreign(_("没有这套房屋，或者你没有查看的权限。"), kind="building", object_id=str(pk), area=None)
    asked = FlatForm(request.POST or None, initial={"source": _("上门核对")})
    if request.method == "POST" and asked.is_valid():
        actions.note_state(dwelling=found, by=request.user, **asked.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("已记下{flat}的状况。").format(flat=words(found.home)))
        return redirect(
            f"{reverse('building', args=[found.building.community, found.building.at])}?{urlencode({'flat': found.home})}#flat"
        )
    states = packs.code_list(STATES, found.building.area).values
    told = [
        (one, _("不再有这套房屋") if one.gone else states.get(one.state, _("登记有这套房屋"))) for one in story(found)
    ]
    return render(
        request, "dwellings/flat.html",
        {
            "flat": found, "title": words(found.home), "form": asked, "told": told,
            "state": states.get(found.state, ""), "building_title": words(found.building.at),
        },
        status=422 if asked.errors else 200,
    )  # fmt: skip
