"""What accounts stand at on a day, and by which entries."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Max

from lifang.blocks.ledger.books import whole
from lifang.blocks.ledger.models import Account, Closing, Entry, Posting

# What the newest closed month left, and what was posted since. The day of no closing stands as a row: under row-level
# security PostgreSQL looks up a column in an index, but no expression such as coalesce().
BALANCES = """
SELECT a.id, b.amount + coalesce((
    SELECT sum(p.amount) FROM ledger_posting p WHERE p.account_id = a.id AND p.day <= %(on)s AND p.day > b.until), 0)::int8
FROM unnest(%(accounts)s::int8[]) AS a(id) CROSS JOIN LATERAL (
    SELECT amount, until FROM ledger_balance WHERE account_id = a.id AND until <= %(on)s
    UNION ALL SELECT 0, '-infinity' ORDER BY until DESC LIMIT 1
) b
"""


@dataclass(frozen=True)
class Line:
    """One entry's part in an account, and what the account stood at after it."""

    entry: Entry
    amount: Decimal
    after: Decimal


@dataclass(frozen=True)
class Statement:
    before: Decimal
    lines: list[Line]
    after: Decimal


def balances(accounts: Collection[int], on: dt.date) -> dict[int, int]:
    """What each account stands at by the end of a day, in the smallest parts of its unit."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, {"accounts": list(accounts), "on": on})
        return dict(cursor.fetchall())


def balance(account: Account, on: dt.date) -> Decimal:
    return whole(account.book, balances([account.pk], on)[account.pk])


def statement(account: Account, since: dt.date, until: dt.date) -> Statement:
    """The entries of an account from a day to a day, in the order in which they hold."""
    before = stands = balances([account.pk], since - dt.timedelta(days=1))[account.pk]
    rows = Posting.objects.filter(account=account, day__range=(since, until)).select_related(
        "entry__by", "entry__reversal"
    )
    lines = []
    for posting in rows.order_by("day", "entry_id"):
        stands += posting.amount
        lines.append(Line(posting.entry, whole(account.book, posting.amount), whole(account.book, stands)))
    return Statement(whole(account.book, before), lines, whole(account.book, stands))


def closed_until(book: str, area: int) -> dt.date | None:
    """The last day of the last closed month."""
    month = Closing.objects.filter(book=book, area=area).aggregate(last=Max("month"))["last"]
    return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1) if month else None
