"""The organisations, committees and stations to which a resident belongs: on their page, and in what they are told is held."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.privacy import statement
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registers.models import Entry, Member
from lifang.blocks.registry import beside
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Person
from lifang.ground import prepared
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import midnight, today

READ, EMPLOYER, ORGANISATION = "register.read", "employer", "organisation"
DAY = dt.timedelta(days=1)
BELONGING = """
WHERE person_id = %s AND since <= %s AND known_from < %s AND (known_until IS NULL OR known_until >= %s)
ORDER BY since DESC, id DESC
"""
CALLED = "WHERE name = %s AND kind = ANY(%s) AND NOT ended ORDER BY id LIMIT 10"
UNREAD = frozenset({"phone"})


def panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    if not holdings(request).holds(READ):
        return None
    on, name = shown.on, next((line.winner.word.value for line in shown.lines if line.element == EMPLOYER), "")
    of_day = [shown.person.pk, on or today(), *2 * [midnight(on + DAY) if on else "infinity"]]
    with acting(request, READ):
        found = prepared.join(prepared.select(Member, BELONGING, of_day, without=UNREAD), "entry")
        fits = _called(name) if name else []
    kinds = packs.register_kinds(shown.person.area)
    rows = [
        {"member": one, "kind": kinds[one.entry.kind], "role": kinds[one.entry.kind].roles.get(one.role, "")}
        for one in found
        if one.entry.kind in kinds
    ]
    works = {"name": name, "fits": fits} if name else None
    if not rows and not works:
        return None
    return SafeString(render_to_string("registers/of_person.html", {"rows": rows, "works": works}))


def _called(name: str) -> list[Entry]:
    """Organisations that stand and bear exactly this name."""
    kinds = [key for key, kind in packs.register_kinds(settings.CONFIG.area).items() if kind.group == ORGANISATION]
    return prepared.select(Entry, CALLED, [name, kinds])


def section(person: Person, whole: bool) -> Section | None:
    spells = Member.objects.filter(known_until=None, person=person.pk).select_related("entry").order_by("since", "pk")
    kinds = packs.register_kinds(person.area)
    lines = [
        _("{name}，{role}，{since} 起").format(
            name=one.entry.name, role=kinds[one.entry.kind].roles.get(one.role, ""), since=one.since
        )
        + (_("，到 {until}").format(until=one.until) if one.until else "")
        for one in spells
        if one.entry.kind in kinds
    ]
    return Section(_("组织和职务"), _("组织的工作和联系"), lines) if lines else None


beside.PANELS.append(panel)
statement.SECTIONS.append(section)
