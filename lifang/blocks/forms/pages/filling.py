"""The community's pages: what is asked of it, and one page to confirm, type and submit a return."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.forms import queries, returning
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.filling import CONFIRMED, STALE, TYPED
from lifang.blocks.forms.forms import SheetForm
from lifang.blocks.forms.models import Return
from lifang.blocks.forms.pages.handing import handed_out, saved, seen, seen_to_fill
from lifang.blocks.forms.pages.reaching import FILL, return_here, tabs, user_of
from lifang.blocks.forms.reading import of_persons
from lifang.blocks.forms.returning import TO_DO, At, Page
from lifang.blocks.forms.spelling import HEALTH, Words, children
from lifang.blocks.lists.showings import leaves_a_showing
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormColumn
from lifang.blocks.packs.shapes.forms import OF_PEOPLE
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names

FORM = ["GET", "HEAD", "POST"]
MOST_ROWS, MOST_CELLS = 100, 900
"""On one page: a cell may bring a box and a tick, and Django takes 2,000 inputs."""
NOTHING: Mapping[str, str] = {}
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
@leaves_a_row
@leaves_a_showing
@serves(FILL)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """`?page=`: confirm, type, submit. What cannot be taken is shown as it was typed, with why; all else is saved."""
    found = return_here(pk)
    if request.method != "POST":
        return _shown(request, found)
    act, by = request.POST.get("act", "save"), user_of(request)
    typed = {name: str(text)[:400] for name, text in request.POST.items() if name.startswith("c:")}
    wrong: dict[str, str] = {}
    try:
        wrong = _take(request, found, typed)
        typed = {name: typed[name] for name in wrong}
        if not wrong and act == "again":
            returning.refill(found=found, by=by)
            messages.success(request, _("已按名册重新取数；你填的、核对的都留着。"))
        elif not wrong and act == "submit":
            returning.submit(found=found, by=by)
            messages.success(request, _("已提交，编号 {number}。").format(number=found.number))
        elif not wrong:
            messages.success(request, _("已保存。"))
    except Refused as why:
        return _shown(request, return_here(pk), typed, wrong, why.message)
    if wrong:
        return _shown(request, return_here(pk), typed, wrong)
    saved(request)
    to = request.POST.get("to") or request.GET.get("page", "")
    return redirect(
        f"{reverse('form_return', args=[pk])}?page={to}" if to.isdecimal() else reverse("form_return", args=[pk])
    )


def _take(request: HttpRequest, found: Return, typed: Mapping[str, str]) -> dict[str, str]:
    confirmed, seen = set(request.POST.getlist("ok")), request.POST.get("seen", "")[:9]
    if request.POST.get("all"):
        confirmed |= {at.name for at, _column, cell in Page(found).cells() if cell[1] == STALE}
    outcome = returning.answer(
        found=found, typed=typed, confirmed=confirmed, by=user_of(request), paper=bool(request.POST.get("paper")),
        seen=int(seen) if seen.isdecimal() else None,
    )  # fmt: skip
    return outcome.wrong


def _shown(
    request: HttpRequest, found: Return, typed: Mapping[str, str] = NOTHING, wrong: Mapping[str, str] = NOTHING,
    refused: str = "", form: SheetForm | None = None,
) -> HttpResponse:  # fmt: skip
    """`typed` is what was not saved."""
    page = Page(found)
    words = words_for(request, page)
    open_ = found.current and found.state in queries.UNDONE and not returning.expired(found)
    columns = page.asked.sheet.columns
    each = max(1, min(MOST_ROWS, MOST_CELLS // len(columns)))
    rows = Paginator(page.rows, each).get_page(request.GET.get("page"))
    first = (rows.number - 1) * each
    here = [one for one in page.cells() if one[0].row is None or first <= one[0].row < first + each]
    seen_to_fill(request, found, list(rows))
    whose = ",".join(str(row["who"]) for row in rows)
    moved = request.POST.get("rows", whose) != whose
    boxes, ticked = (NOTHING, set()) if moved else (typed, set(request.POST.getlist("ok")))
    cells = {at: _cell(words, page, at, column, cell, boxes, wrong, ticked) for at, column, cell in here}
    left = page.to_do()
    further = {at.row // each + 1 for at in left if at.row is not None} - {rows.number}
    versions = Return.objects.filter(number=found.number).defer("rows", "cells").order_by("-version")
    return render(
        request, "forms/return.html",
        {
            **tabs(request, "asked"), "found": found, "sheet": page.asked.sheet, "open": open_, "refused": refused,
            "columns": columns.items(), "single": [one for at, one in cells.items() if at.row is None], "page": rows,
            "rows": [
                {"name": row["name"], "who": row["who"], "cells": [cells[At(at, key)] for key in columns]}
                for at, row in enumerate(rows, first)
            ],
            "further": min(further, key=lambda number: (number < rows.number, number), default=None),
            "left": len(left), "stale": sum(1 for at, _column, cell in page.cells() if cell[1] == STALE and at.column not in page.gone),
            "unequal": page.unequal(), "expired": returning.expired(found), "versions": list(versions),
            "place": names({found.area}, today()).get(found.area, ""), "wrong": wrong, "persons": not page.asked.sheet.register,
            "whose": whose, "unsaved": [
                *(_unsaved(request, page, first, typed) if moved else ()),
                *((one["title"], one["typed"]) for one in cells.values() if one["typed"] and not (open_ and one["box"])),
            ],
            "may_correct": found.current and found.state in queries.DONE and found.issue.until >= today(),
            "reason": request.POST.get("reason", "")[:200], "asks_purpose": of_persons(page.asked.sheet),
            "form": form or SheetForm(),
        },
        status=422 if wrong or refused or form else 200,
    )  # fmt: skip


def _unsaved(request: HttpRequest, page: Page, first: int, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed, and of whom, into rows that are no more where they stood."""
    whose, columns = request.POST["rows"].split(","), page.asked.sheet.columns
    people = {str(row["who"]): str(row["name"]) for row in page.rows}
    found = []
    for name, text in typed.items():
        _sign, at, column = (*name.split(":"), "")[:3]
        if text.strip() and at.isdecimal() and len(at) < 9 and column in columns and 0 <= int(at) - first < len(whose):
            found.append((f"{people.get(whose[int(at) - first], '')} {columns[column].title}", text))
    return found


