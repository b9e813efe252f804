"""A year's money of a few matters in the demo's street: promised twice a year, mostly received, spent month by month."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal

from lifang.blocks.ledger.actions import close_month
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.models import Entry
from lifang.blocks.matters import queries as matters
from lifang.domains.gate import money
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area

# Matter; yuan promised to each community every half year; what each month's spending is for, with its share of it.
KEPT = (
    ("assist_elder_visit", 6000, (("巡访志愿者误餐补助", "0.08"), ("慰问品", "0.06"))),
    ("assist_fire_check", 2400, (("灭火器年检", "0.10"),)),
    ("assist_allowance", 3000, (("入户核对交通费", "0.12"),)),
)
LATE = (("assist_disabled_survey", 1800, 12), ("assist_census", 4500, 75))
"""Promised for a day that is so many days past, and not received."""
LACKING = "assist_immunisation"
"""Asked for, and nobody promised anything; of all else a little was promised long ago, to be paid when two years are over."""
LONG_AGO, SMALL = 24, 600


def make_money(street: int, keeper: User) -> int:
    """How many entries there are; months are closed up to the one before last."""
    if Entry.objects.filter(key__startswith="demo-").exists():
        return 0
    areas = list(Area.objects.as_of(today()).below(street).at_level(COMMUNITY).values_list("code", flat=True))
    first = (today().replace(day=1) - dt.timedelta(days=360)).replace(day=1)
    listed = matters.at(street, today())
    with scope_of(keeper, "ledger.enter"):
        _long_ago(listed.values(), areas, _month(first, 12 - LONG_AGO), keeper)
        for name, amount, spendings in KEPT:
            if (payer := money.payer_of(listed[name], street)) is None:
                continue
            for half in (0, 6):
                day = _month(first, half)
                due_on = day + dt.timedelta(days=30)
                money.promise(
                    matter=name, areas=areas, payer=payer.pk, amount=Decimal(amount), due_on=due_on, day=day,
                    words=f"{day.year} 年{'上' if day.month < 7 else '下'}半年工作经费", paper=f"经费安排函〔{day.year}〕{day.month} 号",
                    by=keeper, key=f"demo-{name}-{half}",
                )  # fmt: skip
                for n, area in enumerate(areas):
                    _move(
                        money.received,
                        name,
                        area,
                        payer.pk,
                        Decimal(amount),
                        due_on - dt.timedelta(days=n % 9),
                        "经费到账",
                        keeper,
                    )
            for n, area in enumerate(areas[:4]):
                for month in range(2, 12):
                    for words, share in spendings:
                        spent = (Decimal(amount) * Decimal(share)).quantize(Decimal("0.01")) - n
                        _move(
                            money.spent,
                            name,
                            area,
                            payer.pk,
                            spent,
                            _month(first, month).replace(day=20),
                            words,
                            keeper,
                        )
        for name, amount, days in LATE:
            if payer := money.payer_of(listed[name], street):
                due_on = today() - dt.timedelta(days=days)
                money.promise(
                    matter=name, areas=areas, payer=payer.pk, amount=Decimal(amount), due_on=due_on,
                    day=due_on - dt.timedelta(days=30), words="调查工作经费", paper=f"经费安排函〔{due_on.year}〕补 1 号",
                    by=keeper, key=f"demo-{name}-late",
                )  # fmt: skip
        wrong = Entry.objects.filter(area=areas[0], words="灭火器年检").latest("day")
        money.reverse(entry=wrong, day=wrong.day + dt.timedelta(days=2), words="记成了别的社区的发票", by=keeper)
    with scope_of(keeper, "ledger.close"):
        for area in areas:
            close_month(book=MONEY, area=area, month=_month(first, 10), by=keeper)
    return Entry.objects.count()


def _long_ago(listed: Iterable[matters.Matter], areas: list[int], day: dt.date, keeper: User) -> None:
    for one in listed:
        payer = money.payer_of(one, areas[0]) if one.class_ == "assist" and not one.admitted else None
        if payer and one.name != LACKING:
            money.promise(
                matter=one.name, areas=areas, payer=payer.pk, amount=Decimal(SMALL), due_on=today() + dt.timedelta(days=40),
                day=day, words="两年的工作补助，期满结算", paper=f"经费安排函〔{day.year}〕总 1 号", by=keeper, key=f"demo-{one.name}",
            )  # fmt: skip


def _month(first: dt.date, after: int) -> dt.date:
    return dt.date(first.year + (first.month - 1 + after) // 12, (first.month - 1 + after) % 12 + 1, 1)


def _move(
    act: Callable[..., Entry], name: str, area: int, payer: int, amount: Decimal, day: dt.date, words: str, keeper: User
) -> None:
    number = f"{day:%y%m%d}{area // 1000 % 1000:03d}"
    act(
        matter=name, area=area, payer=payer, amount=amount, day=day, words=words, paper=f"凭证 {number}", by=keeper,
        key=f"demo-{act.__name__}-{name}-{day}-{words}",
    )  # fmt: skip
