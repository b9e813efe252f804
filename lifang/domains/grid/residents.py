"""The resident for whom staff file, and the open cases that a resident raised."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.queries import reached
from lifang.blocks.registry.beside import PANELS
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.keys import Kind
from lifang.blocks.registry.keys import hashed as key
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.looking import CASES, SEARCHED, looked
from lifang.blocks.registry.queries import BELIEVED, here
from lifang.ground import prepared
from lifang.ground.access import vault
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.scope import current
from lifang.ground.trail.actions import record

PERSONS, CONTACT, READ, FILE = "person.read", "person.contact", "case.read", "event.proxy"
VOICE = "voice.phone"
MOST = 20
RAISED = "SELECT v.case_id FROM cases_voice v JOIN cases_case c ON c.id = v.case_id WHERE c.is_open AND {}"


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


def panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    """Open cases of which this person is known to be the reporter, each with how that is known."""
    mine, person, why = holdings(request), shown.person, dict[int, str]()
    if shown.on is not None or not mine.holds(READ):
        return None
    if mine.holds(CONTACT):
        with acting(request, CONTACT):
            for case in prepared.run(
                RAISED.format("phone_index = ANY(%s)"), [[] if shown.sheltered else _phones(shown)]
            ):
                why[case[0]] = _("留的电话与此人登记的相同")
            for case in prepared.run(RAISED.format("person = ANY(%s)"), [shown.ids]):
                why[case[0]] = _("代本人上报时登记的")
    with acting(request, READ):
        for case in prepared.run(RAISED.format("person = ANY(%s) AND filed_by = %s"), [shown.ids, request.user.pk]):
            why[case[0]] = _("代本人上报时登记的")
        cases = list(reached(current()).filter(pk__in=why).most_urgent().select_related("unit")[:MOST]) if why else []
    if cases:
        looked(request, what=CASES, area=person.area, object_id=person.pk, found=len(cases))
    rows = [(case, type_of(case).states[case.state].title, why[case.pk]) for case in cases]
    return render_to_string(
        "grid/of_person.html", {"person": person, "rows": rows, "may_see": mine.holds(CONTACT)}, request
    )


def _phones(shown: Dossier) -> list[bytes]:
    """What the telephones of a person are found by among those left with cases."""
    phones = {str(shown.secrets[one.pk].get("phone") or "") for one in shown.said if one.phone_key is not None}
    return [found for phone in phones if (found := vault.blind_index(vault.phone_digits(phone), VOICE))]


PANELS.append(panel)
