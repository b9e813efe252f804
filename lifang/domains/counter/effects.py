"""What acts of the counter do beyond their case."""

from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case, Part
from lifang.blocks.cases.standard import involve
from lifang.blocks.packs.shapes import Service
from lifang.domains.counter import items
from lifang.domains.counter.actions import COMMITTEE
from lifang.ground.access.queries import Body, unit_for


def _service(case: Case) -> Service:
    service = items.of_case(case)
    if service is None:
        raise Refused(_("规则包里已经没有这个事项，不能这样办。请撤回后按现在的事项重新受理。"))
    return service


def _unit(kind: str, area: int) -> Body:
    unit = unit_for(kind, area)
    if unit is None:
        raise Refused(_("这里没有登记“{kind}”单位，转不过去。请管理员先登记单位。").format(kind=items.unit_title(kind)))
    return unit


@effect("front_only")
def front_only(doing: Doing) -> None:
    if not _service(doing.case).front:
        raise Refused(_("这个事项不能当场办结，请转后台办理。"))


@effect("back_alone")
def back_alone(doing: Doing) -> None:
    """Whoever took it in does not settle it for the unit that it was handed to."""
    case = doing.case
    if case.unit is None or doing.actor.unit_id == case.unit_id:
        return
    raise Refused(_("这件事已转给{unit}，由他们办理，窗口不能代办。").format(unit=case.unit.name))


@effect("to_front")
def to_front(doing: Doing) -> None:
    """The community that took it in has it again."""
    unit = unit_for(COMMITTEE, doing.case.area)
    doing.case.unit_id = unit.pk if unit else None


@effect("hand_to_back")
def hand_to_back(doing: Doing) -> None:
    """The unit of the item's line owns the case; each unit that must sign gets a part of its own."""
    case, service = doing.case, _service(doing.case)
    if not service.back:
        raise Refused(_("这个事项没有后台，请在窗口办结。"))
    case.unit_id = _unit(service.back, case.area).pk
    involve(case, case.unit_id)
    for kind in service.joins:
        unit = _unit(kind, case.area)
        if not Part.objects.filter(case=case, unit_id=unit.pk).exclude(state=Part.State.CANCELLED).exists():
            Part.objects.create(
                case=case, unit_id=unit.pk, kind=Part.Kind.SHARE, duty=_("会签：{title}").format(title=service.title),
                begun_at=doing.at,
            )  # fmt: skip
            involve(case, unit.pk)
