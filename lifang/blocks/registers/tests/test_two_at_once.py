"""A file that is sent twice at once, in real transactions, is taken once."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registers.tests.situations import FIRST, Street, a_street, entries
from tests.at_once import at_once, committed


@pytest.fixture
def street(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Street]:
    with committed(django_db_blocker, "registers|access|trail|areas"):
        yield a_street()


def test_a_file_sent_twice_at_once_is_taken_once(street: Street) -> None:
    for turn in range(3):
        rows = [(f"{turn}-{n}号工作站", FIRST) for n in range(50)]
        answers = at_once(*[lambda rows=rows: street.sends("women_station", ("名称", "所在社区"), rows)] * 2)
        assert sorted(answer.status_code for answer in answers) == [302, 422]
        assert len(entries("women_station")) == 50 * (turn + 1)
