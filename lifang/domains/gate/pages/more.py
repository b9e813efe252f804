"""A department's table of requests, and the figures of what is asked of communities."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.domains.gate import figures, files
from lifang.domains.gate.forms import FileForm
from lifang.domains.gate.pages.community import place_of
from lifang.domains.gate.pages.desk import key_of
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import span
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile

MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("gate.send")
def file(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/file/`: rows of a table are judged each; all go out, or none with the reasons by row."""
    user: Any = request.user
    form = FileForm(request.POST or None, request.FILES or None)
    actor, wrong, key = Actor(user.pk, user.name, user.unit_id), [], key_of(request)
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            sent = files.take(content=content, actor=actor, key=uuid.uuid5(key, "file"))
        except (NotDone, BadFile) as refused:
            form.add_error("file", refused.message if isinstance(refused, NotDone) else str(refused))
            wrong = refused.rows if isinstance(refused, files.Wrong) else []
        else:
            messages.success(request, _("{n} 行都已下达。").format(n=sent))
            return redirect("gate")
    context = {
        "tab": "sent", "form": form, "key": key, "wrong": wrong[:MOST_SHOWN], "more": max(0, len(wrong) - MOST_SHOWN),
        "headers": [words[0] for words in files.HEADERS.values()],
    }  # fmt: skip
    return render(request, "gate/file.html", context, status=422 if form.errors else 200)


@require_safe
@serves("gate.read")
def intake(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/figures/?area=`: a year of what was asked: by department and month, admitted and returned."""
    if not current().places:
        return redirect("gate")
    place, now = place_of(request.GET.get("area", "")), today()
    since = (now.replace(day=1) - dt.timedelta(days=334)).replace(day=1)
    found = figures.months(span(place), since, now + dt.timedelta(days=1))
    rows = [
        {
            "month": one,
            "admitted": sum(u.admitted for u in one.units.values()),
            "returned": sum(u.returned for u in one.units.values()),
        }
        for one in found
    ]  # fmt: skip
    context = {
        "tab": "figures", "rows": rows, "units": figures.together(found), "area": place,
        "name": names([place], now).get(place, ""),
    }  # fmt: skip
    return render(request, "gate/figures.html", context)
