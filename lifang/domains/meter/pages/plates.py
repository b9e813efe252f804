"""Plates at the desk: what hangs where and over which limit, approvals, and the cleaning up."""

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.reaching import case_here
from lifang.domains.gate.approvals import APPROVAL, PLATES
from lifang.domains.gate.queries import sendable
from lifang.domains.meter import cleaning
from lifang.domains.meter import plates as hung
from lifang.domains.meter.forms import AskForm, DecideForm, PlaceForm
from lifang.domains.meter.pages.reaching import READ, asking, measured, place_here, reader_of, shared
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.codes import COMMUNITY, span
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names

APPROVE, SEND = "plate.approve", "gate.send"
FORM = ["GET", "HEAD", "POST"]
MOST = 200


@require_safe
@serves(READ)
@measured
def plates(request: HttpRequest) -> HttpResponse:
    """`/desk/meter/plates/?area=&on=`: communities over their limits, offices with most, how many hang how many."""
    reader, on = reader_of(request), day_in(request.GET.get("on", "")) or today()
    place = reader.here
    communities = (
        list(Area.objects.as_of(on).below(place).at_level(COMMUNITY).values_list("code", flat=True)) if place else []
    )
    there = hung.standings(place, on, communities) if place else {}
    known = names(there, on)
    found = sorted(there.values(), key=lambda one: (-one.over, -len(one.plates), one.area))
    offices = [(known.get(one.area, ""), *office) for one in found for office in one.crowded]
    counted = Counter(n for one in there.values() for n in one.offices.values())
    campaign = cleaning.progress(place, on) if place else []
    return render(
        request, "meter/plates.html",
        {
            **shared(request, reader, "plates", on), "on": on,
            "rows": [{"one": one, "name": known.get(one.area, "")} for one in found[:MOST]], "all": len(found),
            "limits": hung.limits(place, on) if place else None, "offices": sorted(offices, key=lambda row: -row[2])[:50],
            "most": max(counted, default=0), "distribution": sorted(counted.items()),
            "over": sum(1 for one in found if one.over), "total": sum(len(one.plates) for one in found),
            "campaign": [{"one": one, "name": known.get(one.case.area, one.case.place_text)} for one in campaign],
            "before": sum(one.before for one in campaign), "after": sum(one.now for one in campaign),
            "form": PlaceForm(), "places": suggestions(current()),
        },
    )  # fmt: skip


@require_safe
@serves(READ)
@measured
def community(request: HttpRequest, code: int) -> HttpResponse:
    """The plates of one community, the three that should hang outside, and what is over."""
    place_here(code)
    on = day_in(request.GET.get("on", "")) or today()
    there = hung.standings(code, on, [code])[code]
    return render(
        request, "meter/plates_of.html",
        {
            "tab": "plates", "one": there, "on": on, "name": names([code], on).get(code, ""), "area": code,
            "sides": [
                (_("对外"), [(each, hung.sort_title(str(each.facts.get("sort")), code)) for each in there.of(hung.OUTSIDE)]),
                (_("对内"), [(each, hung.sort_title(str(each.facts.get("sort")), code)) for each in there.of(hung.INSIDE)]),
            ],
            "cases": Case.objects.filter(type=cleaning.CLEANUP, area=code).order_by("-opened_at")[:10],
        },
    )  # fmt: skip


@require_POST
@serves(APPROVE)
def campaign(request: HttpRequest) -> HttpResponse:
    """Open the cleaning up of every community below a place that has too many."""
    user: Any = request.user
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有发起：{why}").format(why=" ".join(map(str, form.errors["area"]))))
        return redirect("meter_plates")
    try:
        opened = cleaning.clean_up(actor=Actor(user.pk, user.name, user.unit_id), area=form.cleaned_data["area"])
    except NotDone as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已为 {n} 个超过限额的社区开了清理；已经在清理的没有重开。").format(n=len(opened)))
    return redirect("meter_plates")


@never_cache
@require_http_methods(FORM)
@serves(SEND)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a plate or for an appraisal; what the limits leave no room for is refused here and now."""
    user: Any = request.user
    reach = asking(user)
    place = next((lo for lo, _hi in reach.places), 0)
    form = AskForm(request.POST or None, place=place)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    with everywhere():
        fits = form.is_valid()
    if fits:
        typed = form.cleaned_data
        try:
            made = cleaning.ask(
                actor=Actor(user.pk, user.name, user.unit_id), what=typed["what"], area=typed["area"],
                words=typed["words"], basis=typed["basis"], matter=typed["matter"], key=key,
                plate={name: typed[name] for name in ("side", "sort", "office")},
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已申请，编号 {number}；批准后这个编号就是依据。").format(number=made.number))
            return redirect("case", made.number)
    return render(
        request, "meter/form.html",
        {
            "tab": "plates", "title": _("申请挂牌、考评"), "form": form, "key": key, "places": suggestions(reach),
            "matters": [one for one in sendable(user) if "plate" in one.sends],
            "button": _("提交申请"), "note": _("新挂一块牌子、新办一次考评，都要先批准。"),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _asked() -> list[Case]:
    below = [span(lo) if hi - lo == 1 else range(lo, hi) for lo, hi in current().places]
    found = Case.objects.filter(type=APPROVAL, state="asked").order_by("opened_at").select_related("unit")
    return [one for one in found[:500] if any(one.area in each for each in below)]


@require_safe
@serves(APPROVE)
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for a decision."""
    waiting = _asked()
    known = names({one.area for one in waiting}, today())
    return render(
        request, "meter/approvals.html",
        {"tab": "plates", "rows": [{"one": one, "place": known.get(one.area, "")} for one in waiting]},
    )  # fmt: skip


@never_cache
@require_http_methods(FORM)
@serves(APPROVE)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve or refuse one."""
    user: Any = request.user
    case = case_here(number)
    if case.type != APPROVAL:
        raise Http404
    form = DecideForm(request.POST or None)
    if form.is_valid():
        act, words = form.cleaned_data["decision"], form.cleaned_data["words"]
        try:
            apply(
                case_id=case.pk, act=act, version=None, actor=Actor(user.pk, user.name, user.unit_id),
                data={"basis" if act == "approve" else "reason": words},
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("已决定。"))
            return redirect("meter_approvals")
    there = hung.standings(case.area, today(), [case.area])[case.area] if case.category == PLATES else None
    return render(
        request, "meter/decide.html",
        {"tab": "plates", "case": case, "form": form, "there": there, "place": names([case.area], today()).get(case.area, "")},
        status=422 if form.errors else 200,
    )  # fmt: skip
