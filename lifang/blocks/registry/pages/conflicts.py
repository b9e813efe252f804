"""Where departments say different things: who says what, what the rule takes, and somebody's ruling with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import judging, settling
from lifang.blocks.registry.models import Conflict
from lifang.blocks.registry.pages.reaching import home
from lifang.blocks.registry.pages.review import reason_in
from lifang.blocks.registry.showing import Speller
from lifang.blocks.registry.winning import Word
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

PAGE = 20


class Shown(NamedTuple):
    """A conflict with its words as they may be shown: word, value, and whether it counts now."""

    found: settling.Disagreement
    title: str
    said: Sequence[tuple[Word, str, bool]]


def here(*, open_: bool) -> QuerySet[Conflict]:
    return Conflict.objects.filter(in_places("area", current().places), open=open_)


@never_cache
@require_safe
@serves("person.settle")
def conflicts(request: HttpRequest) -> HttpResponse:
    """Open ones, or with `?settled=1` those that are settled; of one `?element=`; paged by key (`?after=`)."""
    return _page(request)


def _page(request: HttpRequest, *, tried: int | None = None, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    elements, settled = packs.elements(home()), bool(request.GET.get("settled"))
    counts = dict(here(open_=not settled).values_list("element").annotate(Count("pk")).order_by())
    element = request.GET.get("element", "")
    found = here(open_=not settled).select_related("person").order_by("pk")
    if element in counts:
        found = found.filter(element=element)
    if tried is not None:
        found = (here(open_=True) | here(open_=False)).select_related("person").filter(pk=tried)
    elif after := whole(request.GET.get("after", "")):
        found = found.filter(pk__gt=after)
    rows = list(found[: PAGE + 1])
    context = {
        "rows": _shown(rows[:PAGE], elements),
        "following": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "tabs": [(name, elements[name].title, count) for name, count in sorted(counts.items()) if name in elements],
        "count": sum(counts.values()), "element": element if element in counts else "", "settled": settled,
        "lost": [(system, elements[name].title, n) for system, name, n in settling.lost() if name in elements],
        "tried": tried, **more,
    }  # fmt: skip
    return render(request, "registry/conflicts.html", context, status=status)


def _shown(rows: Sequence[Conflict], elements: Mapping[str, Element]) -> list[Shown]:
    found = [one for row in rows if row.element in elements and (one := settling.disagreement(row))]
    places = {said.word.record.area for one in found for said in one.said}
    speller = Speller(elements, home(), full_names(places, today()))
    return [
        Shown(
            one,
            elements[one.conflict.element].title,
            [(said.word, speller.masked(one.conflict.element, said.word.value), said.counts) for said in one.said],
        )
        for one in found
    ]


@never_cache
@require_POST
@serves("person.settle")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """One record's word counts, with a reason."""
    conflict = Conflict.objects.filter(in_places("area", current().places), pk=pk).first()
    if conflict is None:
        with system_scope("registry"):
            area = Conflict.objects.filter(pk=pk).values_list("area", flat=True).first()
        words = _("这一项已经没有分歧，或者你没有裁定它的权限。")
        raise Foreign(words, kind="resident", object_id=f"conflict {pk}", area=area)
    reason, chosen = reason_in(request), whole(request.POST.get("record", ""))
    try:
        if chosen is None or not reason:
            raise judging.Refused(_("请选定以谁为准，并写明理由。"))
        seen = whole(request.POST.get("seen", ""))
        settling.settle(conflict=conflict, record_id=chosen, seen=seen, by=request.user, reason=reason)  # type: ignore[arg-type]
    except judging.Refused as refused:
        return _page(request, tried=pk, refused=str(refused), reason=reason, chosen=chosen, status=422)
    messages.success(request, _("已裁定，这个人的信息按裁定更新。"))
    kept = {name: value for name in ("element", "settled") if (value := request.GET.get(name))}
    return redirect(reverse("review_conflicts", query=kept))
