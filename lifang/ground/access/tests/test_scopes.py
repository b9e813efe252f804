"""Scopes within the transaction of somebody who reads."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from lifang.ground.access.scope import Scope, current, system_scope, within_scope
from tests.at_once import committed

READER = Scope("person.read", ((0, 9),), user_id=7)
NOW = "SELECT current_setting('lifang.function'), current_setting('lifang.user')"


@pytest.fixture(autouse=True)
def _own_transactions(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(django_db_blocker, "trail"):
        yield


def asked(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def test_a_scope_sets_no_savepoint_and_leaves_the_reader_where_they_were() -> None:
    with within_scope(READER, read_only=True):
        with CaptureQueriesContext(connection) as sent, system_scope("test"):
            assert asked(NOW) == ("system.test", "")
        assert asked(NOW) == ("person.read", "7")
        with pytest.raises(LookupError), system_scope("test"):
            raise LookupError
        assert asked(NOW) == ("person.read", "7")
    assert not [one for one in sent.captured_queries if "SAVEPOINT" in one["sql"]]


def test_an_error_of_the_database_is_told_as_it_was() -> None:
    with (
        pytest.raises(DatabaseError, match="division by zero"),
        within_scope(READER, read_only=True),
        system_scope("test"),
    ):
        asked("SELECT 1 / 0")
    assert not current()
    with within_scope(READER, read_only=True):
        assert asked(NOW) == ("person.read", "7")


def test_whoever_writes_goes_on_after_an_error_in_a_scope() -> None:
    with within_scope(READER):
        with pytest.raises(DatabaseError), system_scope("test"):
            asked("SELECT 1 / 0")
        assert asked(NOW) == ("person.read", "7")
