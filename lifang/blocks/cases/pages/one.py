"""The page of one case: what it is, how it stands, and the acts that this person may do now."""

import uuid
from collections.abc import Sequence
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases import actions, guide, lifecycle, showing
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Conflict, Refused
from lifang.blocks.cases.forms import ActForm, typed_data
from lifang.blocks.cases.models import Act, Case, Voice
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.packs.shapes import CaseType, Transition
from lifang.ground.access import vault
from lifang.ground.access.doors import acting, acts, holdings, serves
from lifang.ground.areas.models import Area
from lifang.ground.files import store
from lifang.ground.trail.actions import record

PURPOSES = (
    gettext_lazy("核实情况"),
    gettext_lazy("告知进展"),
    gettext_lazy("回访"),
    gettext_lazy("预约上门"),
    gettext_lazy("其他工作需要"),
)


def _case(number: str) -> Case:
    found = Case.objects.select_related("unit", "parent", "duplicate_of")
    return get_object_or_404(found, number=normalise(number) or number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acts("case.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/events/<number>/`. A POST is one act: `act`, `version` and `key`, and the inputs that the table names."""
    found = _case(number)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    posted, type_ = request.POST, lifecycle.type_of(case)
    name = posted.get("act", "")
    key = _uuid(posted.get("key", ""))
    if key and (done := actions.repeated(key)) is not None and done.case_id == case.pk:
        return redirect("case", case.number)
    kept: list[str] = []
    row: Transition | None = None
    try:
        kept = _pictures(request)
        _unchanged(case, type_, posted.get("version", ""))
        row = lifecycle.transition(case, type_, name)
        data = typed_data(row, type_, posted)
        if kept:
            data["photos"] = kept
        data = _places_read(data, type_)
        actor = Actor(request.user.pk, request.user.name, request.user.unit_id)  # type: ignore[union-attr]
        with acting(request, row.by):
            done = actions.apply(case_id=case.pk, act=name, version=case.version, actor=actor, data=data, key=key)
    except Conflict as conflict:
        return _page(request, _case(case.number), name, kept, conflict=conflict, status=409)
    except (Refused, store.Rejected) as refused:
        return _page(request, _case(case.number), name, kept, refused=refused, status=422)
    except (Case.DoesNotExist, Http404):
        barred = Refused(_("你在这里没有办理「%(act)s」的权限。") % {"act": type_.act_title(name)})
        return _page(request, _case(case.number), name, kept, refused=barred, status=403)
    messages.success(
        request,
        _("已%(act)s，案件现在是“%(state)s”。") % {"act": row.title, "state": type_.states[done.to_state].title},
    )
    return redirect("case", case.number)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _unchanged(case: Case, type_: CaseType, version: str) -> None:
    if version != str(case.version):
        last = Act.objects.filter(case=case).latest("seq")
        raise Conflict(last.name, type_.act_title(last.act), last.at)


def _pictures(request: HttpRequest) -> list[str]:
    """Fingerprints of the pictures sent now and of those kept at an earlier try."""
    before = [
        sha for sha in request.POST.getlist("kept") if lifecycle.FINGERPRINT.fullmatch(sha) and store.look_up(sha)
    ]
    files = request.FILES.getlist("photos")
    if len(before) + len(files) > lifecycle.MAX_PHOTOS:
        raise Refused(_("照片最多 %(n)s 张。") % {"n": lifecycle.MAX_PHOTOS}, "photos")
    return [*before, *(store.keep(file).sha256 for file in files)]


def _places_read(data: dict[str, Any], type_: CaseType) -> dict[str, Any]:
    """Places typed by name become their codes where the name is the only one of its kind."""
    for name, value in data.items():
        if type_.inputs[name].kind == "area" and value and not value.isdigit():
            codes = list(Area.objects.as_of(timezone.localdate()).filter(name=value).values_list("code", flat=True)[:2])
            if len(codes) != 1:
                raise Refused(_("没有找到唯一叫「%(name)s」的地方，请填 15 位代码。") % {"name": value[:40]}, name)
            data[name] = str(codes[0])
    return data


def _page(
    request: HttpRequest,
    case: Case,
    typed_act: str = "",
    kept: Sequence[str] = (),
    *,
    conflict: Conflict | None = None,
    refused: Refused | store.Rejected | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    shown = showing.gather(case, now)
    mine = holdings(request)
    rows = lifecycle.allowed(case, shown.type, mine)
    offer = guide.offer(shown, rows)
    forms = [ActForm(row, shown.type, offer, *((request.POST, kept) if row.act == typed_act else ())) for row in rows]
    message = str(getattr(refused, "message", refused)) if refused else ""
    typed = next((form for form in forms if form.row.act == typed_act), None)
    if typed and refused:
        typed.refuse(getattr(refused, "field", "photos"), message)
    elif typed:
        typed.renew()
    bars = showing.clock_bars(shown)
    context = {
        "shown": shown,
        "case": case,
        "facts": guide.facts(shown),
        "bars": [bar for bar in bars if not bar["done"]],
        "past_bars": [bar for bar in bars if bar["done"]],
        "grids": showing.both_grids(shown, showing.responsible(case)),
        "timeline": showing.timeline(shown),
        "opening_photos": showing.photos_by_act(shown).get(shown.acts[0].pk, []),
        "contacts": showing.contacts(shown),
        "may_see_contact": mine.may("person.contact", case.area, case.involved),
        "purposes": PURPOSES,
        "standard": guide.standard(case),
        "main_forms": [form for form in forms if guide.advances(form.row)],
        "other_forms": [form for form in forms if not guide.advances(form.row)],
        "open_act": typed_act if typed else "",
        "may_merge": any(row.act == "merge" for row in rows),
        "merge_key": uuid.uuid4(),
        "conflict": conflict,
        "lost": _lost(request, shown.type) if (conflict or refused) and not typed else [],
        "trouble": message if refused and not typed else "",
    }
    return render(request, "cases/case.html", context, status=status)


def _lost(request: HttpRequest, type_: CaseType) -> list[tuple[str, str]]:
    """What was typed for an act that is no longer open, so that it can be copied."""
    return [
        (type_.inputs[name].title, value)
        for name, value in request.POST.items()
        if name in type_.inputs and isinstance(value, str) and value.strip()
    ]


@never_cache
@require_POST
@serves("person.contact")
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """One reporter's name and number, shown once for a stated purpose and kept in the trail."""
    case = _case(number)
    purpose, place = request.POST.get("purpose", "").strip()[:100], request.POST.get("place", "")
    voices = list(Voice.objects.filter(case=case).order_by("at", "token"))
    if not place.isdigit() or int(place) >= len(voices):
        raise Http404
    if not purpose:
        context = {"case": case, "place": place, "purposes": PURPOSES, "missing": True}
        return render(request, "cases/contact.html", context, status=422)
    voice = voices[int(place)]
    record(
        what="contact.shown", kind="case", object_id=case.number, area=case.area, purpose=purpose, voice=int(place) + 1
    )
    name, phone = vault.unseal(bytes(voice.name), "voice.name"), vault.unseal(bytes(voice.phone), "voice.phone")
    return render(request, "cases/contact.html", {"case": case, "name": name, "phone": phone, "purpose": purpose})


@never_cache
@require_safe
@serves("case.read")
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper; with the reporter's tracking link as a QR code where the link is known (`?t=`)."""
    case = _case(number)
    shown = showing.gather(case, timezone.now())
    link = _tracking_link(case, request.GET.get("t", ""))
    return render(
        request,
        "cases/slip.html",
        {
            "shown": shown,
            "case": case,
            "facts": guide.facts(shown),
            "bars": [bar for bar in showing.clock_bars(shown) if not bar["done"]],
            "timeline": showing.timeline(shown)[::-1],
            "standard": guide.standard(case),
            "link": link,
            "qr": segno.make(link, error="m").svg_data_uri(scale=4, border=2) if link else "",
        },
    )


def _tracking_link(case: Case, token: str) -> str:
    if not token or not Voice.objects.filter(case=case, token=token[:32]).exists():
        return ""
    try:
        return settings.ORIGIN + reverse("track", args=[token])
    except NoReverseMatch:
        return ""
