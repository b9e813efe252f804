"""Posting, taking back and closing, through the room's public actions; and what the database itself refuses."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Account, Balance, Entry, Posting
from lifang.blocks.ledger.queries import statement
from lifang.blocks.ledger.tests.situations import LAST_MONTH, Office, an_office
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_STREET, a_person

BEFORE = LAST_MONTH - dt.timedelta(days=1)


@pytest.fixture
def office(db: None) -> Office:
    return an_office()


def test_a_balance_opens_to_its_entries(office: Office) -> None:
    office.moves("100.10", day=BEFORE)
    office.moves("0.05", day=LAST_MONTH)
    assert office.has() == 10015
    assert office.has(BEFORE) == 10010
    with scope_of(office.by, "ledger.read"):
        told = statement(Account.objects.get(kind="having"), LAST_MONTH, today())
    assert (told.before, [line.amount for line in told.lines], told.after) == (
        Decimal("100.10"), [Decimal("0.05")], Decimal("100.15"),
    )  # fmt: skip


def test_a_closed_month_takes_no_more_and_its_balance_is_kept(office: Office) -> None:
    office.moves("100", day=LAST_MONTH)
    office.closes()
    with pytest.raises(Refused, match="已经结了"):
        office.moves("1", day=LAST_MONTH)
    with pytest.raises(Refused, match="已经结了"):
        office.moves("1", day=BEFORE)
    office.moves("1")
    with system_scope("test"):
        assert Balance.objects.get(account__kind="having").amount == 10000
    assert (office.has(), office.has(LAST_MONTH)) == (10100, 10000)
    office.moves("7", day=LAST_MONTH, area=EAST_COMMUNITY_2)


def test_a_month_is_closed_once_in_order_and_when_it_is_over(office: Office) -> None:
    with pytest.raises(Refused, match="还没有过完"):
        office.closes(today())
    office.closes()
    for month in (LAST_MONTH, BEFORE):
        with pytest.raises(Refused, match="已经由"):
            office.closes(month)


def test_an_account_that_slept_for_months_is_carried(office: Office) -> None:
    first = LAST_MONTH - dt.timedelta(days=70)
    office.moves("3", day=first)
    office.closes(first)
    office.closes(BEFORE)
    office.moves("4", day=LAST_MONTH)
    office.closes()
    assert [office.has(day) for day in (first - dt.timedelta(days=1), first, BEFORE, today())] == [0, 300, 300, 700]


def test_an_error_is_taken_back_by_an_entry_against_it(office: Office) -> None:
    wrong = office.moves("100", day=LAST_MONTH)
    office.closes()
    back = office.takes_back(wrong)
    assert (office.has(), office.has(LAST_MONTH)) == (0, 10000)
    with pytest.raises(Refused, match="已经由"):
        office.takes_back(wrong)
    with pytest.raises(Refused, match="不能再冲销"):
        office.takes_back(back)


def test_a_reversal_is_not_older_than_its_entry(office: Office) -> None:
    wrong = office.moves("100")
    with pytest.raises(Refused, match="不能早于"):
        office.takes_back(wrong, BEFORE)


def test_the_same_key_posts_once_and_never_stands_for_something_else(office: Office) -> None:
    first = office.moves("5", key="form-1")
    assert office.moves("5", key="form-1") == first
    with pytest.raises(Refused, match="已经记过一笔"):
        office.moves("6", key="form-1")
    with pytest.raises(Refused, match="已经记过一笔"):
        office.moves("5", key="form-1", words="别的")
    assert office.has() == 500
    assert office.moves("6", key="form-1", area=EAST_COMMUNITY_2) != first


@pytest.mark.parametrize("amount", ["0", "0.001", "1e-30", "NaN", "Infinity", "1000000000", "1e999999"])
def test_amounts_that_nobody_can_have_meant_are_refused(office: Office, amount: str) -> None:
    with pytest.raises(Refused):
        office.moves(amount)


@pytest.mark.parametrize("words", ["", " ", "长" * 201, "a\0b"])
def test_words_that_cannot_be_kept_are_refused(office: Office, words: str) -> None:
    with pytest.raises(Refused):
        office.moves("1", words=words)


def test_nothing_is_posted_for_a_day_to_come(office: Office) -> None:
    with pytest.raises(Refused, match="今天以后"):
        office.moves("1", day=today() + dt.timedelta(days=1))


INSERT = """
WITH e AS (INSERT INTO ledger_entry (book, area, day, words, paper, key, at)
  VALUES ('money', %(area)s, %(day)s, 'x', '', 'raw', now()) RETURNING id, area, day)
INSERT INTO ledger_posting (entry_id, account_id, area, day, amount)
SELECT e.id, l.account, e.area, e.day, l.amount FROM e, unnest(%(accounts)s::int8[], %(amounts)s::int8[]) AS l(account, amount)
"""


def _refused(sql: str, constraint: str, **values: object) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_the_database_refuses_what_is_no_double_entry(office: Office) -> None:
    entry, elsewhere = office.moves("1", day=LAST_MONTH), office.account("having", EAST_COMMUNITY_2)
    here = [office.account("having"), office.account("giving")]
    office.closes()
    line = "INSERT INTO ledger_posting (entry_id, account_id, area, day, amount) VALUES"
    with system_scope("test"):
        given = {"area": EAST_COMMUNITY, "day": today(), "accounts": here}
        _refused(INSERT, "entry_balanced", **given, amounts=[100, -99])
        _refused(INSERT, "posting_is_something", **given, amounts=[0, 0])
        _refused(INSERT, "posting_at_home", **given | {"accounts": [here[0], elsewhere]}, amounts=[100, -100])
        _refused(INSERT, "posting_at_home", **given | {"accounts": [here[0], 10**9]}, amounts=[100, -100])
        _refused(INSERT, "entry_month_open", **given | {"day": LAST_MONTH}, amounts=[100, -100])
        _refused(INSERT, "entry_posted", **given | {"accounts": []}, amounts=[])
        third = office.account("third")
    with system_scope("test"):
        fourth = office.account("fourth")
    with system_scope("test"):
        whole = f"{line} (%(e)s, %(a)s, %(area)s, %(day)s, 5), (%(e)s, %(b)s, %(area)s, %(day)s, -5)"
        _refused(whole, "entry_whole", e=entry.pk, a=third, b=fourth, area=EAST_COMMUNITY, day=LAST_MONTH)
    assert office.has() == 100


@pytest.mark.parametrize("table", ["account", "entry", "posting", "closing", "balance"])
def test_nothing_that_was_posted_is_changed_or_removed(office: Office, table: str) -> None:
    office.moves("1", day=LAST_MONTH)
    office.closes()
    for sql in (f"UPDATE ledger_{table} SET area = area", f"DELETE FROM ledger_{table}"):
        with (
            system_scope("test"), pytest.raises(ProgrammingError, match="denied"), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(sql)


def test_who_keeps_the_money_of_another_street_sees_nothing_and_posts_nothing(office: Office) -> None:
    office.moves("1")
    other = Office(a_person("street_bookkeeper", WEST_STREET))
    with scope_of(other.by, "ledger.read"):
        assert not any(model.objects.exists() for model in (Account, Entry, Posting))
    with pytest.raises(ProgrammingError, match="row-level security"):
        other.moves("1")
