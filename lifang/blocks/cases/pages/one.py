"""The page of one case: what it is, how it stands, and the acts that this person may do now."""

import uuid
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases import beside, guide, lifecycle, showing
from lifang.blocks.cases.models import Case, Photo, Voice
from lifang.blocks.cases.pages.acting import NOTHING_TRIED, Tried, forms_of, lost, open_acts, try_act
from lifang.blocks.cases.reaching import case_here, gather, responsible
from lifang.ground.access import vault
from lifang.ground.access.doors import acts, holdings, serves
from lifang.ground.files.store import path_of
from lifang.ground.files.uploads import takes_photos
from lifang.ground.trail.actions import record

PURPOSES = (
    gettext_lazy("核实情况"),
    gettext_lazy("告知进展"),
    gettext_lazy("回访"),
    gettext_lazy("预约上门"),
    gettext_lazy("其他工作需要"),
)


@never_cache
@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@acts("case.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/events/<number>/`. A POST is one act: `act`, `version` and `key`, and the inputs that the table names.

    `?act=` opens the form of one act; asked for by HTMX with the version that the page shows, that form is all.
    """
    found = case_here(number)
    if request.method != "POST" and (address := _leads_to(request, found)):
        return redirect(address)
    if request.method != "POST":
        return _one_form(request, found) if "HX-Request" in request.headers else _page(request, found)
    tried = try_act(request, found)
    if tried.done is None:
        return _page(request, case_here(number), tried, status=tried.status)
    type_, done = lifecycle.type_of(found), tried.done
    said = {"act": type_.act_title(done.act), "state": type_.states[done.to_state].title}
    messages.success(request, _("“%(act)s”已办，案件现在是“%(state)s”。") % said)
    own = own_page(request, found)
    return redirect(own["address"]) if own else redirect("case", found.number)


def own_page(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The way to the page that a room gives cases of this type, where there is one that the reader may open."""
    own = beside.OWN.get(case.type)
    address = own.address(request, case) if own else ""
    return {"title": own.title, "address": address} if own and address else {}


def _leads_to(request: HttpRequest, case: Case) -> str:
    """The page of its own of a type that has nothing to say here."""
    own = beside.OWN.get(case.type)
    address = own.address(request, case) if own and own.general is beside.General.LEADS else ""
    query = request.GET.urlencode()
    return f"{address}?{query}#acts" if address and query else address


def _page(request: HttpRequest, case: Case, tried: Tried = NOTHING_TRIED, status: int = 200) -> HttpResponse:
    shown = gather(case, timezone.now())
    rows = open_acts(request, shown)
    main = [row for row in rows if guide.rank(row, case) < 2]
    wanted = tried.act or request.GET.get("act", "") or (main[0].act if len(main) == 1 else "")
    forms, typed = forms_of(request, shown, [row for row in rows if row.act == wanted], tried)
    refused = tried.refused
    bars = showing.clock_bars(shown)
    context = {
        "shown": shown,
        "case": case,
        "facts": guide.facts(shown),
        "own": own_page(request, case),
        "bars": [bar for bar in bars if not bar["done"]],
        "past_bars": [bar for bar in bars if bar["done"]],
        "grids": showing.both_grids(shown, responsible(case)),
        "timeline": showing.timeline(shown),
        "opening_photos": showing.photos_by_act(shown).get(shown.acts[0].pk, []),
        "children": beside.others(shown.children),
        "beside": beside.panels(request, case, shown.children),
        "contacts": showing.contacts(shown),
        "may_see_contact": holdings(request).may("person.contact", case.area, case.involved),
        "purposes": PURPOSES,
        "standard": guide.standard(case),
        "main_acts": main,
        "other_acts": [row for row in rows if row not in main],
        "form": forms[0] if forms else None,
        "open_act": wanted if forms else "",
        "may_merge": any(row.act == "merge" for row in rows),
        "merge_key": uuid.uuid4(),
        "conflict": tried.conflict,
        "lost": lost(request, shown.type) if (tried.conflict or refused) and not typed else [],
        "trouble": refused.message if refused and not typed else "",
    }
    return render(request, "cases/case.html", context, status=status)


def _one_form(request: HttpRequest, case: Case) -> HttpResponse:
    """The form of one act for a page that shows the case in a version; a case that went on since says so instead."""
    shown = gather(case, timezone.now())
    wanted = request.GET.get("act", "")
    rows = [row for row in open_acts(request, shown) if row.act == wanted]
    context = {"case": case, "act": wanted, "gone_on": not rows or request.GET.get("version") != str(case.version)}
    if not context["gone_on"]:
        context["form"] = forms_of(request, shown, rows, NOTHING_TRIED)[0][0]
        context["primary"] = guide.rank(rows[0], case) < 2
    return render(request, "cases/act_form.html", context, status=409 if context["gone_on"] else 200)


@never_cache
@require_POST
@serves("person.contact")
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """One reporter's name and number, shown once for a stated purpose and kept in the trail."""
    case = case_here(number)
    purpose, place = request.POST.get("purpose", "").strip()[:100], request.POST.get("place", "")
    voices = {str(n): voice for n, voice in enumerate(Voice.objects.filter(case=case).order_by("at", "token"))}
    if place not in voices:
        raise Http404
    if not purpose:
        context = {"case": case, "place": place, "purposes": PURPOSES, "missing": True}
        return render(request, "cases/contact.html", context, status=422)
    voice = voices[place]
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
    case = case_here(number)
    shown = gather(case, timezone.now())
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


@require_safe
@serves("case.read")
def photo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A picture of the case, to those who may read the case."""
    kept = get_object_or_404(Photo, pk=pk, case=case_here(number))
    path = path_of(kept.sha256)
    if not path.is_file():
        raise Http404(_("这张照片已不在服务器上。"))
    answer = FileResponse(path.open("rb"), content_type=kept.mime)
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer  # type: ignore[return-value]
