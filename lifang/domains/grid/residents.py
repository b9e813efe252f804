"""The resident for whom staff file, and the open cases that a resident raised."""

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Voice
from lifang.blocks.cases.queries import reached
from lifang.blocks.registry import facts
from lifang.blocks.registry.beside import PANELS
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.keys import Kind
from lifang.blocks.registry.keys import hashed as key
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.looking import CASES, SEARCHED, looked
from lifang.blocks.registry.queries import BELIEVED, here
from lifang.ground.access import vault
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.trail.actions import record

PERSONS, CONTACT, READ, FILE = "person.read", "person.contact", "case.read", "event.proxy"
VOICE = "voice.phone"
MOST = 20


def chosen(request: HttpRequest, pk: int | None) -> Person | None:
    """The resident of this id whom the staff member may read; None otherwise."""
    if pk is None or not holdings(request).holds(PERSONS):
        return None
    with acting(request, PERSONS):
        return here().filter(pk=pk).first()


def only_one(request: HttpRequest, name: str, phone: str) -> Person | None:
    """The resident with this name and telephone, where exactly one has both."""
    digits = vault.phone_digits(phone)
    if not name or not digits or not holdings(request).holds(PERSONS):
        return None
    with acting(request, PERSONS):
        told = Record.objects.filter(BELIEVED, name=name, phone_key=key(Kind.PHONE, digits)).values("person")
        found = list(here().filter(pk__in=told)[:2])
        if len(found) != 1:
            return None
        record(what=SEARCHED, kind="resident", object_id="", area=found[0].area, by="report", found=1)
        return found[0]


def panel(request: HttpRequest, person: Person, on: dt.date | None) -> SafeString | None:
    """Open cases of which this person is known to be the reporter, each with how that is known."""
    mine = holdings(request)
    if on is not None or not mine.holds(READ):
        return None
    ids = set(with_merged([person.pk]))
    with acting(request, READ):
        why = _of(Voice.objects.filter(person__in=ids, filed_by=request.user.pk), _("代本人上报时登记的"))
    if mine.holds(CONTACT):
        phones = [] if hidden(person, mine, today()) else _phones(ids)
        with acting(request, CONTACT):
            same = Voice.objects.filter(phone_index__in=phones) if phones else Voice.objects.none()
            why = {
                **_of(same, _("留的电话与此人登记的相同")),
                **_of(Voice.objects.filter(person__in=ids), _("代本人上报时登记的")),
                **why,
            }
    with acting(request, READ):
        cases = list(reached(current()).filter(pk__in=why).most_urgent().select_related("unit")[:MOST])
    if cases:
        looked(request, what=CASES, area=person.area, object_id=person.pk, found=len(cases))
    rows = [(case, type_of(case).states[case.state].title, why[case.pk]) for case in cases]
    return render_to_string(
        "grid/of_person.html", {"person": person, "rows": rows, "may_see": mine.holds(CONTACT)}, request
    )


def _of(voices: QuerySet[Voice], words: str) -> dict[int, str]:
    return dict.fromkeys(voices.filter(case__is_open=True).values_list("case", flat=True), words)


def _phones(persons: Collection[int]) -> list[bytes]:
    """What the telephones of a person are found by among those left with cases."""
    found = set()
    for (text,) in Record.objects.filter(BELIEVED, person__in=persons, phone_key__isnull=False).values_list("sealed"):
        try:
            phone = str(facts.opened(bytes(text)).get("phone") or "")
        except vault.Unreadable:
            continue
        found.add(vault.blind_index(vault.phone_digits(phone), VOICE))
    return [index for index in found if index]


PANELS.append(panel)
