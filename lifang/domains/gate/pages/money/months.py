"""A community's month: what was held, came and was spent, by matter; what still stands open; closing it."""

import datetime as dt
import re
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.ledger.actions import close_month
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Closing
from lifang.domains.gate.money_sums import history, sums
from lifang.domains.gate.pages.money import shared
from lifang.domains.gate.pages.money.shared import CLOSE, READ
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.ranges import FIRST, LAST, today
from lifang.ground.areas.queries import full_names

MONTH = re.compile(r"(\d{4})-(\d{2})")


def _first(month: str) -> dt.date:
    found = MONTH.fullmatch(month)
    try:
        day = dt.date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST < day < LAST.replace(day=1):
        raise Http404(_("没有这个月份。"))
    return day


@require_safe
@serves(READ)
def month(request: HttpRequest, area: int, month: str) -> HttpResponse:
    """`/desk/money/<community>/months/2026-01/`: the month by matter, for reading, printing and closing."""
    shared.community(area)
    first = _first(month)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    last = following - dt.timedelta(days=1)
    until = min(last, today())
    rows = shared.rows(sums(until, area=range(area, area + 1)), until)
    for row in rows:
        one = row["one"]
        row["told"] = history(one.area, one.matter, one.unit, first, last)
        row["moved"] = [row["told"].total(column) for column in ("promised", "received", "spent")]
    closings = Closing.objects.filter(book=MONEY, area=area).select_related("by")
    closed = closings.filter(month__gte=first).order_by("month").first()
    newest = closings.order_by("-month").first()
    return render(
        request, "gate/money/month.html",
        {
            "tab": "money", "area": area, "month": month, "first": first, "last": last, "rows": rows, "closed": closed,
            "newest": newest, "place": full_names([area], until)[area], "open": [row for row in rows if row["late"] or row["one"].held],
            "totals": [sum((row["moved"][n] for row in rows), Decimal(0)) for n in range(3)],
            "before": sum(row["told"].before for row in rows), "after": sum(row["told"].after for row in rows),
            "previous": f"{first - dt.timedelta(days=1):%Y-%m}", "following": f"{following:%Y-%m}" if following <= today() else "",
            "may_close": closed is None and last < today() and holdings(request).may(CLOSE, area),
        },
    )  # fmt: skip


@require_POST
@serves(CLOSE)
def close(request: HttpRequest, area: int, month: str) -> HttpResponse:
    """Close the month; what stands open goes on into the next."""
    shared.community(area)
    try:
        close_month(book=MONEY, area=area, month=_first(month), by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("{month} 已结账，以后的更正记在下个月。").format(month=month))
    return redirect("money_month", area, month)
