"""Every address that is served, the door before it, and the roles that pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from lifang.ground.access.doors import function_of


@dataclass(frozen=True, order=True)
class Route:
    """`function` is None where a view has no door. `name` is the one by which addresses are made."""

    address: str
    function: str | None
    name: str = ""
    arguments: tuple[str, ...] = ()

    @property
    def staff(self) -> bool:
        """Whether it asks for a function that a person must hold."""
        return bool(self.function) and self.function not in ("open", "signin") and ":" not in str(self.function)


def routes() -> list[Route]:
    """Every route, by address."""
    return sorted(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + _shown(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, address, inner)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            yield Route("/" + address, function_of(entry.callback), name, tuple(entry.pattern.converters))


def _shown(pattern: Any) -> str:
    return str(pattern) if isinstance(pattern, RoutePattern) else str(pattern).strip("^$").removesuffix("\\Z")


def passing(function: str | None, roles: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The codes of the roles that hold a function."""
    return sorted(code for code, functions in roles.items() if function in functions)
