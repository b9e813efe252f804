"""A stock-take at the desk or on the phone: tick what is there, then see what is missing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import counting, queries
from lifang.blocks.registers.columns import spell
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.models import Counted, Stocktake
from lifang.blocks.registers.pages.changing import FORM, user_of
from lifang.blocks.registers.pages.reaching import EDIT, kind_here, place_of, switch
from lifang.blocks.registers.queries import When
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import today
from lifang.ground.typed import whole


@require_POST
@serves(EDIT)
def begin(request: HttpRequest, name: str) -> HttpResponse:
    place = place_of(request, EDIT, request.POST.get("area", ""))
    kind_here(name, place)
    try:
        taken = counting.begin(kind=name, area=place, by=user_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("register", name)
    return redirect("register_count", taken.pk)


@require_http_methods(FORM)
@serves(EDIT)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST keeps the ticks; with `close` the count ends, and what nobody found is missing."""
    taken = Stocktake.objects.select_related("by", "closed_by").filter(pk=pk).first() if pk < 10**18 else None
    if taken is None:
        raise Http404(_("没有这次盘点，或者你没有查看它的权限。"))
    kind = kind_here(taken.kind, taken.area)
    if request.method == "POST":
        shown, found = (
            {number for text in request.POST.getlist(name) if (number := whole(text)) is not None}
            for name in ("shown", "found")
        )
        try:
            counting.tick(stocktake=taken, found=found, shown=shown, by=user_of(request))
            if "close" in request.POST:
                counting.close(stocktake=taken, by=user_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("register_count", pk)
    lines = _lines(taken, kind)
    missing = [line for line in lines if not line["counted"].found_at]
    return render(
        request, "registers/count.html",
        {
            **switch(request, taken.area, When.now()), "taken": taken, "kind": kind, "lines": lines, "missing": missing,
            "found": len(lines) - len(missing), "lost": sum(line["value"] or 0 for line in missing),
        },
    )  # fmt: skip


def _lines(taken: Stocktake, kind: RegisterKind) -> list[dict[str, Any]]:
    """Each thing as it was registered when the count began, with keeper and value."""
    counted: list[Counted] = list(taken.lines.select_related("entry", "found_by").order_by("entry__name", "entry"))
    when = When(today())
    entries = [one.entry_id for one in counted]
    said = {one.entry_id: one for one in queries.said(when, entries=entries)}
    keepers = queries.heads(when, entries)
    rows = []
    for one in counted:
        facts = said[one.entry_id].facts if one.entry_id in said else {}
        rows.append(
            {
                "counted": one, "keeper": keepers.get(one.entry_id), "value": facts.get("value"),
                "words": [spell(kind, kind.columns[key], facts.get(key), taken.area, {}) for key in ("serial", "room", "state") if key in kind.columns],
            }
        )  # fmt: skip
    return rows
