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
from lifang.blocks.registers.queries import When
from lifang.blocks.registry import beside, winning
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import rulings_of
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today

READ, EMPLOYER, ORGANISATION = "register.read", "employer", "organisation"
MOST = 10


def panel(request: HttpRequest, person: Person, on: dt.date | None) -> SafeString | None:
    if not holdings(request).holds(READ):
        return None
    when = When(on or today(), then=on is not None)
    with acting(request, READ):
        spells = Member.objects.filter(when.believed(), person=person.pk, since__lte=when.on).select_related("entry")
        found = list(spells.order_by("-since", "-pk"))
    kinds = packs.register_kinds(person.area)
    rows = [
        {"member": one, "kind": kinds[one.entry.kind], "role": kinds[one.entry.kind].roles.get(one.role, "")}
        for one in found
        if one.entry.kind in kinds
    ]
    name = _employer(person, on)
    works = {"name": name, "fits": _called(request, name)} if name else None
    if not rows and not works:
        return None
    return SafeString(render_to_string("registers/of_person.html", {"rows": rows, "works": works}))


def _employer(person: Person, on: dt.date | None) -> str:
    """The word on the employer that counts, as departments wrote it."""
    elements = {name: one for name, one in packs.elements(person.area).items() if name == EMPLOYER}
    records = winning.believed(Record.objects.filter(person=person).select_related("system").defer("sealed"), on)
    rulings = rulings_of([person.pk]).get(person.pk, ())
    found = winning.winners(map(winning.said, records), elements, winning.upheld(rulings, records)).get(EMPLOYER)
    return found.word.value if found else ""


def _called(request: HttpRequest, name: str) -> list[Entry]:
    """Organisations that stand and bear exactly this name."""
    kinds = [key for key, kind in packs.register_kinds(settings.CONFIG.area).items() if kind.group == ORGANISATION]
    with acting(request, READ):
        return list(Entry.objects.filter(name=name, kind__in=kinds, ended=False).order_by("pk")[:MOST])


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
