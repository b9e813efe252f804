"""The accounts of one matter at a community, opened to their entries; and one entry, opened to its postings."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lifang.blocks.ledger.books import MONEY, whole
from lifang.blocks.ledger.models import Entry, Posting
from lifang.domains.gate.money_sums import HELD, OWED, PROMISED, SPENT, Sums, history, sums
from lifang.domains.gate.pages.money import shared
from lifang.domains.gate.pages.money.shared import ENTER, READ
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.queries import names

KINDS = {
    PROMISED: gettext_lazy("承诺"),
    OWED: gettext_lazy("待拨付"),
    HELD: gettext_lazy("结存"),
    SPENT: gettext_lazy("支出"),
}


def find_account(area: int, name: str, unit: int, on: dt.date) -> Sums:
    """What stands for a matter of a payer at a community within the scope. Raises Foreign."""
    if 0 < area < 10**15 and (found := sums(on, area=range(area, area + 1), matter=name, unit=unit)):
        return found[0]
    raise Http404(_("账上没有这一笔经费，或者它不在你的地方。"))


@require_safe
@serves(READ)
def account(request: HttpRequest, area: int, name: str, unit: int) -> HttpResponse:
    """`?from=&to=`: the entries of the days asked for, else of this year, with what was held before and after."""
    until = day_in(request.GET.get("to", "")) or today()
    since = day_in(request.GET.get("from", "")) or until.replace(month=1, day=1)
    [row] = shared.rows([find_account(area, name, unit, until)], until)
    may = holdings(request).may(ENTER, area)
    return render(
        request, "gate/money/account.html",
        {
            "tab": "money", "row": row, "one": row["one"], "area": area, "name": name, "unit": unit, "since": since,
            "until": until, "told": (told := history(area, name, unit, since, until)),
            "totals": [told.total(column) for column in ("promised", "received", "spent")],
            "may_enter": may and until == today(),
        },
    )  # fmt: skip


def find_entry(pk: int) -> Entry:
    """An entry of money within the scope. Raises Foreign."""
    found = Entry.objects.select_related("by", "reversal__by", "reverses").filter(book=MONEY, pk=pk).first()
    if found is None:
        with system_scope("money"):
            there = Entry.objects.filter(pk=pk).values_list("area", flat=True).first()
        raise Foreign(_("没有这笔账，或者它不在你的地方。"), kind="ledger_entry", object_id=str(pk), area=there)
    return found


def of_entry(entry: Entry) -> dict[str, Any]:
    """An entry with its postings and the accounts that they stand in."""
    postings = list(Posting.objects.filter(entry=entry).select_related("account").order_by("-amount"))
    first = postings[0].account
    return {
        "entry": entry, "account": first, "matter": shared.titles([first.about], entry.area, entry.day).get(first.about, first.about),
        "place": names([entry.area], entry.day).get(entry.area, ""),
        "postings": [(KINDS.get(one.account.kind, one.account.kind), whole(MONEY, one.amount)) for one in postings],
        "amount": whole(MONEY, postings[0].amount),
    }  # fmt: skip


@require_safe
@serves(READ)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: on what paper, by whom, between which accounts; whether it was taken back."""
    found = find_entry(pk)
    reversal = getattr(found, "reversal", None)
    may = holdings(request).may(ENTER, found.area) and not reversal and not found.reverses_id
    return render(
        request, "gate/money/entry.html",
        {"tab": "money", **of_entry(found), "reversal": reversal, "may_reverse": may},
    )  # fmt: skip
