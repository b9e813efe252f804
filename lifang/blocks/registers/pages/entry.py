"""The page of one entry: how it stands, who belongs to it, and all that was ever said of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import queries
from lifang.blocks.registers.columns import Entries, spell
from lifang.blocks.registers.forms import PURPOSES
from lifang.blocks.registers.models import SEALED, Entry, Member, Statement
from lifang.blocks.registers.pages.reaching import EDIT, READ, entry_here, switch, when_of
from lifang.ground.access import vault
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import STREET
from lifang.ground.areas.queries import full_names


@require_safe
@serves(READ)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/registers/<pk>/?on=&then=1`"""
    entry, kind = entry_here(pk)
    when = when_of(request)
    return render(request, "registers/entry.html", shown(request, entry, kind, when))


def shown(request: HttpRequest, entry: Entry, kind: RegisterKind, when: queries.When) -> dict[str, Any]:
    said = queries.said(when, entries=[entry.pk]).first()
    history = list(entry.statements.select_related("by", "file", "dropped_by").order_by("-known_from", "-pk"))
    naming = queries.names_of(kind, history)
    places = full_names({entry.area, *(one.area for one in history)}, when.on, STREET)
    people = list(queries.members(when, [entry.pk]).select_related("user", "person"))
    roles, ahead = list(kind.roles), when.on >= today()
    people.sort(key=lambda one: roles.index(one.role) if one.role in roles else len(roles))
    facts = _facts(kind, said, entry.area, naming, places) if said else []
    return {
        **switch(request, entry.area, when), "entry": entry, "kind": kind, "said": said, "facts": facts,
        "coming": [
            (one, _differing(kind, one, said, entry.area, naming, places))
            for one in sorted(history, key=lambda one: one.held_from)
            if ahead and one.known_until is None and one.held_from > when.on
        ],
        "people": [_person(kind, member) for member in people],
        "next": [_person(kind, member) for member in _next(entry, when)] if ahead else [],
        "former": [_person(kind, member) for member in entry.members.filter(known_until=None, until__lt=when.on).order_by("-until")],
        "headless": bool(said) and queries.HEAD in kind.roles and not any(one.role == queries.HEAD for one in people),
        "head_title": kind.roles.get(queries.HEAD, ""),
        "history": _history(kind, history, entry.area, naming, places), "purposes": PURPOSES,
        "may_edit": holdings(request).may(EDIT, entry.area), "may_read_persons": holdings(request).holds("person.read"),
        "names_it": _naming(entry, kind, when),
    }  # fmt: skip


def _facts(
    kind: RegisterKind, said: Statement, area: int, naming: Entries, places: dict[int, str]
) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [(_("所在的地方"), places.get(said.area, ""))]
    rows += [
        (column.title, spell(kind, column, said.facts.get(name), area, naming)) for name, column in kind.columns.items()
    ]
    return rows


def _next(entry: Entry, when: queries.When) -> QuerySet[Member]:
    return entry.members.filter(known_until=None, since__gt=when.on).order_by("since", "pk")


def _person(kind: RegisterKind, member: Member) -> dict[str, Any]:
    try:
        phone = vault.mask_phone(vault.unseal(bytes(member.phone), SEALED)) if member.phone else ""
    except vault.Unreadable:
        phone = ""
    return {"member": member, "role": kind.roles.get(member.role, member.role), "phone": phone}


def _history(
    kind: RegisterKind, history: list[Statement], area: int, naming: Entries, places: dict[int, str]
) -> list[dict[str, Any]]:
    """Everything said, the latest first, each with what differs from what it replaced or followed."""
    rows = []
    for one in history:
        before = next(
            (b for b in history if b.pk == one.replaces_id),
            max(
                (b for b in history if b.held_from < one.held_from and b.known_from <= one.known_from),
                key=lambda b: (b.held_from, b.pk), default=None,
            ),
        )  # fmt: skip
        rows.append({"said": one, "lines": _differing(kind, one, before, area, naming, places)})
    return rows


def _differing(
    kind: RegisterKind, one: Statement, before: Statement | None, area: int, naming: Entries, places: dict[int, str]
) -> list[tuple[str, str, str]]:
    """Title, former and new words of what changed; of a first word all that it says."""
    if one.gone:
        return []
    pairs = [
        (_("名称"), before.name if before else "", one.name),
        (_("所在的地方"), places.get(before.area, "") if before else "", places.get(one.area, "")),
        *(
            (
                column.title,
                spell(kind, column, before.facts.get(name), area, naming) if before else "",
                spell(kind, column, one.facts.get(name), area, naming),
            )
            for name, column in kind.columns.items()
        ),
    ]
    return [line for line in pairs if line[1] != line[2]]


def _naming(entry: Entry, kind: RegisterKind, when: queries.When) -> list[dict[str, Any]]:
    """Entries of other registers that name this one: activities of a station, rooms of a unit."""
    if not kind.active and kind.group != "organisation":
        return []
    found = queries.naming(entry, when)
    return [{"said": one, "kind": shape} for one, shape in found]
