"""Reporting without an account: four small pages that also work without JavaScript.

Every page carries all that was given so far; nothing is kept on the server but cleaned pictures. Whoever reports has
no authority that another site could misuse, so these pages take no CSRF token and set no cookie.
"""

import base64
import io
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from PIL import Image

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.grid import opening, queries
from lifang.domains.grid.actions import join_event, report_event
from lifang.domains.grid.duplicates import Likely, likely_duplicates
from lifang.domains.grid.forms import OTHER, ReportForm, category_choices
from lifang.domains.grid.suggest import suggest
from lifang.ground.access import limits
from lifang.ground.access.doors import public
from lifang.ground.clock.wording import limit_words
from lifang.ground.files.store import Kept, path_of
from lifang.ground.files.uploads import takes_photos

STEPS = ("what", "kind", "where", "check")
FIELDS = {
    "what": ("text",),
    "kind": ("category", "listed"),
    "where": ("place_text", "lon", "lat"),
    "check": ("phone", "name", "wants_answer"),
}
SENDS, WINDOW = 60, 600
THUMB = (240, 180)


@csrf_exempt
@takes_photos
@public("public.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One step after another; `go` says where to, `join` names a case to add one's voice to."""
    if request.method != "POST":
        return _page(request, ReportForm(), "what")
    form = ReportForm(request.POST)
    words = _take_photos(request, form)
    step = request.POST.get("step", "what")
    step = step if step in STEPS else "what"
    go = request.POST.get("go", "next")
    if dropped := request.POST.get("drop"):
        form.photos = [photo for photo in form.photos if photo.sha256 != dropped]
        return _page(request, form, (_first_wrong(form, "where") if step == "check" else None) or step)
    if go in STEPS and STEPS.index(go) <= STEPS.index(step):
        return _page(request, form, go)
    sending = go == "send" or bool(request.POST.get("join"))
    if wrong := _first_wrong(form, "check" if sending else step):
        return _page(request, form, wrong, words, status=422)
    if words:
        return _page(request, form, "what", words, status=422)
    if sending:
        return _send(request, form, request.POST.get("join", ""))
    return _page(request, form, STEPS[min(STEPS.index(step) + 1, 3)])


def _take_photos(request: HttpRequest, form: ReportForm) -> list[str]:
    """Join earlier and fresh pictures; words for those that were not kept."""
    fresh = request.photos  # type: ignore[attr-defined]
    words: list[str] = fresh.words()
    form.take_photos(request.POST.getlist("kept"), fresh.kept)
    if form.over > 0:
        words.append(_("照片最多 9 张，多出的 {n} 张没有收下。").format(n=form.over))
    return words


def _first_wrong(form: ReportForm, upto: str) -> str | None:
    """The first step up to this one that has something to mend."""
    for step in STEPS[: STEPS.index(upto) + 1]:
        if not form.errors.keys().isdisjoint(FIELDS[step]):
            return step
    return None


def _send(request: HttpRequest, form: ReportForm, join: str) -> HttpResponse:
    if wait := limits.wait_for("report", limits.address(request), SENDS, WINDOW):
        words = _(
            "这个网络地址上报得太多了，这一件还没有发出，填写的内容都在。请过 {n} 分钟再按一次，或者拨打社区电话。"
        )
        return _page(request, form, "check", [words.format(n=wait // 60 + 1)], status=429)
    key = form.sending_key(join)
    try:
        if join:
            done = join_event(number=join, report=form.report(), actor=Actor(), key=key)
        else:
            done = report_event(report=form.report(), actor=Actor(), key=key)
    except (NotDone, packs.NoRule, Case.DoesNotExist) as error:
        words = error.message if isinstance(error, NotDone) else _("这一件现在不能加入，请作为新的情况上报。")
        return _page(request, form, "check", [words], status=422)
    return redirect("track_slip", token=done.token)


def _page(
    request: HttpRequest, form: ReportForm, step: str, words: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    """A step, with the errors of this step and the rest carried along."""
    if status == 200:
        form.errors.clear()
    context: dict[str, Any] = {
        "form": form,
        "step": step,
        "number": STEPS.index(step) + 1,
        "titles": [_("什么事"), _("哪一类"), _("在哪里"), _("核对并上报")],
        "words": words,
        "thumbs": [(photo.sha256, thumb(photo)) for photo in form.photos] if step in ("what", "check") else [],
        "key": form.cleaned_data.get("key") if form.is_bound else uuid.uuid4(),
        "carried": [
            (name, form.data[name]) for other in STEPS if other != step for name in FIELDS[other] if form.data.get(name)
        ],
        "city_name": queries.city_name(),
    }
    context |= {"kind": _kind, "check": _check}.get(step, lambda form: {})(form)
    return render(request, f"grid/report_{step}.html", context, status=status)


def _value(form: ReportForm, name: str) -> Any:
    return form.cleaned_data.get(name) if form.is_bound and hasattr(form, "cleaned_data") else None


def _kind(form: ReportForm) -> dict[str, Any]:
    """Up to three tiles from the words, then the whole list."""
    found = suggest(_value(form, "text") or "", form.area, form.on)
    chosen = _value(form, "category") or form["category"].value() or ""
    tiles = [{"value": s.category.code, "title": s.category.title, "hint": s.category.filing} for s in found]
    among = any(tile["value"] == chosen for tile in tiles)
    tiles.append({"value": OTHER, "title": _("都不是"), "hint": _("在下面的列表里选一项最接近的")})
    return {
        "tiles": tiles if found else [],
        "chosen": chosen if among or not chosen else OTHER,
        "listed": "" if among else chosen,
        "choices": category_choices(form.area, form.on),
        "category_error": " ".join(map(str, form.errors.get("category", []))),
    }


def _check(form: ReportForm) -> dict[str, Any]:
    """What will be sent, to whom it goes by the rules, and what was already reported there."""
    data = form.cleaned_data
    now = timezone.now()
    spot = opening.place(lon=data.get("lon"), lat=data.get("lat"), text=data.get("place_text", ""))
    rule = packs.category(data["category"], spot.area, now)
    told = opening.proposal(rule.code, spot.area, now, rule.urgency)
    likely: Sequence[Likely] = ()
    if data.get("lon") is not None:
        likely = likely_duplicates(lon=data["lon"], lat=data["lat"], category=rule.code, text=data["text"], at=now)
    limit = rule.limit("handle")
    return {
        "rule": rule,
        "spot": spot,
        "place": queries.place_name(spot.area),
        "problem": spot.problem,
        "owner": told["owner_name"],
        "limit": limit_words(limit.value) if limit else "",
        "source": told["limit_rule"],
        "likely": likely,
    }


@lru_cache(maxsize=256)
def _thumb(sha256: str) -> str:
    with Image.open(path_of(sha256)) as picture:
        picture.draft("RGB", THUMB)
        picture.thumbnail(THUMB)
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=60)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def thumb(photo: Kept) -> str:
    """A small copy inside the page; no address serves pictures of reports not yet sent."""
    return _thumb(photo.sha256)
