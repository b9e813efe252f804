"""Who asks communities for something, in the small city."""

import datetime as dt
import uuid
from typing import Any

from lifang.blocks.cases.effects import Actor
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate.models import Sending
from lifang.domains.gate.sending import send
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST


def actor(user: User) -> Actor:
    return Actor(user.pk, user.name, user.unit_id)


def admitted(unit: Unit, title: str = "慢病随访月报", **more: Any) -> Admitted:
    """A matter that was admitted for the unit's own place, of every form."""
    given = {
        "code": f"ZR{uuid.uuid4().hex[:8]}", "area": unit.area, "title": title, "task": "service", "unit": unit,
        "basis": "某条例第三条", "payer": unit.kind, "amount": 300, "hours": 4, "period": "monthly",
        "sends": ["task", "form", "data", "inspection"], "elements": ["phone"], "since": dt.date(2026, 1, 1), **more,
    }  # fmt: skip
    with system_scope("test"):
        return Admitted.objects.create(**given)


def sent(user: User, **more: Any) -> Sending:
    """Something that a person sends for their unit, a task to every community of the east district unless said otherwise."""
    given = {"kind": "task", "title": "高龄老人巡访", "below": EAST, "key": uuid.uuid4(), **more}
    with scope_of(user, "gate.send"):
        return send(actor=actor(user), **given)


def lawful_task(user: User, below: int, title: str = "换届人员培训", level: int = 5, **more: Any) -> Sending:
    """What a street sends to its own communities by law."""
    with scope_of(user, "task.issue"):
        return send(
            actor=actor(user), kind="task", title=title, matter="law_mediation", below=below, level=level,
            key=uuid.uuid4(), **more,
        )  # fmt: skip
