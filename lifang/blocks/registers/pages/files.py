"""Files in and out: what a file brings is taken whole or not at all, and what is exported is in the trail."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.lists.models import Showing
from lifang.blocks.registers import files, queries, undoing
from lifang.blocks.registers.columns import spell
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.files import MOST_SHOWN, NAME, PHONE, PLACE, SINCE, NotTaken, headers
from lifang.blocks.registers.forms import ExportForm, FileForm
from lifang.blocks.registers.models import File
from lifang.blocks.registers.pages.changing import FORM, user_of
from lifang.blocks.registers.pages.listing import narrowed
from lifang.blocks.registers.pages.reaching import EXPORT, IMPORT, kind_here, place_of, switch, when_of
from lifang.blocks.registers.queries import When
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import text
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile
from lifang.ground.files.written import XLSX, Mark, workbook
from lifang.ground.trail.actions import record

MOST_EXPORTED, WIDTH = 20_000, 18


@require_http_methods(FORM)
@serves(IMPORT)
def send(request: HttpRequest, name: str) -> HttpResponse:
    """Shows first what the file would bring; takes it when it is sent again as it was shown (`seen`)."""
    place = place_of(request, IMPORT)
    kind = kind_here(name, place)
    form = FileForm(request.POST or None, request.FILES or None, initial={"area": text(place)})
    wrong: list[files.Wrong] = []
    shown: dict[str, Any] = {}
    if form.is_valid():
        data = form.cleaned_data
        content: bytes = data["file"].read()
        seen = hashlib.sha256(content + f"{data['area']} {data['held_on']}".encode()).hexdigest()
        given = {
            "kind": name, "content": content, "name": data["file"].name, "area": data["area"], "held_on": data["held_on"],
            "by": user_of(request),
        }  # fmt: skip
        try:
            if request.POST.get("seen") == seen:
                file = files.take(**given)
                messages.success(
                    request,
                    _("已导入 {rows} 行：新登记 {new}，有变化 {changed}，没有变化 {same}。").format(**file.counts),
                )
                return redirect("register", name)
            counts, outcomes = files.preview(**given)
            shown = {
                "seen": seen,
                "counts": counts,
                "outcomes": outcomes[:MOST_SHOWN],
                "rest": len(outcomes[MOST_SHOWN:]),
            }
        except NotTaken as refused:
            wrong = refused.wrong
        except (BadFile, Refused) as refused:
            form.add_error("file", _("没有导入：{why}").format(why=refused))
    columns = [(words[0], words[1:4]) for words in headers(kind).values()]
    return render(
        request, "registers/send.html",
        {
            **switch(request, place, When.now()), "name": name, "kind": kind, "form": form, "wrong": wrong[:MOST_SHOWN],
            "number": len(wrong), "columns": columns, "places": suggestions(current()), **shown,
        },
        status=422 if form.errors or wrong else 200,
    )  # fmt: skip


@require_POST
@serves(IMPORT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    file = File.objects.select_for_update().filter(pk=pk).first() if pk < 10**18 else None
    if file is None:
        raise Http404(_("没有这次导入，或者你没有撤销它的权限。"))
    try:
        undoing.undo(file=file, by=user_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已撤销，登记册回到这次导入以前。"))
    return redirect("register", file.kind)


@require_POST
@serves(EXPORT)
def export(request: HttpRequest, name: str) -> HttpResponse:
    """The list as it is narrowed, under the headers that an import takes; telephones stay here.

    Of a kind with people it asks for purpose and reason, which stand on every page of the table.
    """
    place, when = place_of(request, EXPORT, request.POST.get("area", "")), when_of(request)
    kind = kind_here(name, place)
    found = list(narrowed(name, kind, request.POST, place, when).order_by("area", "name", "pk")[: MOST_EXPORTED + 1])
    if len(found) > MOST_EXPORTED:
        messages.error(
            request,
            _("符合条件的超过 {n} 条，没有导出。请用地域或其他条件缩小范围，分几次导出。").format(n=MOST_EXPORTED),
        )
        return redirect("register", name)
    mark, why = None, {}
    if kind.roles:
        form = ExportForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            kept = [
                (key, value) for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", *form.fields)
            ]
            return render(
                request, "registers/export.html",
                {**switch(request, place, when), "name": name, "kind": kind, "form": form, "kept": kept, "number": len(found)},
                status=422 if form.errors else 200,
            )  # fmt: skip
        named = queries.members(when, [one.entry_id for one in found]).exclude(person=None)
        showing = Showing.objects.create(
            what=Showing.What.REGISTER, register=name, area=place, by=user_of(request), **form.cleaned_data,
            persons=sorted(set(named.order_by().values_list("person", flat=True))),
        )  # fmt: skip
        why = {**form.cleaned_data, "serial": showing.serial}
        mark = Mark(user_of(request).name or user_of(request).username, timezone.localtime(showing.at), **why)
    naming, places = queries.names_of(kind, found), names({one.area for one in found}, when.on)
    people: dict[int, dict[str, list[str]]] = {}
    for entry, role, person in queries.members(when, [one.entry_id for one in found]).values_list(
        "entry", "role", "name"
    ):
        people.setdefault(entry, {}).setdefault(role, []).append(person)
    titles = {key: words[0] for key, words in headers(kind).items() if key != PHONE}
    rows = []
    for one in found:
        given = {PLACE: places.get(one.area, ""), NAME: one.name, SINCE: one.held_from.isoformat()}
        for key, column in kind.columns.items():
            value = one.facts.get(key)
            given[key] = value if column.kind == "number" else spell(kind, column, value, place, naming)
        for role, listed in people.get(one.entry_id, {}).items():
            given[f".{role}"] = "、".join(listed)
        rows.append([given.get(key) for key in titles])
    content = workbook(rows, [WIDTH] * len(titles), title=kind.title, heads=[*titles.values()], mark=mark)
    record(what="register.exported", kind="register", object_id=name, area=place, register=name, rows=len(found), **why)
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer
