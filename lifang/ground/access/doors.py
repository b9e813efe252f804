"""Every view stands behind a door that names exactly one function; a view without a door is refused."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lifang.ground.access.scope import EVERYWHERE, Holdings, Scope, holdings_of, served_in, within_scope
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record

TOKEN = re.compile(r"[0-9A-Za-z_-]{1,64}")
ACTED = "lifang_acted"
SAFE = {"GET", "HEAD", "OPTIONS"}
View = Callable[..., HttpResponse]

# Views of libraries, each with the function under which it is listed in the routes × roles table.
LIBRARY_VIEWS = {"allauth.": "signin", "django.views.i18n": "open", "django.contrib.staticfiles.": "open"}


class Foreign(Http404):
    """What was asked for is missing or stands outside the asker's scope; to the asker both look the same.

    `area` is the place of something that exists: the attempt then leaves a row in the trail. None where nothing does.
    """

    def __init__(self, words: str, *, kind: str, object_id: str, area: int | None) -> None:
        super().__init__(words)
        self.kind, self.object_id, self.area = kind, object_id, area


def _keep(refused: Foreign, scope: Scope) -> None:
    if refused.area is not None:
        with within_scope(scope):
            record(what=f"{refused.kind}.foreign", kind=refused.kind, object_id=refused.object_id, area=refused.area)


def holdings(request: HttpRequest) -> Holdings:
    """What the person behind the request holds, read once a request."""
    found: Holdings | None = getattr(request, "_holdings", None)
    if found is None:
        found = holdings_of(request.user) if request.user.is_authenticated else Holdings(0)
        request._holdings = found  # type: ignore[attr-defined]
    return found


def serves(function: str, *, read_only: bool | None = None) -> Callable[[View], View]:
    """A view for signed-in people who hold `function` somewhere.

    GET runs in a read-only transaction. Without the function the page looks as if it did not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.user.must_change_password:
                return redirect("account_change_password")
            scope = holdings(request).scope(function)
            if not scope:
                raise Http404(_("没有这个页面，或者你没有查看它的权限。"))
            safe = request.method in SAFE if read_only is None else read_only
            try:
                with served_in(scope, read_only=safe):
                    answer = view(request, *args, **kwargs)
            except Foreign as refused:
                _keep(refused, scope)
                raise
            if not safe:
                _mark_act(answer)
            elif answer.status_code == 200:
                _log_shared(request, scope)
            return answer

        inner.function = function  # type: ignore[attr-defined]
        return inner

    return decorate


def acts(reads: str) -> Callable[[View], View]:
    """A page of one thing whose POST is an act: the page is read under `reads`, and the act runs under the function
    that the thing's own table names for it (`acting`). The routes table lists such a view under `reads` and as acting.
    """

    def decorate(view: View) -> View:
        inner = serves(reads)(view)
        inner.acts = True  # type: ignore[attr-defined]
        return inner

    return decorate


@contextmanager
def acting(request: HttpRequest, function: str) -> Iterator[Scope]:
    """Run under exactly this function, at the places where the person holds it."""
    with within_scope(holdings(request).scope(function)) as scope:
        yield scope


def _mark_act(answer: HttpResponse) -> None:
    answer.set_cookie(
        ACTED, f"{time.time():.3f}", max_age=60, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def acted_at(request: HttpRequest) -> float:
    """When this person last acted, in seconds since 1970: numbers kept from before are not for them. 0 if long ago."""
    try:
        return float(request.COOKIES.get(ACTED, "0"))
    except ValueError:
        return 0.0


def _log_shared(request: HttpRequest, scope: Scope) -> None:
    """Reading that a grant allows beyond the places of one's own unit leaves a row for each such place."""
    unit = request.user.unit  # type: ignore[union-attr]
    if unit is None:
        return
    own = span(unit.area)
    beyond = [lo for lo, hi in scope.places if lo < own.start or hi > own.stop]
    if beyond:
        with within_scope(scope):
            for area in beyond:
                record(what="shared.read", kind="page", object_id=request.path[:60], area=area)


def public(function: str, *, token: str | None = None) -> Callable[[View], View]:
    """A view that needs no account.

    With `token` (the name of a URL argument) only what belongs to that token is reached; otherwise the
    function runs at every place that the platform serves.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            given = str(kwargs[token]) if token else ""
            if token and not TOKEN.fullmatch(given):
                raise Http404
            scope = Scope(function, () if token else (EVERYWHERE,), token=given)
            with served_in(scope, read_only=request.method in SAFE):
                return view(request, *args, **kwargs)

        inner.function = f"public:{function}"  # type: ignore[attr-defined]
        return inner

    return decorate


def opens(view: View) -> View:
    """A view that touches no scoped data (health, static texts, the sign-in shell)."""
    view.function = "open"  # type: ignore[attr-defined]
    return view


def function_of(view: Any) -> str | None:
    """The function that a view is listed under, or None when it stands behind no door."""
    declared = getattr(view, "function", None) or getattr(getattr(view, "view_class", None), "function", None)
    if declared:
        return str(declared)
    module = getattr(view, "__module__", "")
    return next((f for prefix, f in LIBRARY_VIEWS.items() if module.startswith(prefix)), None)


class ClosedByDefault:
    """Refuses every view that declares no door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if function_of(view) is None:
            raise PermissionDenied(f"{view.__module__}.{getattr(view, '__name__', view)} declares no function")
