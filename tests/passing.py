"""What passed the gate, for rooms below it: their own rules are tested on what would have reached a community."""

import uuid
from collections.abc import Collection

from django.utils import timezone

from lifang.domains.gate.models import Reach, Sending
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import system_scope


def passed(unit: Unit, areas: Collection[int], kind: str = "form") -> str:
    """The number of something of a unit's that passed the gate to these communities."""
    now, key = timezone.now(), uuid.uuid4()
    with system_scope("test"):
        sending = Sending.objects.create(
            number=f"XD{key.hex[:12]}", area=unit.area, level=5, kind=kind, unit=unit, title="演示", at=now, minutes=0,
            places=len(areas), state="sent", rule="listed", why="演示", channel="desk", key=key,
        )  # fmt: skip
        Reach.objects.bulk_create(Reach(sending=sending, area=area, unit=unit, at=now, minutes=0) for area in areas)
    return sending.number
