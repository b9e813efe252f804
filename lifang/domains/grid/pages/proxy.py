"""Filing by staff: for somebody who phones, comes or writes, and on patrol."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Voice
from lifang.blocks.dwellings.pages.board import words as home_words
from lifang.blocks.registry.children import hidden
from lifang.domains.grid import bodies, opening, queries, residents
from lifang.domains.grid.actions import join_event, report_event
from lifang.domains.grid.duplicates import likely_duplicates
from lifang.domains.grid.forms import DisputeForm, ProxyForm, ReportForm, category_choices
from lifang.domains.grid.opening import EVENT
from lifang.domains.grid.pages import track
from lifang.domains.grid.pages.report import thumb
from lifang.domains.grid.suggest import suggest
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import EVERYWHERE, Scope, current, within_scope
from lifang.ground.files.uploads import takes_photos
from lifang.ground.typed import whole

DISPUTE = "dispute"
REPORTING = "public.report"


@csrf_exempt
@takes_photos
@csrf_protect
@serves("event.proxy")
@require_http_methods(["GET", "HEAD", "POST"])
def proxy(request: HttpRequest) -> HttpResponse:
    """A report for a person, saying through which channel and how the person agreed."""
    return _file(request, ProxyForm(request.POST) if request.method == "POST" else _begun(request, ProxyForm), "proxy")


@csrf_exempt
@takes_photos
@csrf_protect
@serves("event.report")
@require_http_methods(["GET", "HEAD", "POST"])
def patrol(request: HttpRequest) -> HttpResponse:
    """What staff saw themselves."""
    return _file(request, ReportForm(request.POST) if request.method == "POST" else ReportForm(), "patrol")


@csrf_exempt
@takes_photos
@csrf_protect
@serves("event.proxy")
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest) -> HttpResponse:
    """A dispute that somebody brings to the counter or the telephone, for mediation."""
    return _file(
        request, DisputeForm(request.POST) if request.method == "POST" else _begun(request, DisputeForm), "dispute"
    )


def _begun(request: HttpRequest, form: type[ProxyForm]) -> ProxyForm:
    """With `?person=`, a resident of the register, their name and home stand there already."""
    who = residents.chosen(request, whole(request.GET.get("person", "")))
    if who is None:
        return form()
    sheltered = hidden(who, holdings(request), today())
    home = "" if sheltered or not who.home else home_words(who.home)
    return form(initial={"person": who.pk, "name": who.name, "place_text": home})


def _file(request: HttpRequest, form: ReportForm, kind: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form, kind)
    fresh = request.photos  # type: ignore[attr-defined]
    form.take_photos(request.POST.getlist("kept"), fresh.kept)
    if dropped := request.POST.get("drop"):
        form.photos = [photo for photo in form.photos if photo.sha256 != dropped]
        form.errors.clear()
        return _page(request, form, kind)
    words = fresh.words()
    if not form.is_valid() or words:
        return _page(request, form, kind, words, status=422)
    go, join = request.POST.get("go", "look"), request.POST.get("join", "")
    if go != "send" and not join and kind != "dispute" and (likely := _likely(form)):
        return _page(request, form, kind, likely=likely)
    report = (
        form.report("patrol")
        if kind == "patrol"
        else form.report(
            form.cleaned_data["channel"],
            consent=form.cleaned_data["consent"],
            opens=DISPUTE if kind == "dispute" else EVENT,
            stand_in=form.cleaned_data.get("stand_in"),
            person=_reporter(request, form),
        )
    )
    user = request.user
    actor = Actor(user.pk, user.name, user.unit_id)  # type: ignore[union-attr]
    key = form.sending_key(join)
    try:
        if join:
            with within_scope(Scope(REPORTING, (EVERYWHERE,), user_id=user.pk)):
                done = join_event(number=join, report=report, actor=actor, key=key)
        else:
            done = report_event(report=report, actor=actor, key=key)
    except NotDone as error:
        if error.field == bodies.STAND_IN and isinstance(form, DisputeForm):
            spot = opening.place(lon=report.lon, lat=report.lat, text=report.place_text)
            form.offer(bodies.candidates(DISPUTE, spot.area))
        return _page(request, form, kind, [error.message], status=422)
    return redirect(f"{request.path}?done={done.token}")


def _reporter(request: HttpRequest, form: ReportForm) -> int | None:
    data = form.cleaned_data
    found = residents.chosen(request, data["person"]) or residents.only_one(request, data["name"], data["phone"])
    return found.pk if found else None


def _likely(form: ReportForm) -> list[Any]:
    data = form.cleaned_data
    if data["lon"] is None:
        return []
    with within_scope(Scope(current().function, (EVERYWHERE,), user_id=current().user_id)):
        return list(
            likely_duplicates(
                lon=data["lon"], lat=data["lat"], category=data["category"], text=data["text"], at=timezone.now()
            )
        )


def _page(
    request: HttpRequest,
    form: ReportForm,
    kind: str,
    words: list[str] | tuple[str, ...] = (),
    likely: list[Any] | tuple[Any, ...] = (),
    status: int = 200,
) -> HttpResponse:
    said = str(form["text"].value() or "")
    context = {
        "form": form,
        "key": form.cleaned_data.get("key") if form.is_bound else uuid.uuid4(),
        "kind": kind,
        "title": {"proxy": _("代群众上报"), "patrol": _("巡查上报"), "dispute": _("登记矛盾纠纷")}[kind],
        "choices": category_choices(form.area, form.on),
        "suggested": suggest(said, form.area, form.on) if said else [],
        "thumbs": [(photo.sha256, thumb(photo)) for photo in form.photos],
        "words": words,
        "likely": likely,
        "filed": _filed(request.GET.get("done", "")),
        "resident": residents.chosen(request, whole(str(form["person"].value() or ""))) if kind != "patrol" else None,
    }
    return render(request, "grid/proxy.html", context, status=status)


def _filed(token: str) -> dict[str, Any] | None:
    """What was just filed, read by its own link since it may stand outside one's place."""
    if not token:
        return None
    with within_scope(Scope("public.track", token=token)):
        voice = Voice.objects.select_related("case").filter(token=token).first()
        if voice is None:
            return None
        return {
            "number": voice.case.number,
            "owner": voice.case.fields.get("owner_name", ""),
            "limit": queries.limit_of(voice.case),
            "token": token,
            "person": voice.person,
            "link": track.link(token),
        }
