"""On a person's page: what the community entered, and what departments were asked to correct."""

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.exchange.models import Entry, Question
from lifang.blocks.registry import beside
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.pages.reaching import department
from lifang.ground import prepared
from lifang.ground.access.doors import holdings
from lifang.ground.access.ranges import midnight

DAY = dt.timedelta(days=1)
SAID = "WHERE record_id = ANY(%s) AND at < %s ORDER BY id DESC LIMIT 20"


def entries(request: HttpRequest, shown: Dossier) -> SafeString | None:
    person, elements = shown.person, shown.elements
    may_edit = shown.on is None and holdings(request).may("person.edit", person.area)
    of_day = [[one.pk for one in shown.records], midnight(shown.on + DAY) if shown.on else "infinity"]
    made = prepared.join(prepared.select(Entry, SAID, of_day), "by")
    asked = prepared.select(Question, SAID, of_day)
    rows = [(one, elements[one.element].title if one.element in elements else "") for one in made]
    questions = [
        (one, elements[one.element].title if one.element in elements else one.element, department(one.department))
        for one in asked
    ]
    if not (may_edit or rows or questions):
        return None
    return SafeString(
        render_to_string(
            "exchange/panel.html",
            {"person": person, "may_edit": may_edit, "rows": rows, "questions": questions},
            request,
        )
    )


beside.PANELS.append(entries)
