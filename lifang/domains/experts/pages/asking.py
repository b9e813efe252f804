"""Asking an expert about a case, and finding the answers again."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.reaching import case_here
from lifang.domains.experts import queries
from lifang.domains.experts.actions import ask_expert, may_be_asked_about
from lifang.domains.experts.forms import AskForm
from lifang.ground.access.doors import holdings, serves

ON_A_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(queries.ASK)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/experts/ask/<number>/`: the fields, then with `?field=` its experts. A POST carries `key`, so that a question
    sent twice is one."""
    case = case_here(number)
    if not may_be_asked_about(case):
        messages.warning(request, _("这个案件已经办结，或者不能请教。"))
        return redirect("case", case.number)
    known, found = queries.fields_at(case.area), queries.serving(case)
    offered = {code: title for code, title in known.items() if any(code in one.fields for one in found)}
    field = request.GET.get("field", "") if request.GET.get("field") in offered else ""
    experts = [one for one in found if field in one.fields]
    form, key = AskForm(request.POST or None, experts=experts), _key(request)
    if field and form.is_valid():
        try:
            asked = _ask(request, case, field, form, key)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已请教{name}。").format(name=asked.fields["expert_name"]))
            return redirect("case", case.number)
    context = {"case": case, "offered": offered.items(), "field": field, "form": form, "key": key}
    return render(request, "experts/ask.html", context, status=422 if form.errors else 200)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _ask(request: HttpRequest, case: Case, field: str, form: AskForm, key: uuid.UUID) -> Case:
    user: Any = request.user
    return ask_expert(
        actor=Actor(user.pk, user.name, user.unit_id),
        case_id=case.pk,
        expert_id=int(form.cleaned_data["expert"]),
        field=field,
        question=form.cleaned_data["question"],
        due=form.cleaned_data["due"],
        key=key,
    )


@require_safe
@serves(queries.ASK)
def answers(request: HttpRequest) -> HttpResponse:
    """`/desk/experts/answers/`: what experts answered here, by `?field=` and by words (`?q=`)."""
    known, mine = queries.fields_at(), holdings(request)
    field = request.GET.get("field", "") if request.GET.get("field") in known else ""
    text = request.GET.get("q", "").strip().replace("\0", "")[:100]
    page = Paginator(queries.answers(field, text), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "case": one,
            "field": known.get(one.category, one.category),
            "rating": type_of(one).inputs["rating"].options.get(one.fields.get("rating", ""), ""),
            "opens": mine.may("case.read", one.area, one.involved),
        }
        for one in page
    ]
    context = {"rows": rows, "page": page, "known": known.items(), "field": field, "text": text}
    return render(request, "experts/answers.html", context)
