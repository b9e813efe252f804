"""What other rooms show of a person on the person's page."""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from lifang.blocks.registry.models import Person

Panel = Callable[[HttpRequest, Person, dt.date | None], SafeString | None]
"""The request, the person and the day asked for (None is now) → the panel; None where there is nothing to show or the
viewer may not see it. A panel asks for its own function: the page runs under `person.read`."""
PANELS: list[Panel] = []


def panels(request: HttpRequest, person: Person, on: dt.date | None) -> list[SafeString]:
    return [shown for panel in PANELS if (shown := panel(request, person, on))]
