"""On a person's page: what the community entered, and what departments were asked to correct."""

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.exchange.models import Entry, Question
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import beside
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.reaching import department
from lifang.ground.access.doors import holdings

MOST = 20


def entries(request: HttpRequest, person: Person, on: dt.date | None) -> SafeString | None:
    may_edit = on is None and holdings(request).may("person.edit", person.area)
    made = Entry.objects.filter(record__person=person).select_related("by").order_by("-pk")
    asked = Question.objects.filter(record__person=person).select_related("record__system").order_by("-pk")
    if on is not None:
        made, asked = made.filter(at__date__lte=on), asked.filter(at__date__lte=on)
    elements = packs.elements(person.area)
    rows = [(one, elements[one.element].title if one.element in elements else "") for one in made[:MOST]]
    questions = [
        (one, elements[one.element].title if one.element in elements else one.element, department(one.department))
        for one in asked[:MOST]
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
