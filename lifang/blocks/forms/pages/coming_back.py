"""A sending over its places: what came back, who is missing, and the whole in the sender's own cells."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.forms import queries, returning
from lifang.blocks.forms.forms import SheetForm
from lifang.blocks.forms.models import Issue, Return
from lifang.blocks.forms.pages.handing import handed_out, seen
from lifang.blocks.forms.pages.reaching import MAKE, READ, issue_here, missing, return_here, tabs, user_of
from lifang.blocks.forms.reading import of_persons, sheet_of
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.spelling import HEALTH, Words, children
from lifang.blocks.lists.showings import leaves_a_showing
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs.shapes import FormSheet
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names
from lifang.ground.trail.actions import record

MOST_ROWS = 100


@require_safe
@serves(READ)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _issue(request, issue_here(pk), SheetForm())


def _issue(request: HttpRequest, made: Issue, form: SheetForm) -> HttpResponse:
    found = queries.roll_up(made)
    places = names({one.area for one in found.returns}, today())
    rows = [
        {
            "found": one, "place": places.get(one.area, str(one.area)), "done": one.state in queries.DONE,
            "expired": returning.expired(one), "values": _values(found.sheet, one),
        }
        for one in found.returns
    ]  # fmt: skip
    return render(
        request, "forms/issue.html",
        {
            **tabs(request, "mine"), "made": made, "found": found, "rows": rows, "columns": found.sheet.columns.values(),
            "totals": [(one.title, found.totals.get(key)) for key, one in found.sheet.columns.items()] if found.totals else [],
            "missing": [row["place"] for row in rows if not row["done"]], "today": today(),
            "returned": sum(1 for row in rows if row["done"]), "ours": _ours(request, made), "form": form,
            "persons": of_persons(found.sheet),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _values(sheet: FormSheet, one: Return) -> list[tuple[str, Any]]:
    words = Words(sheet, one.area)
    return [
        (column.title, words.of(key, one.cells[key]) if one.state in queries.DONE and key in one.cells else None)
        for key, column in sheet.columns.items()
    ]


@never_cache
@require_safe
@leaves_a_row
@leaves_a_showing
@serves(READ)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """`?after=`: one return as whoever asked reads it, a roster page by page."""
    found = return_here(pk)
    page = Page(found)
    words = _words(request, page)
    columns = page.asked.sheet.columns
    versions = Return.objects.filter(number=found.number).defer("rows", "cells").order_by("-version")
    done = found.state in queries.DONE
    after = request.GET.get("after", "")
    first = next((at for at, row in enumerate(page.rows, 1) if str(row["who"]) == after), 0)
    rows = page.rows[first : first + MOST_ROWS] if done else []
    seen(request, found, rows)
    return render(
        request, "forms/returned.html",
        {
            **tabs(request, "mine"), "found": found, "done": done, "columns": columns.values(),
            "place": names({found.area}, today()).get(found.area, ""),
            "single": [
                (one.title, words.of(key, found.cells[key]), *found.cells[key][1:])
                for key, one in columns.items() if done and key in found.cells
            ],
            "rows": [words.row(row).values() for row in rows], "number": len(page.rows), "versions": list(versions),
            "first": request.path if first else "", "from": first + 1, "to": first + len(rows),
            "following": f"?after={rows[-1]['who']}" if rows and first + len(rows) < len(page.rows) else "",
        },
    )  # fmt: skip


def _ours(request: HttpRequest, made: Issue) -> bool:
    """Whether the reader's unit asked for it: others where it was sent read it."""
    return MAKE in holdings(request).functions and made.unit_id in (user_of(request).unit_id, *current().units)


@require_POST
@serves(MAKE)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    made = issue_here(pk)
    if not _ours(request, made):
        raise missing(pk)
    number = returning.lock(issue=made.pk)
    record(
        what="form.locked", kind="form", object_id=made.edition.form_id, area=made.area, issue=made.pk, returns=number
    )
    messages.success(request, _("已锁定 {n} 份。以后的更正会另存一版，写明理由。").format(n=number))
    return redirect("form_issue", pk)


@require_POST
@serves(READ)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """All that came back in one workbook; of persons for a purpose, and each is told that they were in it."""
    made, form = issue_here(pk), SheetForm(request.POST)
    if of_persons(sheet_of(made.edition)) and not form.is_valid():
        return _issue(request, made, form)
    purpose = form.cleaned_data["purpose"] if form.is_valid() else ""
    found = queries.roll_up(made)
    cells: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for one in queries.standing(Return.objects.filter(issue=made, state__in=queries.DONE)).order_by("area"):
        one.issue = made
        page = Page(one)
        words = _words(request, page, leaving=True)
        if found.sheet.shape == "sheet":
            cells.append(words.single(one.cells))
        else:
            cells += map(words.row, page.rows)
            rows += page.rows
    return handed_out(
        request, made, purpose, cells, rows, f"{made.edition.form.code}-{made.pk}", object_id=made.edition.form_id,
        area=made.area, issue=made.pk,
    )  # fmt: skip


def _words(request: HttpRequest, page: Page, *, leaving: bool = False) -> Words:
    """The department that asked reads in full what its admission names; what is sealed is masked otherwise."""
    made, sheet, place, mine = page.found.issue, page.asked.sheet, page.found.area, holdings(request)
    matter = matters.find(made.edition.matter, made.area, made.on) if made.unit_id in current().units else None
    whole = frozenset(matter.admitted.elements if matter and matter.admitted else ())
    kept = children(sheet, page.rows, mine, leaving=leaving)
    return Words(sheet, place, whole=whole, health=mine.may(HEALTH, place), children=kept)
