"""On a person's page: the registers on which they stand, and the marks that somebody proposed."""

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.lists.care import by_rules, care_lists, standing
from lifang.blocks.lists.models import Mark
from lifang.blocks.lists.why import reason_of, reasons_of
from lifang.blocks.registry.beside import CARE, PANELS
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.narrowing import narrow
from lifang.blocks.registry.pages.persons import FUNCTION
from lifang.ground import prepared
from lifang.ground.access.doors import holdings
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope

MARKS = """
WHERE see = %s AND person_id IN (
    WITH RECURSIVE whole(id) AS (
        SELECT %s::bigint UNION SELECT p.id FROM registry_person p JOIN whole w ON p.into_id = w.id
    ) SELECT id FROM whole
) ORDER BY id DESC LIMIT 20
"""


def panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    """Registers that ask for more than reading persons are not shown here: they leave a row in the trail."""
    if shown.on is not None:
        return None
    person, lists, mine = shown.person, care_lists(), holdings(request)
    with system_scope("lists.care"):  # who was merged may have stood in another place
        stood = by_rules([name for name, one in lists.items() if one.see == FUNCTION], person)
        newest = prepared.select(Mark, MARKS, [FUNCTION, person.pk])
        for name in ("by", "answered_by", "ended_by"):
            prepared.join(newest, name)
    birth = next((line.winner for line in shown.lines if line.element == "birth"), None)
    found = [(name, lists[name], reasons_of(name, person, one, birth, mine)) for name, one in stood.items()]
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
            "may_mark": mine.may("person.mark", person.area),
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
