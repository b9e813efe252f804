"""A resident is entered at the desk; while one types, the likely same persons are shown with the reasons."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lifang.blocks.exchange import desk
from lifang.blocks.exchange.forms import EnterForm
from lifang.blocks.exchange.typed import Values, read_values, writable
from lifang.blocks.registry.linkage import explain, weigh
from lifang.blocks.registry.linkage.explain import Reason
from lifang.blocks.registry.linkage.one import Likely
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import leaves_a_row, looked
from lifang.blocks.registry.pages.persons import SEXES, place_name
from lifang.blocks.registry.queries import age, here
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, parent_of
from lifang.ground.areas.queries import full_names, names

MOST, MOST_NAMESAKES = 6, 4
NEW = "new"
PAPERS = (lazy("户口簿"), lazy("身份证"), lazy("租房合同"), lazy("不动产权证"), lazy("出生医学证明"), lazy("本人口述"))


class Shown(NamedTuple):
    """A likely same person. Of somebody elsewhere no more is shown than who it may be, and where."""

    person: Person
    name: str
    sex: str
    age: int | None
    place: str
    reasons: Sequence[Reason]
    clear: bool
    barred: bool
    mine: bool


def own_community() -> int:
    """The community for which the person writes: their own, else the platform's city."""
    places = current().places
    return at_level(places[0][0], COMMUNITY) if places and places[0][0] else settings.CONFIG.area


@never_cache
@serves("person.edit")
def enter(request: HttpRequest) -> HttpResponse:
    """`whose` says that it is one of those shown, or somebody new."""
    form = EnterForm(request.POST or None, home=own_community())
    found: list[Likely] = []
    if request.method == "POST" and form.is_valid():
        found = desk.likely(form.values).likely
        answer = _entered(request, form, found)
        if answer is not None:
            return answer
    shown = _shown(found)
    return render(
        request, "exchange/enter.html",
        {"form": form, "shown": shown, "asked": bool(found), "whose": request.POST.get("whose", ""), "papers": PAPERS,
         "may_be_new": not _same_number(found)},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _entered(request: HttpRequest, form: EnterForm, found: Sequence[Likely]) -> HttpResponse | None:
    """The page to go to; None where it must first be said whose the entry is."""
    whose = request.POST.get("whose", "")
    likely = [one for one in found if not one.barred]
    chosen = next((one for one in likely if str(one.person) == whose), None)
    if likely and chosen is None and (whose != NEW or _same_number(found)):
        form.add_error(None, _("有很像的居民，请在下面选定是不是同一人，再保存。填的都还在。"))
        return None
    given = form.cleaned_data
    with system_scope("registry"):
        person = Person.objects.get(pk=chosen.person) if chosen else None
    try:
        made = desk.enter(
            values=form.values, area=int(given["area"]), held_on=given["held_on"], person=person,
            apart=[one for one in likely if one is not chosen] if whose == NEW else (),
            asked=given["asked"], paper=given["paper"], reason=given["reason"], by=request.user,  # type: ignore[arg-type]
        )  # fmt: skip
    except desk.Refused as refused:
        form.add_error(None, str(refused))
        return None
    words = _("已登记到「{name}」原有的档案。") if person else _("已登记「{name}」。")
    messages.success(request, words.format(name=made.name))
    return redirect("person", made.pk)


def _same_number(found: Sequence[Likely]) -> bool:
    """Somebody has this very number: there is no second person of it."""
    same = explain.WORDS["number", "same"]
    return any(reason.words is same for one in found for reason in one.reasons)


@never_cache
@require_POST
@leaves_a_row
@serves("person.edit", read_only=True)
def near(request: HttpRequest) -> HttpResponse:
    """The likely same persons, as a part of the page, while one types."""
    place = own_community()
    typed = {name: request.POST.get(name, "").replace("\0", "")[:100] for name in writable(place)}
    values = read_values(typed, place, today()).values
    shown = _shown(desk.likely(values).likely) if "name" in values else []
    looked(request, what="resident.likely", area=place, found=len(shown))
    return render(request, "exchange/near.html", {"shown": shown, "namesakes": _namesakes(values, shown)})


def _namesakes(values: Values, shown: Sequence[Shown]) -> list[Shown]:
    """People of one's own places who only share the name."""
    if "name" not in values:
        return []
    found = here().filter(name=values["name"]).exclude(pk__in=[one.person.pk for one in shown])
    return _in_words([(person, (), 0.0, False) for person in found.order_by("area", "pk")[:MOST_NAMESAKES]])


def _shown(found: Sequence[Likely]) -> list[Shown]:
    with system_scope("registry"):
        people = Person.objects.in_bulk([one.person for one in found[:MOST]])
    return _in_words([(people[one.person], one.reasons, one.weight, one.barred) for one in found[:MOST]])


def _in_words(rows: Sequence[tuple[Person, Sequence[Reason], float, bool]]) -> list[Shown]:
    day, mine = today(), current()
    areas = {code for person, *_rest in rows for code in (person.area, parent_of(person.area))}
    near_by, afar = names(areas, day), full_names(areas, day)
    shown = []
    for person, reasons, weight, barred in rows:
        ours = mine.covers(person.area)
        shown.append(
            Shown(
                person,
                person.name if ours else person.name[:1] + "*" * (len(person.name) - 1),
                str(SEXES.get(person.sex, "")),
                age(person.birth, person.died_on or day),
                place_name(person.area, near_by) if ours else afar.get(at_level(person.area, COMMUNITY), ""),
                [one for one in reasons if one.bits], weight >= weigh.CLEAR, barred, ours,
            )
        )  # fmt: skip
    return shown
