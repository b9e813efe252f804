"""Opening one case by its number, and all that its page shows. What stands outside one's scope looks missing, and the attempt is kept."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases import clocks, lifecycle
from lifang.blocks.cases.actions import UNREAD
from lifang.blocks.cases.models import Act, Case, Part, Photo, Voice
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.cases.showing import Shown
from lifang.blocks.packs.shapes import CaseType
from lifang.ground import prepared
from lifang.ground.access.doors import Foreign
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import EVERYWHERE, current, system_scope, within_scope
from lifang.ground.areas.codes import ancestors, parent_of
from lifang.ground.areas.queries import names

HOLDERS = (
    "SELECT g.area, u.name FROM access_grant g JOIN access_user u ON u.id = g.user_id JOIN access_role r ON"
    " r.id = g.role_id WHERE g.area = ANY(%s) AND r.code IN ('grid_worker', 'community_worker') AND g.valid @> %s::date"
    " AND (g.ended_at IS NULL OR (g.ended_at AT TIME ZONE 'Asia/Shanghai')::date > %s::date) ORDER BY g.id"
)


def case_here(number: str) -> Case:
    """The case, where the current scope reaches it. Raises Foreign (a 404) otherwise."""
    wanted = normalise(number[:40]) or number[:24].replace("\0", "")
    if found := _cases("WHERE number = %s", [wanted]):
        return found[0]
    with system_scope("case.foreign"):
        area = Case.objects.filter(number=wanted).values_list("area", flat=True).first()
    raise Foreign(_("没有这个案件，或者你没有查看它的权限。"), kind="case", object_id=wanted, area=area)


def gather(case: Case, now: dt.datetime) -> Shown:
    """Everything about a case that the current scope reaches, in a fixed number of queries whatever the case holds."""
    type_ = lifecycle.type_of(case)
    acts = prepared.select(Act, "WHERE case_id = %s ORDER BY seq", [case.pk])
    parts = prepared.select(Part, "WHERE case_id = %s ORDER BY id", [case.pk])
    many = "roll_up" in case.fields and case.parent_id is None
    children = [] if many else _cases("WHERE parent_id = %s ORDER BY id", [case.pk])
    likes = [*case.fields.get("like", ())]
    bound: list[Case | Act | Part] = [case, *acts, *parts, *children]
    units = _units({one.unit_id for one in bound} | _named(acts, type_))
    for one in bound:
        one._state.fields_cache["unit"] = units.get(one.unit_id or 0)
    _link(case)
    codes = {case.area, *ancestors(case.area)} | ({case.second_area} if case.second_area else set())
    return Shown(
        case=case,
        type=type_,
        acts=acts,
        parts=parts,
        voices=prepared.select(Voice, "WHERE case_id = %s ORDER BY at, token", [case.pk]),
        photos=prepared.select(Photo, "WHERE case_id = %s ORDER BY id", [case.pk]),
        children=children,
        likely=_cases("WHERE number = ANY(%s) AND is_open AND id <> %s", [likes, case.pk]) if likes else [],
        places=names(codes, timezone.localdate(now)),
        units={pk: unit.name for pk, unit in units.items()},
        readings=clocks.read(case, type_, acts, now),
    )


def _cases(tail: str, params: list[Any]) -> list[Case]:
    return prepared.select(Case, tail, params, without=UNREAD)


def _link(case: Case) -> None:
    """Bind the cases that this one belongs to; one that the scope does not reach is left out."""
    keys = [key for key in (case.parent_id, case.duplicate_of_id) if key]
    found = {one.pk: one for one in _cases("WHERE id = ANY(%s)", [keys])} if keys else {}
    for name in ("parent", "duplicate_of"):
        case._state.fields_cache[name] = found.get(getattr(case, f"{name}_id"))


def _units(wanted: set[int | None]) -> dict[int, Unit]:
    keys = [pk for pk in wanted if pk is not None]
    return {unit.pk: unit for unit in prepared.select(Unit, "WHERE id = ANY(%s)", [keys])} if keys else {}


def _named(acts: Iterable[Act], type_: CaseType) -> set[int | None]:
    """Units named in the acts' inputs."""
    inputs = type_.inputs
    return {v for act in acts for name, v in act.data.items() if name in inputs and inputs[name].kind == "unit"}


def responsible(case: Case) -> dict[int, list[str]]:
    """Grid code → who holds the grid worker's role there today: staff names, shown whatever the reader's own places."""
    codes = [code for code in (case.area, case.second_area) if code and code % 1000]
    codes += [parent_of(code) for code in codes]
    found: dict[int, list[str]] = {}
    if codes:
        with within_scope(replace(current(), places=(EVERYWHERE,))):
            for code, name in prepared.run(HOLDERS, [codes, today(), today()]):
                found.setdefault(code, []).append(name)
    return found
