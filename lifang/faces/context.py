"""What every page's frame needs."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from lifang.ground.access.doors import holdings
from lifang.ground.notices.queries import unread


def shell(request: HttpRequest) -> dict[str, Any]:
    """`functions`: the names of all functions that the signed-in person holds; `unread`: notices, counted when shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"functions": frozenset()}
    return {"functions": holdings(request).functions, "unread": cache(partial(unread, user))}
