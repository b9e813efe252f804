"""On a person's page: the registers on which they stand, and the marks that somebody proposed."""

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.lists.care import by_rules, care_lists, merged_into, standing
from lifang.blocks.lists.models import Mark
from lifang.blocks.lists.why import reason_of, reasons
from lifang.blocks.registry.beside import CARE, PANELS
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.narrowing import narrow
from lifang.blocks.registry.pages.persons import FUNCTION
from lifang.ground.access.doors import holdings
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope

MOST = 20


def panel(request: HttpRequest, person: Person, on: dt.date | None) -> SafeString | None:
    """Registers that ask for more than reading persons are not shown here: they leave a row in the trail."""
    if on is not None:
        return None
    lists = care_lists()
    stood = by_rules([name for name, one in lists.items() if one.see == FUNCTION], person)
    found = [
        (name, lists[name], reasons(name, [person], {person.pk: one}, holdings(request))[person.pk])
        for name, one in stood.items()
    ]
    with system_scope("lists.care"):  # who was merged may have stood in another place
        marks = Mark.objects.filter(person__in=merged_into(person), see=FUNCTION)
        newest = list(marks.select_related("by", "answered_by", "ended_by").order_by("-pk")[:MOST])
    told = [
        (
            mark,
            lists[mark.care_list].title,
            reason_of(mark),
            mark.until <= today(),
            mark.until - dt.timedelta(days=1),
        )
        for mark in newest
        if mark.care_list in lists
    ]
    return render_to_string(
        "lists/panel.html",
        {
            "person": person, "found": found, "marks": told, "agreed": Mark.Answer.AGREED, "refused": Mark.Answer.REFUSED,
            "may_mark": holdings(request).may("person.mark", person.area),
        },
        request,
    )  # fmt: skip


def care(request: HttpRequest, place: int) -> dict[int, list[str]]:
    """The registers that ask for no more than reading persons."""
    places, found = narrow(holdings(request).scope(FUNCTION).places, place), dict[int, list[str]]()
    for name, one in care_lists().items():
        for person in standing(name, places) if one.see == FUNCTION and places else ():
            found.setdefault(person, []).append(one.title)
    return found


PANELS.append(panel)
CARE.append(care)
