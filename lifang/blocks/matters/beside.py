"""What other rooms hang beside a matter on its page."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from lifang.blocks.matters.queries import Matter

Panel = Callable[[HttpRequest, Matter], SafeString | None]
PANELS: list[Panel] = []


def panels(request: HttpRequest, matter: Matter) -> list[SafeString]:
    return [shown for panel in PANELS if (shown := panel(request, matter))]
