"""Desk pages of the administrator: people, units, grants, roles, and which role passes which door."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lifang.ground.access import actions, forms
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Function, Grant, Role, UnitKind, User
from lifang.ground.access.queries import people_of, units_of
from lifang.ground.access.ranges import today
from lifang.ground.access.routes import routes
from lifang.ground.access.scope import current
from lifang.ground.areas.queries import full_names, names

PAGE = 50


def _acting(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _refuse(form: Any, error: Refused) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)


def _paged(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _in_force(on: dt.date) -> Prefetch:
    return Prefetch("grants", Grant.objects.in_force(on).select_related("role").order_by("area"), to_attr="standing")


@serves("access.read")
def index(request: HttpRequest) -> HttpResponse:
    """The way into everything that administrators and auditors look at."""
    people = people_of(current())
    counts = {
        "people": people.filter(is_active=True).count(),
        "idle": people.filter(is_active=True).exclude(grants__in=Grant.objects.in_force()).count(),
        "units": units_of(current()).filter(active=True).count(),
        "roles": Role.objects.exclude(functions=[]).count(),
    }
    soon = Grant.objects.in_force().filter(valid__endswith__lte=today() + dt.timedelta(days=31))
    return render(
        request,
        "access/index.html",
        {"counts": counts, "ending": _with_places(soon.select_related("user", "role").order_by("valid")[:20])},
    )


def _with_places(grants: Iterable[Grant]) -> list[Grant]:
    """Grants with `place` in words and `last`, the last day on which they hold."""
    found = list(grants)
    places = full_names({grant.area for grant in found}, today())
    for grant in found:
        grant.place = places.get(grant.area, "")  # type: ignore[attr-defined]
        grant.last = grant.valid.upper - dt.timedelta(days=1) if grant.valid.upper else None  # type: ignore[attr-defined]
        grant.standing = _standing(grant)  # type: ignore[attr-defined]
    return found


def _standing(grant: Grant) -> tuple[str, str]:
    """Tone and words for where a grant stands today."""
    if grant.ended_at is not None:
        return "quiet", _("已终止")
    if grant.valid.upper is not None and grant.valid.upper <= today():
        return "quiet", _("已到期")
    if grant.valid.lower > today():
        return "info", _("未开始")
    return "good", _("在用")


@serves("access.read")
def people(request: HttpRequest) -> HttpResponse:
    """People of the reader's places, by name, unit, role and state."""
    words, role, state = (request.GET.get(name, "").strip()[:60] for name in ("q", "role", "state"))
    found = people_of(current()).select_related("unit").prefetch_related(_in_force(today())).order_by("username")
    if words:
        found = found.filter(Q(username__icontains=words) | Q(name__contains=words) | Q(unit__name__contains=words))
    if role:
        held = Grant.objects.in_force().filter(role__code=role)
        found = found.filter(grants__in=held).distinct()
    found = found.filter(is_active=state != "closed") if state != "all" else found
    page = _paged(request, found)
    places = names({grant.area for user in page for grant in user.standing}, today())
    for user in page:
        for grant in user.standing:
            grant.place = places.get(grant.area, "")
    return render(
        request,
        "access/people.html",
        {
            "page": page,
            "q": words,
            "role": role,
            "state": state or "active",
            "roles": Role.objects.exclude(functions=[]),
        },
    )


@serves("access.read")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: standing, grants with dates and purpose, what was changed when."""
    user = get_object_or_404(people_of(current()).select_related("unit"), pk=pk)
    grants = user.grants.select_related("role", "unit", "granted_by", "ended_by").order_by("ended_at", "-valid")
    return render(
        request,
        "access/person.html",
        {
            "person": user,
            "grants": _with_places(grants),
            "facts": [
                (_("登录名"), user.username),
                (_("所在单位"), user.unit.name if user.unit else ""),
                (_("电子邮箱"), user.email),
                (_("提醒地址"), _("已设置") if user.notify_url else _("未设置")),
                (_("建档时间"), user.date_joined.date()),
                (_("最近登录"), user.last_login or _("从未登录")),
            ],
            "history": _history(grants),
            "may_manage": holdings(request).holds("access.manage") and user.pk != _acting(request).pk,
        },
    )


def _history(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Giving and ending as a time line, newest first."""
    acts = []
    for grant in grants:
        for at, who, title, note, tone in (
            (grant.valid.lower, grant.granted_by, _("授予「{role}」"), grant.purpose, "info"),
            (grant.ended_at, grant.ended_by, _("终止「{role}」"), grant.end_reason, "quiet"),
        ):
            if at is not None:
                acts.append(
                    {"title": title.format(role=grant.role.name), "at": at, "actor": who.name if who else _("系统"), "note": note, "tone": tone}
                )  # fmt: skip
    return sorted(acts, key=lambda act: act["at"].date() if isinstance(act["at"], dt.datetime) else act["at"])


@serves("access.manage")
@never_cache
def new_person(request: HttpRequest) -> HttpResponse:
    """Enter a person; the initial password is shown on the answer and nowhere else."""
    form = forms.NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.create_user(by=_acting(request), **form.cleaned_data)
        except Refused as error:
            _refuse(form, error)
        else:
            return render(request, "access/password.html", {"person": user, "password": password, "fresh": True})
    return render(
        request, "access/form.html", {"form": form, "title": _("新增人员"), "back": "people"}, status=_status(form)
    )


