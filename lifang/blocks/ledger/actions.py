"""Posting, taking back, closing a month. Each entry stands for ever; an error is answered by an entry against it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from lifang.blocks.ledger.books import smallest
from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Account, Closing, Entry, Posting
from lifang.blocks.ledger.queries import closed_until
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.trail.actions import record
from lifang.ground.trail.bulk import record_many

POST = """
WITH given AS (
  SELECT * FROM unnest(%(n)s::int[], %(areas)s::int8[], %(days)s::date[], %(words)s::text[], %(papers)s::text[],
    %(dues)s::date[], %(keys)s::text[], %(reversed)s::int8[]) AS g(n, area, day, words, paper, due_on, key, reverses_id)
), made AS (
  INSERT INTO ledger_entry (book, area, day, words, paper, due_on, key, reverses_id, by_id, at)
  SELECT %(book)s, area, day, words, paper, due_on, key, reverses_id, %(by)s, now() FROM given
  ON CONFLICT (area, book, key) DO NOTHING RETURNING id, area, key, day
), lines AS (
  INSERT INTO ledger_posting (entry_id, account_id, area, day, amount)
  SELECT made.id, l.account, made.area, made.day, l.amount
  FROM unnest(%(of)s::int[], %(accounts)s::int8[], %(amounts)s::int8[]) AS l(n, account, amount)
  JOIN given USING (n) JOIN made ON made.area = given.area AND made.key = given.key
)
SELECT given.n, made.id FROM made JOIN given USING (area, key)
"""
FOUND = """
SELECT g.n, e.id FROM unnest(%(n)s::int[], %(areas)s::int8[], %(keys)s::text[]) AS g(n, area, key)
JOIN ledger_entry e ON e.area = g.area AND e.book = %(book)s AND e.key = g.key
"""
OPEN = """
INSERT INTO ledger_account (book, area, kind, about, unit_id)
SELECT %s, * FROM unnest(%s::int8[], %s::text[], %s::text[], %s::int8[]) ON CONFLICT DO NOTHING
"""
LONGEST = {"words": 200, "paper": 120, "key": 60}


class Of(NamedTuple):
    """What an account is for: see `models.Account`. `unit` is a unit's id."""

    area: int
    kind: str
    about: str = ""
    unit: int | None = None


@dataclass(frozen=True)
class Draft:
    """An entry to be posted. `lines` are amounts by account, in the smallest parts of the book's unit, and sum to zero."""

    area: int
    day: dt.date
    words: str
    key: str
    lines: Mapping[int, int]
    paper: str = ""
    due_on: dt.date | None = None
    reverses: int | None = None


def accounts(book: str, wanted: Iterable[Of]) -> dict[Of, int]:
    """The accounts for these, opened where they were not."""
    asked = set(wanted)
    found = _standing(book, asked)
    if missing := sorted(asked - found.keys(), key=str):
        with connection.cursor() as cursor:
            cursor.execute(OPEN, [book, *(list(column) for column in zip(*missing, strict=True))])
        found |= _standing(book, set(missing))
    return found


def _standing(book: str, asked: set[Of]) -> dict[Of, int]:
    rows = Account.objects.filter(
        book=book, area__in={of.area for of in asked}, about__in={of.about for of in asked}
    ).values_list("area", "kind", "about", "unit", "pk")
    found = {Of(*row[:4]): row[4] for row in rows}
    return {of: found[of] for of in asked if of in found}


@transaction.atomic
def post_many(*, book: str, drafts: Sequence[Draft], by: User | None) -> list[int]:
    """Post entries in one statement, all or none; the ids in order. One whose key was used before is not posted again:
    its id is the first one's.

    Raises Refused for a month that is closed, a day to come, words that are missing or too long, and where a key stands
    for another entry.
    """
    if not drafts:
        return []
    for one in drafts:
        _sayable(one)
    numbers = list(range(len(drafts)))
    values = {
        "book": book, "by": by.pk if by else None, "n": numbers, "areas": [one.area for one in drafts],
        "days": [one.day for one in drafts], "words": [one.words for one in drafts],
        "papers": [one.paper for one in drafts], "dues": [one.due_on for one in drafts],
        "keys": [one.key for one in drafts], "reversed": [one.reverses for one in drafts],
        "of": [n for n, one in enumerate(drafts) for _account in one.lines],
        "accounts": [account for one in drafts for account in one.lines],
        "amounts": [amount for one in drafts for amount in one.lines.values()],
    }  # fmt: skip
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(POST, values)
                found = dict(cursor.fetchall())
        except IntegrityError as error:
            raise _refusal(error, book, drafts) from error
        record_many(
            what="ledger.posted",
            kind="ledger_entry",
            things=[(pk, drafts[n].area) for n, pk in found.items()],
            book=book,
        )
        if len(found) < len(drafts):
            cursor.execute(FOUND, values)
            before = {n: pk for n, pk in cursor.fetchall() if n not in found}
            _same({pk: drafts[n] for n, pk in before.items()})
            found |= before
    return [found[n] for n in numbers]


