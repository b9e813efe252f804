"""The register of helpers and experts at the desk."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.errors import Refused
from lifang.domains.experts import queries
from lifang.domains.experts.actions import list_expert, phone_of
from lifang.domains.experts.forms import ExpertForm
from lifang.domains.experts.models import SEALED, Expert
from lifang.ground.access import vault
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, everywhere
from lifang.ground.areas.queries import names

ON_A_PAGE = 50
PURPOSES = (gettext_lazy("请教问题"), gettext_lazy("催问答复"), gettext_lazy("核对资料"))
FORM = ["GET", "HEAD", "POST"]


@require_safe
@serves(queries.ASK)
def experts(request: HttpRequest) -> HttpResponse:
    """`/desk/experts/`: who can be asked for the reader's places; `?field=` narrows it."""
    known, mine = queries.fields_at(), holdings(request)
    field = request.GET.get("field", "") if request.GET.get("field") in known else ""
    user: Any = request.user
    page = Paginator(queries.register(user, field), ON_A_PAGE).get_page(request.GET.get("page"))
    places, helped = names({one.area for one in page}, today()), queries.helped(page)
    rows = [
        {
            "expert": one,
            "fields": [known.get(code, code) for code in one.fields],
            "place": places.get(one.area, ""),
            "until": _last_day(one),
            "phone": _masked(one),
            "helped": helped.get(one.pk, 0),
            "may_manage": mine.may(queries.MANAGE, one.area),
        }
        for one in page
    ]
    context = {"rows": rows, "page": page, "known": known.items(), "field": field, "purposes": PURPOSES}
    return render(request, "experts/experts.html", context)


def _last_day(expert: Expert) -> dt.date | None:
    return expert.valid.upper - dt.timedelta(days=1) if expert.valid.upper else None


def _masked(expert: Expert) -> str:
    try:
        return vault.mask_phone(vault.unseal(bytes(expert.phone), SEALED))
    except vault.Unreadable:
        return ""


@never_cache
@require_http_methods(FORM)
@serves(queries.MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@never_cache
@require_http_methods(FORM)
@serves(queries.MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    expert = Expert.objects.filter(pk=pk).select_related("user").first()
    if expert is None or not current().covers(expert.area):
        raise _missing(pk, expert)
    return _form(request, expert)


def _form(request: HttpRequest, expert: Expert | None) -> HttpResponse:
    form = ExpertForm(request.POST or None, expert=expert, initial=_initial(expert) if expert else None)
    if form.is_valid():
        try:
            listed = list_expert(expert=expert, **form.given())
        except Refused as refused:
            form.add_error("fields_" if refused.field == "fields" else refused.field, refused.message)
        else:
            messages.success(request, _("已登记「{name}」。").format(name=listed.name))
            return redirect("experts")
    context = {"form": form, "expert": expert, "places": suggestions(current())}
    return render(request, "experts/expert_form.html", context, status=422 if form.errors else 200)


def _initial(expert: Expert) -> dict[str, Any]:
    return {
        "name": expert.name,
        "fields_": expert.fields,
        "employer": expert.employer,
        "note": expert.note,
        "since": expert.valid.lower,
        "until": _last_day(expert),
        "username": expert.user.username if expert.user else "",
    }


@never_cache
@require_POST
@serves(queries.ASK)
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """One expert's telephone, shown once for a stated purpose and kept in the trail."""
    user: Any = request.user
    places = queries.own_places(user)
    with everywhere():
        expert = Expert.objects.serving(*places).filter(pk=pk).first()
    if expert is None:
        raise _missing(pk, None)
    purpose = request.POST.get("purpose", "")
    if purpose not in {str(one) for one in PURPOSES}:
        context = {"expert": expert, "purposes": PURPOSES}
        return render(request, "experts/phone.html", context, status=422)
    with everywhere():
        number = phone_of(expert=expert, purpose=purpose)
    return render(request, "experts/phone.html", {"expert": expert, "phone": number, "purpose": purpose})


def _missing(pk: int, found: Expert | None) -> Foreign:
    words = _("没有这位专家，或者不由你登记。")
    return Foreign(words, kind="expert", object_id=str(pk), area=found.area if found else None)
