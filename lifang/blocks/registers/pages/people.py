"""The people of an entry: who begins, who ends, and their telephone for a stated purpose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.registers import actions
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.forms import PURPOSES, LeaveForm, MemberForm
from lifang.blocks.registers.models import Entry, Member
from lifang.blocks.registers.pages.changing import FORM, _form, put, user_of
from lifang.blocks.registers.pages.reaching import EDIT, READ, entry_here
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.queries import age
from lifang.ground.access import vault
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

PERSONS = "person.read"
MOST = 12


@require_http_methods(FORM)
@serves(EDIT)
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """A name that residents of the community have asks which of them it is, of those who may see residents."""
    entry, kind = entry_here(pk)
    form = MemberForm(request.POST or None, kind=kind)
    title = _("给「{name}」登记人员").format(name=entry.name)
    if form.is_valid():
        residents = _residents(request, entry, form.cleaned_data["name"])
        chosen = request.POST.get("person", "")
        if residents and chosen not in {*(str(one.pk) for one in residents), "0"}:
            form.offer([(str(one.pk), _described(one)) for one in residents])
            form.add_error(None, _("这里有同名的居民，请选是不是其中一位。"))
            return _form(request, form, kind, entry.area, title, {"entry": entry})
        data = dict(form.cleaned_data)
        person = next((one for one in residents if str(one.pk) == chosen), None)
        try:
            actions.join(entry=entry, user=data.pop("username"), person=person, by=user_of(request), **data)
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("已登记{name}。").format(name=data["name"]))
            return redirect("register_entry", pk)
    return _form(request, form, kind, entry.area, title, {"entry": entry})


def _residents(request: HttpRequest, entry: Entry, name: str) -> list[Person]:
    if not holdings(request).holds(PERSONS):
        return []
    place = at_level(entry.area, COMMUNITY) if level_of(entry.area) >= COMMUNITY else entry.area
    with acting(request, PERSONS):
        return list(Person.objects.standing().within(place).filter(name=name).order_by("birth", "pk")[:MOST])


def _described(person: Person) -> str:
    years = age(person.birth, today())
    return " ".join(
        filter(None, [person.name, _("{n} 岁").format(n=years) if years is not None else "", person.home or ""])
    )


@require_http_methods(FORM)
@serves(EDIT)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    entry, kind = entry_here(member.entry_id)
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        try:
            actions.leave(member=member, by=user_of(request), **form.cleaned_data)
        except Refused as refused:
            put(form, refused)
        else:
            messages.success(request, _("{name}的任期已结束，历史还在。").format(name=member.name))
            return redirect("register_entry", entry.pk)
    title = _("{name}不再担任{role}").format(name=member.name, role=kind.roles.get(member.role, ""))
    return _form(request, form, kind, entry.area, title, {"entry": entry})


@never_cache
@require_POST
@serves(READ)
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """One telephone, shown once for a stated purpose and kept in the trail."""
    member = _member(pk)
    purpose = request.POST.get("purpose", "")
    context = {"entry": member.entry, "member": member, "purposes": PURPOSES, "purpose": purpose}
    if purpose not in {str(one) for one in PURPOSES}:
        return render(request, "registers/phone.html", context, status=422)
    try:
        number = actions.phone_of(member=member, purpose=purpose)
    except vault.Unreadable:
        number = ""
    return render(request, "registers/phone.html", {**context, "phone": number, "asked": True})


def _member(pk: int) -> Member:
    member = Member.objects.select_related("entry").filter(pk=pk).first() if pk < 10**18 else None
    if member is None:
        raise Foreign(_("没有这个人，或者你没有查看的权限。"), kind="register", object_id=str(pk), area=None)
    return member
