"""What stands beside an item for whoever handles it: why forms came back lately, and what the guide says of its matter."""

from typing import Any

from django.http import HttpRequest

from lifang.blocks.packs.shapes import Service
from lifang.domains.counter import queries
from lifang.domains.guidance import service as guide
from lifang.ground.access.doors import acting, holdings

GUIDE = "guide.read"


def hints(request: HttpRequest, name: str, service: Service | None, area: int) -> dict[str, Any]:
    """What `counter/guide.html` shows of the item of this name. Runs under a function of the counter."""
    found: dict[str, Any] = {"service": service, "errors_before": queries.past_errors(name, area), "articles": []}
    if service and service.matter and holdings(request).holds(GUIDE):
        with acting(request, GUIDE):
            found["articles"] = guide.beside(service.matter, area)
    return found
