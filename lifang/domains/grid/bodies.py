"""The bodies of a community that a case calls for: who mediates a dispute, whom a public-order event makes known."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.cases import beside
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import service
from lifang.blocks.registers.models import Member
from lifang.blocks.registers.service import Body
from lifang.ground.access.doors import holdings
from lifang.ground.areas.codes import COMMUNITY, STREET, level_of

STAND_IN = "stand_in"


def opening_it(case_type: str) -> Callable[[RegisterKind], bool]:
    """The kinds of registers without whose people a case of this type does not begin."""
    return lambda kind: case_type in kind.opens


def prepared_by(case_type: str, area: int, stand_in: int | None) -> dict[str, Any]:
    """What a new case keeps of who will take it up; nothing for types that ask for nobody.

    Raises Refused at `stand_in` where the community has nobody, until somebody of the street is named.
    """
    wanted = opening_it(case_type)
    if not service.asked_for(wanted, area):
        return {}
    if level_of(area) < COMMUNITY:
        raise Refused(_("看不出是哪个社区的事。请写上社区的名称，或者在地图上指出来。"), "place_text")
    if any(body.people for body in service.bodies(wanted, area)):
        return {}
    for body in service.neighbours(wanted, area):
        for member in body.people:
            if member.pk == stand_in:
                return {STAND_IN: {"name": member.name, "of": body.said.name, "entry": body.said.entry_id}}
    if not candidates(case_type, area):
        raise Refused(_("这个社区没有调解员，本街道也没有登记可以代任的。请先在登记册里登记，再来登记纠纷。"), STAND_IN)
    raise Refused(_("这个社区没有调解员，请选本街道的一位代任。填写的内容都还在。"), STAND_IN)


def candidates(case_type: str, area: int) -> list[tuple[str, str]]:
    """Who of the street could stand in, by number and words."""
    if level_of(area) < STREET:
        return []
    found = service.neighbours(opening_it(case_type), area)
    return [(str(member.pk), f"{member.name}（{body.said.name}）") for body in found for member in body.people]


def panel(request: HttpRequest, case: Case, _children: Sequence[Case]) -> SafeString | None:
    """Mediators of a dispute, or the heads of the bodies that an event of this class makes known."""
    opens = opening_it(case.type)
    found = service.bodies(lambda kind: opens(kind) or case.category in kind.contact_for, case.area)
    rows = [(body, [_said(body, one) for one in (body.people if opens(body.kind) else _head(body))]) for body in found]
    stand_in = case.fields.get(STAND_IN)
    missing = [kind.title for kind in packs.register_kinds(case.area).values() if case.category in kind.contact_for]
    missing = (
        [] if level_of(case.area) < COMMUNITY else [one for one in missing if one not in {b.kind.title for b in found}]
    )
    if not rows and not stand_in and not missing:
        return None
    may = holdings(request).may("register.read", case.area)
    context = {"rows": rows, "stand_in": stand_in, "missing": missing, "may": may}
    return SafeString(render_to_string("grid/bodies.html", context))


def _said(body: Body, member: Member) -> tuple[str, str]:
    return member.name, body.kind.roles.get(member.role, "")


def _head(body: Body) -> list[Member]:
    return [body.head] if body.head else []


beside.PANELS["community_bodies"] = panel
