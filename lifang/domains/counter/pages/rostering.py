"""Who sits at the reception post, which communities have one today, and who comes when."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.pages.one import PURPOSES
from lifang.domains.counter import items, queries, roster
from lifang.domains.counter.filled import opened
from lifang.domains.counter.forms import Phone, Text
from lifang.domains.counter.models import ADDRESS, NAME, PHONE, Appointment, Shift
from lifang.domains.counter.pages.place import READ, SERVE, choose, is_community, switch
from lifang.ground.access import vault
from lifang.ground.access.doors import serves
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import day_in, midnight, today
from lifang.ground.trail.actions import record

WEEK = 7
ASKED_BY = {
    "slot": Appointment.Way.COUNTER, "at": Appointment.Way.HOUSE_CALL, "address": Appointment.Way.HOUSE_CALL,
}  # fmt: skip


class ShiftForm(forms.Form):
    use_required_attribute = False

    day = Day(label=gettext_lazy("日期"))
    since = forms.TimeField(label=gettext_lazy("从几点"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    until = forms.TimeField(label=gettext_lazy("到几点"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    window = forms.IntegerField(label=gettext_lazy("窗口"), min_value=1, max_value=30, initial=1)
    worker = forms.TypedChoiceField(label=gettext_lazy("谁接待"), coerce=int)
    line = forms.ChoiceField(label=gettext_lazy("平时的条线"), required=False)

    def __init__(self, *args: Any, place: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workers = {one.pk: one for one in roster.workers(place)}
        self.fields["worker"].choices = [("", _("请选择")), *((pk, one.name) for pk, one in self.workers.items())]  # type: ignore[attr-defined]
        self.fields["line"].choices = [("", _("不分条线")), *queries.lines(place, today())]  # type: ignore[attr-defined]


@never_cache
@serves(SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def shifts(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/roster/?area=&day=`: a week from a day; a POST puts somebody on it."""
    place, context = switch(request, SERVE)
    if place is None or not is_community(place):
        return choose(request, context)
    day = day_in(request.GET.get("day", "")) or today()
    begins = {"day": day, "since": "09:00", "until": "12:00", "window": 1}
    form = ShiftForm(request.POST or None, place=place, initial=begins)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            roster.put(
                area=place, day=given["day"], since=given["since"], until=given["until"], window=given["window"],
                worker=form.workers[given["worker"]], line=given["line"], by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, _("已排班。"))
            return redirect(reverse("counter_roster") + f"?area={place}&day={given['day']}")
    days = []
    for ahead in range(WEEK):
        on = day + dt.timedelta(days=ahead)
        days.append((on, [(one, roster.line_title(one)) for one in roster.of_day(place, on)]))
    context |= {"tab": "roster", "days": days, "day": day, "form": form, "today": today()}
    return render(request, "counter/roster.html", context, status=422 if form.errors else 200)


@require_POST
@serves(SERVE)
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift, pk=pk)
    roster.take_off(shift=shift, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("已从值班表去掉。"))
    return redirect(reverse("counter_roster") + f"?area={shift.area}&day={shift.day}")


