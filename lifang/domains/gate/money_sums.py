"""What stands in the accounts of money: by community, matter and payer, opened to its promises and entries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet

from lifang.blocks.ledger import queries
from lifang.blocks.ledger.books import MONEY, whole
from lifang.blocks.ledger.models import Account, Entry, Posting

PROMISED, OWED, HELD, SPENT = "promised", "owed", "held", "spent"


@dataclass(frozen=True)
class Promise:
    """Money promised to a community for a matter; `unpaid` is what of it has not come."""

    entry: int
    area: int
    matter: str
    unit: int
    amount: Decimal
    due_on: dt.date
    unpaid: Decimal
    paper: str


@dataclass
class Sums:
    """What stands for one (community, matter, payer), or for several together."""

    area: int
    matter: str
    unit: int
    promised: Decimal = Decimal(0)
    due: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    unpaid: list[Promise] = field(default_factory=list)

    @property
    def received(self) -> Decimal:
        return self.held + self.spent

    def overdue(self, on: dt.date) -> list[Promise]:
        """Promises past their day, the oldest first."""
        return sorted((one for one in self.unpaid if one.due_on < on), key=lambda one: one.due_on)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.area, self.matter, self.unit, self.promised + other.promised, self.due + other.due,
            self.held + other.held, self.spent + other.spent, self.unpaid + other.unpaid,
        )  # fmt: skip


def sums(on: dt.date, *, area: range | None = None, matter: str = "", unit: int | None = None) -> list[Sums]:
    """What stands by the end of a day, within the reader's places; below a place, for a matter, of a payer."""
    rows = Account.objects.filter(book=MONEY)
    if area:
        rows = rows.filter(area__gte=area.start, area__lt=area.stop)
    if matter:
        rows = rows.filter(about=matter)
    if unit:
        rows = rows.filter(unit=unit)
    return sums_of(rows, on)


def sums_of(rows: QuerySet[Account], on: dt.date) -> list[Sums]:
    accounts = list(rows.values_list("pk", "area", "about", "unit", "kind"))
    stand = queries.balances([pk for pk, *_rest in accounts], on)
    found: dict[tuple[int, str, int], Sums] = {}
    owed: dict[int, Sums] = {}
    for pk, area, matter, unit, kind in accounts:
        one = found.setdefault((area, matter, unit), Sums(area, matter, unit))
        amount = whole(MONEY, stand[pk])
        if kind == PROMISED:
            one.promised = -amount
        elif kind == OWED:
            one.due = amount
            if amount > 0:
                owed[pk] = one
        elif kind == HELD:
            one.held = amount
        else:
            one.spent = amount
    for pk, promises in _promises(owed, on).items():
        owed[pk].unpaid = _unpaid(owed[pk], promises)
    return sorted(found.values(), key=lambda one: (one.area, one.matter, one.unit))


def _promises(accounts: Iterable[int], on: dt.date) -> dict[int, list[tuple[Entry, Decimal]]]:
    """The promises of accounts of what is owed that stand on a day, by when they are due."""
    taken_back = Entry.objects.filter(reverses=OuterRef("pk"), day__lte=on)
    rows = (
        Entry.objects.filter(postings__account__in=list(accounts), due_on__isnull=False, day__lte=on)
        .exclude(Exists(taken_back))
        .annotate(account=F("postings__account"), parts=F("postings__amount"))
        .order_by("due_on", "pk")
    )
    found: dict[int, list[tuple[Entry, Decimal]]] = {}
    for entry in rows:
        found.setdefault(entry.account, []).append((entry, whole(MONEY, entry.parts)))
    return found


def _unpaid(one: Sums, promises: list[tuple[Entry, Decimal]]) -> list[Promise]:
    """Money that comes pays what was due first."""
    came, found = sum((amount for _entry, amount in promises), Decimal(0)) - one.due, []
    for entry, amount in promises:
        paid = min(amount, max(came, Decimal(0)))
        came -= paid
        if paid < amount and entry.due_on:
            found.append(
                Promise(entry.pk, one.area, one.matter, one.unit, amount, entry.due_on, amount - paid, entry.paper)
            )
    return found


@dataclass(frozen=True)
class Line:
    """One entry of a (community, matter, payer): what it changes, and what is held after it."""

    entry: Entry
    promised: Decimal
    received: Decimal
    spent: Decimal
    held: Decimal


@dataclass(frozen=True)
class History:
    """The entries from a day to a day. What is held before and after stands beside; the columns add up to what changed."""

    before: Decimal
    lines: list[Line]
    after: Decimal

    def total(self, column: str) -> Decimal:
        return sum((getattr(line, column) for line in self.lines), Decimal(0))


def history(area: int, matter: str, unit: int, since: dt.date, until: dt.date) -> History:
    kinds = dict(Account.objects.filter(book=MONEY, area=area, about=matter, unit=unit).values_list("pk", "kind"))
    held = [pk for pk, kind in kinds.items() if kind == HELD]
    before = sum(queries.balances(held, since - dt.timedelta(days=1)).values())
    rows = Posting.objects.filter(account__in=kinds, day__range=(since, until)).select_related(
        "entry__by", "entry__reversal", "entry__reverses"
    )
    by_entry: dict[int, tuple[Entry, dict[str, int]]] = {}
    for posting in rows.order_by("day", "entry_id"):
        by_entry.setdefault(posting.entry_id, (posting.entry, {}))[1][kinds[posting.account_id]] = posting.amount
    lines, stands = [], before
    for entry, parts in by_entry.values():
        stands += parts.get(HELD, 0)
        came = parts.get(HELD, 0) + parts.get(SPENT, 0)
        columns = (-parts.get(PROMISED, 0), came, parts.get(SPENT, 0), stands)
        lines.append(Line(entry, *(whole(MONEY, one) for one in columns)))
    return History(whole(MONEY, before), lines, whole(MONEY, stands))
