"""For the worker: the households that turn to me, those to be visited first, then those longest not contacted."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.domains.care import households
from lifang.domains.care.duties import FUNCTION, Served, served
from lifang.domains.care.models import Duty, Outreach
from lifang.domains.care.pages.overview import PERSONS
from lifang.ground.access.doors import acting, serves


@never_cache
@require_safe
@leaves_a_row
@serves(FUNCTION)
def mine(request: HttpRequest) -> HttpResponse:
    """`/desk/care/mine/`"""
    me = request.user.pk
    with acting(request, PERSONS):
        rows: list[Served] = []
        for community in Duty.objects.filter(worker=me, until=None).values_list("area", flat=True).distinct():
            found, _alone = households.of_place(community)
            rows += [row for row in served(found, community) if row.stands and row.duty and row.duty.worker_id == me]
        people = {member.pk: row for row in rows for member in row.household.members}
        waiting = {
            id(people[one.person_id]): one.case
            for one in Outreach.objects.filter(person__in=people, case__is_open=True).select_related("case")
        }
        if rows:
            looked(request, what=SEARCHED, area=rows[0].household.area, by="households", found=len(rows))
    rows.sort(key=lambda row: (id(row) not in waiting, row.last.on if row.last else dt.date.min))
    return render(request, "care/mine.html", {"rows": [(row, waiting.get(id(row))) for row in rows]})
