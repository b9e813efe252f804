"""What a page counts, kept for a few seconds, since many look at the same figures at once."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language

from lifang.blocks.indicators.queries import Ask
from lifang.ground.access.scope import current

T = TypeVar("T")
KEEP_SECONDS = 10


def kept(request: HttpRequest, ask: Ask, make: Callable[[], T]) -> T:
    """What `make` gives, which hangs on what is asked, place, period and units alone, and says as of when.

    On today's boundaries it hangs on all places of the reader: cases count by their old code only where it is reached.
    """
    reach = current().places if ask.moves else ()
    address = (request.path, request.GET.urlencode())
    asked = (*address, ask.place, ask.whole, ask.units, ask.today.isoformat(), get_language(), reach)
    key = "figures:" + hashlib.sha256(repr(asked).encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEEP_SECONDS)
    return found
