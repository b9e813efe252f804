"""Files that take longer than a moment: read and taken back in the background."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.tests.desk import Desk, state_of
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU_ROW, Town, a_town
from tests.at_once import committed


@pytest.fixture
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("django.conf.settings.CONFIG.demo", True)
    with committed(django_db_blocker, "access|areas|registry|trail|procrastinate"):
        town = a_town()
        yield Desk(town, town.steward)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "READ_AT_ONCE", 10)


@pytest.mark.usefixtures("long")
def test_a_long_file_is_read_in_the_background(desk: Desk) -> None:
    imported = desk.sent(ZHOU_ROW, LIN_ROW)
    assert imported.state == "reading"
    assert "正在读文件" in desk.page(imported)
    with desk.town.all_places():
        actions.read(imported.pk)
    assert state_of(desk.town, imported) == "mapped"
    assert desk.confirms(imported).status_code == 302


@pytest.mark.usefixtures("long")
def test_a_long_file_that_is_no_table_says_so(desk: Desk) -> None:
    desk.sends(b"PK\x03\x04 no workbook", name="a.xlsx")
    imported = desk.newest()
    with desk.town.all_places():
        actions.read(imported.pk)
    assert state_of(desk.town, imported) == "failed"
    assert "打不开这个 Excel 文件" in desk.page(imported)


@pytest.mark.usefixtures("long")
def test_a_long_file_that_is_cancelled_while_it_is_read_stays_cancelled(desk: Desk) -> None:
    imported = desk.sent(ZHOU_ROW)
    desk.does("data_cancel", imported)
    with desk.town.all_places():
        actions.read(imported.pk)
    assert state_of(desk.town, imported) == "cancelled"


def test_a_file_is_not_taken_back_when_another_was_taken_meanwhile(desk: Desk) -> None:
    town: Town = desk.town
    first = desk.taken(ZHOU_ROW)
    desk.does("data_undo", first)
    desk.taken(LIN_ROW, held_on="2026-07-01")
    with town.all_places():
        actions.undo(first.pk, town.steward.pk)
    assert state_of(town, first) == "taken"
    assert "请先撤销它" in desk.page(first)
    assert [person.name for person in town.persons()] == ["周建国", "林小芳"]
