"""What follows an act once it is committed."""

from collections.abc import Callable

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.packs.shapes import Transition

Listener = Callable[[Case, Act, Transition | None], None]
LISTENERS: list[Listener] = []


def after_act(case: Case, act: Act, row: Transition | None) -> None:
    """Tell every listener inside the transaction; listeners enqueue jobs and do nothing slow."""
    for listener in LISTENERS:
        listener(case, act, row)
