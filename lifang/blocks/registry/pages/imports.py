"""Desk pages of an import: how far it is, what it would bring, what could not be taken, and the way back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports import actions, progress
from lifang.blocks.registry.imports.correcting import corrected_file
from lifang.blocks.registry.imports.sheet import row_in
from lifang.blocks.registry.imports.values import WRONG
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.pages.reaching import import_here
from lifang.blocks.registry.pages.sending import WAYS
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile
from lifang.ground.files.written import XLSX
from lifang.ground.trail.actions import record

ON_A_PAGE = 50
FORMS = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
}
TONES = {
    Import.State.READING: "info", Import.State.UNDOING: "info", Import.State.MAPPED: "info", Import.State.CHECKING: "info", Import.State.CHECKED: "warn",
    Import.State.TAKING: "info", Import.State.TAKEN: "good", Import.State.CANCELLED: "quiet",
    Import.State.FAILED: "bad", Import.State.UNDONE: "quiet",
}  # fmt: skip
STEP = {
    Import.State.READING: 1, Import.State.MAPPED: 2, Import.State.CHECKING: 3, Import.State.CHECKED: 3, Import.State.TAKING: 4,
}  # fmt: skip
COUNTS = (
    ("persons", gettext_lazy("新的人"), gettext_lazy("以前没有登记过"), ""),
    ("known", gettext_lazy("认出的人"), gettext_lazy("行，别的来源已经有"), ""),
    ("changed", gettext_lazy("有变化"), gettext_lazy("行，与这个来源上次说的不同"), ""),
    ("same", gettext_lazy("没有变化"), gettext_lazy("行，不会重复入库"), ""),
    ("refused", gettext_lazy("不能入库的行"), gettext_lazy("认不出是谁，或重复"), "warn"),
    ("cells", gettext_lazy("搁置的格"), gettext_lazy("这一格不取，其余照常"), "warn"),
    ("merges", gettext_lazy("合为一人"), gettext_lazy("原来当作两人的"), ""),
    ("left", gettext_lazy("不在名单上了"), gettext_lazy("人，全量名单里不再有"), "warn"),
    ("unsure", gettext_lazy("拿不准的"), gettext_lazy("对，入库后请人核对"), "info"),
)


@serves("data.read")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    imported = import_here(pk)
    busy = imported.state in Import.BUSY
    if "HX-Request" in request.headers:
        if not busy:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "registry/import_progress.html", _progress(request, imported))
    place = names([imported.area], today()).get(imported.area, "")
    facts = [
        (_("数据来源"), imported.system.title),
        (_("数据日期"), imported.held_on),
        (_("地域"), place),
        (_("名单"), _("全量") if imported.complete else _("部分")),
        (_("工作表"), _("、").join([imported.sheet, *(name for name, _above, _heads in imported.parts)]) or "–"),
        (_("行数"), imported.whole if busy else imported.counts.get("rows", imported.whole)),
        (_("经手人"), imported.by.name if imported.by else "–"),
        (_("收到"), f"{timezone.localtime(imported.at):%Y-%m-%d %H:%M}"),
    ]
    if imported.taken_at:
        facts.append((_("入库时间"), f"{timezone.localtime(imported.taken_at):%Y-%m-%d %H:%M}"))
    if imported.undone_at:
        facts.append((_("撤销时间"), f"{timezone.localtime(imported.undone_at):%Y-%m-%d %H:%M}"))
    return render(
        request, "registry/import.html",
        {
            "place": place, "may_link": holdings(request).holds("person.link"), "ways": WAYS,
            "ways_at": STEP.get(Import.State(imported.state), 0), "facts": facts, "tone": TONES[Import.State(imported.state)],
            "counts": [(*words, imported.counts[name]) for name, *words in COUNTS if name in imported.counts],
            **_progress(request, imported), **_problems(request, imported),
        },
    )  # fmt: skip


def _progress(request: HttpRequest, imported: Import) -> dict[str, Any]:
    steps = progress.steps_of(imported.state, imported.step)
    at = steps.index(imported.step) + 1 if imported.step in steps else 0
    return {
        "imported": imported, "busy": imported.state in Import.BUSY, "step": at,
        "steps": [str(progress.STEPS[name]) for name in steps],
        "may_import": holdings(request).may("data.import", imported.area),
    }  # fmt: skip


def _problems(request: HttpRequest, imported: Import) -> dict[str, Any]:
    """The cells and rows that could not be taken: how many of which sort, and those of one sort by row."""
    elements = packs.elements(imported.area)
    headers = {element: imported.headers[int(at)] for element, at in imported.columns.items()}
    asked = request.GET.get("element", ""), request.GET.get("wrong", "")
    kinds = list(imported.problems.values_list("element", "wrong").annotate(n=Count("pk")).order_by("-n"))
    chosen = next(((element, wrong) for element, wrong, _n in kinds if (element, wrong) == asked), None)
    found = imported.problems.order_by("row", "element")
    if chosen:
        found = found.filter(element=chosen[0], wrong=chosen[1])

    def said(element: str, wrong: str) -> dict[str, Any]:
        title = elements[element].title if element in elements else ""
        return {
            "column": headers.get(element, ""),
            "title": title,
            "words": WRONG.get(wrong, wrong),
            "element": element,
            "wrong": wrong,
        }

    rows = imported.counts.get("rows", 0)
    elsewhere = sum(n for element, wrong, n in kinds if (element, wrong) == ("place", "place"))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "kinds": [{**said(element, wrong), "n": n} for element, wrong, n in kinds],
        "problems": [{**said(one.element, one.wrong), "row": row_in(imported, one.row), "value": one.value} for one in page],
        "elsewhere": elsewhere if elsewhere * 2 > rows else 0, "page": page, "chosen": said(*chosen) if chosen else None, "number": sum(n for _e, _w, n in kinds),
    }  # fmt: skip


def _done(request: HttpRequest, pk: int, act: Callable[[Import], None], words: str) -> HttpResponse:
    try:
        act(import_here(pk, lock=True))
    except actions.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("data_import", pk)


@require_POST
@serves("data.import")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, lambda one: actions.begin_taking(imported=one), _("开始入库，可以离开这一页。"))


@require_POST
@serves("data.import")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, lambda one: actions.cancel(imported=one), _("已取消，什么都没有入库。"))


@require_POST
@serves("data.import")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, lambda one: actions.begin_undoing(imported=one, by=request.user),  # type: ignore[arg-type]
        _("开始撤销，可以离开这一页。"),
    )  # fmt: skip


@require_POST
@serves("data.import")
def corrected(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, with what is wrong at the end of each row; whoever takes it along is in the trail."""
    imported = import_here(pk)
    try:
        ending, content = corrected_file(imported)
    except BadFile:
        messages.error(request, _("存下的文件打不开了，问题清单还在这一页。请向发送方要原来的文件。"))
        return redirect("data_import", pk)
    record(what="data.corrected", kind="import", object_id=pk, area=imported.area, rows=imported.whole)
    answer = HttpResponse(content, content_type=FORMS[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.{ending}"'
    return answer
