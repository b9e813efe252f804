"""Without an account: asking for a certificate, and telling whether one is good, on line and off line."""

import json
import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.domains.certificates import asking, facts, keys, kinds, verifying
from lifang.domains.certificates.asking import Asked
from lifang.domains.certificates.forms import PublicForm, VerifyForm
from lifang.domains.certificates.models import Certificate
from lifang.domains.certificates.verifying import FUNCTION, Answer, Verdict
from lifang.domains.grid.actions import token_for
from lifang.domains.grid.queries import city_name
from lifang.ground.access import limits, resent
from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, STREET, level_of, within
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

MOST_FOUND = 20
SENDS, TRIES, CODES, WINDOW = 20, 60, 300, 600
TONES = {
    Verdict.VALID: "good", Verdict.EXPIRED: "warn", Verdict.REVOKED: "bad", Verdict.ALTERED: "bad", Verdict.FORGED: "bad",
    Verdict.UNKNOWN: "bad",
}  # fmt: skip


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public(FUNCTION)
def ask(request: HttpRequest) -> HttpResponse:
    """`/certificates/?community=&q=`: the community first, then the form; a POST asks. Nothing says who is on record."""
    area = _community(request.GET.get("community", ""))
    context: dict[str, Any] = {"city_name": city_name(), "area": area}
    if area is None:
        words = request.GET.get("q", "").strip().replace("\0", "")[:40]
        context |= {"words": words, "found": _communities(words) if words else []}
        return render(request, "certificates/public_where.html", context)
    known = kinds.issuable(area, today())
    form = PublicForm(request.POST or None, area=area, kinds=[(name, kind.title) for name, kind in known.items()])
    key = _key(request)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        if wait := limits.wait_for("certificate", limits.address(request), SENDS, WINDOW):
            words = _(
                "这个网络地址申请得太多了，这一件还没有发出，填写的内容都在。请过 {n} 分钟再按一次，或者到社区来办。"
            )
            form.add_error(None, words.format(n=wait // 60 + 1))
            status = 429
        else:
            try:
                token = _ask(area, form.cleaned_data, key, resent.token_of(request))
            except NotDone as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            else:
                return resent.remember(redirect("track_slip", token=token), request, token)
    context |= {
        "form": form, "key": key, "place": full_names([area], today(), STREET)[area], "kinds": known.values(),
        "refused": kinds.refused(area, today()).values(),
    }  # fmt: skip
    return render(request, "certificates/public_ask.html", context, status=status)


def _ask(area: int, given: dict[str, Any], key: uuid.UUID, sent: str) -> str:
    """The token of the receipt. Somebody of that number and name who lives there is found without saying so; whoever checks
    it decides."""
    asked = Asked(area=area, channel=Certificate.Channel.WEB, **given)
    if asking.is_standing(sent, asked):
        return sent
    same = [one for one in facts.numbered(given["number"], area) if one.name == given["name"].strip()]
    person = same[0] if len(same) == 1 else None
    if person is not None and asking.barred(person, area, given["consent"]):
        person = None
    asking.ask(asked=replace(asked, person=person.pk if person else None), actor=Actor(), key=key)
    return token_for(key)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _community(typed: str) -> int | None:
    code = whole(typed)
    if code is None or code >= 10**15 or level_of(code) != COMMUNITY or not within(code, settings.CONFIG.area):
        return None
    return code if Area.objects.as_of(today()).filter(code=code).exists() else None


def _communities(words: str) -> list[tuple[int, str]]:
    found = Area.objects.as_of(today()).below(settings.CONFIG.area).filter(level=COMMUNITY, name__contains=words)
    codes = list(found.order_by("code").values_list("code", flat=True)[:MOST_FOUND])
    return list(full_names(codes, today(), STREET).items())


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public(FUNCTION)
def verify(request: HttpRequest) -> HttpResponse:
    """`/v/`: by number and check code, for whoever cannot scan."""
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if limits.wait_for("verify", limits.address(request), TRIES, WINDOW):
            form.add_error(None, _("查得太频繁了，请过十分钟再查，或者扫纸上的码。"))
            return _empty(request, form, 429)
        return _answered(
            request, verifying.by_number(form.cleaned_data["number"], form.cleaned_data["check_code"]), form
        )
    return _empty(request, form, 422 if form.errors else 200)


def _empty(request: HttpRequest, form: VerifyForm, status: int, trouble: str = "") -> HttpResponse:
    context = {"form": form, "trouble": trouble, "city_name": city_name()}
    return render(request, "certificates/verify.html", context, status=status)


@never_cache
@require_safe
@public(FUNCTION)
def code(request: HttpRequest, code: str) -> HttpResponse:
    """`/v/<code>/`: what the QR code of a certificate leads to."""
    if limits.wait_for("code", limits.address(request), CODES, WINDOW):
        return _empty(
            request, VerifyForm(), 429, _("这个网络地址查得太频繁了，请过十分钟再扫，或者用不联网的页面核对签名。")
        )
    return _answered(request, verifying.of_code(code), VerifyForm())


def _answered(request: HttpRequest, answer: Answer, form: VerifyForm) -> HttpResponse:
    context = {
        "answer": answer, "tone": TONES[answer.verdict], "form": form, "city_name": city_name(), "today": today(),
    }  # fmt: skip
    response = render(request, "certificates/verify.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@public(FUNCTION)
def offline(request: HttpRequest) -> HttpResponse:
    """`/v/offline/`: one file that verifies codes without a network, to be kept; it holds the public keys."""
    known = {"codes": {str(number): point for number, point in keys.public_codes().items()}}
    page = render_to_string("certificates/offline.html", {"keys": json.dumps(known), "city_name": city_name()}, request)
    answer = HttpResponse(page)
    answer.headers["Content-Disposition"] = 'attachment; filename="lifang-verify.html"'
    return answer
