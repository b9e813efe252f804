"""The community's pages: what is asked of it, and one page to confirm, type and submit a return."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.forms import outgoing, queries, returning
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.filling import CONFIRMED, STALE, TYPED
from lifang.blocks.forms.models import Return
from lifang.blocks.forms.pages.reaching import FILL, download, return_here, tabs, user_of
from lifang.blocks.forms.returning import At, Page
from lifang.blocks.forms.spelling import HEALTH, Words, children
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormColumn
from lifang.blocks.packs.shapes.forms import OF_PEOPLE
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names
from lifang.ground.trail.actions import record

FORM = ["GET", "HEAD", "POST"]
KINDS = {"number": "text", "date": "date"}


@require_safe
@serves(FILL)
def asked(request: HttpRequest) -> HttpResponse:
    """`?number=` leads to the return that stands on paper under it."""
    number = request.GET.get("number", "").strip()
    if number and (found := queries.by_number(number)) and current().covers(found.area):
        return redirect("form_return", found.pk)
    places, day = current().places, today()
    waiting = queries.waiting(places, day)
    done = queries.returned(places)
    return render(
        request, "forms/asked.html",
        {
            **tabs(request, "asked"), "waiting": [_row(one) for one in waiting], "done": done, "number": number[:24],
            "today": day, "places": names({one.area for one in (*waiting, *done)}, day),
            "minutes": sum(_minutes(one) for one in waiting),
        },
        status=404 if number else 200,
    )  # fmt: skip


def _row(one: Return) -> dict[str, Any]:
    left = one.asked + one.old - one.typed - one.confirmed
    return {"found": one, "left": max(left, 0), "late": one.issue.due < today()}


def _minutes(one: Return) -> float:
    rates = queries.rates_on(one.area, today())
    return rates["a_return"] + one.asked * rates["a_typed"] + one.old * rates["a_confirmed"]


@never_cache
@require_http_methods(FORM)
@serves(FILL)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, type, submit. What cannot be taken is shown as it was typed, with why; all else is saved."""
    found = return_here(pk)
    wrong: dict[str, str] = {}
    refused = ""
    if request.method == "POST":
        act = request.POST.get("act", "save")
        try:
            if act == "again":
                returning.refill(found=found)
                messages.success(request, _("已按名册重新取数；你填的、核对的都留着。"))
                return redirect("form_return", pk)
            wrong = _take(request, found)
            if act == "submit" and not wrong:
                returning.submit(found=found, by=user_of(request))
                messages.success(request, _("已提交，编号 {number}。").format(number=found.number))
                return redirect("form_return", pk)
        except Refused as why:
            refused = why.message
        else:
            if not wrong:
                messages.success(request, _("已保存。"))
                return redirect("form_return", pk)
    return _shown(request, return_here(pk), wrong, refused)


def _take(request: HttpRequest, found: Return) -> dict[str, str]:
    typed = {name: str(text)[:400] for name, text in request.POST.items() if name.startswith("c:")}
    confirmed = set(request.POST.getlist("ok"))
    if request.POST.get("all"):
        confirmed |= {at.name for at, _column, cell in Page(found).cells() if cell[1] == STALE}
    outcome = returning.answer(
        found=found, typed=typed, confirmed=confirmed, by=user_of(request), paper=bool(request.POST.get("paper"))
    )
    return outcome.wrong


