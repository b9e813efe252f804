"""A new record finds its person among those that stand."""

import polars as pl

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import one
from lifang.blocks.registry.linkage.one import Found
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU, ZHOU_ROW, Town

TWIN = made_up("99010119560229035")


def seek(town: Town, **facts: str) -> Found:
    given = {"name": "", "sex": "", "birth": "", "number": "", "phone": "", "address": ""}
    with town.all_places():
        return one.persons_of(comparable(pl.DataFrame([{"id": 1, **given, **facts}])))


def test_who_is_known_is_found_with_the_reasons(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    zhou = town.persons()[0]
    found = seek(town, name="周建国", birth="1956-02-29", phone="13800010001", sex="男")
    assert (found.state, found.likely[0].person) == ("clear", zhou.pk)
    said = {str(reason.title): str(reason.words) for reason in found.likely[0].reasons}
    assert (said["姓名"], said["身份证号"], said["电话和住处"]) == ("姓名相同", "有一方没写号码", "电话相同")


def test_who_is_not_known_is_nobody(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    assert seek(town, name="王小明", birth="1990-01-02", phone="13700000000").state == "nobody"
    assert seek(town, name="周建国").likely == []


def test_a_namesake_with_the_same_telephone_born_on_another_day_is_looked_at(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    found = seek(town, name="周建国", sex="男", birth="1966-07-01", phone="13800010001")
    assert (found.state, len(found.likely)) == ("unsure", 1)


def test_a_twin_with_a_right_number_of_their_own_is_nobody_who_stands(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    found = seek(town, name="周建军", number=TWIN, phone="13800010001", address=ZHOU_ROW[5])
    assert found.state == "nobody"
    assert [likely.barred for likely in found.likely] == [True]


def test_somebody_whose_other_record_has_another_number_is_barred(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "", "13800010001", "", "东风1社区")])
    town.took("health", [("周建国", "", "男", "1956-02-29", "13800010001", ZHOU_ROW[5], "东风1社区")])
    assert [person.records for person in town.persons()] == [2]
    found = seek(town, name="周健国", number=TWIN, address=ZHOU_ROW[5])
    assert found.state == "nobody"
