"""Desk pages of the outside systems: which there are, what they hold here, how fresh it is."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import systems
from lifang.blocks.registry.models import System
from lifang.blocks.registry.pages.forms import ChangeForm, SystemForm
from lifang.blocks.registry.pages.reaching import department, home, system_here
from lifang.blocks.registry.systems import Held
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import names

ON_A_PAGE = 20


@serves("data.read")
def top(request: HttpRequest) -> HttpResponse:
    """The inventory, and by department what was taken over from it."""
    places = current().places
    found = list(systems.here(places))
    came, held = systems.came(found, places), systems.held(found, places, packs.elements(home()))
    linked = systems.linked(found, places)
    known = names({one.area for one in found}, today())
    rows = [
        {
            "system": one, "department": department(one.department), "place": known.get(one.area, ""),
            "held": held[one.pk], "came": came.get(one.pk), "late": systems.days_late(one, came.get(one.pk)),
            "linked": linked.get(one.pk, ""),
        }
        for one in found
        if one.code != systems.DESK
    ]  # fmt: skip
    return render(
        request, "registry/data.html",
        {"rows": rows, "ledger": _ledger(found, held), "late": sum(1 for row in rows if row["late"])},
    )  # fmt: skip


def _ledger(found: list[System], held: Mapping[int, Held]) -> list[dict[str, Any]]:
    """By department: how many of its systems, records, elements and values stand here."""
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        row = rows.setdefault(
            one.department,
            {"title": department(one.department), "systems": 0, "records": 0, "values": 0, "kinds": set()},
        )
        row["systems"] += 1
        row["records"] += held[one.pk].records
        row["values"] += sum(held[one.pk].filled.values())
        row["kinds"] |= set(held[one.pk].filled)
    return [row for row in rows.values() if row["records"]]


@serves("data.read")
def system(request: HttpRequest, pk: int) -> HttpResponse:
    one, places, mine = system_here(pk), current().places, holdings(request)
    elements = packs.elements(one.area)
    held, came = systems.held([one], places, elements)[pk], systems.came([one], places).get(pk)
    imports = Paginator(one.imports.select_related("by").order_by("-pk"), ON_A_PAGE)
    place = names([one.area], today()).get(one.area, "")
    facts = [
        (_("主管部门"), department(one.department)),
        (_("覆盖地域"), place),
        (_("对接状态"), systems.linked([one], places).get(pk) or _("还没有来往")),
        (_("约定的对接方式"), one.get_link_display()),
        (_("应多久更新"), _("每 {n} 天").format(n=one.refresh_days) if one.refresh_days else None),
        (_("最近的数据"), came),
        (_("数据共享依据"), one.contract),
        (_("收集用途"), one.purpose),
        (_("代码"), one.code),
    ]
    return render(
        request, "registry/system.html",
        {
            "system": one, "facts": facts, "held": held, "late": systems.days_late(one, came),
            "elements": _elements(one, held, elements), "imports": imports.get_page(request.GET.get("page")),
            "columns": [(header, elements[name].title) for header, name in one.columns.items() if name in elements],
            "unused": [header for header, name in one.columns.items() if name not in elements],
            "may_send": mine.holds("data.import"), "may_manage": mine.may("data.manage", one.area),
        },
    )  # fmt: skip


def _elements(one: System, held: Held, elements: Mapping[str, Element]) -> list[dict[str, Any]]:
    """Each element that the system has brought, or that its confirmed columns name."""
    named = {*held.filled, *one.columns.values()}
    return [
        {
            "title": element.title, "counted": name in held.filled, "n": held.filled.get(name, 0),
            "share": 100 * held.filled.get(name, 0) / held.records if held.records else 0,
            "days": element.refresh_days, "stale": held.stale.get(name, 0),
            "hidden": element.sensitivity in ("sealed", "special"),
        }
        for name, element in elements.items()
        if name in named
    ]  # fmt: skip


@serves("data.manage")
def create(request: HttpRequest) -> HttpResponse:
    form = SystemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = systems.add_system(**form.cleaned_data)
        except systems.Refused as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("已登记「{title}」。").format(title=made.title))
            return redirect("data_system", made.pk)
    return _form(request, form, _("登记数据来源"))


@serves("data.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = system_here(pk)
    if not current().covers(one.area):
        messages.warning(request, _("「{title}」覆盖的地方比你负责的大，请找上级修改。").format(title=one.title))
        return redirect("data_system", pk)
    form = ChangeForm(request.POST or None, initial={name: getattr(one, name) for name in ChangeForm.base_fields})
    if request.method == "POST" and form.is_valid():
        systems.change_system(system=one, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("data_system", pk)
    return _form(request, form, _("修改「{title}」").format(title=one.title), one)


def _form(request: HttpRequest, form: SystemForm, title: str, one: System | None = None) -> HttpResponse:
    return render(
        request, "registry/system_form.html",
        {"form": form, "title": title, "system": one, "places": suggestions(current())}, status=422 if form.errors else 200,
    )  # fmt: skip
