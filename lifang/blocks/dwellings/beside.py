"""What other rooms know of the flats of a building: what is due there, and when somebody was there last."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.http import HttpRequest

from lifang.blocks.registry.models import Person


class Mark(NamedTuple):
    """`due` in words, "" for nothing; `last` somebody was there; `url` leads to where the next visit is written down."""

    due: str = ""
    last: dt.date | None = None
    url: str = ""


Marks = Callable[[HttpRequest, Mapping[str, Sequence[Person]]], Mapping[str, Mark]]
"""The request and the residents of each home of a building → what the room knows of those homes. It asks for its own
function: the page runs under `person.read`."""
MARKS: list[Marks] = []


def marks(request: HttpRequest, homes: Mapping[str, Sequence[Person]]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for of_room in MARKS:
        for home, mark in of_room(request, homes).items():
            found.setdefault(home, []).append(mark)
    return found
