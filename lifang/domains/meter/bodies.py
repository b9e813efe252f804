"""Bodies that departments placed in communities: one without a basis is not kept."""

import datetime as dt

from lifang.blocks.registers.actions import GUARDS, Facts

BODY = "work_body"


def judged(area: int, facts: Facts, on: dt.date, entry: int | None) -> Facts:
    if facts.get("basis") or facts.get("judged") in ("merge", "remove"):
        return facts
    return {**facts, "judged": "remove"}


GUARDS[BODY] = judged
