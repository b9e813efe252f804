"""Who carries out what passes the gate: for each form in which a body may ask, one carrier that its room registers."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.gate.models import Sending
from lifang.ground.clock.limits import Limit

Places = Mapping[int, str]
"""Code → name of every place at the level sent to."""


@dataclass(frozen=True)
class Carrier:
    """`carry` runs in the sending's transaction, at every place; the case that it gives stands for the whole.

    `minutes` says what the sending's `data` costs one place; without it the pack's rate for the kind counts. `stop` ends
    what was carried, when a sending is withdrawn or an emergency is over.
    """

    carry: Callable[[Sending, Actor, Places, Limit], Case | None]
    stop: Callable[[Sending, Actor, str], None] | None = None
    minutes: Callable[[Mapping[str, object], int, dt.date], int | None] | None = None


CARRIERS: dict[str, Carrier] = {}
"""By kind (packs.words.SENDINGS). What has none reaches the communities by the page of what is asked of them."""


def minutes_of(kind: str, data: Mapping[str, object], area: int, on: dt.date) -> int:
    """What one place needs for it: what its carrier reckons, else the pack's rate and what typing its columns takes."""
    carrier = CARRIERS.get(kind)
    found = carrier.minutes(data, area, on) if carrier and carrier.minutes else None
    if found is not None:
        return found
    return packs.value(f"gate.minutes_{kind}", area, on).value + typing(data.get("columns", ()), area, on)


def typing(columns: Any, area: int, on: dt.date) -> int:
    """The minutes in which a place types each of these columns once."""
    return round(len(columns) * float(packs.value("forms.minutes_a_typed", area, on).value))
