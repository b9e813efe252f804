"""Desk pages of the catalogues: what a community does, on any day, and how that came to change."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.matters import beside, queries, sheets
from lifang.blocks.matters.columns import words_of
from lifang.blocks.matters.models import Admitted
from lifang.blocks.matters.words import CLASSES, NOTES, PERIODS, SENDINGS, TASKS
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Catalogue
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import NATION, level_of
from lifang.ground.files.written import XLSX

READ = "matter.read"


def _place() -> int:
    """The widest place of the reader's: the catalogues of its packs are the ones meant."""
    own = [(hi - lo, lo) for lo, hi in current().places]
    place = max(own)[1] if own else settings.CONFIG.area
    return place if level_of(place) != NATION else settings.CONFIG.area


def _shared(tab: str, place: int, on: dt.date) -> dict[str, Any]:
    return {"tab": tab, "on": on, "today": today(), "version": queries.version(place, on)}


@require_safe
@serves(READ)
def index(request: HttpRequest) -> HttpResponse:
    """`/desk/matters/?class=&q=&on=`: the list by class, how much of it is loaded, what was admitted besides."""
    place, on = _place(), day_in(request.GET.get("on", "")) or today()
    words, class_ = request.GET.get("q", "").strip()[:40], request.GET.get("class", "")
    found = queries.at(place, on)
    of_class = queries.by_class(found.values())
    rows = [
        row(matter)
        for matter in found.values()
        if (not class_ or matter.class_ == class_) and (not words or words in matter.title or words in matter.guide)
    ]
    return render(
        request, "matters/index.html",
        {
            **_shared("list", place, on), "q": words, "class": class_, "rows": rows,
            "classes": [(name, title, len(of_class.get(name, ()))) for name, title in CLASSES.items()],
            "note": NOTES.get(class_, ""), "counts": [_count(one) for one in queries.counts(place, on)],
            "former": [one for _pack, one in packs.catalogues(place, on) if one.former_stated],
        },
    )  # fmt: skip


def row(matter: queries.Matter) -> dict[str, Any]:
    """A matter with its words, as a line of a list shows it."""
    units = packs.units()
    return {
        "matter": matter, "class": CLASSES[matter.class_], "task": TASKS.get(matter.task, ""),
        "owner": units[matter.owner].title if matter.owner else "", "fund": units[matter.fund].title if matter.fund else "",
        "period": PERIODS[matter.period], "sends": [SENDINGS[name] for name in matter.sends],
    }  # fmt: skip


def _count(one: queries.Count) -> dict[str, Any]:
    return {
        "count": one, "class": CLASSES[one.class_], "pack": packs.packs()[one.pack].head.title,
        "missing": one.stated is not None and one.loaded != one.stated,
    }  # fmt: skip


def _fates(one: Catalogue) -> dict[str, Any]:
    """What became of each matter of the old list, and how many there were and are."""
    rows = [(old, one.matters.get(old.into)) for old in one.former.values()]
    return {"one": one, "rows": rows, "old": len(rows), "new": len(one.matters), "gone": len(rows) - len(one.matters)}


@require_safe
@serves(READ)
def export(request: HttpRequest) -> HttpResponse:
    """`?pack=&catalogue=&from=`: one version of a catalogue as the workbook that `lifang matters from-xlsx` reads; without
    them an empty one to fill in."""
    name, since = request.GET.get("catalogue", ""), request.GET.get("from", "")
    pack = packs.packs().get(request.GET.get("pack", ""))
    asked = next((o for o in (pack.catalogues if pack else ()) if (o.catalogue, str(o.since)) == (name, since)), None)
    if name and asked is None:
        raise Http404(_("没有这个清单。"))
    file = f"{name}-{since}.xlsx" if asked else "matters.xlsx"
    head = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(sheets.workbook(asked), content_type=XLSX, headers=head)


@require_safe
@serves(READ)
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Who asks for a matter, on what basis, how often, with what money and right; and its spells, if it was admitted."""
    place, on = _place(), day_in(request.GET.get("on", "")) or today()
    matter = queries.find(name, place, on)
    if matter is None:
        ended = Admitted.objects.select_related("unit").filter(code=name).first()
        if ended is None:
            raise Http404(_("{day} 的清单里没有这个事项。").format(day=on))
        matter = queries.of_admitted(ended)
    elements = packs.elements(place)
    asked = [elements[e].title for e in matter.admitted.elements if e in elements] if matter.admitted else []
    return render(
        request, "matters/matter.html",
        {
            **_shared("list", place, on), **row(matter), "note": NOTES[matter.class_], "asked": asked,
            "columns": words_of(matter.admitted.columns) if matter.admitted else [],
            "halts": matter.admitted.halts.order_by("since") if matter.admitted else [],
            "standing": queries.find(name, place, on) is not None, "beside": beside.panels(request, matter),
        },
    )  # fmt: skip


@require_safe
@serves(READ)
def changes(request: HttpRequest) -> HttpResponse:
    """`?from=&to=`: what the list gained, lost and changed between two days, and the fate of each matter of old lists."""
    place, now = _place(), today()
    days = queries.days_of_change(place, now)
    after = day_in(request.GET.get("to", "")) or now
    before = day_in(request.GET.get("from", "")) or (
        days[-1] - dt.timedelta(days=1) if days else now - dt.timedelta(days=365)
    )
    found = queries.changes(place, before, after)
    return render(
        request, "matters/changes.html",
        {
            **_shared("changes", place, after), "before": before, "after": after, "days": list(reversed(days)),
            "old_version": queries.version(place, before), "added": [row(one) for one in found.added],
            "removed": [row(one) for one in found.removed],
            "changed": [(row(old), row(new)) for old, new in found.changed],
            "catalogues": [_fates(one) for _pack, one in packs.catalogues(place, after) if one.former or one.former_stated],
        },
    )  # fmt: skip
