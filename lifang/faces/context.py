"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

from lifang.ground.access.doors import holdings


def shell(request: HttpRequest) -> dict[str, Any]:
    """`functions`: the names of all functions that the signed-in person holds; empty for residents."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"functions": frozenset()}
    return {"functions": holdings(request).functions}
