"""Desk pages that change the tree: each a form with its document, an act, and the way back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifang.ground.access.doors import serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import actions, forms, imports
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.grounding import generate_ground
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.pages import crumbs, found_or_404
from lifang.ground.files.tables import BadFile

SHOWN_PROBLEMS = 200
SHOWN_LEFT = 20


def _by(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _change(
    request: HttpRequest, area: Area, form: Any, title: str, act: Callable[[], Any], hint: str = ""
) -> HttpResponse:
    """Show the form, or do the act and go to the place; a refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("已办理：{title}。").format(title=title))
            return redirect("place", area.code)
    context = {
        "form": form, "title": title, "area": area, "crumbs": [*crumbs(area, today()), (title, "")], "hint": hint,
        "places": suggestions(current()),
    }  # fmt: skip
    return render(request, "areas/change.html", context, status=422 if form.errors else 200)


@serves("area.edit")
def create(request: HttpRequest, code: int) -> HttpResponse:
    area, form = found_or_404(code, today()), forms.CreateForm(request.POST or None)

    def act() -> Area:
        own = form.own()
        return actions.create(
            parent=code, basis=form.basis(), by=_by(request), **{**own, "layer": own["layer"] or None}
        )

    return _change(request, area, form, _("在「{name}」下设立").format(name=area.name), act)


@serves("area.edit")
def rename(request: HttpRequest, code: int) -> HttpResponse:
    area, form = found_or_404(code, today()), forms.RenameForm(request.POST or None)
    title = _("「{name}」更名").format(name=area.name)
    return _change(
        request, area, form, title,
        lambda: actions.rename(code=code, name=form.cleaned_data["name"], basis=form.basis(), by=_by(request)),
        _("代码不变，原名称留在历史里。"),
    )  # fmt: skip


@serves("area.edit")
def split(request: HttpRequest, code: int) -> HttpResponse:
    area = found_or_404(code, today())
    children = list(Area.objects.as_of(today()).children_of(code).light())
    form = forms.SplitForm(request.POST or None, children=children)

    def act() -> AreaChange:
        parts = [
            actions.Part(name=name, code=code if name == area.name else None, children=form.belonging(number))
            for number, name in enumerate(form.cleaned_data["names"], 1)
        ]
        return actions.split(code=code, parts=parts, basis=form.basis(), by=_by(request))

    hint = _("生效日以前的数字仍按原单位计；之后按户数分摊，合计不变。")
    return _change(request, area, form, _("拆分「{name}」").format(name=area.name), act, hint)


@serves("area.edit")
def merge(request: HttpRequest, code: int) -> HttpResponse:
    area = found_or_404(code, today())
    siblings = Area.objects.as_of(today()).children_of(area.parent_code).filter(layer=area.layer).exclude(code=code)
    form = forms.MergeForm(request.POST or None, siblings=list(siblings.light()), initial={"name": area.name})

    def act() -> AreaChange:
        data = form.cleaned_data
        merged = [code, *map(int, data["others"])]
        kept = code if data["keep"] else None
        return actions.merge(merged=merged, name=data["name"], basis=form.basis(), by=_by(request), code=kept)

    hint = _("被并单位的代码作为别名保留，可以查到。")
    return _change(request, area, form, _("合并「{name}」").format(name=area.name), act, hint)


@serves("area.edit")
def move(request: HttpRequest, code: int) -> HttpResponse:
    area, form = found_or_404(code, today()), forms.MoveForm(request.POST or None)
    title = _("划转「{name}」").format(name=area.name)
    return _change(
        request, area, form, title,
        lambda: actions.move(code=code, to=form.cleaned_data["to"], basis=form.basis(), by=_by(request)),
        _("连同下级一起划转，在新的上级下取得新代码，原代码作为别名保留。"),
    )  # fmt: skip


@serves("area.edit")
def ground(request: HttpRequest, code: int) -> HttpResponse:
    """Boundaries and grids for the communities of a place that have only a point."""
    area, form = found_or_404(code, today()), forms.BasisForm(request.POST or None)

    def act() -> None:
        for unit in generate_ground(place=code, basis=form.basis(), by=_by(request)).left[:SHOWN_LEFT]:
            messages.warning(request, _("「{name}」没有生成：{reason}。").format(name=unit.name, reason=unit.reason))

    hint = _("给有经纬度、没有界线的社区按就近原则生成界线和两层网格，都标为模拟数据；已有界线的不动。")
    return _change(request, area, form, _("为「{name}」生成界线").format(name=area.name), act, hint)


@serves("area.edit")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change or an import back."""
    change = get_object_or_404(AreaChange, pk=pk)
    try:
        actions.undo(change=change, by=_by(request))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已撤销「{kind}」，恢复原状。").format(kind=change.get_kind_display()))
    return redirect("place", change.area) if change.area else redirect("places")


@serves("area.import")
def take_list(request: HttpRequest) -> HttpResponse:
    """A city's own list: looked through first, then taken whole, or refused with every row and column."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "undoable": _imports()}
    if request.method == "POST" and form.is_valid():
        context |= _looked_through(request, form)
        if "change" in context:
            messages.success(request, _("已导入 {n} 行。").format(n=context["count"]))
            return redirect("places_import")
    return render(request, "areas/import.html", context, status=422 if form.errors or "problems" in context else 200)


def _looked_through(request: HttpRequest, form: forms.ImportForm) -> dict[str, Any]:
    """What the file holds; with the button «take» and nothing wrong, it is taken."""
    upload, datum = form.cleaned_data["file"], form.cleaned_data["datum_name"]
    content = upload.read()
    try:
        read = imports.read_places(content, upload.name, datum)
        if read.problems:
            return {"problems": read.problems[:SHOWN_PROBLEMS], "count": len(read.problems)}
        if "take" not in request.POST:
            return {"preview": read.rows[:20], "count": len(read.rows)}
        change = imports.import_places(
            content=content, file_name=upload.name, basis=form.basis(), by=_by(request), datum_name=datum
        )
    except BadFile as error:
        form.add_error("file", str(error))
        return {}
    except imports.Unfit as error:
        return {"problems": error.problems[:SHOWN_PROBLEMS], "count": error.count}
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return {}
    return {"change": change, "count": len(read.rows)}


def _imports() -> list[AreaChange]:
    since = today() - dt.timedelta(days=365)
    found = AreaChange.objects.standing().filter(kind="import", recorded_at__date__gte=since, by__isnull=False)
    return list(found.select_related("by", "file").order_by("-pk")[:10])
