"""A form that a browser without an account sends again within a day leads to its first receipt: the browser shows by a
cookie that it was the one that sent it. Whoever types the same elsewhere learns nothing of it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE, DAY = "lifang_sent", 24 * 3600


def token_of(request: HttpRequest) -> str:
    """The receipt to which this browser's last form at this address led within a day, "" without one."""
    return str(request.get_signed_cookie(COOKIE, "", salt=request.path, max_age=DAY))


def remember(answer: HttpResponse, request: HttpRequest, token: str) -> HttpResponse:
    answer.set_signed_cookie(
        COOKIE, token, salt=request.path, max_age=DAY, path=request.path, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
    return answer
