"""What other rooms hang beside a document of the library: they take its pack and its name there."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

Panel = Callable[[HttpRequest, str, str], SafeString | None]
PANELS: list[Panel] = []


def panels(request: HttpRequest, pack: str, name: str) -> list[SafeString]:
    return [shown for panel in PANELS if (shown := panel(request, pack, name))]
