"""Following a report by its link: the state in words, and what its reporter may do. The link is the authority."""

import io
import uuid
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.errors import Conflict, NotDone
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Voice
from lifang.blocks.cases.numbers import normalise
from lifang.domains.grid import queries
from lifang.domains.grid.forms import FindForm
from lifang.domains.grid.pages import told
from lifang.domains.grid.voices import act_by_link, token_by_phone
from lifang.ground.access import limits
from lifang.ground.access.doors import public
from lifang.ground.files.store import path_of
from lifang.ground.files.uploads import takes_photos

FINDS, FINDS_OF_ONE, ACTS, WINDOW = 30, 10, 60, 600
TEXTS = {"supplement": "text", "withdraw": "reason", "ask_reopen": "reason"}


def _voice(token: str) -> Voice:
    """The voice of a link. A wrong link looks like a page that does not exist."""
    found = Voice.objects.select_related("case").filter(token=token).first()
    if found is None:
        raise Http404
    return found


def link(token: str) -> str:
    """The whole address of a tracking page, for paper and messages."""
    return settings.ORIGIN + reverse("track", args=[token])


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@takes_photos
@public("public.track", token="token")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The state of a report; POST does one of the acts of its reporter."""
    voice = _voice(token)
    if page := told.FOLLOWED_AT.get(voice.case.type):
        return redirect(page, token=token)
    if request.method != "POST":
        return _page(request, voice)
    act = request.POST.get("act", "")
    if limits.wait_for("track", token, ACTS, WINDOW):
        return _page(request, voice, act, _("操作太频繁，这一次没有执行，填写的内容还在。请过几分钟再试。"), 429)
    try:
        version, key = int(request.POST.get("version", "")), uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return _page(request, voice, act, _("这一页已经过期，填写的内容还在。请核对后再提交。"), 422)
    fresh = request.photos  # type: ignore[attr-defined]
    if words := fresh.words():
        return _page(request, voice, act, " ".join(words), 422)
    try:
        act_by_link(token=token, act=act, version=version, key=key, data=_inputs(request, act))
    except NotDone as error:
        return _page(request, _voice(token), act, error.message, 409 if isinstance(error, Conflict) else 422)
    return redirect(reverse("track", args=[token]) + f"?done={act}")


def _inputs(request: HttpRequest, act: str) -> dict[str, Any]:
    """The inputs of an act as typed; what is missing is refused by the act itself."""
    if act == "rate":
        return {name: request.POST.get(name) for name in ("solved", "satisfied", "dissatisfaction", "text")}
    data: dict[str, Any] = {TEXTS[act]: request.POST.get("words", "")} if act in TEXTS else {}
    if act == "supplement":
        data["photos"] = [kept.sha256 for kept in request.photos.kept]  # type: ignore[attr-defined]
    return data


def _page(request: HttpRequest, voice: Voice, act: str = "", trouble: str = "", status: int = 200) -> HttpResponse:
    shown = told.tell(voice)
    context = {
        "told": shown,
        "token": voice.token,
        "key": uuid.uuid4(),
        "act": act,
        "trouble": trouble,
        "typed": request.POST,
        "done": request.GET.get("done", ""),
        "city_name": queries.city_name(),
    }
    return _private(render(request, "grid/track.html", context, status=status))


@public("public.track", token="token")
@require_safe
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """What one is told after reporting, and the slip to print: number, owner, limit and its rule, link and QR code."""
    voice = _voice(token)
    case, type_ = voice.case, type_of(voice.case)
    out = io.BytesIO()
    segno.make(link(token), error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, title=_("查询二维码"), omitsize=True
    )
    context = {
        "voice": voice,
        "case": case,
        "joined": voice.at > case.opened_at,
        "place": queries.told_place(case),
        "problem": case.fields.get("place_problem", ""),
        "owner": told.owner_of(case),
        "limit": queries.limit_of(case),
        "rule": case.fields.get("limit_rule", ""),
        "owner_rule": case.fields.get("owner_rule", ""),
        "expected": queries.expected_done(case, type_),
        "answer_by": case.respond_due_at,
        "link": link(token),
        "qr": mark_safe(out.getvalue().decode()),  # made by segno from our own address
        "city_name": queries.city_name(),
    }
    return _private(render(request, "grid/slip.html", context))


@public("public.track", token="token")
@require_safe
def photo(request: HttpRequest, token: str, photo_id: int) -> HttpResponse:
    """A picture of the case, to those who hold its link and may see it."""
    found = told.may_see(_voice(token), photo_id)
    if found is None or not path_of(found.sha256).is_file():
        raise Http404
    response = HttpResponse(path_of(found.sha256).read_bytes(), content_type=found.mime)
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'inline; filename="{photo_id}.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@public("public.track")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """From number and telephone to the link. Whatever does not fit gets the same answer."""
    form = FindForm(request.POST or None)
    missing, status = False, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            number = normalise(form.cleaned_data["number"])
            waits = [
                limits.wait_for("find", limits.address(request), FINDS, WINDOW),
                limits.wait_for("find", f"number {number}", FINDS_OF_ONE, WINDOW) if number else 0,
            ]
            if any(waits):
                form.add_error(None, _("查得太频繁了，请过十分钟再查；手里有链接的，直接打开链接。"))
                status = 429
            elif number and (token := token_by_phone(number, form.cleaned_data["phone"])):
                return redirect("track", token=token)
            else:
                missing = True
    context = {"form": form, "missing": missing, "city_name": queries.city_name()}
    return render(request, "grid/find.html", context, status=status)
