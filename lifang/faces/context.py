"""What every page's frame needs."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from lifang.ground.access.doors import holdings
from lifang.ground.access.queries import demo_sign_ins
from lifang.ground.notices.queries import unread


def shell(request: HttpRequest) -> dict[str, Any]:
    """`functions`: the names of all functions that the signed-in person holds; `unread`: notices, counted when shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"functions": frozenset(), "demo_sign_ins": demo_sign_ins}
    return {"functions": holdings(request).functions, "unread": cache(partial(unread, user))}
