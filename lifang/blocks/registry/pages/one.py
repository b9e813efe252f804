"""One resident on one screen, as what departments say; and what is shown for a stated purpose only."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import beside, children
from lifang.blocks.registry.dossier import Dossier, gather, guarded_words, revealed, sheltered
from lifang.blocks.registry.history import history
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import GUARDED, OPENED, REVEALED, leaves_a_row, looked, lookers
from lifang.blocks.registry.pages.persons import SEXES, place_name
from lifang.blocks.registry.queries import age
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.trail.actions import record

PURPOSES = (lazy("核对身份"), lazy("联系本人"), lazy("上门走访"), lazy("代办事项"), lazy("其他工作需要"))
LONGEST = 100


def person_here(pk: int) -> Person:
    """The person, where the current scope reaches it. Raises Foreign (a 404) otherwise."""
    found = Person.objects.filter(in_places("area", current().places), pk=pk).first()
    if found is not None:
        return found
    with system_scope("person.foreign"):
        area = Person.objects.filter(pk=pk).values_list("area", flat=True).first()
    raise Foreign(_("没有这个人，或者你没有查看的权限。"), kind="resident", object_id=str(pk), area=area)


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/`; with `?on=` what held and was known on a day."""
    found = person_here(pk)
    if found.into_id is not None:
        return redirect("person", found.into_id)
    on = day_in(request.GET.get("on", ""))
    if on is not None and on >= today():
        on = None
    shown = gather(found, on)
    if children.hidden(found, holdings(request), today()):
        shown = sheltered(shown)
    looked(request, what=OPENED, area=found.area, object_id=found.pk, **({"on": on} if on else {}))
    return render(
        request,
        "registry/person.html",
        {**_may(request, shown), **_context(request, shown), "panels": beside.panels(request, found, on)},
    )


def _may(request: HttpRequest, shown: Dossier) -> dict[str, bool]:
    mine, area = holdings(request), shown.person.area
    return {
        "may_reveal": mine.may("person.reveal", area),
        "may_guarded": mine.may("person.health", area),
        "may_link": mine.may("person.link", area),
        "may_settle": mine.may("person.settle", area),
    }


def _context(request: HttpRequest, shown: Dossier) -> dict[str, Any]:
    person, day = shown.person, shown.on or today()
    return {
        "shown": shown,
        "person": person,
        "age": age(person.birth, person.died_on or day),
        "today": today(),
        "sex": SEXES.get(person.sex, ""),
        "place": place_name(person.area, shown.speller.places),
        "history": history(shown),
        "households": [
            {"spell": one, "value": one.value, "until": one.until, "relation": _relation(shown, one.value.relation)}
            for one in shown.residence.households
        ],
        "guarded": [(name, one.title) for name, one in shown.elements.items() if one.sensitivity == "special"],
        "purposes": PURPOSES,
        **lookers(request, person),
    }


def _relation(shown: Dossier, code: str) -> str:
    return shown.speller.words("relation", code) if code else ""


@never_cache
@require_POST
@serves("person.reveal")
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """One whole number or telephone, as one record says it, for a stated purpose."""
    found = person_here(pk)
    if children.hidden(found, holdings(request), today()):
        raise Foreign(_("儿童的号码和电话要有专门的权限才能看。"), kind="resident", object_id=str(pk), area=found.area)
    element, _dash, said_by = request.POST.get("value", "").partition("-")
    value = revealed(found, element, said_by)
    return _told(request, found, REVEALED, element, [value] if value else [])


@never_cache
@require_POST
@serves("person.health")
def guarded(request: HttpRequest, pk: int) -> HttpResponse:
    """What departments say of one specially protected element, for a stated purpose."""
    found = person_here(pk)
    element = request.POST.get("value", "")
    return _told(request, found, GUARDED, element, guarded_words(found, element))


def _told(request: HttpRequest, person: Person, what: str, element: str, values: list[tuple[str, str]]) -> HttpResponse:
    """`values` are whole values, each with where it comes from; without a purpose none is shown."""
    purpose = request.POST.get("purpose", "").strip()[:LONGEST]
    note = request.POST.get("note", "").strip().replace("\0", "")[:LONGEST]
    one = packs.elements(settings.CONFIG.area).get(element)
    context: dict[str, Any] = {"person": person, "element": one, "what": what, "values": [], "note": note}
    if one is None:
        context["missing"] = _("请先选择要看哪一项。")
    elif purpose not in map(str, PURPOSES):
        context["missing"] = _("请先选择查看用途。")
    elif purpose == str(PURPOSES[-1]) and not note:
        context["missing"] = _("选了「其他工作需要」，请写明是什么事。")
    else:
        record(
            what=what,
            kind="resident",
            object_id=person.pk,
            area=person.area,
            element=element,
            purpose=purpose,
            note=note,
        )
        context.update(values=values, purpose=f"{purpose} {note}".strip())
    return render(request, "registry/told.html", context, status=422 if "missing" in context else 200)
