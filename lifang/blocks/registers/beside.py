"""On a resident's page: the organisations, committees and stations to which they belong."""

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.packs import service as packs
from lifang.blocks.registers.models import Member
from lifang.blocks.registers.queries import When
from lifang.blocks.registry import beside
from lifang.blocks.registry.models import Person
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today

READ = "register.read"


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
    return SafeString(render_to_string("registers/of_person.html", {"rows": rows})) if rows else None


beside.PANELS.append(panel)
