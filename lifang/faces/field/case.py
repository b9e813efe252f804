"""A case on the phone, with the acts that this person may do now."""

import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe
from PIL import Image

from lifang.blocks.cases import actions, guide, lifecycle, showing
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Conflict, Refused
from lifang.blocks.cases.forms import ActForm, typed_data
from lifang.blocks.cases.models import Act, Case, Photo
from lifang.blocks.cases.reaching import case_here
from lifang.faces.field.keeping import page
from lifang.faces.field.queries import time_left
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.scope import within_scope
from lifang.ground.files import store
from lifang.ground.files.store import path_of
from lifang.ground.files.uploads import takes_photos

SMALL = (480, 480)


@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@serves("case.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/field/cases/<number>/`. A POST is one act: `act`, `version`, `key`, and the inputs that the table names."""
    found = case_here(number)
    return _act(request, found) if request.method == "POST" else _page(request, found)


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    posted, type_, mine = request.POST, lifecycle.type_of(case), holdings(request)
    name = posted.get("act", "")
    kept = _pictures(request)
    key = _uuid(posted.get("key", ""))
    if (before := actions.repeated(key)) is not None and before.case_id == case.pk:
        return redirect("field:today")
    try:
        if said := request.photos.words():  # type: ignore[attr-defined]
            raise Refused(" ".join(said), "photos")
        _unchanged(case, type_, posted.get("version", ""))
        row = lifecycle.transition(case, type_, name)
        data = typed_data(row, type_, posted)
        user = request.user
        with within_scope(mine.scope(row.by)):
            done = actions.apply(
                case_id=case.pk,
                act=name,
                version=case.version,
                actor=Actor(user.pk, user.name, user.unit_id),  # type: ignore[union-attr]
                data={**data, "photos": kept} if kept else data,
                key=key,
            )
    except Conflict as conflict:
        return _page(request, case_here(case.number), name, kept, conflict=conflict, status=409)
    except Refused as refused:
        return _page(request, case_here(case.number), name, kept, refused=refused, status=422)
    except Case.DoesNotExist:
        raise Http404 from None
    said_now = _("{number} 已{act}，现在是“{state}”。")
    state = type_.states[done.to_state].title
    messages.success(request, said_now.format(number=case.number, act=type_.act_title(name), state=state))
    return redirect("field:today")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _unchanged(case: Case, type_: Any, version: str) -> None:
    if version != str(case.version):
        last = Act.objects.filter(case=case).latest("seq")
        raise Conflict(last.name, type_.act_title(last.act), last.at)


def _pictures(request: HttpRequest) -> list[str]:
    named = [sha for sha in request.POST.getlist("kept") if lifecycle.FINGERPRINT.fullmatch(sha)]
    before = [sha for sha in named if store.look_up(sha)]
    fresh = [kept.sha256 for kept in request.photos.kept]  # type: ignore[attr-defined]
    return [*dict.fromkeys([*before, *fresh])][: lifecycle.MAX_PHOTOS]


def _page(
    request: HttpRequest,
    case: Case,
    typed_act: str = "",
    kept: Sequence[str] = (),
    *,
    conflict: Conflict | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    shown = showing.gather(case, now)
    rows = lifecycle.allowed(case, shown.type, holdings(request))
    offer = guide.offer(shown, rows)
    forms = [ActForm(row, shown.type, offer, *((request.POST, kept) if row.act == typed_act else ())) for row in rows]
    typed = next((form for form in forms if form.row.act == typed_act), None)
    if typed and refused:
        typed.refuse(refused.field, refused.message)
    elif typed:
        typed.renew()
    forms.sort(key=lambda form: not guide.advances(form.row))
    bars = [bar for bar in showing.clock_bars(shown) if not bar["done"]]
    tone, left = time_left(case.due_at, now)
    context = {
        "shown": shown,
        "case": case,
        "bars": bars,
        "facts": guide.facts(shown),
        "forms": [(form, guide.advances(form.row)) for form in forms],
        "open_act": typed_act if typed else "",
        "photos": [_picture(case, photo, n) for n, photo in enumerate(shown.photos, start=1)],
        "timeline": showing.timeline(replace(shown, photos=())),
        "conflict": conflict,
        "refused": refused if refused and not typed else None,
        "tone": tone,
        "left": left,
    }
    response = page(request, "field/case.html", context, status=status)
    response.headers["X-Keep-Version"] = str(case.version)
    return response


def _picture(case: Case, photo: Photo, number: int) -> dict[str, str]:
    url = reverse("field:photo", args=[case.number, photo.pk])
    return {"url": url, "alt": _("照片 %(n)s") % {"n": number}}


@require_safe
@serves("case.read")
def photo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A small copy of a picture: at most 480 pixels a side, for a weak network."""
    kept = get_object_or_404(Photo, pk=pk, case=case_here(number))
    if not path_of(kept.sha256).is_file():
        raise Http404(_("这张照片已不在服务器上。"))
    response = HttpResponse(_small(kept.sha256), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Keep-For"] = str(request.user.pk)
    return response


@lru_cache(maxsize=64)
def _small(sha256: str) -> bytes:
    with Image.open(path_of(sha256)) as picture:
        picture.draft("RGB", SMALL)
        picture.thumbnail(SMALL)
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=65)
    return out.getvalue()
