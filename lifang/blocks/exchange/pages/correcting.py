"""One value of a resident is corrected by the community, and departments that say otherwise are asked to do the same."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lifang.blocks.exchange import desk, questions
from lifang.blocks.exchange.forms import CorrectForm
from lifang.blocks.exchange.models import Question
from lifang.blocks.exchange.pages.entering import PAPERS, own_community
from lifang.blocks.exchange.returned import KEYED
from lifang.blocks.exchange.typed import HIDDEN, guarded, masked, writable
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import OPENED, leaves_a_row, looked
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.reaching import department
from lifang.blocks.registry.showing import Speller
from lifang.blocks.registry.winning import Word
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.queries import full_names

HEALTH = "person.health"


@never_cache
@leaves_a_row
@serves("person.edit")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """`?element=` says which value; without it, which ones there are."""
    person = person_here(pk)
    if person.into_id is not None:
        return redirect("person_correct", person.into_id)
    elements = {**writable(person.area), "place": packs.elements(person.area)["place"]}
    if holdings(request).may(HEALTH, person.area):
        elements |= guarded(person.area)
    element = request.GET.get("element", "")
    if element and element not in elements:
        raise Http404(_("没有这一项，或者它不在这里更正。"))
    context: dict[str, Any] = {"person": person, "elements": [(name, one.title) for name, one in elements.items()]}
    status = 200
    if element:
        one = elements[element]
        special = one.sensitivity == "special"
        with acting(request, HEALTH) if special else nullcontext():
            said = desk.said_by(person, element)
        if request.method != "POST":
            looked(request, what=OPENED, area=person.area, object_id=person.pk, element=element)
        form = CorrectForm(request.POST or None, element=element, home=own_community(), area=person.area)
        if request.method == "POST" and form.is_valid() and _corrected(request, form, person, said):
            return redirect("person", pk)
        status = 422 if form.errors else 200
        context |= {
            "form": form, "one": one, "special": special, "element": element, "said": _in_words(request, person, element, said), "papers": PAPERS,
            "counts": desk.COMMITTEE in (one.home, *one.wins), "order": _order(one),
            "asking": request.POST.getlist("ask"),
        }  # fmt: skip
    return render(request, "exchange/correct.html", context, status=status)


def _order(one: Element) -> str:
    """The department whose word counts first."""
    first = next(filter(None, (one.home, *one.wins)), "")
    return department(first) if first else ""


def _in_words(request: HttpRequest, person: Person, element: str, said: Iterable[Word]) -> list[dict[str, Any]]:
    speller = Speller(
        packs.elements(person.area), person.area, full_names({word.record.area for word in said}, today())
    )
    kept = (packs.elements(person.area)[element].kind == "address" or element in KEYED) and hidden(
        person, holdings(request), today()
    )
    waiting = set(
        Question.objects.filter(
            record__in=[word.record for word in said], element=element, state=Question.State.OPEN
        ).values_list("record", flat=True)
    )
    return [
        {
            "record": word.record, "value": HIDDEN if kept else masked(speller, element, word.value),
            "ours": word.record.system.code == desk.DESK, "waiting": word.record.pk in waiting,
        }
        for word in said
    ]  # fmt: skip


def _corrected(request: HttpRequest, form: CorrectForm, person: Person, said: Iterable[Word]) -> bool:
    given, asked = form.cleaned_data, set(request.POST.getlist("ask"))
    try:
        with transaction.atomic():
            desk.correct(
                person=person, element=form.element, value=given["value"], held_on=given["held_on"],
                asked=given["asked"], paper=given["paper"], reason=given["reason"], purpose=given.get("purpose", ""),
                by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
            for word in said:
                if str(word.record.pk) in asked and word.value != given["value"]:
                    questions.ask(
                        about=word.record, element=form.element, ours=given["value"], reason=given["reason"],
                        by=request.user,  # type: ignore[arg-type]
                    )  # fmt: skip
    except desk.Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("已登记更正，原来的说法都还留着。"))
    return True