def _shown(request: HttpRequest, found: Return, wrong: dict[str, str], refused: str = "") -> HttpResponse:
    page = Page(found)
    words = words_for(request, page)
    open_ = found.current and found.state in queries.UNDONE and not returning.expired(found)
    cells = {at: _cell(words, page, at, column, cell, request, wrong) for at, column, cell in page.cells()}
    columns = page.asked.sheet.columns
    versions = Return.objects.filter(number=found.number).defer("rows", "cells").order_by("-version")
    return render(
        request, "forms/return.html",
        {
            **tabs(request, "asked"), "found": found, "sheet": page.asked.sheet, "open": open_, "refused": refused,
            "columns": columns.items(), "single": [one for at, one in cells.items() if at.row is None],
            "rows": [
                {"name": row["name"], "who": row["who"], "cells": [cells[At(at, key)] for key in columns]}
                for at, row in enumerate(page.rows)
            ],
            "left": len(page.to_do()), "stale": sum(1 for one in cells.values() if one["origin"] == STALE),
            "unequal": page.unequal(), "expired": returning.expired(found), "versions": list(versions),
            "place": names({found.area}, today()).get(found.area, ""), "wrong": wrong, "persons": not page.asked.sheet.register,
        },
        status=422 if wrong or refused else 200,
    )  # fmt: skip


def words_for(request: HttpRequest, page: Page, *, leaving: bool = False) -> Words:
    mine = holdings(request)
    kept = children(page.asked.sheet, page.rows, mine, leaving=leaving)
    return Words(page.asked.sheet, page.found.area, health=mine.may(HEALTH, page.found.area), children=kept)


def _cell(
    words: Words, page: Page, at: At, column: FormColumn, cell: list[Any], request: HttpRequest, wrong: dict[str, str]
) -> dict[str, Any]:
    told = words.of(at.column, cell, None if at.row is None else page.rows[at.row]["who"])
    typed = request.POST.get(at.name, "") if at.name in wrong else ""
    options: list[tuple[str, str]] = []
    if column.kind == "truth" and column.source == "typed":
        options = [("true", _("是")), ("false", _("否"))]
    elif (
        column.source == "element" and (one := packs.elements(page.found.area).get(column.what)) and one.kind == "code"
    ):
        listed = packs.code_list(one.codes, page.found.area)
        options = [(text, text) for text in {**listed.values, **listed.own}.values()]
    return {
        "name": at.name, "title": column.title, "words": told, "origin": cell[1], "day": cell[2], "typed": typed,
        "wrong": wrong.get(at.name, ""), "options": options, "type": KINDS.get(column.kind, "text"),
        "value": typed or (cell[0] if cell[1] == TYPED and column.source != "element" else ""),
        "number": column.kind == "number", "counted": column.source in (*OF_PEOPLE, "entries"),
        "done": cell[1] in (TYPED, CONFIRMED),
    }  # fmt: skip


@require_POST
@serves(FILL)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A submitted return is corrected openly: a new version with a reason, the old one stays."""
    found = return_here(pk)
    try:
        made = returning.correct(found=found, reason=request.POST.get("reason", ""), by=user_of(request))
    except Refused as refused:
        return _shown(request, return_here(pk), {}, refused.message)
    messages.success(request, _("这是更正的第 {n} 版，改好后再提交。").format(n=made.version))
    return redirect("form_return", made.pk)


@require_safe
@serves(FILL)
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper under its number: what is known is printed, what is asked is left blank."""
    found = return_here(pk)
    page = Page(found)
    words = words_for(request, page)
    columns = page.asked.sheet.columns
    return render(
        request, "forms/print.html",
        {
            "found": found, "columns": columns.values(), "place": names({found.area}, today()).get(found.area, ""),
            "single": [(one.title, words.of(key, found.cells[key])) for key, one in columns.items() if key in found.cells],
            "rows": [words.row(row).values() for row in page.rows],
            "address": request.build_absolute_uri(f"{reverse('forms_asked')}?number={found.number}"),
        },
    )  # fmt: skip


@require_POST
@serves(FILL)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The return in the sender's own workbook."""
    found = return_here(pk)
    page = Page(found)
    words = words_for(request, page, leaving=True)
    rows = [words.single(found.cells)] if found.cells else [words.row(row) for row in page.rows]
    record(
        what="form.handed_out", kind="form", object_id=found.pk, area=found.area, number=found.number, rows=len(rows)
    )
    content = outgoing.workbook(found.issue.edition, page.asked.sheet, rows)
    return download(content, found.number)
