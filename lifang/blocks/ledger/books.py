"""A book keeps one unit of account. Amounts are kept as whole numbers of its smallest part."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.ledger.errors import Refused

MOST = Decimal(100_000_000)


@dataclass(frozen=True)
class Book:
    title: Any
    unit: Any
    decimals: int


MONEY = "money"
BOOKS = {MONEY: Book(lazy("经费"), lazy("元"), 2)}


def smallest(book: str, amount: Decimal) -> int:
    """A positive amount in the smallest parts of its unit. Raises Refused for what nobody can have meant."""
    kept = BOOKS[book]
    if not amount.is_finite() or amount <= 0:
        raise Refused(_("金额要大于 0。"), "amount")
    if amount >= MOST:
        raise Refused(
            _("一笔要小于 {n} {unit}。请核对是不是多写了零。").format(n=f"{MOST:,}", unit=kept.unit), "amount"
        )
    parts = amount.scaleb(kept.decimals)
    if parts != parts.to_integral_value():
        raise Refused(_("金额最多 {n} 位小数。").format(n=kept.decimals), "amount")
    return int(parts)


def whole(book: str, parts: int) -> Decimal:
    """An amount in units."""
    return Decimal(parts).scaleb(-BOOKS[book].decimals)
