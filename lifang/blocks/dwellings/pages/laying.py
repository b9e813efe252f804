"""Laying out buildings: one by a form, many by a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lifang.blocks.dwellings import actions
from lifang.blocks.dwellings.models import Building
from lifang.blocks.dwellings.pages.board import words
from lifang.blocks.dwellings.pages.forms import BuildingForm, FileForm
from lifang.blocks.dwellings.plans import STATES, Plan, floors_of, parted
from lifang.blocks.dwellings.queries import dwellings_on, near
from lifang.blocks.dwellings.sheets import Read, plans_of
from lifang.blocks.packs import service as packs
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span
from lifang.ground.areas.codes import text as code_text
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile
from lifang.ground.typed import whole

MOST_SUGGESTED = 400


@never_cache
@serves("dwelling.manage")
def form(request: HttpRequest) -> HttpResponse:
    """`?area=` or `?at=` fill in what is known; a POST shows the building as it would be, `take=1` registers it."""
    asked = BuildingForm(request.POST or None, initial=_known(request))
    context: dict[str, Any] = {"form": asked, "places": _places()}
    if request.method == "POST" and asked.is_valid() and asked.plan:
        plan, said = asked.plan, asked.cleaned_data
        if "take" in request.POST:
            actions.lay_out(
                plans=[plan], area=plan.area, held_on=said["held_on"], source=said["source"],
                by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(
                request, _("已登记{building}，共 {n} 套房屋。").format(building=words(plan.at), n=len(plan.flats))
            )
            return redirect("building", at_level(plan.area, COMMUNITY), plan.at)
        context |= _preview(plan, said["held_on"])
    return render(request, "dwellings/form.html", context, status=422 if asked.errors else 200)


def _preview(plan: Plan, held_on: Any) -> dict[str, Any]:
    states = packs.code_list(STATES, plan.area).values
    drawn = [
        (entrance, [(floor, [(n, states.get(state, "")) for n, state in flats]) for floor, flats in floors])
        for entrance, floors in floors_of(plan.flats)
    ]
    return {
        "title": words(plan.at), "drawn": drawn, "count": len(plan.flats), "outcome": actions.outcome(plan, held_on),
    }  # fmt: skip


def _known(request: HttpRequest) -> dict[str, Any]:
    at, area = request.GET.get("at", ""), whole(request.GET.get("area", ""))
    found = near(current().places).filter(at=at).order_by("area")
    building = next((one for one in found if area is None or one.community == area), None)
    if building is None:
        try:
            road, gate, number = parted(at)
        except ValueError:
            return _begun(area)
        return {"road": road, "gate": gate, "building": number, **_begun(area)}
    return _of(building)


def _begun(area: int | None) -> dict[str, Any]:
    if area is None or area >= 10**15 or level_of(area) < COMMUNITY or not current().covers(area):
        return {}
    return {"area": f"{code_text(area)} {names([area], today()).get(area, '')}"}


def _of(building: Building) -> dict[str, Any]:
    """The form that would lay the building out as it stands."""
    road, gate, number = parted(building.at)
    flats = {(one.entrance, one.number): one.state for one in dwellings_on(building)}
    each = max((number % 100 for _entrance, number in flats), default=1)
    every = {
        (entrance, floor * 100 + n)
        for entrance in range(1, building.entrances + 1)
        for floor in range(1, building.floors + 1)
        for n in range(1, each + 1)
    }
    absent = [f"{entrance}-{n} 没有" for entrance, n in sorted(every - flats.keys())]
    return {
        **_begun(building.area), "road": road, "gate": gate, "building": number, "name": building.name,
        "use": building.use, "entrances": building.entrances, "floors": building.floors, "each": each,
        "otherwise": "\n".join(absent),
    }  # fmt: skip


def _places() -> list[tuple[str, str]]:
    """What the input of a place suggests: communities and grids within reach, above a few hundred the wider places."""
    found = Area.objects.none()
    for low, high in current().places:
        found = found | Area.objects.as_of(today()).filter(level__gte=COMMUNITY, code__gte=low, code__lt=high)
    rows = list(found.exclude(layer="construction").order_by("code").values_list("code", "name")[: MOST_SUGGESTED + 1])
    if len(rows) > MOST_SUGGESTED:
        return suggestions(current())
    return [(code_text(code), name) for code, name in rows]


@never_cache
@serves("dwelling.manage")
def file(request: HttpRequest) -> HttpResponse:
    """A table of buildings: checked, and with `take=1` taken whole."""
    asked = FileForm(request.POST or None, request.FILES or None, initial=_begun(_only_community()))
    context: dict[str, Any] = {"form": asked, "places": _places()}
    refused = False
    if request.method == "POST" and asked.is_valid():
        said = asked.cleaned_data
        try:
            read = plans_of(said["file"].read(), said["file"].name, said["area"])
        except BadFile as why:
            asked.add_error("file", _("{why}。没有登记任何一栋，其余填写的都还在。").format(why=why))
        else:
            if not read.problems and "take" in request.POST:
                filing = actions.lay_out(
                    plans=read.plans, area=said["area"], held_on=said["held_on"], source=said["source"],
                    name=said["file"].name, by=request.user,  # type: ignore[arg-type]
                )  # fmt: skip
                return redirect("dwellings_filing", filing.pk)
            context |= _checked(read)
            refused = bool(read.problems)
    return render(request, "dwellings/file.html", context, status=422 if asked.errors or refused else 200)


def _only_community() -> int | None:
    """The community of somebody who serves but one."""
    found = {at_level(low, COMMUNITY) for low, _high in current().places}
    alone = next(iter(found)) if len(found) == 1 else 0
    return (
        alone
        if level_of(alone) == COMMUNITY and all(high <= span(alone).stop for _l, high in current().places)
        else None
    )


def _checked(read: Read) -> dict[str, Any]:
    return {
        "problems": read.problems, "plans": [(words(plan.at), plan, len(plan.flats)) for plan in read.plans[:20]],
        "count": len(read.plans), "dwellings": sum(len(plan.flats) for plan in read.plans),
    }  # fmt: skip
