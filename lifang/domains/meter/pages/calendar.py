"""The calendar at the desk: a month, one of it, entering one through the gate, merging two."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.domains.gate import replying
from lifang.domains.gate import sending as gate
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.queries import sendable
from lifang.domains.gate.words import time_words
from lifang.domains.meter import burden
from lifang.domains.meter import calendar as actions
from lifang.domains.meter.forms import HeldForm, LearningForm, MergeForm, OccasionForm
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.models import Occasion
from lifang.domains.meter.pages.reaching import READ, asking, measured, month_in, reader_of, shared, unit_titles
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.forms import place_words, suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, everywhere, system_scope
from lifang.ground.areas.queries import names

EDIT, SEND = "calendar.edit", "gate.send"
FORM = ["GET", "HEAD", "POST"]
TONES = {"planned": "info", "held": "good", "merged": "quiet", "cancelled": "quiet"}
CALLS: dict[str, Any] = {"kept": False, "kind": ("meeting", "inspection")}


@require_safe
@serves(READ)
@measured
def month(request: HttpRequest) -> HttpResponse:
    """`/desk/meter/calendar/?area=&month=`: what calls communities in a month, what collides, what may be one."""
    reader, on = reader_of(request), month_in(request)
    since, until = burden.month(on)
    week = dt.timedelta(days=6)
    near = list(actions.listed(reader.place, since - week, until + week, reader.units))
    found = [one for one in near if one.since <= until and one.until >= since]
    by_unit = sums(reader, since, until, by=("unit",), **CALLS)
    units = unit_titles(one.key[0] for one in by_unit)
    return render(
        request, "meter/calendar.html",
        {
            **shared(request, reader, "calendar", on), "rows": [_row(one) for one in found],
            "conflicts": _of(found, actions.conflicts(near)), "mergeable": _of(found, actions.mergeable(near)),
            "callers": [(units.get(one.key[0], ""), one.n, time_words(one.minutes), _percent(one.minutes, by_unit)) for one in by_unit],
            "years": [_year(reader, number) for number in (on.year, on.year - 1)],
        },
    )  # fmt: skip


def _of(found: list[Occasion], pairs: list[actions.Pair]) -> list[actions.Pair]:
    """Those of which one lies in the month; what begins before or ends after it is told as well."""
    return [pair for pair in pairs if pair.one in found or pair.other in found]


def _percent(minutes: int, all_: Any) -> int:
    total = sum(one.minutes for one in all_)
    return round(100 * minutes / total) if total else 0


def _year(reader: Reader, number: int) -> dict[str, Any]:
    """A year up to today's day of it: how often communities were called, by kind, and how long."""
    now = today()
    last = dt.date(number, now.month, min(now.day, 28)) if number != now.year else now
    found = {one.key[0]: one for one in sums(reader, dt.date(number, 1, 1), last, by=("kind",), **CALLS)}
    with_kind = [found.get(kind) for kind in ("meeting", "inspection")]
    return {
        "year": number, "until": last,
        "cells": [(one.n if one else 0, time_words(one.minutes if one else 0)) for one in with_kind],
    }  # fmt: skip


def _row(one: Occasion) -> dict[str, Any]:
    return {"one": one, "tone": TONES[one.state], "time": time_words(one.each)}


