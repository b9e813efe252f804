"""A resident's own page: a link, the code that came with it, and what is held and who looked."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lifang.blocks.privacy import disclosing
from lifang.blocks.privacy.forms import CodeForm
from lifang.blocks.privacy.models import Link
from lifang.blocks.privacy.statement import stated
from lifang.ground.access import limits
from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.queries import names

COOKIE = "lifang_mine"
TRIES, WINDOW = 30, 600


@csrf_exempt
@public("public.mine", token="token")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """`/mine/<token>/`: asks for the code; once it was given, shows all to this browser for a while."""
    link = disclosing.link_of(token)
    if link is None:
        raise Http404(_("没有这个链接。请核对地址，或到社区再要一个。"))
    if disclosing.is_open(link, request.COOKIES.get(COOKIE, "")):
        return _shown(request, link)
    form = CodeForm(request.POST or None)
    try:
        disclosing.check(link)
        if form.is_valid():
            if limits.wait_for("mine", limits.address(request), TRIES, WINDOW):
                form.add_error(None, _("试得太频繁了，这一次没有算。请过十分钟再试。"))
                return _page(request, 429, form=form)
            if session := disclosing.open_link(token=token, code=form.cleaned_data["code"]):
                return _opened(request, token, session)
            form.add_error(
                "code", _("验证码不对。请看纸条上的数字，错 {n} 次链接就停用。").format(n=disclosing.MOST_TRIES)
            )
    except disclosing.Shut as shut:
        return _page(request, 410, shut=str(shut))
    return _page(request, 422 if form.errors else 200, form=form)


def _opened(request: HttpRequest, token: str, session: str) -> HttpResponse:
    answer = redirect("mine", token)
    answer.set_cookie(
        COOKIE, session, path=request.path, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
    return answer


def _shown(request: HttpRequest, link: Link) -> HttpResponse:
    with system_scope("person.own"):
        shown = stated(link.person.into or link.person, whole=link.whole)
    return _page(request, 200, shown=shown, link=link, now=timezone.now())


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    with system_scope("person.own"):
        context["city_name"] = names([settings.CONFIG.area], today()).get(settings.CONFIG.area, "")
    answer = render(request, "privacy/mine.html", context, status=status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
