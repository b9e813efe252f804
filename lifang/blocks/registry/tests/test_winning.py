"""Whose word counts, in Python as in the database."""

import datetime as dt

import pytest

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import queries, standing, winning
from lifang.blocks.registry.models import Person, Record, Ruling
from lifang.blocks.registry.tests.situations import JULY, JUNE, ZHOU, ZHOU_ROW, Town
from lifang.blocks.registry.winning import Why, Winner
from tests.situations import EAST_STREET

HEADS = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "现住址", "所属社区", "婚姻状况")
PHONE, HOME, PLACE = ZHOU_ROW[4:]


def winners_of(person: Person, on: dt.date | None = None) -> dict[str, Winner]:
    records = list(Record.objects.filter(person=person).select_related("system"))
    said = winning.believed(records, on)
    ruled = winning.upheld(queries.rulings_of([person.pk]).get(person.pk, ()), said)
    return winning.winners(map(winning.said, said), packs.elements(person.area), ruled)


def zhou(town: Town) -> tuple[Person, dict[str, Winner]]:
    with town.all_places():
        person = Person.objects.standing().get()
        return person, winners_of(person)


def disagreeing(town: Town) -> None:
    """Two departments know one person, with another name, home, place and marital state."""
    town.took("police", [("周建国", ZHOU, "男", "", PHONE, HOME, PLACE, "已婚")], heads=HEADS)
    town.took(
        "health", [("周建囯", ZHOU, "男", "", "", "长春路8号1栋1单元302室", "东风2社区", "丧偶")], heads=HEADS, on=JULY
    )
    town.took("civil_affairs", [("周健国", ZHOU, "男", "", PHONE, HOME, "", "丧偶")], heads=HEADS)


def test_the_order_of_departments_comes_before_the_newest_day(town: Town) -> None:
    disagreeing(town)
    _person, found = zhou(town)
    assert (found["name"].word.value, found["name"].why) == ("周建国", Why.ORDER)
    assert (found["address"].word.record.system.code, found["address"].why) == ("health", Why.ORDER)
    assert [other.record.system.code for other in found["marital"].others] == ["police", "health"]


def test_of_one_department_the_newest_word_counts(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "", PHONE, HOME, PLACE, "已婚")], heads=HEADS)
    town.took("police", [("周建国", ZHOU, "男", "", PHONE, HOME, PLACE, "离婚")], heads=HEADS, on=JULY)
    _person, found = zhou(town)
    assert (found["marital"].word.value, found["marital"].why) == ("40", Why.ONLY)


@pytest.mark.parametrize("element", ["name", "sex", "birth", "place"])
def test_the_person_row_agrees_with_what_is_shown(town: Town, element: str) -> None:
    disagreeing(town)
    person, found = zhou(town)
    row = {"name": person.name, "sex": person.sex, "birth": str(person.birth), "place": str(person.area)}
    assert found[element].word.value == row[element]


@pytest.mark.parametrize("element", ["name", "sex", "birth", "place"])
@pytest.mark.parametrize("system", ["police", "health", "civil_affairs"])
def test_the_person_row_agrees_after_a_ruling(town: Town, element: str, system: str) -> None:
    disagreeing(town)
    person, _found = zhou(town)
    with town.all_places():
        record = Record.objects.get(person=person, system__code=system)
        Ruling.objects.create(
            person=person, element=element, record=record, reason="本人带户口簿来说明", by=town.worker
        )
        standing.refresh([person.pk], EAST_STREET)
    person, found = zhou(town)
    row = {"name": person.name, "sex": person.sex, "birth": str(person.birth), "place": str(person.area)}
    assert found[element].word.value == row[element]
    assert found[element].why == Why.RULING
    assert found[element].word.record.system.code == system


def test_a_ruling_holds_while_its_row_says_the_same(town: Town) -> None:
    disagreeing(town)
    person, _found = zhou(town)
    with town.all_places():
        record = Record.objects.get(person=person, system__code="health")
        Ruling.objects.create(person=person, element="name", record=record, reason="看过身份证", by=town.worker)
    moved = ("周建囯", ZHOU, "男", "", PHONE, "长春路8号1栋1单元302室", "东风2社区", "丧偶")
    town.took("health", [moved], heads=HEADS, on=dt.date(2026, 8, 1))
    assert zhou(town)[1]["name"].why == Why.RULING
    town.took("health", [("周建果", *moved[1:])], heads=HEADS, on=dt.date(2026, 9, 1))
    assert zhou(town)[1]["name"].word.value == "周建国"


def test_as_of_a_day_what_held_and_was_known_then_counts(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "", PHONE, HOME, PLACE, "已婚")], heads=HEADS, on=JUNE)
    town.took("police", [("周建国", ZHOU, "男", "", PHONE, HOME, PLACE, "离婚")], heads=HEADS, on=JULY)
    known = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
    with town.all_places():
        Record.objects.update(known_from=known)
        person = Person.objects.standing().get()
        assert winners_of(person, dt.date(2026, 6, 30))["marital"].word.value == "20"
        assert winners_of(person, JULY)["marital"].word.value == "40"
        assert winners_of(person, dt.date(2026, 6, 9)) == {}
        assert winners_of(person, dt.date(2026, 5, 31)) == {}


def test_who_left_the_list_is_believed_until_then(town: Town) -> None:
    town.took("police", [ZHOU_ROW], complete=True)
    town.took("police", [("林小芳", "", "女", "1988-08-12", "13900020002", HOME, PLACE)], on=JULY, complete=True)
    with town.all_places():
        Record.objects.update(known_from=dt.datetime(2026, 6, 10, tzinfo=dt.UTC))
        person = Person.objects.get(name="周建国")
        assert "name" in winners_of(person, dt.date(2026, 6, 30))
        assert winners_of(person, JULY) == {}
        assert winners_of(person) == {}
