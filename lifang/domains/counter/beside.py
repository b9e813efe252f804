"""What the counter shows beside a case and on a person's page, and where a resident follows what they applied for."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases import beside as cases
from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Case
from lifang.blocks.registry import beside as persons
from lifang.blocks.registry.dossier import Dossier
from lifang.domains.counter import items, queries
from lifang.domains.counter.pages.hints import hints
from lifang.domains.counter.pages.offering import address, fitting
from lifang.domains.counter.pages.place import READ, SERVE
from lifang.domains.grid.pages import told
from lifang.ground.access.doors import acting, holdings


def of_case(request: HttpRequest, case: Case, _children: Sequence[Case]) -> SafeString | None:
    if case.type != items.CASE or not holdings(request).may(READ, case.area, case.involved):
        return None
    with acting(request, READ):
        context = hints(request, str(case.fields.get("service", "")), items.of_case(case), case.area)
    context["case"] = case
    return SafeString(render_to_string("counter/beside_case.html", context, request))


def of_person(request: HttpRequest, shown: Dossier) -> SafeString | None:
    person = shown.person
    if shown.on is not None or not holdings(request).may(READ, person.area):
        return None
    with acting(request, READ):
        found = [(case, queries.state_title(case)) for case in queries.of_person(shown.ids)]
    context = {"person": person, "cases": found, "may_serve": holdings(request).may(SERVE, person.area)}
    return SafeString(render_to_string("counter/beside_person.html", context, request))


cases.PANELS[items.CASE] = of_case
cases.OWN[items.CASE] = cases.Own(_("申请表、材料和回执"), address)
lifecycle.FITTING[items.CASE] = fitting
told.FOLLOWED_AT[items.CASE] = "service_progress"
persons.PANELS.append(of_person)
