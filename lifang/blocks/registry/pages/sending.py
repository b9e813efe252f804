"""Desk pages of a file on its way in: it is sent, and its columns are confirmed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.imports.columns import guessed, layout
from lifang.blocks.registry.imports.sheet import head_of, samples
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.pages.forms import SendForm
from lifang.blocks.registry.pages.reaching import import_here, meeting, system_here
from lifang.blocks.registry.systems import DESK
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile, plain

WAYS = (gettext_lazy("上传"), gettext_lazy("核对列"), gettext_lazy("预检"), gettext_lazy("入库"))
WHY = {
    "before": gettext_lazy("上次确认的"),
    "header": gettext_lazy("按表头"),
    "looks": gettext_lazy("按内容的样子"),
}


@serves("data.import")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """A department's file, as it came."""
    system = system_here(pk)
    if system.code == DESK:
        raise Http404(_("社区登记的内容在居民页上写，不收文件。"))
    area = meeting(system)
    initial = {"area": f"{area // 1000} {names([area], today()).get(area, '')}"}
    form = SendForm(request.POST or None, request.FILES or None, initial=initial, system=system)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given.pop("file")
        try:
            imported = actions.receive(
                system=system, content=file.read(), name=file.name, by=request.user, **given,  # type: ignore[arg-type]
            )  # fmt: skip
        except BadFile as error:
            form.add_error("file", _("{why}。没有收下这个文件，其余填写的都还在，请另选一个文件。").format(why=error))
        else:
            return redirect("data_import" if imported.state in Import.BUSY else "data_columns", imported.pk)
    return render(
        request, "registry/send.html", {"form": form, "system": system, "ways": WAYS, "places": suggestions(current())},
        status=422 if form.errors else 200,
    )  # fmt: skip


@serves("data.import")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in each column: guessed, shown with samples, corrected and confirmed."""
    imported = import_here(pk, lock=request.method == "POST")
    known = packs.elements(imported.area)
    chosen = {element: at for element, at in imported.columns.items() if element in known}
    wrong: dict[int, str] = {}
    refusal = ""
    if request.method == "POST":
        posted = [request.POST.get(f"column-{at}", "") for at in range(len(imported.headers))]
        wrong = _wrong(posted, known)
        chosen = {element: str(at) for at, element in enumerate(posted) if element in known}
        if not wrong:
            try:
                actions.confirm(imported=imported, columns=chosen)
                return redirect("data_import", pk)
            except actions.Refused as error:
                refusal = str(error)
        chosen = {str(at): element for at, element in enumerate(posted)}
    else:
        chosen = {at: element for element, at in chosen.items()}
    try:
        rows = _rows(imported, known, chosen, wrong)
    except BadFile:
        messages.error(request, _("存下的文件打不开了，登记的内容还在。请重新上传这个文件。"))
        return redirect("data_send", imported.system_id)
    return render(
        request, "registry/columns.html",
        {
            "imported": imported, "rows": rows, "ways": WAYS, "choices": [(name, one.title) for name, one in known.items()],
            "refusal": refusal, "wrong": len(wrong), "again": _sent_before(imported),
        },
        status=422 if refusal or wrong else 200,
    )  # fmt: skip


def _wrong(posted: list[str], known: Mapping[str, Element]) -> dict[int, str]:
    """What is wrong with the choices, by column."""
    often = Counter(element for element in posted if element)
    found = {}
    for at, element in enumerate(posted):
        if element and element not in known:
            found[at] = _("没有这个数据元，请重新选择。")
        elif often[element] > 1 and element:
            found[at] = _("有几列都选了「{title}」，只能留一列。").format(title=known[element].title)
    return found


def _rows(
    imported: Import, known: Mapping[str, Element], chosen: Mapping[str, str], wrong: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Raises BadFile."""
    sheet = head_of(imported)
    before = imported.system.columns
    guesses = guessed(sheet, layout(sheet, known), known, before)
    rows = []
    for at, header in enumerate(imported.headers):
        element, guess = chosen.get(str(at), ""), guesses[at]
        may_be = [known[name] for name in {element, guess.element} if name in known]
        why = "before" if guess.element and before.get(plain(header)) == guess.element else guess.why
        rows.append(
            {
                "at": at, "letter": _letter(at), "header": header, "element": element,
                "samples": samples(sheet, imported.first, str(at), may_be),
                "why": WHY[why] if guess.element and guess.element == element else "", "wrong": wrong.get(at, ""),
            }
        )  # fmt: skip
    return rows


def _letter(at: int) -> str:
    """A column's name in a spreadsheet: A, B, …, Z, AA."""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _sent_before(imported: Import) -> Import | None:
    """An earlier import of the same file, for it may have been sent twice."""
    same = Import.objects.filter(system=imported.system, sha256=imported.sha256, pk__lt=imported.pk)
    return same.exclude(state__in=(Import.State.CANCELLED, Import.State.UNDONE)).order_by("-pk").first()
