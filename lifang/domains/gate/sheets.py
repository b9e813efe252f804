"""Forms pass the gate like all else, and are carried out by the room of the forms."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused as NotJudged
from lifang.blocks.forms import reading, sending, service
from lifang.blocks.forms.periods import label_of
from lifang.domains.gate.carriers import CARRIERS, Carrier, Places
from lifang.domains.gate.models import Sending
from lifang.domains.gate.queries import may_send
from lifang.domains.gate.sending import send
from lifang.ground.access.models import User
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.clock.limits import Limit

NOON = dt.timedelta(hours=12)


def through(
    edition: service.Edition, places: Sequence[int], due: dt.date, recurs: bool, by: User, on: dt.date
) -> service.Issue:
    """What the gate returns is kept there, with its letter; its reason is told here. Raises the forms' Refused."""
    sheet = reading.sheet_of(edition)
    data = {
        "edition": edition.pk, "due": due.isoformat(), "recurs": recurs, "on": on.isoformat(),
        "elements": sorted(reading.elements_of(sheet)),
        "columns": reading.typed_of(sheet),
    }  # fmt: skip
    actor = Actor(by.pk, by.name, edition.form.unit_id)
    try:
        with scope_of(by, "gate.send"):
            sent = send(
                actor=actor, kind="form", title=f"{edition.title[:100]} {label_of(edition.period, on)}",
                below=edition.form.area, matter=edition.matter, only=places, data=data, key=uuid.uuid4(),
                at=midnight(on) + NOON,
            )  # fmt: skip
    except NotJudged as refused:
        raise service.Refused(refused.message) from None
    if sent.state == Sending.State.RETURNED:
        raise service.Refused(sent.why)
    with system_scope("forms"):
        return service.Issue.objects.get(sending=sent.number)


def carry(sent: Sending, actor: Actor, places: Places, limit: Limit) -> None:
    """The form is issued and fills itself."""
    with system_scope("forms"):
        edition = service.Edition.objects.select_related("form__unit").get(pk=sent.data["edition"])
        if edition != service.newest(edition.form):
            raise NotJudged(_("这张表已经有新的版本，请打开表单页，用现行的版本下发。"))
    service.issue(
        edition=edition, places=list(places), due=dt.date.fromisoformat(sent.data["due"]), sending=sent.number,
        recurs=bool(sent.data["recurs"]), on=dt.date.fromisoformat(sent.data["on"]),
        by=User.objects.filter(pk=actor.user_id or 0).first(),
    )  # fmt: skip


def minutes(data: Mapping[str, object], area: int, on: dt.date) -> int | None:
    edition = service.Edition.objects.filter(pk=int(str(data.get("edition", 0)))).first()
    return round(service.minutes(edition, area)) if edition else None


CARRIERS["form"] = Carrier(carry=carry, minutes=minutes)
sending.GATES.append(through)
sending.MAY_SEND.append(may_send)
