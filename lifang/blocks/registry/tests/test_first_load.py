"""A first load, in which indexes are built over all rows at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, connections
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry import facts, standing
from lifang.blocks.registry.imports import first, sheet, taking, writing
from lifang.blocks.registry.models import Person, Record
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


def test_who_came_with_a_first_load_is_found_by_the_next_file_and_goes_with_its_undoing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MANY", 1)
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


@pytest.mark.parametrize("fewest", [1, 10**6])
def test_rows_of_one_person_are_one_and_a_row_that_came_twice_is_one_however_many_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fewest: int
) -> None:
    monkeypatch.setattr(first, "FEWEST", fewest)
    monkeypatch.setattr(sheet, "BLOCK", 2)
    mistyped = ("周建国", ZHOU[:-1] + "0", *ZHOU_ROW[2:])
    again = (*LIN_ROW[:4], "13900020009", *LIN_ROW[5:])
    taken = desk.taken(ZHOU_ROW, LIN_ROW, mistyped, again, ("", "1", "", "", "", "", ""))
    zhou, lin = desk.town.persons()
    assert [(zhou.name, zhou.records), (lin.name, lin.records)] == [("周建国", 2), ("林小芳", 1)]
    with desk.town.all_places():
        assert Person.objects.count() == 2
        rows = Record.objects.order_by("row").values_list("row", "name", "person_id")
        assert list(rows) == [(2, "周建国", zhou.pk), (4, "周建国", zhou.pk), (5, "林小芳", lin.pk)]
        assert facts.opened(bytes(Record.objects.get(row=5).sealed))["phone"] == "13900020009"
        problems = sorted(taken.problems.values_list("row", "wrong"))
    assert problems == [(3, "twice"), (4, "check"), (6, "length"), (6, "unnamed")]
    assert {name: taken.counts[name] for name in ("rows", "persons", "known", "refused")} == {
        "rows": 5, "persons": 2, "known": 0, "refused": 2,
    }  # fmt: skip
    assert desk.takes_back(taken).state == "undone"
    assert desk.town.persons() == []


@pytest.mark.parametrize(("room", "step"), [(writing.Load, "write"), (writing, "written")])
def test_while_a_first_load_is_written_its_page_tells_so_and_it_can_be_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, room: Any, step: str
) -> None:
    if room is writing:
        desk.taken(ZHOU_ROW)
    before, stood, pages, told = indexes(), desk.town.persons(), [], []
    reader = Client(raise_request_exception=False)
    reader.force_login(desk.town.worker)
    does = getattr(room, step)

    def while_done(*given: Any) -> Any:
        (page,) = at_once(lambda: desk.page(desk.newest()))
        pages.append(page)
        told.extend(at_once(lambda: reader.get("/desk/persons/"), lambda: reader.get("/desk/")))
        at_once(lambda: desk.does("data_cancel", desk.newest()))
        return does(*given)

    monkeypatch.setattr(room, step, while_done)
    assert desk.taken(LIN_ROW, held_on="2026-07-01").state == "cancelled"
    asked, home = told
    assert (asked.status_code, home.status_code) == (503, 200)
    assert "正在首次整批装入居民数据，约 1 分钟后可查" in asked.content.decode()
    assert reader.get("/desk/persons/").status_code == 200
    assert "首次入库，写完前查不了人" in pages[0]
    assert indexes() == before
    assert desk.town.persons() == stood


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