@never_cache
@require_http_methods(FORM)
@serves(SEND)
def new(request: HttpRequest) -> HttpResponse:
    """Entering one: it goes through the gate like everything that is asked of communities."""
    user: Any = request.user
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    with everywhere():
        begun = {"matter": request.GET.get("matter", ""), "below": place_words(user.unit and user.unit.area)}
        form = OccasionForm(request.POST or None, initial=begun, unit=user.unit)
        fits = form.is_valid()
    if fits:
        try:
            return _sent(request, form.cleaned_data, key, Actor(user.pk, user.name, user.unit_id))
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return render(
        request, "meter/form.html",
        {
            "tab": "calendar", "title": _("安排会议、检查"), "form": form, "key": key, "matters": sendable(user),
            "places": suggestions(asking(user)), "button": _("列入日历"),
            "note": _("先过准入，再进日历；没有准入的会退回，并有复函。"),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _sent(request: HttpRequest, typed: dict[str, Any], key: uuid.UUID, actor: Actor) -> HttpResponse:
    appraisal = typed["kind"] == "appraisal"
    data = {
        "since": typed["since"].isoformat(), "until": (typed["until"] or typed["since"]).isoformat(),
        "venue": typed["venue"], "items": typed["items"], "persons": typed["persons"], "minutes": typed["minutes"],
    } | ({"approval": typed["approval"]} if typed["approval"] else {}) | ({"appraisal": True} if appraisal else {})  # fmt: skip
    done = gate.send(
        actor=actor, kind="inspection" if appraisal else typed["kind"], title=typed["title"], text=typed["text"],
        below=typed["below"], matter=typed["matter"], only=typed["only"], emergency=typed["emergency"], data=data, key=key,
    )  # fmt: skip
    if done.state == Sending.State.RETURNED:
        messages.warning(request, done.why)
        return redirect("gate_letter", done.number)
    messages.success(request, _("已列入日历，并下达到 {n} 个社区。").format(n=done.places))
    return redirect("meter_occasion", done.occasion.pk)


def occasion_here(pk: int) -> Occasion:
    found = Occasion.objects.select_related("unit", "sending", "into").filter(pk=pk).first() if pk < 2**31 else None
    if found:
        return found
    with system_scope("occasion.foreign"):
        area = Occasion.objects.filter(pk=pk).values_list("area", flat=True).first() if pk < 2**31 else None
    raise Foreign(_("没有这一项，或者你没有查看它的权限。"), kind="occasion", object_id=str(pk), area=area)


@require_safe
@serves(READ)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, occasion_here(pk))


def _page(request: HttpRequest, found: Occasion, held: Any = None, merging: Any = None) -> HttpResponse:
    near = list(
        actions.listed(
            None if not current().places else _widest(found),
            *_week(found),
            units=() if current().places else current().units,
        )
    )
    around = [each for each in near if each.pk != found.pk]
    pairs = [*actions.mergeable([found, *around]), *actions.conflicts([found, *around])]
    others = {
        each.pk: (each, pair.why)
        for pair in reversed(pairs)
        if found in (pair.one, pair.other)
        for each in (pair.one, pair.other)
    }
    others.pop(found.pk, None)
    may = holdings(request)
    return render(
        request, "meter/occasion.html",
        {
            "tab": "calendar", "one": found, "tone": TONES[found.state], "time": time_words(found.each),
            "place": names([found.area], today()).get(found.area, ""),
            "reaches": Reach.objects.filter(sending=found.sending_id).aggregate(n=Count("pk"), m=Sum("minutes")) if found.sending_id else None,
            "said": replying.counts(found.sending) if found.sending else [],
            "whole": time_words(found.each * (found.sending.places if found.sending else 1)),
            "pairs": [pair for pair in pairs if found in (pair.one, pair.other)], "others": list(others.values()),
            "merged": found.merged.order_by("since"), "held": held or HeldForm(initial={"persons": found.persons, "minutes": found.minutes}),
            "merging": merging or MergeForm(), "may_edit": found.state == "planned" and found.since <= today() and _may(request, found) and may.holds(EDIT),
        },
        status=422 if (held and held.errors) or (merging and merging.errors) else 200,
    )  # fmt: skip


def _may(request: HttpRequest, found: Occasion) -> bool:
    return holdings(request).may(EDIT, found.area, [found.unit_id])


def _widest(found: Occasion) -> int:
    return found.area if current().covers(found.area) else max(current().places, key=lambda p: p[1] - p[0])[0]


def _week(found: Occasion) -> tuple[dt.date, dt.date]:
    return found.since - dt.timedelta(days=7), found.until + dt.timedelta(days=7)


@require_POST
@serves(EDIT)
def held(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = occasion_here(pk), HeldForm(request.POST)
    if form.is_valid():
        try:
            actions.hold(one=found, **form.cleaned_data)
        except NotDone as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("已登记。"))
            return redirect("meter_occasion", pk)
    return _page(request, found, held=form)


@require_POST
@serves(EDIT)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge this one into another, or, with `propose`, tell both organisers that they may be one."""
    user: Any = request.user
    found, form = occasion_here(pk), MergeForm(request.POST)
    if form.is_valid():
        other = occasion_here(form.cleaned_data["into"])
        try:
            if "propose" in request.POST:
                told = actions.propose(one=found, other=other, by=user.name)
                messages.success(request, _("已把建议发给两个召集单位的 {n} 人。").format(n=told))
            else:
                actions.merge(
                    one=found, into=other, actor=Actor(user.pk, user.name, user.unit_id),
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
                messages.success(request, _("已并入「{title}」，两个召集单位都已告知。").format(title=other.title))
            return redirect("meter_occasion", other.pk)
        except NotDone as refused:
            form.add_error(None, refused.message)
    return _page(request, found, merging=form)


@require_http_methods(FORM)
@serves(EDIT)
def learning(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = LearningForm(request.POST or None, initial={"area": place_words(user.unit and user.unit.area)})
    if form.is_valid():
        try:
            made = actions.learn(actor=Actor(user.pk, user.name, user.unit_id), **form.cleaned_data)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已列入日历。"))
            return redirect("meter_occasion", made.pk)
    return render(
        request, "meter/form.html",
        {
            "tab": "calendar", "title": _("安排学习交流"), "form": form, "places": suggestions(current()),
            "button": _("列入日历"), "note": _("社区自己的学习和交流，谁也不用批；只记单位，不记谁来了。"),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip
