"""One resident on one screen, as what departments say; and what is shown for a stated purpose only."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import beside, children, then
from lifang.blocks.registry.dossier import Dossier, gather, guarded_words, revealed, sheltered
from lifang.blocks.registry.history import history
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import GUARDED, LEFT, OPENED, REVEALED, leaves_a_row, looked, lookers
from lifang.blocks.registry.pages.persons import SEXES, place_name
from lifang.blocks.registry.queries import age
from lifang.ground import prepared
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.trail.actions import record

PURPOSES = (lazy("核对身份"), lazy("联系本人"), lazy("上门走访"), lazy("代办事项"), lazy("其他工作需要"))
LONGEST = 100


def person_here(pk: int) -> Person:
    """The person, where the current scope reaches it. Raises Foreign (a 404) otherwise."""
    found = _here(pk)
    if found is None:
        raise _foreign(pk)
    return found


def _here(pk: int) -> Person | None:
    found = prepared.select(Person, "WHERE id = %s", [pk])
    return found[0] if found and current().covers(found[0].area) else None


def _foreign(pk: int) -> Foreign:
    with system_scope("person.foreign"):
        area = Person.objects.filter(pk=pk).values_list("area", flat=True).first()
    return Foreign(_("没有这个人，或者你没有查看的权限。"), kind="resident", object_id=str(pk), area=area)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves("person.read", read_only=True)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/`; with `?on=` what held and was known on a day. Of somebody who has left the reader's places it
    says since when; a day on which they stood there is POSTed with a purpose."""
    found = _here(pk)
    if found is None:
        return _left(request, pk)
    if found.into_id is not None:
        return redirect("person", found.into_id)
    on = then.asked_day(request.GET.get("on", ""))
    shown = gather(found, on)
    if children.hidden(found, holdings(request), today()):
        shown = sheltered(shown)
    looked(request, what=OPENED, area=found.area, object_id=found.pk, **({"on": on} if on else {}))
    return render(
        request,
        "registry/person.html",
        {
            **_may(request, shown),
            **_told_of(shown),
            **lookers(request, found),
            "panels": beside.panels(request, shown),
        },
    )


def _left(request: HttpRequest, pk: int) -> HttpResponse:
    gone = then.left(pk)
    if gone is None:
        raise _foreign(pk)
    since, last = gone
    given = request.POST if request.method == "POST" else request.GET
    on = then.asked_day(given.get("on", ""))
    there = next(iter(then.of([pk], on)), None) if on else None
    purpose, note, missing = _stated(request)
    if request.method != "POST" or on is None or there is None or missing:
        looked(request, what=LEFT, area=last.area, object_id=pk)
        context = {
            "person": there or last, "since": since, "on": on, "there": there, "today": today(), "purposes": PURPOSES,
            "note": note, "missing": missing if request.method == "POST" and there else "",
        }  # fmt: skip
        return render(request, "registry/left.html", context, status=422 if context["missing"] else 200)
    with then.looking_back(pk, on):
        shown = gather(there, on)
        if children.hidden(there, holdings(request), today()):
            shown = sheltered(shown)
        context = {**_may(request, shown), **_told_of(shown), "may_link": False, "left": since, "purpose": purpose}
    looked(request, what=OPENED, area=there.area, object_id=pk, on=on, purpose=purpose, note=note)
    return render(request, "registry/person.html", context)


def _may(request: HttpRequest, shown: Dossier) -> dict[str, bool]:
    mine, area = holdings(request), shown.person.area
    return {
        "may_reveal": mine.may("person.reveal", area),
        "may_guarded": mine.may("person.health", area),
        "may_link": mine.may("person.link", area),
        "may_settle": mine.may("person.settle", area),
    }


def _told_of(shown: Dossier) -> dict[str, Any]:
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
    purpose, note, missing = _stated(request)
    one = packs.elements(settings.CONFIG.area).get(element)
    context: dict[str, Any] = {"person": person, "element": one, "what": what, "values": [], "note": note}
    if one is None:
        context["missing"] = _("请先选择要看哪一项。")
    elif missing:
        context["missing"] = missing
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


def _stated(request: HttpRequest) -> tuple[str, str, str]:
    """Purpose and note that were sent, and what is missing of them."""
    purpose = request.POST.get("purpose", "").strip()[:LONGEST]
    note = request.POST.get("note", "").strip().replace("\0", "")[:LONGEST]
    missing = ""
    if purpose not in map(str, PURPOSES):
        missing = _("请先选择查看用途。")
    elif purpose == str(PURPOSES[-1]) and not note:
        missing = _("选了「其他工作需要」，请写明是什么事。")
    return purpose, note, missing
