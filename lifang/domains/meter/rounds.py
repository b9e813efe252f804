"""Rounds of supervision: a sample of communities and what is already known of them; nobody is asked for paper."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.meter import burden
from lifang.domains.meter.opening import begin
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit, Unit

ROUND = "relief_round"


@transaction.atomic
def plan(*, actor: Actor, area: int, key: uuid.UUID, at: dt.datetime | None = None) -> Case:
    """Draw the communities that were asked for most this quarter, with their figures as they stand in the records."""
    if (before := repeated(key)) is not None:
        return before.case
    at = at or timezone.now()
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以督导的范围内。"), "area")
    on = timezone.localdate(at)
    communities = list(Area.objects.as_of(on).below(area).at_level(COMMUNITY).values_list("code", flat=True))
    if not communities:
        raise Refused(_("所选地方之下没有社区。"), "area")
    size = packs.value("round.sample", area, on).value
    drawn = burden.heaviest(area, on, communities)[:size]
    place = names([area], on).get(area, "")
    return begin(
        case=ROUND, actor=actor, at=at, area=area, category=ROUND, key=key, limit=Limit(30, Unit.WORKING_DAYS),
        title=_("减负督导：{place}，抽 {n} 个社区").format(place=place, n=len(drawn)), place_text=place,
        text=_("数从登记册和计量里来，不向社区要材料。"), units=[actor.unit_id] if actor.unit_id else [],
        fields={"sample": [sampled(code, on) for code in drawn]},
    )  # fmt: skip


def sampled(code: int, on: dt.date) -> Mapping[str, Any]:
    """The figures of one community as they were when it was drawn."""
    index = burden.index(code, on)
    return {"area": code, "hours": round(index.now.hours, 1), **index.now.counts}
