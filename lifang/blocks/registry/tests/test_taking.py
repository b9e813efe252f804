"""Departments' files become persons, and go again."""

import pytest

from lifang.blocks.registry.imports import sheet
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, JULY, LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.ground.areas.models import Area
from tests.situations import EAST_STREET

TWIN = made_up("99010119560228019")


def test_a_file_becomes_persons_of_its_communities(town: Town) -> None:
    taken = town.took("police", [ZHOU_ROW, LIN_ROW])
    assert taken.state == "taken"
    assert taken.counts["persons"] == 2
    zhou, lin = town.persons()
    assert (zhou.name, zhou.sex, str(zhou.birth), zhou.initials) == ("周建国", "1", "1956-02-29", "zjg")
    assert (lin.area, zhou.area) == (EAST_STREET + 2000, EAST_STREET + 1000)


def test_two_departments_rows_of_one_person_become_one(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    sent = town.sends("health", [("周建国", "", "男", "1956.2.29", "13800010001", "永宁路12号3-2-501", "东风1社区")])
    assert sent.counts["known"] == 1
    town.takes(sent)
    zhou, lin = town.persons()
    assert (lin.records, zhou.records) == (1, 2)


def test_another_number_on_a_record_that_is_not_like_it_keeps_a_row_from_joining(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "", "13800010001", "", "东风1社区")])
    town.took("health", [("周建国", "", "男", "1956-02-29", "13800010001", ZHOU_ROW[5], "东风1社区")])
    sent = town.sends("human_resources", [("周见国", TWIN, "男", "", "", ZHOU_ROW[5], "东风1社区")])
    assert (sent.counts["known"], sent.counts["persons"]) == (0, 1)


def test_the_day_of_a_death_is_the_one_of_the_department_that_comes_first(town: Town) -> None:
    heads = (*HEADS, "死亡日期")
    town.took("health", [(*ZHOU_ROW, "2026-05-20")], heads=heads)
    town.took("police", [(*ZHOU_ROW, "2026-05-12")], heads=heads)
    assert [str(person.died_on) for person in town.persons()] == ["2026-05-12"]


def test_the_same_file_again_brings_nothing(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    again = town.sends("police", [ZHOU_ROW, LIN_ROW], on=JULY)
    assert (again.counts["same"], again.counts["changed"], again.counts["persons"]) == (2, 0, 0)


def test_a_file_of_several_blocks_is_taken_whole_whatever_each_lacks(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "BLOCK", 1)
    lacking = [tuple("" if at == empty else cell for at, cell in enumerate(LIN_ROW)) for empty in range(1, 7)]
    only = [("吴只名", *["" if at != kept else LIN_ROW[at] for at in range(1, 7)]) for kept in (1, 3, 4, 5)]
    taken = town.took("police", [ZHOU_ROW, *lacking, *only, ("郑无名", *[""] * 6), ("", *[""] * 6)])
    assert (taken.counts["rows"], taken.counts["refused"]) == (12, 6)
    assert [person.name for person in town.persons()].count("周建国") == 1
    assert {person.name for person in town.persons()} == {"周建国", "林小芳", "吴只名"}


def test_next_months_file_changes_what_it_says_anew_and_can_be_undone(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    moved = (*ZHOU_ROW[:6], "东风2社区")
    july = town.took("police", [moved, LIN_ROW], on=JULY)
    assert (july.counts["changed"], july.counts["same"]) == (1, 1)
    assert town.persons()[0].area == EAST_STREET + 2000
    town.undoes(july)
    assert town.persons()[0].area == EAST_STREET + 1000
    assert town.persons()[0].records == 1


def test_who_left_a_complete_list_is_gone_from_its_day(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW], complete=True)
    july = town.took("police", [LIN_ROW], on=JULY, complete=True)
    assert [person.name for person in town.persons()] == ["林小芳"]
    town.undoes(july)
    assert [person.name for person in town.persons()] == ["周建国", "林小芳"]


def test_whose_row_of_a_complete_list_could_not_be_taken_has_not_left(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW], complete=True)
    july = town.took("police", [("周建国", *[""] * 6)], on=JULY, complete=True)
    assert (july.counts["refused"], july.counts["left"]) == (1, 1)
    assert [person.name for person in town.persons()] == ["周建国"]


def test_who_stands_on_a_complete_list_with_a_number_mistyped_has_not_left(town: Town) -> None:
    town.took("police", [ZHOU_ROW], complete=True)
    july = town.took("police", [("周建国", ZHOU[:-1] + "0", *ZHOU_ROW[2:])], on=JULY, complete=True)
    assert (july.counts["left"], july.counts["known"]) == (0, 1)
    assert [person.records for person in town.persons()] == [2]


def test_the_check_of_a_complete_list_tells_who_would_leave(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW], complete=True)
    sent = town.sends("police", [LIN_ROW], on=JULY, complete=True)
    assert sent.counts["left"] == 1
    assert len(town.persons()) == 2


def test_rows_that_are_nobodys_are_set_aside_with_the_reason(town: Town) -> None:
    sent = town.sends(
        "police", [ZHOU_ROW, ("", ZHOU, *[""] * 5), ("张三丰", *[""] * 6), ("李四光", "123", *ZHOU_ROW[2:])]
    )
    with town.all_places():
        found = list(sent.problems.order_by("row").values_list("row", "element", "wrong"))
    assert found == [(3, "", "unnamed"), (4, "", "nobody"), (5, "number", "length")]
    assert sent.counts["refused"] == 2


def test_values_shown_in_problems_are_masked(town: Town) -> None:
    sent = town.sends("police", [("周建国", ZHOU[:17] + "y", *ZHOU_ROW[2:])])
    with town.all_places():
        problem = sent.problems.get()
    assert ZHOU[2:15] not in problem.value


def test_a_person_whom_two_persons_turn_out_to_be_is_merged_and_comes_apart_when_undone(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "1956-02-29", "", "", "东风1社区")])
    town.took("health", [("周建国", "", "男", "", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")])
    assert len(town.persons()) == 2
    joining = town.took("civil_affairs", [ZHOU_ROW])
    assert joining.counts["merges"] == 1
    assert [person.records for person in town.persons()] == [3]
    town.undoes(joining)
    assert [person.records for person in town.persons()] == [1, 1]


def test_columns_that_were_confirmed_are_known_next_month(town: Town) -> None:
    heads = ("称呼", *HEADS[1:])
    with_name = {**town.sends("police", [ZHOU_ROW]).columns}
    assert with_name["name"] == "0"
    town.confirms_columns("police", heads, with_name)
    assert town.guessed("police", heads)["name"] == "0"


@pytest.mark.parametrize("above", ["东风1", "东风1社区"])
def test_a_place_may_be_a_grid_by_its_name_and_its_communitys(town: Town, above: str) -> None:
    with town.all_places():
        Area.objects.filter(name="东风1社区第一网格").update(name="第1网格")
    town.took("police", [(*ZHOU_ROW[:6], f"{above}第1网格"), (*LIN_ROW[:6], "东风2社区第一网格")])
    assert [person.area % 10**6 for person in town.persons()] == [1001, 2001]
