"""A case on the phone, with the acts that this person may do now."""

import io
from dataclasses import replace
from functools import lru_cache

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe
from PIL import Image

from lifang.blocks.cases import guide, lifecycle, showing
from lifang.blocks.cases.models import Case, Photo
from lifang.blocks.cases.pages.acting import NOTHING_TRIED, Tried, forms_of, open_acts, try_act
from lifang.blocks.cases.reaching import case_here, gather
from lifang.faces.field.keeping import page
from lifang.faces.field.queries import time_left
from lifang.ground.access.doors import acts, serves
from lifang.ground.files.store import path_of
from lifang.ground.files.uploads import takes_photos

SMALL = (480, 480)


@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@acts("case.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/field/cases/<number>/`. A POST is one act: `act`, `version`, `key`, and the inputs that the table names."""
    found = case_here(number)
    if request.method != "POST":
        return _page(request, found)
    tried = try_act(request, found)
    if tried.done is None:
        return _page(request, case_here(number), tried, status=tried.status)
    type_, done = lifecycle.type_of(found), tried.done
    said, state = _("{number} “{act}”已办，现在是“{state}”。"), type_.states[done.to_state].title
    messages.success(request, said.format(number=found.number, act=type_.act_title(done.act), state=state))
    return redirect("field:today")


def _page(request: HttpRequest, case: Case, tried: Tried = NOTHING_TRIED, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = gather(case, now)
    forms, typed = forms_of(request, shown, open_acts(request, shown), tried)
    bars = [bar for bar in showing.clock_bars(shown) if not bar["done"]]
    tone, left = time_left(case.due_at, now)
    context = {
        "shown": shown,
        "case": case,
        "bars": bars,
        "facts": guide.facts(shown),
        "forms": [(form, guide.rank(form.row, case) < 2) for form in forms],
        "open_act": tried.act if typed else "",
        "photos": [_picture(case, photo, n) for n, photo in enumerate(shown.photos, start=1)],
        "timeline": showing.timeline(replace(shown, photos=())),
        "conflict": tried.conflict,
        "refused": None if typed else tried.refused,
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
