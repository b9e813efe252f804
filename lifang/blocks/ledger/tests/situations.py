"""Two communities with money accounts and somebody who keeps them."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from lifang.blocks.ledger.actions import Of, accounts, close_month, post, reverse
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.models import Account, Closing, Entry
from lifang.blocks.ledger.queries import balances
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of
from tests.situations import EAST_COMMUNITY, EAST_STREET, a_person, a_small_city

LAST_MONTH = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


@dataclass
class Office:
    by: User

    def account(self, kind: str, area: int = EAST_COMMUNITY) -> int:
        with scope_of(self.by, "ledger.enter"):
            [pk] = accounts(MONEY, [Of(area, kind)]).values()
        return pk

    def moves(
        self, amount: str, *, day: dt.date | None = None, key: str = "", area: int = EAST_COMMUNITY, words: str = "拨款"
    ) -> Entry:
        """Money goes from «giving» to «having»."""
        having, giving = self.account("having", area), self.account("giving", area)
        with scope_of(self.by, "ledger.enter"):
            return post(
                book=MONEY, area=area, day=day or today(), words=words, by=self.by, key=key or uuid.uuid4().hex,
                lines={having: Decimal(amount), giving: -Decimal(amount)},
            )  # fmt: skip

    def takes_back(self, entry: Entry, day: dt.date | None = None) -> Entry:
        with scope_of(self.by, "ledger.enter"):
            return reverse(entry=entry, day=day or today(), words="记错了", by=self.by)

    def closes(self, month: dt.date = LAST_MONTH, area: int = EAST_COMMUNITY) -> Closing:
        with scope_of(self.by, "ledger.close"):
            return close_month(book=MONEY, area=area, month=month, by=self.by)

    def has(self, on: dt.date | None = None, area: int = EAST_COMMUNITY) -> int:
        """What «having» stands at, in fen."""
        with scope_of(self.by, "ledger.read"):
            account = Account.objects.get(area=area, kind="having")
            return balances([account.pk], on or today())[account.pk]


def an_office() -> Office:
    a_small_city()
    return Office(a_person("street_bookkeeper", EAST_STREET))
