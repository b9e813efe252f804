"""The door of every API operation: one function, one caller, one transaction, and a trail of what tokens read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja.operation import Operation

from lifang.faces.api import callers
from lifang.faces.api.callers import Caller
from lifang.faces.api.problems import Problem
from lifang.ground.access.doors import SAFE
from lifang.ground.access.limits import address, wait_for
from lifang.ground.access.scope import EVERYWHERE, Scope, served_in
from lifang.ground.trail.actions import record

ANONYMOUS_PER_MINUTE = 30
HIDDEN = "…"
TYPED = ("q", "text")
"""Words that somebody looks for: they may be a number, a telephone or what a person told."""
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """`anybody`: needs no token; `token` is then the URL argument to whose case alone it leads."""

    function: str
    anybody: bool = False
    token: str = ""

    @property
    def label(self) -> str:
        """As the routes × roles table lists it."""
        return f"public:{self.function}" if self.anybody else self.function


class Asked(HttpRequest):
    """A request behind a door. Views put into `shown` what a token was shown."""

    caller: Caller
    shown: list[str]


def operation(function: str, *, anybody: bool = False, token: str = "") -> Callable[[View], View]:
    """Declare the one function under which an API view runs; a view without it is refused."""

    def decorate(view: View) -> View:
        view.door = Door(function, anybody, token)  # type: ignore[attr-defined]
        return view

    return decorate


def _scope(door: Door, caller: Caller, kwargs: dict[str, Any]) -> Scope:
    if door.token:
        return Scope(door.function, token=str(kwargs[door.token]))
    if door.anybody:
        return Scope(door.function, (EVERYWHERE,), user_id=caller.user.pk if caller.user else None)
    scope = caller.scope(door.function)
    if not scope:
        raise Problem(403, _("没有职能「{function}」。").format(function=door.function), field="Authorization")
    return scope


def _count(door: Door, caller: Caller, request: HttpRequest) -> None:
    """Raises Problem 429: of tokens every request counts, of others only anonymous writing."""
    if caller.token is not None:
        most = caller.token.per_minute
        wait = wait_for("api.token", str(caller.token.pk), most, 60)
    elif door.anybody and request.method not in SAFE:
        most = ANONYMOUS_PER_MINUTE
        wait = wait_for("api.anonymous", address(request), most, 60)
    else:
        return
    if wait:
        raise Problem(
            429,
            _("这一分钟的请求太多了，请 {wait} 秒后再试。").format(wait=wait),
            allowed=_("每分钟最多 {n} 次").format(n=most),
            headers={"Retry-After": str(wait)},
        )


def enter(door: Door, request: HttpRequest, view: Callable[[], HttpResponse], kwargs: dict[str, Any]) -> HttpResponse:
    """Run a view behind a door. Raises Problem when the caller is refused; an error answer keeps nothing."""
    caller = callers.identify(request, anybody=door.anybody)
    return enter_as(caller, door, request, view, kwargs)


def enter_as(
    caller: Caller, door: Door, request: HttpRequest, view: Callable[[], HttpResponse], kwargs: dict[str, Any]
) -> HttpResponse:
    _count(door, caller, request)
    scope = _scope(door, caller, kwargs)
    request.caller, request.shown = caller, []  # type: ignore[attr-defined]
    safe = request.method in SAFE
    with served_in(scope, read_only=safe and caller.token is None):
        response = view()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        elif safe and caller.token is not None:
            _trail(request, caller)
    return response


def _trail(request: HttpRequest, caller: Caller) -> None:
    """Every read by a token leaves a row: what was asked, and which cases were shown."""
    token = caller.token
    assert token is not None
    record(
        what="api.read",
        kind="token",
        object_id=token.pk,
        area=token.area,
        token=token.name,
        path=_told(request)[:500],
        shown=request.shown,  # type: ignore[attr-defined]
    )


def _told(request: HttpRequest) -> str:
    """The address asked for, without what opens a door (the secret in a query, the token in a path) and without words."""
    found = request.resolver_match
    link = found.kwargs.get("token") if found else None
    path = request.path.replace(link, HIDDEN) if link else request.path
    query = request.GET.copy()
    query.pop("api_key", None)
    for name in query.keys() & set(TYPED):
        query[name] = HIDDEN
    return f"{path}?{query.urlencode()}" if query else path


def guarded(pattern: URLPattern) -> URLPattern:
    """The pattern with its view behind the doors of its operations; one without a door stays closed."""
    path_view = pattern.callback
    found: list[Operation] = path_operations(path_view)
    doors = {method: op.view_func.door for op in found for method in op.methods if hasattr(op.view_func, "door")}
    if not found or any(not hasattr(op.view_func, "door") for op in found):
        return pattern

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        door = doors.get(str(request.method))
        if door is None:
            allowed = ", ".join(sorted(doors))
            detail = _("这个地址不支持 {method}。").format(method=request.method)
            return Problem(405, detail, allowed=allowed, headers={"Allow": allowed}).response()
        try:
            return enter(door, request, lambda: path_view(request, **kwargs), kwargs)
        except Problem as problem:
            return problem.response()

    view.csrf_exempt = True  # type: ignore[attr-defined]
    view.function = ", ".join(f"{method} {door.label}" for method, door in sorted(doors.items()))  # type: ignore[attr-defined]
    view.doors = doors  # type: ignore[attr-defined]
    return URLPattern(pattern.pattern, view, name=pattern.name)


def path_operations(path_view: Any) -> list[Operation]:
    """The operations behind a view that django-ninja made for one path."""
    held = (cell.cell_contents for cell in getattr(path_view, "__closure__", None) or ())
    return next((list(value.operations) for value in held if hasattr(value, "operations")), [])


def listed(patterns: list[URLPattern], prefix: str) -> Iterator[tuple[str, str, str]]:
    """(method, path, function) of every operation behind these patterns."""
    for pattern in patterns:
        for method, door in getattr(pattern.callback, "doors", {}).items():
            yield method, prefix + str(pattern.pattern), door.label
