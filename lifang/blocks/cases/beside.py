"""What other rooms hang beside a case on its page: for each type of child cases a panel of its own; and the page of its
own that a room gives the cases of a type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.http import HttpRequest
from django.utils.safestring import SafeString

from lifang.blocks.cases.models import Case

Panel = Callable[[HttpRequest, Case, Sequence[Case]], SafeString | None]
"""The request, the case and its children of the type → the panel; None where there is nothing to show."""
PANELS: dict[str, Panel] = {}


class General(Enum):
    """What the page that all cases have is for a type with a page of its own: acts are done there too, it is only read, or
    it leads on to the own page, which says all that it would say."""

    DOES = "does"
    SHOWS = "shows"
    LEADS = "leads"


@dataclass(frozen=True)
class Own:
    """`address` of the page, "" where the reader may not open it; `title` of the link to it."""

    title: object
    address: Callable[[HttpRequest, Case], str]
    general: General = General.DOES


OWN: dict[str, Own] = {}


def panels(request: HttpRequest, case: Case, children: Sequence[Case]) -> list[SafeString]:
    shown = (panel(request, case, [one for one in children if one.type == name]) for name, panel in PANELS.items())
    return [panel for panel in shown if panel]


def others(children: Sequence[Case]) -> list[Case]:
    """The children that no panel shows."""
    return [child for child in children if child.type not in PANELS]
