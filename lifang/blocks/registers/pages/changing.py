"""Entering, changing and ending an entry at the desk."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import actions, queries
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.forms import COLUMN, WRONG, CancelForm, ChangeForm, EndForm, EntryForm, initial_of
from lifang.blocks.registers.models import Entry, Member, Statement
from lifang.blocks.registers.pages.reaching import EDIT, entry_here, kind_here, place_of, switch
from lifang.blocks.registers.queries import When
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.models import User
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import STREET, at_level, text

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@serves(EDIT)
def create(request: HttpRequest, name: str) -> HttpResponse:
    place = place_of(request, EDIT)
    kind = kind_here(name, place)
    form = EntryForm(
        request.POST or None, kind=kind, place=place, entries=queries.named(kind, place, When.now()),
        initial={"area": text(place)},
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.enter(
                kind=name, shape=kind, area=data["area"], name=form.called, since=data["held_from"], facts=form.facts,
                by=user_of(request),
            )  # fmt: skip
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("已登记「{name}」。").format(name=made.name))
            return redirect("register_entry", made.pk)
    title = _("登记{title}").format(title=kind.title)
    return _form(request, form, kind, place, title, {"name": name})


@require_http_methods(FORM)
@serves(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    entry, kind = entry_here(pk)
    said = _now(entry)
    if said is None:
        messages.warning(request, _("「{name}」现在没有在册的情况，不能改。").format(name=entry.name))
        return redirect("register_entry", pk)
    above = at_level(entry.area, STREET) if current().covers(at_level(entry.area, STREET)) else entry.area
    form = ChangeForm(
        request.POST or None, kind=kind, place=entry.area, entries=queries.named(kind, above, When.now()),
        initial=initial_of(said),
    )  # fmt: skip
    if form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        given = {
            "shape": kind, "area": data["area"], "name": form.called, "facts": form.facts,
            "held_from": data["held_from"], "reason": data["reason"], "by": user_of(request),
        }  # fmt: skip
        try:
            if data["how"] == WRONG:
                actions.correct(statement=said, **given)
            else:
                actions.change(entry=entry, **given)
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("已保存，原来的说法留在历史里。"))
            return redirect("register_entry", pk)
    context = {"entry": entry, "held_from": said.held_from}
    return _form(request, form, kind, entry.area, _("修改「{name}」").format(name=entry.name), context)


@require_http_methods(FORM)
@serves(EDIT)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    entry, kind = entry_here(pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            actions.end(entry=entry, shape=kind, by=user_of(request), **form.cleaned_data)
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("已登记撤销，历史还在。"))
            return redirect("register_entry", pk)
    return _form(request, form, kind, entry.area, _("撤销「{name}」").format(name=entry.name), {"entry": entry})


@require_http_methods(FORM)
@serves(EDIT)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = Statement.objects.select_related("entry").filter(pk=pk).first() if pk < 10**18 else None
    return _cancelled(request, found, found.held_from if found else None)


@require_http_methods(FORM)
@serves(EDIT)
def cancel_member(request: HttpRequest, pk: int) -> HttpResponse:
    found = Member.objects.select_related("entry").filter(pk=pk).first() if pk < 10**18 else None
    return _cancelled(request, found, found.since if found else None)


def _cancelled(request: HttpRequest, row: Statement | Member | None, begins: dt.date | None) -> HttpResponse:
    if row is None:
        raise Foreign(_("没有这一条登记，或者你没有查看它的权限。"), kind="register", object_id="", area=None)
    entry, kind = entry_here(row.entry_id)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            actions.cancel(row=row, shape=kind, by=user_of(request), **form.cleaned_data)
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("已取消，历史还在。"))
            return redirect("register_entry", entry.pk)
    title = _("取消「{name}」{day} 起的变更").format(name=row.name, day=begins)
    return _form(request, form, kind, entry.area, title, {"entry": entry})


def put(form: Any, refused: Refused) -> None:
    """At the field that it is about, else at the head of the form."""
    field = refused.field
    if field == "credit":
        field = next((COLUMN + name for name, one in form.kind.columns.items() if one.kind == "credit"), None)
    form.add_error(field if field in form.fields else None, refused.message)


def user_of(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _now(entry: Entry) -> Statement | None:
    return queries.said(When.now(), entries=[entry.pk]).first()


def _form(
    request: HttpRequest, form: Any, kind: RegisterKind, place: int, title: str, context: dict[str, Any]
) -> HttpResponse:
    return render(
        request, "registers/form.html",
        {**switch(request, place, When.now()), "form": form, "kind": kind, "title": title, "places": suggestions(current()),
         **context},
        status=422 if form.errors else 200,
    )  # fmt: skip
