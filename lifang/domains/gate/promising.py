"""The money of an admitted matter is promised by itself: with the admission, and again as each of its periods begins."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.ledger import errors
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.models import Entry
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service as packs
from lifang.domains.gate import money
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
"""Periods that bring money again; what is asked otherwise is paid for once."""


def later(day: dt.date, months: int) -> dt.date:
    """The day so many months on, at the latest the 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28)) if months else day


def promise(row: Admitted, period: int, on: dt.date, by: User | None) -> None:
    """The payer owes every community its amount for a period, counted from 0, on the day that the application named.

    Raises Refused where there is no such payer.
    """
    assert row.paid_on
    payer = money.payer_of(matters.of_admitted(row), row.area)
    if payer is None:
        raise Refused(
            _("这里没有登记出资的{unit}：先登记这个单位，或者退回补正，换出资单位。").format(
                unit=packs.units()[row.payer].title
            )
        )
    due_on = max(later(row.paid_on, period * MONTHS.get(row.period, 0)), on)
    try:
        money.promise(
            matter=row.code, areas=communities(row, on), payer=payer.pk, amount=row.amount, due_on=due_on, day=on,
            words=_("准入时承诺的经费，第 {n} 期").format(n=period + 1), paper=_("准入 {code}").format(code=row.code),
            by=by, key=_key(row, period),
        )  # fmt: skip
    except errors.Refused as refused:
        raise Refused(refused.message) from refused


def communities(row: Admitted, on: dt.date) -> list[int]:
    """Those for which it was admitted."""
    found = Area.objects.as_of(max(row.since, on)).below(row.area).at_level(COMMUNITY)
    return list(found.values_list("code", flat=True))


def _key(row: Admitted, period: int) -> str:
    return f"admission-{row.code}-{period}"


def promise_again(on: dt.date) -> list[tuple[Admitted, str]]:
    """Of what is in force, the periods that have begun and are not promised yet. Runs as the system.

    Returns the matters of which nothing could be promised, each with its reason.
    """
    refused = []
    for row in matters.admitted().in_force(on).filter(paid_on__isnull=False, period__in=MONTHS):
        try:
            with transaction.atomic():
                _promise_begun(row, on)
        except Refused as error:
            refused.append((row, error.message))
    return refused


def _promise_begun(row: Admitted, on: dt.date) -> None:
    passed = (on.year - row.since.year) * 12 + on.month - row.since.month - (on.day < min(row.since.day, 28))
    promised = set(Entry.objects.filter(book=MONEY, paper__endswith=row.code).values_list("key", flat=True))
    for period in range(1, passed // MONTHS[row.period] + 1):
        if _key(row, period) not in promised:
            promise(row, period, min(on, today()), None)