@never_cache
@require_safe
@serves(READ)
def posts(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/posts/?area=&day=`: which communities have a reception post, and whom on the roster of the day."""
    place, context = switch(request, READ)
    if place is None:
        return choose(request, context)
    day = day_in(request.GET.get("day", "")) or today()
    found = roster.posts(place, day)
    context |= {
        "tab": "posts", "posts": found, "day": day, "there": sum(one.there for one in found),
        "staffed": sum(bool(one.on_duty) for one in found), "full": sum(one.there and bool(one.on_duty) for one in found),
        "missing": [one for one in found if not one.there or not one.on_duty],
    }  # fmt: skip
    return render(request, "counter/posts.html", context)


class AppointmentForm(forms.Form):
    use_required_attribute = False

    way = forms.ChoiceField(label=gettext_lazy("方式"), choices=Appointment.Way.choices)
    slot = forms.ChoiceField(
        label=gettext_lazy("到窗口的时段"), widget=forms.Select({"data-when": "way=counter"}),
        error_messages={"required": gettext_lazy("请选一个有人值班的时段；没有的，先在值班表里排人。")},
    )  # fmt: skip
    at = forms.DateTimeField(
        label=gettext_lazy("上门时间"),
        widget=forms.DateTimeInput({"type": "datetime-local", "data-when": "way=house_call"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": gettext_lazy("请写上门的日期和时间。")},
    )  # fmt: skip
    service = forms.ChoiceField(label=gettext_lazy("办什么"), required=False)
    name = Text(label=gettext_lazy("姓名"), max_length=40, error_messages={"required": gettext_lazy("请写姓名。")})
    phone = Phone(
        label=gettext_lazy("电话"), max_length=20, error_messages={"required": gettext_lazy("请写电话，有变动好通知。")}
    )
    address = Text(
        label=gettext_lazy("上门地址"), max_length=120,
        widget=forms.TextInput({"data-when": "way=house_call", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("上门要写地址。")},
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, area: int, day: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(name, one.title) for name, one in items.offered(area, today()).items()]
        self.fields["service"].choices = [("", _("还没定")), *offered]  # type: ignore[attr-defined]
        free = [one for one in roster.slots(area, day, timezone.now()) if one.free > 0]
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((one.at.isoformat(), f"{timezone.localtime(one.at):%m-%d %H:%M}") for one in free)
        ]  # fmt: skip

    def full_clean(self) -> None:
        """What only the other way asks for may be left out, though it stays required for whoever changes over."""
        others = [self.fields[name] for name, way in ASKED_BY.items() if self.data.get("way") != way]
        for one in others:
            one.required = False
        super().full_clean()
        for one in others:
            one.required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == Appointment.Way.COUNTER:
            data["when"] = dt.datetime.fromisoformat(data["slot"]) if data.get("slot") else None
        else:
            data["when"] = data.get("at")
        return data


@never_cache
@serves(SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/appointments/?area=&day=`: who comes, and to whom one goes; a POST books."""
    place, context = switch(request, SERVE)
    if place is None or not is_community(place):
        return choose(request, context)
    day = day_in(request.GET.get("day", "")) or today()
    form = AppointmentForm(request.POST or None, area=place, day=day)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            roster.book(
                area=place, at=given["when"], way=given["way"], service=given["service"], name=given["name"],
                phone=given["phone"], address=given["address"], key=given["key"], by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except NotDone as refused:
            field = "slot" if refused.field == "at" and given["way"] == Appointment.Way.COUNTER else refused.field
            form.add_error(field or None, refused.message)
        else:
            messages.success(request, _("已约好。"))
            return redirect(
                reverse("counter_appointments") + f"?area={place}&day={timezone.localdate(given['when'])}#main"
            )
    begin = midnight(day)
    found = Appointment.objects.filter(area=place, at__gte=begin, at__lt=begin + WEEK * roster.DAY).order_by("at", "pk")
    titles = {name: one.title for name, one in items.offered(place, today()).items()}
    rows = [(one, vault.mask_name(opened(one.name, NAME)), titles.get(one.service, "")) for one in found[:200]]
    context |= {
        "tab": "appointments",
        "rows": rows,
        "day": day,
        "form": form,
        "purposes": PURPOSES,
        "now": timezone.now(),
    }
    return render(request, "counter/appointments.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@serves(SERVE)
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """`state` ends it; `purpose` shows whom it is with, once, and is kept in the trail."""
    found = get_object_or_404(Appointment, pk=pk)
    back = redirect(reverse("counter_appointments") + f"?area={found.area}&day={timezone.localdate(found.at)}")
    if state := request.POST.get("state", ""):
        try:
            roster.end(appointment=found, state=state, by=request.user)  # type: ignore[arg-type]
        except NotDone as refused:
            messages.error(request, refused.message)
        return back
    purpose = request.POST.get("purpose", "").strip()[:100]
    if not purpose:
        messages.warning(request, _("请写明为什么要看，再点查看。"))
        return back
    record(what="counter.contact", kind="appointment", object_id=found.pk, area=found.area, purpose=purpose)
    told = [
        (_("姓名"), opened(found.name, NAME)), (_("电话"), opened(found.phone, PHONE)),
        (_("上门地址"), opened(found.address, ADDRESS)),
    ]  # fmt: skip
    context = {"appointment": found, "told": told, "purpose": purpose, "tab": "appointments", "place": found.area}
    return render(request, "counter/appointment.html", context)
