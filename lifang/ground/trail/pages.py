"""The trail as auditors read it."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lifang.ground.access.doors import serves
from lifang.ground.access.forms import Day, PlaceField, suggestions
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import NATION
from lifang.ground.trail.actions import record
from lifang.ground.trail.queries import MOST_EXPORTED, Asked, found, page
from lifang.ground.trail.words import QUESTIONS
from lifang.ground.typed import plain


class Question(forms.Form):
    question = forms.ChoiceField(
        label=gettext_lazy("查什么"),
        required=False,
        choices=[(name, words) for name, (words, _how) in QUESTIONS.items()],
    )
    area = PlaceField(label=gettext_lazy("地域"), required=False)
    person = forms.CharField(label=gettext_lazy("人员"), required=False, max_length=60)
    thing = forms.CharField(label=gettext_lazy("对象编号"), required=False, max_length=60)
    since = Day(label=gettext_lazy("自"), required=False)
    until = Day(label=gettext_lazy("至"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput, max_value=2**63 - 1)


def _asked(form: Question) -> Asked:
    """What was asked; an input that cannot be read is left out and its error shown."""
    form.is_valid()
    return Asked(**{name: value for name, value in form.cleaned_data.items() if value not in (None, "")})


@serves("trail.read")
def trail(request: HttpRequest) -> HttpResponse:
    """Entries of the auditor's places, newest first, read on by key."""
    form = Question(request.GET or None)
    asked = _asked(form) if form.is_bound else Asked()
    shown = page(asked)
    again = request.GET.copy()
    again.pop("before", None)
    following = again.copy()
    if shown.following:
        following["before"] = str(shown.following)
    context: dict[str, Any] = {
        "form": form,
        "rows": shown.rows,
        "first": f"?{again.urlencode()}" if asked.before else "",
        "following": f"?{following.urlencode()}" if shown.following else "",
        "places": suggestions(current()),
    }
    return render(request, "trail/trail.html", context)


@serves("trail.read")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same entries as CSV, at most 20,000 from the newest on; exporting leaves its own entry."""
    asked = replace(_asked(Question(request.POST)), before=None)
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(
        [_("序号"), _("时间"), _("人员编号"), _("职能"), _("地域代码"), _("动作"), _("对象类别"), _("对象"), _("内容")]
    )
    rows = found(asked)[:MOST_EXPORTED]
    for e in rows:
        data = json.dumps(e.data, ensure_ascii=False) if e.data else ""
        at = timezone.localtime(e.at).isoformat(sep=" ", timespec="seconds")
        sheet.writerow([e.pk, at, e.user_id or "", e.function, e.area, e.what, e.kind, plain(e.object_id), plain(data)])
    record(what="trail.exported", kind="trail", object_id=len(rows), area=asked.area or _top(), asked=_plain(request))
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="trail-{timezone.localtime():%Y%m%d-%H%M}.csv"'
    return answer


def _top() -> int:
    places = current().places
    return places[0][0] if places else NATION


def _plain(request: HttpRequest) -> dict[str, str]:
    return {name: str(value)[:80] for name, value in request.POST.items() if name in Question.base_fields and value}
