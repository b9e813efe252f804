"""Giving households their contact worker, one by one or a grid at a time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.errors import NotDone
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.domains.care import actions, households
from lifang.domains.care.duties import served, workers
from lifang.domains.care.forms import ALL, WITHOUT, AssignForm
from lifang.domains.care.pages.household import home_of
from lifang.domains.care.pages.overview import PERSONS
from lifang.ground.access.doors import Foreign, acting, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves("care.assign")
def assign(request: HttpRequest) -> HttpResponse:
    """`?area=` a grid (or what is known only by community), or `?person=` the household of somebody."""
    person, place = whole(request.GET.get("person", "")), whole(request.GET.get("area", "")) or 0
    with acting(request, PERSONS):
        if person is not None:
            home = home_of(person)
            found, place, back = [home], home.grid, reverse("care_household", args=[person])
        else:
            found = [one for one in households.of_place(place)[0] if one.grid == place] if place < 10**15 else []
            back = f"{reverse('care')}?area={place}"
        looked(request, what=SEARCHED, area=place, by="households", found=len(found))
    if not found or level_of(place) < COMMUNITY or not current().covers(place):
        raise Foreign(_("这里没有住户，或者你不能为它指定联系人。"), kind="household", object_id=str(place), area=None)
    community = at_level(place, COMMUNITY)
    rest = [row.household for row in served(found, community) if not row.stands]
    people = {pk: held for pk, held in workers(community).items() if held.covers(place)}
    form = AssignForm(
        request.POST or None, people=people.values(), whole=len(found), rest=len(rest), one=person is not None,
        initial={"which": WITHOUT if rest else ALL},
    )  # fmt: skip
    if form.is_valid():
        asked = form.cleaned_data
        try:
            changed = actions.assign(
                area=community, households=rest if asked.get("which") == WITHOUT else found,
                worker=people[asked["worker"]].user, reason=asked["reason"], by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("{n} 户的联系人已改为 {name}，原来的留在经过里。").format(
                n=changed, name=people[asked["worker"]].user.name
            ))  # fmt: skip
            return redirect(back)
    context = {
        "form": form, "home": found[0] if person is not None else None, "back": back,
        "place_name": full_names([place], today(), COMMUNITY)[place],
    }  # fmt: skip
    return render(request, "care/assign.html", context, status=422 if form.errors else 200)
