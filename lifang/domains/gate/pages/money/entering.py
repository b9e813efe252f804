"""Entering money: what was promised, came, was spent; and taking an entry back."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse as address
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Entry
from lifang.blocks.matters import queries as matters
from lifang.domains.gate import money
from lifang.domains.gate.money_forms import MoveForm, PromiseForm, ReverseForm
from lifang.domains.gate.pages.money import accounts, shared
from lifang.domains.gate.pages.money.shared import ENTER
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, STREET, level_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names

POSTED = ["GET", "HEAD", "POST"]


def _key(request: HttpRequest) -> str:
    """What makes a form that is sent twice one entry."""
    try:
        return uuid.UUID(request.POST.get("key", "")).hex
    except ValueError:
        return uuid.uuid4().hex


def _refuse(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


@never_cache
@require_http_methods(POSTED)
@serves(ENTER)
def promise(request: HttpRequest) -> HttpResponse:
    """`/desk/money/promise/?area=&matter=`: a street's promise reaches each of its communities."""
    place, context = shared.place(request)
    place = place or holdings(request).roots(ENTER)[0]
    if level_of(place) < STREET:
        messages.info(request, _("请先选一个街道或社区，再登记它的经费。"))
        return redirect("money")
    listed = [one for one in matters.at(place, today()).values() if one.class_ == "assist"]
    form = PromiseForm(request.POST or None, listed=listed, initial={"matter": request.GET.get("matter", "")})
    below = Area.objects.as_of(today()).below(place).at_level(COMMUNITY).order_by("code")
    areas = dict(below.values_list("code", "name"))
    key = _key(request)
    if form.is_valid():
        chosen = next(one for one in listed if one.name == form.cleaned_data["matter"])
        payer = money.payer_of(chosen, place)
        if payer is None:
            form.add_error("matter", _("清单没有写这个事项由谁出资，或者这里没有登记那个部门。请先补上，再登记承诺。"))
        else:
            try:
                money.promise(areas=list(areas), payer=payer.pk, by=request.user, key=key, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refused:
                _refuse(form, refused)
            else:
                said = _("已登记{payer}的承诺：{n} 个社区，每个 {amount} 元。").format(
                    payer=payer.name, n=len(areas), amount=f"{form.cleaned_data['amount']:,.2f}"
                )
                messages.success(request, said)
                return redirect(f"{address('money_matter', args=[chosen.name])}?area={place}")
    context |= {
        "form": form, "key": key, "title": _("登记承诺的经费"), "areas": areas, "place": place,
        "back": f"{address('money')}?area={place}", "place_title": names([place], today()).get(place, ""),
    }  # fmt: skip
    return render(request, "gate/money/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(POSTED)
@serves(ENTER)
def receive(request: HttpRequest, area: int, name: str, unit: int) -> HttpResponse:
    """Money that came."""
    return _move(request, area, name, unit, money.received, _("登记到账"))


@never_cache
@require_http_methods(POSTED)
@serves(ENTER)
def spend(request: HttpRequest, area: int, name: str, unit: int) -> HttpResponse:
    """Money that was paid out."""
    return _move(request, area, name, unit, money.spent, _("登记支出"))


def _move(request: HttpRequest, area: int, name: str, unit: int, act: Callable[..., Entry], title: str) -> HttpResponse:
    [row] = shared.rows([accounts.find_account(area, name, unit, today())], today())
    form, key = MoveForm(request.POST or None), _key(request)
    back = address("money_account", args=[area, name, unit])
    if form.is_valid():
        try:
            act(matter=name, area=area, payer=unit, by=request.user, key=key, **form.cleaned_data)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("已记账。"))
            return redirect(back)
    context = {"form": form, "key": key, "title": title, "row": row, "one": row["one"], "back": back}
    return render(request, "gate/money/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(POSTED)
@serves(ENTER)
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back by one against it, with the reason."""
    entry = accounts.find_entry(pk)
    form = ReverseForm(request.POST or None)
    if form.is_valid():
        try:
            money.reverse(entry=entry, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("已冲销。原来那笔和冲销都留在账上。"))
            return redirect("money_entry", pk)
    context = {
        "form": form, "key": "", "title": _("冲销"), **accounts.of_entry(entry), "back": address("money_entry", args=[pk]),
    }  # fmt: skip
    return render(request, "gate/money/form.html", context, status=422 if form.errors else 200)
