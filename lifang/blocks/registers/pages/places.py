"""Who and what is at a place: all registers at one look, one community, coverage, and what is lacking."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.resolving import NoRule
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import queries
from lifang.blocks.registers.columns import spell
from lifang.blocks.registers.coverage import counted, coverage, percent
from lifang.blocks.registers.lacks import lacks
from lifang.blocks.registers.models import Statement
from lifang.blocks.registers.pages.reaching import EDIT, READ, kind_here, place_of, reached, roots_of, switch, when_of
from lifang.blocks.registers.words import GROUPS
from lifang.ground.access.doors import holdings, serves
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

ON_A_PAGE = 100
ACTORS = "actors"


@require_safe
@serves(READ)
def top(request: HttpRequest) -> HttpResponse:
    """`/desk/registers/?area=&on=`: each kind with how many there are, and how many places have one."""
    place, when = place_of(request), when_of(request)
    kinds, found = packs.register_kinds(place), counted(place, when)
    groups = [
        (title, [_line(name, kind, *found[name]) for name, kind in kinds.items() if kind.group == group])
        for group, title in GROUPS.items()
    ]
    community = at_level(place, COMMUNITY) if level_of(place) >= COMMUNITY else None
    return render(
        request, "registers/top.html",
        {**switch(request, place, when), "groups": [(t, rows) for t, rows in groups if rows], "community": community},
    )  # fmt: skip


def _line(name: str, kind: RegisterKind, entries: int, have: int, should: int) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "entries": entries, "have": have, "should": should,
        "missing": should - have, "percent": percent(have, should),
    }  # fmt: skip


@require_safe
@serves(READ)
def community(request: HttpRequest, code: int) -> HttpResponse:
    """One community: the five kinds of actors, committees and stations, things, and what its units share."""
    if not reached(code, roots_of(request)) or level_of(code) < COMMUNITY:
        raise Http404(_("没有这个社区，或者你没有查看它的权限。"))
    place, when = at_level(code, COMMUNITY), when_of(request)
    kinds = packs.register_kinds(place)
    here = list(queries.within(queries.said(when, kinds), place).order_by("name", "pk"))
    heads = queries.heads(when, [one.entry_id for one in here])
    of_kind: dict[str, list[dict[str, Any]]] = {}
    for one in here:
        head = heads.get(one.entry_id)
        of_kind.setdefault(one.entry.kind, []).append({"said": one, "head": head.name if head else ""})
    bodies = [
        {"name": name, "kind": kind, "rows": of_kind.get(name, []), "missing": bool(kind.every) and name not in of_kind}
        for name, kind in kinds.items()
        if kind.group in ("committee", "station")
    ]
    return render(
        request, "registers/community.html",
        {
            **switch(request, place, when), "actors": _actors(place, kinds, of_kind), "bodies": bodies,
            "others": [(name, kind, of_kind[name]) for name, kind in kinds.items()
                       if kind.group == "organisation" and not kind.actor and name in of_kind],
            "shared": _shared(place, kinds, here), "lacks": [(name, lacks(name, place, when)) for name, kind in kinds.items() if kind.items],
            "doubtful": [one for one in here if one.doubt],
            "may_edit": holdings(request).may(EDIT, place),
        },
    )  # fmt: skip


def _actors(place: int, kinds: Any, of_kind: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each kind of actors that takes part, with the registers in which it stands; nobody is told apart."""
    try:
        titles = packs.code_list(ACTORS, place).values
    except NoRule:
        return []
    found = []
    for actor, title in titles.items():
        mine = [(name, kind, of_kind.get(name, [])) for name, kind in kinds.items() if kind.actor == actor]
        found.append(
            {"title": title, "kinds": [one for one in mine if one[2]], "enter": mine[0][:2] if mine else None,
             "number": sum(len(rows) for _name, _kind, rows in mine)}
        )  # fmt: skip
    return found


def _shared(place: int, kinds: Any, here: list[Statement]) -> list[dict[str, Any]]:
    """What lies in the registers of the group place, in words."""
    rows = []
    for name, kind in kinds.items():
        if kind.group != "place":
            continue
        mine = [one for one in here if one.entry.kind == name]
        entries = queries.names_of(kind, mine)
        rows += [{"said": one, "words": cells(kind, one, place, entries)} for one in mine]
    return rows


def cells(kind: RegisterKind, one: Statement, place: int, entries: Any) -> list[tuple[str, str]]:
    """Title and words of each column."""
    return [
        (column.title, spell(kind, column, one.facts.get(name), place, entries))
        for name, column in kind.columns.items()
    ]


@require_safe
@serves(READ)
def covered(request: HttpRequest, name: str) -> HttpResponse:
    """`…/coverage/?area=&on=`: the places that have none, those whose entry has no head or stands idle, and the others."""
    place, when = place_of(request), when_of(request)
    kind = kind_here(name, place)
    if not kind.every:
        raise Http404(_("「{title}」不要求每个地方都有。").format(title=kind.title))
    found = coverage(name, place, when)
    page = Paginator(found.standing, ON_A_PAGE).get_page(request.GET.get("page"))
    idle, headless = {one.statement.pk for one in found.idle}, {one.statement.pk for one in found.headless}
    roles = [(role, title) for role, title in kind.roles.items() if role != queries.HEAD]
    rows = [
        {
            "one": one, "idle": one.statement.pk in idle, "headless": one.statement.pk in headless,
            "people": [(title, one.people.get(role, 0)) for role, title in roles],
        }
        for one in page
    ]  # fmt: skip
    return render(
        request, "registers/coverage.html",
        {
            **switch(request, place, when), "name": name, "kind": kind, "found": found, "rows": rows, "page": page,
            "roles": roles, "plates": _plates(kind, place, when), "source": _cited(kind, place),
        },
    )  # fmt: skip


def _plates(kind: RegisterKind, place: int, when: queries.When) -> Any:
    """How many names may hang inside, where the kind's is one of them."""
    try:
        return packs.value("plates.inside_most", place, when.on) if kind.plate else None
    except NoRule:
        return None


def _cited(kind: RegisterKind, place: int) -> str:
    source = packs.source(kind.source.document, place)
    return " ".join(filter(None, [f"《{source.title}》", source.number, kind.source.clause]))


@require_safe
@serves(READ)
def lacking(request: HttpRequest, name: str) -> HttpResponse:
    """`…/lacks/?area=&on=`: what communities lack of the standard, by group, item and place, at its price."""
    place, when = place_of(request), when_of(request)
    kind = kind_here(name, place)
    if not kind.items:
        raise Http404(_("「{title}」没有配备标准。").format(title=kind.title))
    found = lacks(name, place, when)
    page = Paginator(found.short, ON_A_PAGE).get_page(request.GET.get("page"))
    sources = dict.fromkeys(one.citation for row in found.rows for one in (row.amount, row.price) if one is not None)
    return render(
        request, "registers/lacks.html",
        {**switch(request, place, when), "name": name, "kind": kind, "found": found, "page": page, "sources": list(sources)},
    )  # fmt: skip
