"""What approvals, cleaning up and rounds of supervision do beyond their cases."""

import datetime as dt
import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor, Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.registers import actions as registers
from lifang.blocks.registers.errors import Refused as NotEntered
from lifang.domains.gate import sending as gate
from lifang.domains.gate.approvals import PLATES
from lifang.domains.gate.models import Sending
from lifang.domains.meter import plates
from lifang.domains.meter.opening import begin
from lifang.ground.access.models import Unit as Body
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import COMMUNITY, STREET, at_level, level_of, span
from lifang.ground.areas.queries import names
from lifang.ground.clock.limits import Limit, Unit

FINDING = "relief_finding"


@effect("burden_approved")
def burden_approved(doing: Doing) -> None:
    """An approved plate goes to its community through the gate, and stands in the register from this day, under the number of
    its approval."""
    case = doing.case
    if case.category != PLATES:
        return
    on = timezone.localdate(doing.at)
    facts = {**case.fields["plate"], "how": "approved", "approval": case.number}
    kind = packs.register_kinds(case.area)[plates.PLATE]
    try:
        plates.fits(case.area, facts, on)
        with system_scope("meter.plates"):
            Case.objects.filter(pk=case.pk).update(state="approved")
            sent = gate.send(
                actor=Actor(None, unit_id=case.unit_id), kind="plate", title=case.fields["words"], text=case.text,
                below=case.area, matter=case.fields.get("matter", ""), data={"approval": case.number}, key=uuid.uuid4(), at=doing.at,
            )  # fmt: skip
            if sent.state == Sending.State.RETURNED:
                raise Refused(sent.why)
            registers.enter(
                kind=plates.PLATE, shape=kind, area=case.area, name=case.fields["words"], since=on, facts=facts, by=None
            )
    except NotEntered as refused:
        raise Refused(refused.message) from refused


@effect("plates_within")
def plates_within(doing: Doing) -> None:
    there = plates.staying(doing.case.area, timezone.localdate(doing.at)).get(doing.case.area)
    if there and there.over:
        raise Refused(
            _("登记册里对外还超 {outside} 块、对内还超 {inside} 块。请先在登记册里把拆下的牌子登记撤销。").format(
                outside=there.over_outside, inside=there.over_inside
            )
        )
    doing.data["after"] = len(there.plates) if there else 0


@effect("round_finding")
def round_finding(doing: Doing) -> None:
    """What was found at a community becomes a case of its street, due on the day given."""
    area, until = int(doing.data["area"]), dt.date.fromisoformat(str(doing.data["until"]))
    if level_of(area) != COMMUNITY or area not in span(doing.case.area) or not current().covers(area):
        raise Refused(_("请填这一轮督导范围内的社区。"), "area")
    days = (until - timezone.localdate(doing.at)).days
    if days < 1:
        raise Refused(_("改好的日期要在今天以后。"), "until")
    street = at_level(area, STREET)
    unit = Body.objects.filter(kind="street_office", area=street, active=True).first()
    child = begin(
        case=FINDING, actor=doing.actor, at=doing.at, area=street, category=FINDING, title=_("减负督导整改"),
        text=str(doing.data["text"]), limit=Limit(days, Unit.NATURAL_DAYS), units=[unit.pk] if unit else [],
        parent=doing.case, place_text=names([area], timezone.localdate(doing.at)).get(area, ""),
    )  # fmt: skip
    doing.data["child"] = child.number


@effect("findings_fixed")
def findings_fixed(doing: Doing) -> None:
    if left := Case.objects.filter(parent=doing.case, is_open=True).count():
        raise Refused(_("还有 {n} 个问题没有改好。").format(n=left))
