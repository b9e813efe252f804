"""Money follows the matter (费随事转): what was promised for a matter at a community, by whom and by when, what came of it,
and what it was spent on.

Each (community, matter, payer) has four accounts of the book of money: a promise makes it owed, a receipt turns what is
owed into what is held, a spending turns what is held into what is spent.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lifang.blocks.ledger import actions, queries
from lifang.blocks.ledger.actions import Draft, Of
from lifang.blocks.ledger.books import MONEY, smallest
from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Account, Entry
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Matter
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.words import LEVELS
from lifang.domains.gate.money_sums import HELD, OWED, PROMISED, SPENT, Sums, sums_of
from lifang.domains.gate.unpromised import asked_of
from lifang.ground.access.models import Unit, User
from lifang.ground.access.queries import unit_for
from lifang.ground.access.scope import system_scope

OK, AMBER, REFUSABLE = "ok", "amber", "refusable"
LOCK = "SELECT pg_advisory_xact_lock(7311, hashint8(%s))"


@dataclass(frozen=True)
class Standing:
    """How a matter stands with its money at a community. `state` is ok, amber or refusable, and `why` says it in a sentence."""

    promised: Decimal
    received: Decimal
    spent: Decimal
    due: Decimal
    state: str
    why: str


@dataclass(frozen=True)
class Check:
    """One of the three of 权随责走、费随事转、事费配套. `passes` is None where it cannot be judged."""

    title: str
    passes: bool | None
    why: str


def payer_of(matter: Matter, area: int) -> Unit | None:
    """The unit that pays for a matter at a place: its kind is in the list; who asked for it, if it is of that kind."""
    if matter.admitted and matter.admitted.unit.kind == matter.fund:
        return matter.admitted.unit
    level = LEVELS.index(matter.level) + 1 if matter.level else None
    found = unit_for(matter.fund, area, level) if matter.fund else None
    return Unit.objects.get(pk=found.pk) if found else None


@transaction.atomic
def promise(
    *, matter: str, areas: Collection[int], payer: int, amount: Decimal, due_on: dt.date, day: dt.date, words: str,
    paper: str, by: User | None, key: str,
) -> list[int]:  # fmt: skip
    """Unit `payer` promises each of these communities an amount for a matter; the ids of the entries. Raises Refused."""
    if due_on < day:
        raise Refused(_("应到日期不能早于承诺的日期。"), "due_on")
    if not paper.strip():
        raise Refused(_("请写明凭哪份文件。"), "paper")
    parts = smallest(MONEY, amount)
    kept = actions.accounts(MONEY, [Of(area, kind, matter, payer) for area in areas for kind in (PROMISED, OWED)])
    drafts = [
        Draft(
            area, day, words.strip(), key,
            {kept[Of(area, OWED, matter, payer)]: parts, kept[Of(area, PROMISED, matter, payer)]: -parts},
            paper.strip(), due_on,
        )
        for area in sorted(set(areas))
    ]  # fmt: skip
    return actions.post_many(book=MONEY, drafts=drafts, by=by)


def received(**given: object) -> Entry:
    """Money came to a community for a matter. Takes the same as `spent`."""
    return _moved(OWED, HELD, **given)  # type: ignore[arg-type]


@transaction.atomic
def spent(**given: object) -> Entry:
    """A community paid out of what it holds for a matter. Raises Refused where it holds less: what is earmarked for one
    matter pays for no other."""
    entry = _moved(HELD, SPENT, **given)  # type: ignore[arg-type]
    _holds(entry)
    return entry


def _moved(
    source: str, target: str, *, matter: str, area: int, payer: int, amount: Decimal, day: dt.date, words: str, paper: str,
    by: User, key: str,
) -> Entry:  # fmt: skip
    if not paper.strip():
        raise Refused(_("请写明凭据，如收据、发票或转账单的编号。"), "paper")
    smallest(MONEY, amount)
    kept = actions.accounts(MONEY, [Of(area, kind, matter, payer) for kind in (source, target)])
    lines = {kept[Of(area, target, matter, payer)]: amount, kept[Of(area, source, matter, payer)]: -amount}
    return actions.post(book=MONEY, area=area, day=day, words=words, lines=lines, by=by, key=key, paper=paper)


def _holds(entry: Entry) -> None:
    """More is not gone than was held, on no day since the entry."""
    held = Account.objects.get(kind=HELD, postings__entry=entry)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [held.pk])
    lines = queries.statement(held, entry.day, dt.date.max).lines
    least, taken = min(line.after for line in lines), next(-one.amount for one in lines if one.entry.pk == entry.pk)
    if least < 0:
        raise Refused(
            _("这个事项的经费只剩 {left} 元，不够。专款不能用到别的事项；垫付的，等经费到账后再登记支出。").format(
                left=f"{least + taken:,.2f}"
            ),
            "amount",
        )


@transaction.atomic
def reverse(*, entry: Entry, day: dt.date, words: str, by: User) -> Entry:
    """Take an entry back. Raises Refused also for a receipt of which some was spent."""
    back = actions.reverse(entry=entry, day=day, words=words, by=by)
    if Account.objects.filter(kind=HELD, postings__entry=back).exists():
        _holds(back)
    return back


def standing(matter: str, area: int, on: dt.date) -> Standing:
    """How a matter, by its name, stands with its money at a community on a day."""
    found = matters.find(matter, area, on)
    if found is None:
        nothing = Decimal(0)
        return Standing(nothing, nothing, nothing, nothing, OK, _("这一天清单里没有这个事项。"))
    return standings(found, [area], on)[area]


def standings(matter: Matter, areas: Collection[int], on: dt.date) -> dict[int, Standing]:
    """The same for many communities. Read as the system: whoever sends something is told whether its money came.

    What was promised for what it replaces counts with it, and so do the days since that was first asked.
    """
    names = matters.codes(matter)
    with system_scope("money"):
        rows = sums_of(Account.objects.filter(book=MONEY, about__in=names, area__in=areas), on)
    together: dict[int, Sums] = {}
    for one in rows:
        together[one.area] = together[one.area] + one if one.area in together else one
    stand = {area: together.get(area, Sums(area, matter.name, 0)) for area in areas}
    bare = [area for area, one in stand.items() if not one.promised and not one.received]
    asked: dict[int, dt.date] = {}
    if bare and matter.class_ == "assist":
        for (area, _name), day in asked_of(bare, names, on).items():
            asked[area] = min(day, asked.get(area, day))
    return {area: _judged(matter, one, on, asked.get(area)) for area, one in stand.items()}


def _judged(matter: Matter, one: Sums, on: dt.date, asked: dt.date | None) -> Standing:
    state, why = state_of(one, on, asked)
    if matter.class_ != "assist":
        state, why = OK, _("这类事项不需要经费随附。")
    return Standing(one.promised, one.received, one.spent, one.due, state, why)


def state_of(one: Sums, on: dt.date, asked: dt.date | None) -> tuple[str, str]:
    """ok, amber or refusable, and why, of an assisted matter; `asked` is when the community was first asked for it."""
    if not one.promised and not one.received:
        return _without(one.area, asked, on)
    late = one.overdue(on)
    if not late:
        return OK, _("承诺的经费没有逾期的。")
    days, rule = (on - late[0].due_on).days, packs.value("money.refusable_days", one.area, on)
    missing = f"{sum(promised.unpaid for promised in late):,.2f}"
    if days > rule.value:
        why = _(
            "承诺的经费应于 {day} 到账，还差 {missing} 元，已过 {days} 天，超过 {most} 天，社区可以不接（{rule}）。"
        )
        state = REFUSABLE
    else:
        why = _("承诺的经费应于 {day} 到账，还差 {missing} 元，已过 {days} 天；超过 {most} 天社区可以不接（{rule}）。")
        state = AMBER
    return state, why.format(day=late[0].due_on, missing=missing, days=days, most=rule.value, rule=rule.citation)


def _without(area: int, asked: dt.date | None, on: dt.date) -> tuple[str, str]:
    if asked is None:
        return AMBER, _("还没有单位承诺经费。")
    days, rule = (on - asked).days, packs.value("money.unpromised_days", area, on)
    if days > rule.value:
        why = _(
            "从 {day} 第一次下达起，{days} 天没有单位承诺经费，超过 {most} 天，社区可以不接（{rule}）。先登记承诺再下达。"
        )
        state = REFUSABLE
    else:
        why = _("从 {day} 第一次下达起，{days} 天没有单位承诺经费；超过 {most} 天社区可以不接（{rule}）。")
        state = AMBER
    return state, why.format(day=asked, days=days, most=rule.value, rule=rule.citation)


def checks(
    *, power: str, payer: str, amount: Decimal, hours: Decimal, area: int, on: dt.date, listed: bool = False
) -> list[Check]:
    """权随责走、费随事转、事费配套, of a matter that is asked for or holds; `listed` ones state neither amount nor hours.

    Where the second does not pass the matter is not admitted; the others are flagged.
    """
    rate = packs.value("money.hour_cost", area, on)
    return [
        Check(
            _("权随责走"),
            bool(power.strip()),
            power.strip() or _("给了责任，没有给权限：没有写社区可以查什么、要求什么。"),
        ),
        _money(payer, amount, listed),
        _match(amount, hours, rate.value, rate.citation, listed),
    ]


def _money(payer: str, amount: Decimal, listed: bool) -> Check:
    title = _("费随事转")
    if not payer:
        return Check(title, False, _("没有写由谁出钱。没有经费的协助事项不予准入。"))
    if amount <= 0 and not listed:
        return Check(title, False, _("金额是 0。没有经费的协助事项不予准入。"))
    return Check(
        title, True, _("由{unit}承担。").format(unit=packs.units()[payer].title if payer in packs.units() else payer)
    )


def _match(amount: Decimal, hours: Decimal, rate: int, rule: str, listed: bool) -> Check:
    title = _("事费配套")
    if listed or not hours:
        return Check(title, None, _("没有写金额和工时，无法核对。"))
    needed = hours * rate
    words = _("{hours} 工时按每小时 {rate} 元算要 {needed} 元，给 {amount} 元（{rule}）。").format(
        hours=f"{hours.normalize():f}", rate=rate, needed=f"{needed:,.2f}", amount=f"{amount:,.2f}", rule=rule
    )
    return Check(title, amount >= needed, words)


def checks_of(matter: Matter, area: int, on: dt.date) -> list[Check]:
    """The three checks of an assisted matter that stands in the list."""
    row = matter.admitted
    return checks(
        power=matter.power, payer=matter.fund, amount=row.amount if row else Decimal(0),
        hours=row.hours if row else Decimal(0), area=area, on=on, listed=row is None,
    )  # fmt: skip
