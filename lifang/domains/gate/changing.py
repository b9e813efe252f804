"""A change of an admitted matter: applied for like a new one, it takes over from its day, and the old one ends the day before."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted, Halt
from lifang.domains.gate import money, promising
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import everywhere
from lifang.ground.areas.codes import span

DAY = dt.timedelta(days=1)


def changeable(row: Admitted, on: dt.date) -> bool:
    """Whether it stands or will stand, is no emergency, and nothing changes it already."""
    if row.emergency or (row.until and row.until < on):
        return False
    with everywhere():
        asked = Case.objects.filter(unit=row.unit_id, is_open=True, fields__changes=row.code)
        return not (asked.exists() or Admitted.objects.filter(replaces=row.code).exists())


def check(code: str, *, unit: Unit, area: int, since: dt.date, on: dt.date) -> None:
    """Raises Refused, naming the field, where a unit may not change this admission to that place and day.

    Who files at the same moment waits for the other: its application stays locked until the end of the transaction.
    """
    admission = Case.objects.select_for_update(of=("self",)).filter(number=code, is_open=True).first()
    row = Admitted.objects.filter(code=code, unit=unit).first()
    if admission is None or row is None or not changeable(row, on):
        raise Refused(_("只能变更本单位还在清单里、没有别的变更在办的准入；应急准入的先转为正式准入。"), "title")
    if row.area not in span(area) and area not in span(row.area):
        raise Refused(_("变更后的范围要包含原来的范围，或者在它里面；别的地方请另外申请。"), "area")
    if since <= row.since:
        raise Refused(_("变更要从原来开始的日子（{day}）以后起。").format(day=row.since), "since")


def take_over(case: Case, since: dt.date, on: dt.date) -> str:
    """End the one that an application changes the day before it begins. Returns its code, "" where nothing is changed.

    Raises Refused where another change took over already, where the old one was ended meanwhile, and while promised money
    of it is so late that communities need not take it. One that is suspended is taken over: who concludes has read so.
    """
    code = str(case.fields.get("changes", ""))
    if not code:
        return ""
    with everywhere():
        row = Admitted.objects.select_for_update(of=("self",)).get(code=code)
        if other := Admitted.objects.filter(replaces=code).first():
            words = _(
                "{code} 已经由 {other} 变更，从 {day} 起代替。这一件请不予准入；还要改的，由申请单位变更 {other}。"
            )
            raise Refused(words.format(code=code, other=other.code, day=other.since))
        if not Case.objects.filter(number=code, is_open=True).exists():
            words = _("原来的 {code} 已经退出，没有可以变更的了。这一件请不予准入；还要社区做的，由申请单位另外申请。")
            raise Refused(words.format(code=code))
        stands = money.standings(matters.of_admitted(row), promising.communities(row, on), on)
        late = [one for one in stands.values() if one.state == money.REFUSABLE]
        if late:
            raise Refused(
                _("原来的经费在 {n} 处没有到位，补上以后才能变更：{why}").format(n=len(late), why=late[0].why)
            )
        if row.until is None or row.until >= since:
            case.fields["until_before"] = row.until and row.until.isoformat()
            row.until = since - DAY
            row.save(update_fields=["until"])
    return code


def give_back(case: Case, row: Admitted) -> None:
    """A change that ends before its first day replaces nothing, and what it would have ended goes on as it was.

    Raises Refused while a further change that builds on it was admitted.
    """
    if later := Admitted.objects.filter(replaces=row.code).first():
        words = _("还没有开始，已经准入的 {later} 从 {day} 起又要代替它：先退出 {later}，再退出这一件。什么都没有改。")
        raise Refused(words.format(later=later.code, day=later.since))
    if "until_before" in case.fields:
        with everywhere():
            ended = Admitted.objects.filter(code=row.replaces, until=row.since - DAY)
            ended.update(until=case.fields["until_before"])
    row.replaces = ""


def halt(code: str) -> Halt | None:
    """The suspension in which an admission is."""
    return Halt.objects.filter(admitted__code=code, until=None).first()


def before(case: Case) -> Case | None:
    """The application that one changes, with its unit, whatever the reader's places: who reads the one reads the other."""
    code: Any = case.fields.get("changes")
    if not code:
        return None
    with everywhere():
        return Case.objects.select_related("unit").get(number=code)
