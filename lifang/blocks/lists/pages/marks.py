"""Proposing that somebody belongs on a register, looking at what others proposed, and ending it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.lists import marks
from lifang.blocks.lists.care import care_lists, heirs_of
from lifang.blocks.lists.forms import AnswerForm, MarkForm
from lifang.blocks.lists.models import Mark
from lifang.blocks.lists.why import reason_of
from lifang.blocks.registry.days import age
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.persons import SEXES, place_name, places_of
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, current, system_scope

MOST = 100
DAY = dt.timedelta(days=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves("person.mark")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/mark/`"""
    person = person_here(pk)
    if person.into_id is not None:
        return redirect("person_mark", person.into_id)
    mine = holdings(request)
    lists = [(name, one.title) for name, one in care_lists().items() if mine.may(one.see, person.area)]
    form = MarkForm(request.POST or None, lists=lists)
    if form.is_valid():
        given = form.cleaned_data
        try:
            marks.propose(
                person=person, name=given["care_list"], reason=given["reason"], last=given["last"],
                by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except marks.Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("已提出，等另一个人复核；复核同意以后才算数。"))
            return redirect("person", pk)
    longest = [(one.title, one.review_days) for name, one in care_lists().items() if (name, one.title) in lists]
    context = {"person": person, "form": form, "longest": longest}
    return render(request, "lists/mark.html", context, status=422 if form.errors else 200)


@never_cache
@serves("person.review")
def waiting(request: HttpRequest, tried: Mark | None = None, form: AnswerForm | None = None) -> HttpResponse:
    """`/desk/persons/care/marks/`: what others proposed, the oldest first."""
    mine = holdings(request)
    found = Mark.objects.filter(answer="", ended_at=None, until__gt=today()).select_related("person", "by")
    seen = [
        mark
        for mark in found.order_by("pk")[:MOST]
        if mark.care_list in care_lists() and mine.may(mark.see, mark.person.area)
    ]
    places = places_of([mark.person for mark in seen], None, Holdings(0), today())
    rows = [
        {
            "mark": mark, "list": care_lists()[mark.care_list].title, "reason": reason_of(mark), "last": mark.until - DAY,
            "own": mark.by_id == request.user.pk, "place": place_name(mark.person.area, places),
            "sex": SEXES.get(mark.person.sex, ""), "age": age(mark.person.birth, today()),
            "form": form if tried is not None and tried.pk == mark.pk else AnswerForm(auto_id=f"id_{mark.pk}_%s"),
        }
        for mark in seen
    ]  # fmt: skip
    return render(request, "lists/marks.html", {"rows": rows}, status=422 if form else 200)


@never_cache
@require_POST
@serves("person.review")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    mark = _mark_here(request, pk)
    form = AnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            marks.answer(mark=mark, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except marks.Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("已复核。"))
            return redirect("care_marks")
    return waiting(request, mark, form)


@never_cache
@require_POST
@serves("person.mark")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    mark, person = _of_heir(request, pk)
    try:
        marks.end(mark=mark, person=person, note=request.POST.get("note", ""), by=request.user)  # type: ignore[arg-type]
    except marks.Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("标记已结束，留在经过里。"))
    return redirect("person", person.pk)


def _of_heir(request: HttpRequest, pk: int) -> tuple[Mark, Person]:
    """The mark and the person who has it now, who must be within reach. Raises Foreign."""
    with system_scope("lists.care"):
        found = Mark.objects.select_related("person").filter(pk=pk).first()
        heir = heirs_of([found.person_id])[found.person_id] if found else 0
    person = Person.objects.filter(in_places("area", current().places), pk=heir).first()
    if found is None or person is None or not holdings(request).may(found.see, person.area):
        area = found.person.area if found else None
        raise Foreign(_("没有这条标记，或者你没有查看它的权限。"), kind="resident", object_id=str(pk), area=area)
    return found, person


def _mark_here(request: HttpRequest, pk: int) -> Mark:
    """The mark, where the person is within reach and the register may be seen there. Raises Foreign."""
    found = Mark.objects.select_related("person").filter(pk=pk).first()
    if found is not None and holdings(request).may(found.see, found.person.area):
        return found
    with system_scope("person.foreign"):
        area = Person.objects.filter(marks__pk=pk).values_list("area", flat=True).first()
    raise Foreign(_("没有这条标记，或者你没有查看它的权限。"), kind="resident", object_id=str(pk), area=area)
