"""Reporting from the phone: the words first, a category suggested from them, one page."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.domains.grid.actions import report_event
from lifang.domains.grid.forms import ReportForm, category_choices
from lifang.domains.grid.pages.report import thumb
from lifang.domains.grid.queries import limit_of
from lifang.domains.grid.suggest import suggest
from lifang.faces.field.keeping import page
from lifang.ground.access.doors import serves
from lifang.ground.files.uploads import takes_photos

CHANNEL = "patrol"


@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@serves("event.report")
def report(request: HttpRequest) -> HttpResponse:
    """One page; without JavaScript the suggestions come with the first answer."""
    if request.method != "POST":
        return _page(request, ReportForm())
    form = ReportForm(request.POST)
    fresh = request.photos  # type: ignore[attr-defined]
    form.take_photos(request.POST.getlist("kept"), fresh.kept)
    if not form.is_valid() or fresh.words():
        return _page(request, form, fresh.words(), status=422)
    user = request.user
    try:
        done = report_event(
            report=form.report(CHANNEL),
            actor=Actor(user.pk, user.name, user.unit_id),  # type: ignore[union-attr]
            key=form.sending_key(),
        )
    except NotDone as error:
        return _page(request, form, [error.message], status=422)
    case = done.case
    limit = limit_of(case)
    words = _("已上报，编号 {number}。承办：{owner}{limit}。").format(
        number=case.number,
        owner=case.fields.get("owner_name", ""),
        limit=_("，限 {n}").format(n=limit) if limit else "",
    )
    messages.success(request, words)
    return redirect("field:today")


def _page(request: HttpRequest, form: ReportForm, words: Sequence[str] = (), status: int = 200) -> HttpResponse:
    said = str(form["text"].value() or "")
    context = {
        "form": form,
        "key": form.cleaned_data.get("key") if form.is_bound else uuid.uuid4(),
        "choices": category_choices(form.area, form.on),
        "suggested": suggest(said, form.area, form.on) if said else [],
        "chosen": form["category"].value() or form["listed"].value() or "",
        "thumbs": [(photo.sha256, thumb(photo)) for photo in form.photos],
        "said": words,
    }
    return page(request, "field/report.html", context, status=status)
