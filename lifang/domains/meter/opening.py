"""How the meter's own cases begin: approvals, cleaning up, rounds of supervision and what they find."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.many import open_one
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.ground.clock.limits import Limit


def begin(
    *,
    case: str,
    actor: Actor,
    at: dt.datetime,
    area: int,
    category: str,
    title: str,
    text: str = "",
    limit: Limit,
    units: Sequence[int] = (),
    fields: Mapping[str, Any] | None = None,
    parent: Case | None = None,
    place_text: str = "",
    key: uuid.UUID | None = None,
) -> Case:
    """A case of one of the meter's types, with its limit; the first of `units` answers for it."""
    type_ = packs.case_type(case, area, at)
    return open_one(
        type_=type_, actor=actor, at=at, key=key, data={"limit": {"amount": limit.amount, "unit": limit.unit.value}},
        area=area, place_text=place_text, category=category, source="task", title=title[:120], text=text, parent=parent,
        voices_count=0, unit_id=units[0] if units else None, involved=sorted(set(units)),
        fields={"category_title": type_.title, **(fields or {})},
    )  # fmt: skip
