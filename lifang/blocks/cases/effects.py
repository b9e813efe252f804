"""What a transition does beyond changing the state: small named effects, called by the engine in order.

A domain adds its own with `@effect("grid.something")`; a case type names them in its table.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lifang.blocks.cases.models import Case
from lifang.blocks.packs.shapes import CaseType


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, a resident behind a token, or the system (`user_id` None)."""

    user_id: int | None = None
    name: str = ""
    unit_id: int | None = None


@dataclass
class Doing:
    """One act while it is being applied. Effects change `case`; what they add to `data` is kept with the act."""

    case: Case
    type: CaseType
    act: str
    data: dict[str, Any]
    actor: Actor
    at: dt.datetime


Effect = Callable[[Doing], None]
EFFECTS: dict[str, Effect] = {}


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register an effect under the name by which case types call it."""

    def register(function: Effect) -> Effect:
        if name in EFFECTS:
            raise ValueError(f"two effects are named {name}")
        EFFECTS[name] = function
        return function

    return register
