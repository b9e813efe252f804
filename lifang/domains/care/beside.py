"""What care shows beside a person and beside the flats of a building: visits that are due, who answers, who was there last."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import UNREAD
from lifang.blocks.dwellings import beside as flats
from lifang.blocks.dwellings.beside import Mark
from lifang.blocks.registry import beside as persons
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Person
from lifang.domains.care import households
from lifang.domains.care.duties import FUNCTION, answering
from lifang.domains.care.models import Contact, Outreach
from lifang.ground import prepared
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span

WAITING = (
    "WHERE person_id = %s AND EXISTS (SELECT FROM cases_case c WHERE c.id = case_id AND c.is_open) ORDER BY case_id"
)
LAST = 'ORDER BY "on" DESC, id DESC LIMIT 5'
MET = f"WHERE met @> ARRAY[%s]::bigint[] {LAST}"
OF_HOME = f"""
WHERE area >= %s AND area < %s AND (number = %s OR (home = %s AND (number IS NULL OR %s::bigint IS NULL))) {LAST}
"""


def panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    """The household's contact worker, visits that are due to this person, and the last contacts."""
    person = shown.person
    if shown.on is not None or level_of(person.area) < COMMUNITY or not holdings(request).may(FUNCTION, person.area):
        return None
    home = households.of_person(person)
    with acting(request, FUNCTION):
        waiting = prepared.join(prepared.select(Outreach, WAITING, [person.pk]), "case", without=UNREAD)
        duty = answering(home) if home else None
        contacts = _contacts(person, home)
    context = {"person": person, "waiting": waiting, "home": home, "duty": duty, "contacts": contacts}
    return SafeString(render_to_string("care/beside.html", context, request))


def _contacts(person: Person, home: households.Household | None) -> list[tuple[Contact, bool]]:
    """The newest of the household, and whether this person was met."""
    if home is None:
        newest = prepared.select(Contact, MET, [person.pk])
    else:
        below = span(home.area)
        newest = prepared.select(Contact, OF_HOME, [below.start, below.stop, home.number, home.home, home.number])
    prepared.join(newest, "by")
    return [(contact, person.pk in contact.met) for contact in newest]


def marks(request: HttpRequest, homes: Mapping[str, Sequence[Person]]) -> dict[str, Mark]:
    """Visits due to whoever lives there, and when somebody was in touch with that home."""
    if not homes or not holdings(request).holds(FUNCTION):
        return {}
    of_home: dict[int | None, str] = {
        households.hashed("home", community, home): home
        for home, people in homes.items()
        for community in {at_level(person.area, COMMUNITY) for person in people}
    }
    lives = {person.pk: (home, person) for home, people in homes.items() for person in people}
    mine, day = holdings(request), today()
    with acting(request, FUNCTION):
        due: dict[str, str] = {}
        for one in Outreach.objects.filter(person__in=lives, case__is_open=True).select_related("case"):
            home, person = lives[one.person_id]
            due[home] = _("走访儿童（受保护）") if hidden(person, mine, day) else one.case.title
        newest = Contact.objects.filter(home__in=of_home).order_by("home", "-on").distinct("home")
        last: dict[str, dt.date] = {}
        for hashed, on in newest.values_list("home", "on"):
            home = of_home[hashed]
            last[home] = max(on, last.get(home, on))
    return {
        home: Mark(due.get(home, ""), last.get(home), reverse("care_household", args=[people[0].pk]))
        for home, people in homes.items()
    }


persons.PANELS.append(panel)
flats.MARKS.append(marks)