@serves("access.manage")
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(people_of(current()), pk=pk)
    form = forms.PersonForm(request.POST or None, initial=forms.initial_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_user(by=_acting(request), user=user, **form.cleaned_data)
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("person", pk)
    return render(
        request, "access/form.html", {"form": form, "title": _("修改人员"), "person": user}, status=_status(form)
    )


@serves("access.manage")
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role at a place, for a time and a purpose."""
    user = get_object_or_404(people_of(current()), pk=pk)
    form = forms.GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            actions.give_grant(by=_acting(request), user=user, **{**data, "area": data["area"] or 0})
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("已授予「{role}」。").format(role=form.cleaned_data["role"].name))
            return redirect("person", pk)
    context = {"form": form, "title": _("授予角色"), "person": user, "places": forms.suggestions(current())}
    return render(request, "access/form.html", context, status=_status(form))


@serves("access.manage")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant at once, with a reason."""
    held = get_object_or_404(Grant.objects.select_related("user", "role"), pk=pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_grant(by=_acting(request), grant=held, reason=form.cleaned_data["reason"])
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("已终止「{role}」。").format(role=held.role.name))
            return redirect("person", held.user_id)
    title = _("终止「{role}」").format(role=held.role.name)
    context = {"form": form, "title": title, "person": held.user, "danger": True}
    return render(request, "access/form.html", context, status=_status(form))


@serves("access.manage")
@require_POST
@never_cache
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new initial password, shown once; old password, second factors and sessions end."""
    user = get_object_or_404(people_of(current()).select_related("unit"), pk=pk)
    try:
        fresh = actions.reset_password(by=_acting(request), user=user)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("person", pk)
    return render(request, "access/password.html", {"person": user, "password": fresh, "fresh": False})


@serves("access.manage")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close or reopen an account, with a reason."""
    user = get_object_or_404(people_of(current()).select_related("unit"), pk=pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_active(by=_acting(request), user=user, active=not user.is_active, **form.cleaned_data)
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("已启用。") if user.is_active else _("已停用，此人已被退出登录。"))
            return redirect("person", pk)
    title = _("停用账号") if user.is_active else _("启用账号")
    context = {"form": form, "title": title, "person": user, "danger": user.is_active}
    return render(request, "access/form.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@serves("access.read")
def units(request: HttpRequest) -> HttpResponse:
    """Bodies of the reader's places with how many people act for them."""
    words, kind = (request.GET.get(name, "").strip()[:60] for name in ("q", "kind"))
    found = units_of(current()).annotate(people=Count("user", filter=Q(user__is_active=True))).order_by("area", "kind")
    if words:
        found = found.filter(Q(name__contains=words) | Q(code__startswith=words))
    if kind:
        found = found.filter(kind=kind)
    page = _paged(request, found)
    places, kinds = full_names({unit.area for unit in page}, today()), _kinds()
    for unit in page:
        unit.place, unit.kind_title = places.get(unit.area, ""), kinds.get(unit.kind, unit.kind)
    return render(request, "access/units.html", {"page": page, "q": words, "kind": kind, "kinds": kinds})


def _kinds() -> Mapping[str, str]:
    return dict(UnitKind.objects.order_by("code").values_list("code", "title"))


@serves("access.manage")
def new_unit(request: HttpRequest) -> HttpResponse:
    form = forms.NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.create_unit(name=data["name"], kind=data["kind"].code, area=data["area"], code=data["code"])
        except Refused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("已新增「{name}」。").format(name=made.name))
            return redirect("units")
    context = {"form": form, "title": _("新增单位"), "back": "units", "places": forms.suggestions(current())}
    return render(request, "access/form.html", context, status=_status(form))


@serves("access.manage")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a body or take it out of use."""
    found = get_object_or_404(units_of(current()), pk=pk)
    form = forms.UnitForm(request.POST or None, initial={"name": found.name, "active": found.active})
    if request.method == "POST" and form.is_valid():
        actions.change_unit(unit=found, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("units")
    context = {"form": form, "title": _("修改单位"), "back": "units"}
    return render(request, "access/form.html", context, status=_status(form))


@serves("access.read")
def roles(request: HttpRequest) -> HttpResponse:
    """Every role and what it may do, in words."""
    titles = {item.code: item for item in Function.objects.all()}
    held = Grant.objects.in_force().values_list("role").annotate(people=Count("user", distinct=True))
    counts = dict(held)
    found = list(Role.objects.exclude(functions=[]).order_by("pk"))
    for role in found:
        role.people = counts.get(role.pk, 0)  # type: ignore[attr-defined]
        role.words = [titles.get(code) or Function(code=code, title=code) for code in role.functions]  # type: ignore[attr-defined]
    return render(request, "access/roles.html", {"roles": found})


@serves("access.read")
def routes_table(request: HttpRequest) -> HttpResponse:
    """Which role passes which door: every address of the platform by the function that it asks for."""
    by_function: dict[str, list[str]] = defaultdict(list)
    for route in routes():
        by_function[route.function or ""].append(route.address)
    found = list(Role.objects.exclude(functions=[]).order_by("pk"))
    titles = dict(Function.objects.values_list("code", "title"))
    free = {"open": _("不含业务数据"), "signin": _("登录")}
    rows = []
    for function, addresses in sorted(by_function.items()):
        public = function.partition(":")[0] in ("public", *free)
        title = titles.get(function) or titles.get(function.replace(":", ".")) or free.get(function, "")
        marks = [public or function in role.functions for role in found]
        rows.append({"function": function, "title": title, "addresses": addresses, "marks": marks, "public": public})
    return render(request, "access/routes.html", {"rows": rows, "roles": found})
