"""What was asked of a community past the gate: reported by the community, answered with a letter to the body."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.domains.gate import letters
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.sending import of_key
from lifang.ground import prepared
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, level_of
from lifang.ground.trail.actions import record


@transaction.atomic
def report(
    *,
    actor: Actor,
    area: int,
    unit: Unit,
    channel: str,
    kind: str,
    title: str,
    text: str = "",
    on: dt.date,
    minutes: int | None = None,
    key: uuid.UUID,
) -> Sending:
    """Enter what `unit` asked of the community by telephone, chat and the like; `minutes` were spent on it, if any.

    Runs under `gate.report`. It counts as returned, and the unit gets a letter. A repeated key gives the first result.
    """
    if (before := of_key(key, actor)) is not None:
        return before
    if level_of(area) != COMMUNITY or not current().covers(area):
        raise Refused(_("只能为自己的社区反映。"), "area")
    if not storable(title + text):
        raise Refused(_("有写不下的字符，请改后再交。"), "title")
    now = timezone.now()
    at = min(now, midnight(on) + dt.timedelta(hours=12))
    pk = prepared.next_id("gate_sending")
    sending = Sending.objects.create(
        pk=pk, number=f"XD{timezone.localtime(now):%y%m%d}-{pk:06d}", area=area, level=COMMUNITY, kind=kind,
        judged={"asked": title, "owner": ""}, unit=unit, by_id=actor.user_id, title=title, text=text, at=at,
        minutes=minutes or 0, places=1, state=Sending.State.RETURNED, rule="around",
        why=_("「{title}」没有经过平台，也没有说明是哪个准入事项。").format(title=title), channel=channel, key=key,
    )  # fmt: skip
    Reach.objects.create(sending=sending, area=area, unit=unit, at=at, minutes=minutes or 0, kept=not minutes)
    record(what="sending.returned", kind="sending", object_id=sending.number, area=area, rule="around")
    letters.post(sending)
    return sending
