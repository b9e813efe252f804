"""What other rooms show of a person on the person's page, and of the people of a place in lists."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest
from django.utils.safestring import SafeString

from lifang.blocks.registry.dossier import Dossier

Panel = Callable[[HttpRequest, Dossier], SafeString | None]
"""The request and what the page knows of the person already, as of a day or now → the panel; None where there is nothing to
show or the viewer may not see it. A panel asks for its own function: the page runs under `person.read`."""
PANELS: list[Panel] = []


def panels(request: HttpRequest, shown: Dossier) -> list[SafeString]:
    return [found for panel in PANELS if (found := panel(request, shown))]


Care = Callable[[HttpRequest, int], Mapping[int, Sequence[str]]]
"""The request and a place → the titles of the registers of special care on which each of its people stands, of those that
the viewer may see without a purpose."""
CARE: list[Care] = []


def care_of(request: HttpRequest, place: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for care in CARE:
        for person, titles in care(request, place).items():
            found[person] += titles
    return found
