"""A first load, in which indexes are built over all rows at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, connections
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry.imports import first, taking
from lifang.blocks.registry.tests.desk import Desk, state_of
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU, ZHOU_ROW, a_town
from tests.at_once import at_once, committed

INDEXES = "SELECT indexrelid, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN (%s::regclass, %s::regclass)"


@pytest.fixture
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("django.conf.settings.CONFIG.demo", True)
    monkeypatch.setattr(first, "FEWEST", 1)
    with committed(django_db_blocker, "access|areas|registry|trail|procrastinate"):
        town = a_town()
        yield Desk(town, town.steward)


def indexes() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, ["registry_record", "registry_person"])
        return dict(cursor.fetchall())


def test_the_indexes_of_a_first_load_are_those_of_before(desk: Desk) -> None:
    before = indexes()
    assert desk.taken(ZHOU_ROW, LIN_ROW).state == "taken"
    after = indexes()
    assert sorted(after.values()) == sorted(before.values())
    assert len(set(before) - set(after)) == len([one for one in before.values() if " UNIQUE " not in one])
    assert [person.name for person in desk.town.persons()] == ["周建国", "林小芳"]


def test_who_came_with_a_first_load_is_found_by_the_next_file_and_goes_with_its_undoing(desk: Desk) -> None:
    loaded = desk.taken(ZHOU_ROW, LIN_ROW)
    assert desk.checked((ZHOU_ROW[0], ZHOU, *[""] * 5), held_on="2026-07-01").counts["changed"] == 1
    desk.takes_back(loaded)
    assert desk.town.persons() == []


def test_a_register_that_holds_more_than_comes_keeps_its_indexes(desk: Desk) -> None:
    desk.taken(ZHOU_ROW, LIN_ROW)
    before = indexes()
    assert desk.taken(("王新来", "", "男", "1990-01-01", "", "", ""), held_on="2026-07-01").state == "taken"
    assert indexes() == before


def test_a_first_load_that_breaks_off_leaves_indexes_and_register_as_they_were(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = indexes()
    monkeypatch.setattr(taking, "_count_anew", lambda: 1 / 0)
    monkeypatch.setattr(taking, "MANY", 0)
    with pytest.raises(ZeroDivisionError):
        desk.taken(ZHOU_ROW)
    assert indexes() == before
    assert desk.town.persons() == []


def test_while_a_first_load_is_written_its_page_tells_so_and_it_can_be_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, pages = indexes(), []
    blocks = taking.staged

    def staged(*given: Any) -> Iterator[int]:
        for done in blocks(*given):
            (page,) = at_once(lambda: desk.page(desk.newest()))
            pages.append(page)
            at_once(lambda: desk.does("data_cancel", desk.newest()))
            yield done

    monkeypatch.setattr(taking, "staged", staged)
    assert desk.taken(ZHOU_ROW).state == "cancelled"
    assert "首次入库，写完前查人要等一等" in pages[0]
    assert indexes() == before
    assert desk.town.persons() == []


def test_where_somebody_is_reading_persons_the_file_is_taken_with_the_indexes_in_place(desk: Desk) -> None:
    imported = desk.checked(ZHOU_ROW)
    before = indexes()
    with connections["owner"].cursor() as reader:
        reader.execute("BEGIN; SELECT count(*) FROM registry_record")
        assert desk.taken(LIN_ROW).state == "taken"
        reader.execute("COMMIT")
    assert indexes() == before
    assert state_of(desk.town, imported) == "checked"


def test_only_the_owner_says_which_indexes_are_built(desk: Desk) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO registry_shelved VALUES ('DROP TABLE registry_record')")
