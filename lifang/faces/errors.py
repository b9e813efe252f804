"""Pages for what went wrong: what happened, what was kept, what to do next."""

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import LockNotAvailable

from lifang.blocks.registry.imports.progress import minutes_left
from lifang.faces.readable import EmptyCharacter
from lifang.ground.access import vault
from lifang.ground.access.doors import SAFE, opens

SECRETS = "/accounts/"
MACHINES = ("/api/", "/open311/")
DESK = "/desk/"
PROBLEM = "application/problem+json"


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@opens
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@opens
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def spoken(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The words for an address opened in a way that it does not take (405), as a page or for a machine; Django would send
    none."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = get_response(request)
        if not isinstance(given, HttpResponseNotAllowed):
            return given
        if request.path.startswith(MACHINES):
            told = _problem(405, _("这个地址不支持 {method}。").format(method=request.method))
            told.headers["Allow"] = given.headers["Allow"]
            return told
        given.content = render_to_string("405.html", {"desk": request.path.startswith(DESK)}, request)
        return given

    return answer


def _problem(status: int, words: str) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": words}
    return JsonResponse(body, status=status, content_type=PROBLEM)


@opens
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if request.path.startswith(MACHINES):
        return _problem(400, _("地址或内容的格式不对，系统没有做任何改动。"))
    if isinstance(exception, EmptyCharacter) and not request.path.startswith(SECRETS):
        return render(request, "400_form.html", {"typed": _typed(request)}, status=400)
    return render(request, "400.html", status=400)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value of all that was sent but files, without what cannot be kept. It goes back as it came, with the token
    that it brought: what another site made up is refused once more."""
    given = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name.replace("\0", ""), value.replace("\0", "")) for name, value in given]


@opens
def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault. While the database is away, or the key of a sealed value is, it says so with 503, and asks
    nothing of the database itself. While a first file fills the registers, it says how long that takes, and keeps what
    was typed."""
    fault = sys.exc_info()[1]
    if isinstance(fault, OperationalError) and isinstance(fault.__cause__, LockNotAvailable):
        return _waited(request)
    away, locked = isinstance(fault, OperationalError | InterfaceError), isinstance(fault, vault.Unreadable)
    status = 503 if away or locked else 500
    if request.path.startswith(MACHINES):
        if away:
            words = _("系统暂时不能服务，请稍后用同一个幂等键重发。")
        elif locked:
            words = _("这里有加密的内容现在打不开，没有做任何改动。请系统管理员把缺少的密钥文件放回数据目录。")
        else:
            words = _("系统出了问题，已经记录下来。")
        answer = _problem(status, words)
    else:
        page = "503.html" if away else "503_sealed.html" if locked else "500.html"
        answer = HttpResponse(render_to_string(page), status=status)
    if away:
        answer.headers["Retry-After"] = "5"
    return answer


def _waited(request: HttpRequest) -> HttpResponse:
    """Others hold what was asked for: a first file that fills the registers, or somebody who changes the same."""
    sent = request.method not in SAFE
    try:
        minutes = minutes_left()
    except OperationalError:
        minutes = None
    if minutes is None:
        words = _("别人正在改同一处，等了几秒还没有轮到。")
    else:
        words = ngettext(
            "正在首次整批装入居民数据，约 {n} 分钟后可查。", "正在首次整批装入居民数据，约 {n} 分钟后可查。", minutes
        ).format(n=minutes)
    if request.path.startswith(MACHINES):
        answer = _problem(503, words + _("没有做任何改动，请稍后用同一个幂等键重发。") if sent else words)
    else:
        context = {"words": words, "filling": minutes is not None, "sent": sent and request.get_full_path()}
        if sent and not request.path.startswith(SECRETS):
            context |= {"typed": _typed(request), "files": bool(request.FILES)}
        answer = HttpResponse(render_to_string("503_filling.html", context), status=503)
    answer.headers["Retry-After"] = "15"
    return answer