def words_for(request: HttpRequest, page: Page, *, leaving: bool = False) -> Words:
    mine = holdings(request)
    kept = children(page.asked.sheet, page.rows, mine, leaving=leaving)
    return Words(page.asked.sheet, page.found.area, health=mine.may(HEALTH, page.found.area), children=kept)


def _cell(
    words: Words, page: Page, at: At, column: FormColumn, cell: list[Any], typed: Mapping[str, str],
    wrong: Mapping[str, str], ticked: Collection[str],
) -> dict[str, Any]:  # fmt: skip
    told = words.of(at.column, cell, None if at.row is None else page.rows[at.row]["who"])
    options: list[tuple[str, str]] = []
    if column.kind == "truth" and column.source == "typed":
        options = [("true", _("是")), ("false", _("否"))]
    elif column.choices:
        options = [(text, text) for text in column.choices]
    elif (
        column.source == "element" and (one := packs.elements(page.found.area).get(column.what)) and one.kind == "code"
    ):
        listed = packs.code_list(one.codes, page.found.area)
        options = [(text, text) for text in {**listed.values, **listed.own}.values()]
    gone = at.column in page.gone
    box = (cell[1] in (*TO_DO, TYPED) or column.optional) and not gone
    stays = box and column.source == "typed" and cell[1] != STALE and cell[0] is not None
    stands = str(cell[0]) if stays else ""
    if options and stands and stands not in dict(options):
        options.append((stands, stands))
    unsaved = typed.get(at.name, "").strip()
    unsaved = "" if unsaved == stands else unsaved
    return {
        "name": at.name, "title": column.title, "words": told, "origin": "gone" if gone else cell[1], "day": cell[2], "typed": unsaved,
        "wrong": wrong.get(at.name, ""), "options": options, "type": KINDS.get(column.kind, "text"),
        "value": unsaved or stands, "optional": column.optional, "number": column.kind == "number",
        "counted": column.source in (*OF_PEOPLE, "entries"), "done": cell[1] in (TYPED, CONFIRMED),
        "ticked": at.name in ticked, "box": box, "apart": cell[1] == STALE or (cell[1] == TYPED and (unsaved or not stands)),
    }  # fmt: skip


@require_POST
@leaves_a_row
@leaves_a_showing
@serves(FILL)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A submitted return is corrected openly: a new version with a reason, the old one stays."""
    found = return_here(pk)
    try:
        made = returning.correct(found=found, reason=request.POST.get("reason", ""), by=user_of(request))
    except Refused as refused:
        return _shown(request, return_here(pk), refused=refused.message)
    messages.success(request, _("这是更正的第 {n} 版，改好后再提交。").format(n=made.version))
    return redirect("form_return", made.pk)


@require_safe
@leaves_a_row
@leaves_a_showing
@serves(FILL)
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper under its number: what is known is printed, what is asked is left blank."""
    found = return_here(pk)
    page = Page(found)
    words = words_for(request, page)
    columns = page.asked.sheet.columns
    seen(request, found, page.rows)
    return render(
        request, "forms/print.html",
        {
            "found": found, "columns": columns.values(), "place": names({found.area}, today()).get(found.area, ""),
            "single": [(one, words.of(key, found.cells[key])) for key, one in columns.items() if key in found.cells],
            "rows": [words.row(row).values() for row in page.rows], "gone": [columns[key] for key in page.gone],
            "address": request.build_absolute_uri(f"{reverse('forms_asked')}?number={found.number}"),
        },
    )  # fmt: skip


@require_POST
@leaves_a_row
@leaves_a_showing
@serves(FILL)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The return in the sender's own workbook; of persons for a purpose, and each is told that they were in it."""
    found, form = return_here(pk), SheetForm(request.POST)
    page = Page(found)
    if of_persons(page.asked.sheet) and not form.is_valid():
        return _shown(request, found, form=form)
    purpose = form.cleaned_data["purpose"] if form.is_valid() else ""
    words = words_for(request, page, leaving=True)
    cells = [words.single(found.cells)] if found.cells else [words.row(row) for row in page.rows]
    return handed_out(
        request, found.issue, purpose, cells, page.rows, found.number, object_id=found.pk, area=found.area, number=found.number
    )  # fmt: skip
