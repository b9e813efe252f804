"""Every address that is served, the door before it, and the roles that pass: the routes × roles table."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from lifang.ground.access.doors import function_of

HEAD = """\
# Who may open what. One line an address: method, address, function, roles that hold it.
# `page` is GET, and POST where the page takes a form. `open` touches no scoped data, `signin` is the sign-in
# itself, `public:` needs no account. Written by `lifang routes > tests/routes.txt`; read the difference
# before committing it.
"""
BY_METHOD = re.compile(r"(GET|POST|PUT|PATCH|DELETE) ([\w.:]+)")
FREE = ("open", "signin")


class Route(NamedTuple):
    """`function` is None where a view has no door; `arguments` are the names of those that it takes."""

    address: str
    method: str
    function: str | None
    arguments: tuple[str, ...]

    @property
    def free(self) -> bool:
        """Whether no account is asked for."""
        return self.function is not None and (self.function in FREE or self.function.startswith("public:"))


def routes() -> list[Route]:
    """Every route, by address."""
    return sorted(_walk(get_resolver(), "/"), key=lambda route: route[:2])


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + _shown(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address)
        elif isinstance(entry, URLPattern):
            yield from _of(entry, address)


def _of(entry: URLPattern, address: str) -> Iterator[Route]:
    function = function_of(entry.callback)
    arguments = tuple(entry.pattern.converters) or tuple(re.findall(r"\?P<(\w+)>", address))
    for method, each in BY_METHOD.findall(function or "") or [("page", function)]:
        yield Route(address, method, each, arguments)


def _shown(pattern: Any) -> str:
    return str(pattern) if isinstance(pattern, RoutePattern) else str(pattern).strip("^$").removesuffix("\\Z")


def table(roles: Mapping[str, tuple[str, ...]]) -> str:
    """The table as text, ending in a newline. `roles`: functions by role."""
    return HEAD + "".join(
        f"{route.method:<6} {route.address:<52} {route.function or 'NO DOOR':<20} {_passing(route, roles)}".rstrip()
        + "\n"
        for route in routes()
    )


def _passing(route: Route, roles: Mapping[str, tuple[str, ...]]) -> str:
    if route.free:
        return "anybody"
    return " ".join(sorted(code for code, functions in roles.items() if route.function in functions)) or "nobody"
