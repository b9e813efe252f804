"""The entries of one kind, narrowed and searched."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import queries
from lifang.blocks.registers.columns import choices_of, spell
from lifang.blocks.registers.models import File, Statement, Stocktake
from lifang.blocks.registers.pages.reaching import EDIT, EXPORT, IMPORT, READ, kind_here, place_of, switch, when_of
from lifang.blocks.registers.queries import When
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import STREET
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

ON_A_PAGE = 50
MOST_COLUMNS = 5
LONGEST = 60
FILES = 5


@require_safe
@serves(READ)
def entries(request: HttpRequest, name: str) -> HttpResponse:
    """`/desk/registers/kinds/<name>/?area=&q=&on=` and one parameter for each column that is sought by."""
    place, when = place_of(request), when_of(request)
    kind = kind_here(name, place)
    found = narrowed(name, kind, request.GET, place, when)
    page = Paginator(found.order_by("area", "name", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    heads = queries.heads(when, [one.entry_id for one in shown])
    naming, places = queries.names_of(kind, shown), full_names({one.area for one in shown}, when.on, STREET)
    columns = list(kind.columns.items())[:MOST_COLUMNS]
    mine = holdings(request)
    rows = [
        {
            "said": one, "place": places.get(one.area, ""), "head": heads.get(one.entry_id),
            "cells": [(column.title, spell(kind, column, one.facts.get(key), place, naming)) for key, column in columns],
        }
        for one in shown
    ]  # fmt: skip
    return render(
        request, "registers/entries.html",
        {
            **switch(request, place, when), "name": name, "kind": kind, "rows": rows, "page": page, "columns": columns,
            "headed": queries.HEAD in kind.roles, "filters": _filters(kind, request.GET, place), "q": _words(request.GET),
            "files": File.objects.filter(in_places("area", current().places), kind=name).select_related("by").order_by("-pk")[:FILES],
            "counts": Stocktake.objects.filter(in_places("area", current().places), kind=name).select_related("by").order_by("-pk")[:FILES]
            if kind.items else [],
            "may_edit": mine.may(EDIT, place), "may_import": mine.may(IMPORT, place), "may_export": mine.may(EXPORT, place),
        },
    )  # fmt: skip


def narrowed(name: str, kind: RegisterKind, given: QueryDict, place: int, when: When) -> QuerySet[Statement]:
    """By name, and by each column that is sought: at least a number, one of several, or just that."""
    found = queries.within(queries.said(when, [name]), place)
    if words := _words(given):
        found = found.filter(name__contains=words)
    for column, shape in kind.columns.items():
        value = given.get(column, "").replace("\0", "")[:LONGEST]
        if not shape.sought or not value:
            continue
        if shape.kind == "number":
            if (least := whole(value)) is not None:
                found = found.filter(**{f"facts__{column}__gte": least})
        elif shape.kind == "choices":
            found = found.filter(**{f"facts__{column}__contains": [value]})
        else:
            found = found.filter(**{f"facts__{column}": value})
    return found


def _words(given: QueryDict) -> str:
    return given.get("q", "").replace("\0", "").strip()[:LONGEST]


def _filters(kind: RegisterKind, given: QueryDict, place: int) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "title": column.title, "unit": column.unit, "value": given.get(name, "")[:LONGEST],
            "options": choices_of(kind, column, place, {}), "number": column.kind == "number",
        }
        for name, column in kind.columns.items()
        if column.sought
    ]  # fmt: skip
