"""Many who post at once, and one who closes meanwhile, in real transactions."""

import random
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connections
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.ledger.errors import Refused
from lifang.blocks.ledger.models import Closing, Entry
from lifang.blocks.ledger.tests.situations import LAST_MONTH, Office, an_office
from tests.at_once import at_once, committed


@pytest.fixture
def office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    with committed(django_db_blocker, "ledger|access|trail|areas"):
        yield an_office()


def test_sixteen_who_post_at_once_lose_nothing(office: Office) -> None:
    def writes(n: int) -> None:
        for turn in range(5):
            office.moves("0.01", key=f"{n}-{turn}")

    assert at_once(*[lambda n=n: writes(n) for n in range(16)]) == [None] * 16
    assert office.has() == 80


def test_the_same_key_at_once_is_one_entry(office: Office) -> None:
    entries = at_once(*[lambda: office.moves("5", key="once")] * 6)
    assert len(set(entries)) == 1
    assert office.has() == 500


def test_two_who_close_at_once_close_once(office: Office) -> None:
    office.moves("1", day=LAST_MONTH)
    answers = at_once(*[office.closes] * 2)
    assert sorted((type(answer) for answer in answers), key=str) == sorted([Closing, Refused], key=str)


def test_two_who_take_back_at_once_take_back_once(office: Office) -> None:
    entry = office.moves("1")
    answers = at_once(*[lambda: office.takes_back(entry)] * 4)
    assert len({answer.pk for answer in answers if isinstance(answer, Entry)}) == 1
    assert office.has() == 0


def test_what_is_posted_while_a_month_closes_is_in_its_balance_or_refused(office: Office) -> None:
    rng = random.Random(1)

    def writes() -> int:
        taken = 0
        for _again in range(rng.randrange(5, 15)):
            try:
                office.moves("1", day=LAST_MONTH)
                taken += 1
            except Refused:
                break
        return taken

    office.moves("1", day=LAST_MONTH)
    *taken, closing = at_once(*[writes] * 6, office.closes)
    assert isinstance(closing, Closing)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT amount FROM ledger_balance b JOIN ledger_account a ON a.id = account_id WHERE kind = 'having'"
        )
        assert cursor.fetchone()[0] == 100 * (1 + sum(taken)) == office.has()


@pytest.mark.parametrize("table", ["account", "entry", "posting", "closing", "balance"])
def test_not_even_the_owner_of_the_tables_changes_what_was_posted(office: Office, table: str) -> None:
    for sql in (f"UPDATE ledger_{table} SET area = area", f"DELETE FROM ledger_{table}"):
        with pytest.raises(IntegrityError, match="what was posted stays"), connections["owner"].cursor() as cursor:
            cursor.execute(sql)