def _same(repeated: Mapping[int, Draft]) -> None:
    """Raises Refused where an entry says otherwise than the draft that came again under its key."""
    lines: dict[int, dict[int, int]] = defaultdict(dict)
    for of, account, amount in Posting.objects.filter(entry__in=repeated).values_list("entry", "account", "amount"):
        lines[of][account] = amount
    for pk, entry in Entry.objects.in_bulk(repeated).items():
        one = repeated[pk]
        if (entry.day, entry.words, entry.paper, entry.due_on, lines[pk]) != (
            one.day, one.words, one.paper, one.due_on, dict(one.lines),
        ):  # fmt: skip
            raise Refused(
                _("这张表已经记过一笔：{day}，{words}。要另记一笔，请重新打开这一页。").format(
                    day=entry.day, words=entry.words
                )
            )


def _sayable(one: Draft) -> None:
    if one.day > today():
        raise Refused(_("日期不能在今天以后。"), "day")
    for name, most in LONGEST.items():
        said = getattr(one, name)
        if len(said) > most or "\0" in said or (not said.strip() and name != "paper"):
            raise Refused(_("请写明，最多 {n} 个字。").format(n=most), name)


def _refusal(error: IntegrityError, book: str, drafts: Sequence[Draft]) -> Exception:
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if broken != "entry_month_open":
        return error
    until = max(day for one in drafts if (day := closed_until(book, one.area)) and one.day <= day)
    return Refused(
        _("{month} 及以前的账已经结了，不能再记进去。日期请写在结账以后，并在摘要里说明是哪天的事。").format(
            month=f"{until:%Y-%m}"
        ),
        "day",
    )


@transaction.atomic
def post(
    *, book: str, area: int, day: dt.date, words: str, lines: Mapping[int, Decimal], by: User | None, key: str,
    paper: str = "", due_on: dt.date | None = None,
) -> Entry:  # fmt: skip
    """Post one entry; `lines` are signed amounts by account. Raises Refused, also where the key stands for another entry."""
    parts = {account: smallest(book, abs(amount)) * (1 if amount > 0 else -1) for account, amount in lines.items()}
    draft = Draft(area, day, words.strip(), key, parts, paper.strip(), due_on)
    [pk] = post_many(book=book, drafts=[draft], by=by)
    return Entry.objects.get(pk=pk)


def _lines(entry: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, amount FROM ledger_posting WHERE entry_id = %s", [entry])
        return dict(cursor.fetchall())


@transaction.atomic
def reverse(*, entry: Entry, day: dt.date, words: str, by: User) -> Entry:
    """Take an entry back by one against it. Raises Refused where it was taken back already, or is itself a taking back."""
    if entry.reverses_id:
        raise Refused(_("冲销不能再冲销。要恢复原来那笔，请重新登记。"))
    if day < entry.day:
        raise Refused(_("冲销的日期不能早于原来那笔（{day}）。").format(day=entry.day), "day")
    if before := Entry.objects.filter(reverses=entry).select_related("by").first():
        raise Refused(
            _("这笔已经由 {name} 于 {day} 冲销。").format(
                name=before.by.name if before.by else _("系统"), day=before.day
            )
        )
    against = {account: -amount for account, amount in _lines(entry.pk).items()}
    draft = Draft(entry.area, day, words.strip(), f"reverses-{entry.pk}", against, reverses=entry.pk)
    [pk] = post_many(book=entry.book, drafts=[draft], by=by)
    record(what="ledger.reversed", kind="ledger_entry", object_id=entry.pk, area=entry.area, by_entry=pk)
    return Entry.objects.get(pk=pk)


@transaction.atomic
def close_month(*, book: str, area: int, month: dt.date, by: User | None) -> Closing:
    """Close a month that is over, and what is before it. Raises Refused where it is closed already."""
    first = month.replace(day=1)
    if first >= today().replace(day=1):
        raise Refused(_("这个月还没有过完，下个月起才能结账。"), "month")
    try:
        with transaction.atomic():
            closing = Closing.objects.create(book=book, area=area, month=first, by=by)
        record(what="ledger.closed", kind="ledger_month", object_id=f"{first:%Y-%m}", area=area, book=book)
        return closing
    except IntegrityError:
        last = Closing.objects.filter(book=book, area=area).select_related("by").latest("month")
    raise Refused(
        _("{month} 的账已经由 {name} 结了。").format(
            month=f"{last.month:%Y-%m}", name=last.by.name if last.by else _("系统")
        )
    )
