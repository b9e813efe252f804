"""A resident entered at the desk, and who they are found to be."""

from lifang.blocks.exchange.models import Entry
from lifang.blocks.exchange.tests.situations import GROUNDS, person_named, signed_in, types
from lifang.blocks.registry.models import Pair, Record
from lifang.blocks.registry.tests.situations import LIN, LIN_ROW, ZHOU, ZHOU_ROW, Town
from tests.situations import EAST_COMMUNITY, EAST_GRID, WEST_COMMUNITY, a_person


def near(town: Town, **typed: str) -> str:
    return signed_in(town.worker).post("/desk/persons/new/near/", typed).content.decode()


def test_somebody_whom_nobody_knows_becomes_a_person_with_paper_and_reason(town: Town) -> None:
    answer = types(town)
    made = person_named(town, "何梅")
    assert answer.headers["Location"] == f"/desk/persons/{made.pk}/"
    with town.all_places():
        record = Record.objects.get(person=made)
        assert (record.system.code, record.system.department, record.system.area) == (
            "desk", "community_committee", EAST_COMMUNITY,
        )  # fmt: skip
        entry = Entry.objects.get(record=record)
        assert (entry.paper, entry.reason, entry.by) == ("户口簿", "新搬来", town.worker)
    assert (made.area, made.birth.isoformat(), made.initials) == (EAST_COMMUNITY, "1990-05-06", "hm")
    page = signed_in(town.worker).get(f"/desk/persons/{made.pk}/").content.decode()
    assert "137****0003" in page
    assert "13700030003" not in page
    assert "户口簿" in page
    found = signed_in(town.worker).post("/desk/persons/", {"q": "13700030003"}, follow=True).content.decode()
    assert "何梅" in found


def test_while_one_types_the_likely_same_persons_are_shown_with_reasons(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    shown = near(town, name="周建国", birth="1956-02-29")
    assert "很可能是同一人" in shown or "可能是" in shown
    assert "同一天出生" in shown
    assert "号码相同" in near(town, name="周建国", number=ZHOU)
    assert "本地同名的" in near(town, name="周建国")


def test_of_somebody_elsewhere_no_more_is_shown_than_that_they_are(town: Town) -> None:
    """林小芳 is of the other community, which the worker does not reach."""
    town.took("police", [LIN_ROW])
    shown = near(town, name="林小芳", number=LIN)
    assert "林**" in shown
    assert "林小芳" not in shown
    assert "号码相同" in shown
    assert "东风2社区" in shown


def test_the_same_number_is_joined_to_the_person_found_and_moves_with_them(town: Town) -> None:
    town.took("police", [LIN_ROW])
    known = person_named(town, "林小芳")
    typed = {"name": "林小芳", "number": LIN, "birth": "", "phone": "13900020009"}
    first = types(town, **typed)
    assert first.status_code == 422
    assert "13900020009" in first.content.decode(), "nothing typed is lost"
    assert types(town, **typed, whose="new").status_code == 422
    assert types(town, **typed, whose=str(known.pk)).status_code == 302
    assert [(one.pk, one.area) for one in town.persons()] == [(known.pk, EAST_COMMUNITY)]


def test_one_who_only_looks_alike_becomes_a_new_person_and_is_not_asked_about_again(town: Town) -> None:
    town.took("health", [("周建国", "", "男", "1956-02-29", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")])
    typed = {"name": "周建国", "birth": "1956-02-29", "phone": "", "address": "永宁路12号3栋2单元502室"}
    assert types(town, **typed).status_code == 422
    assert types(town, **typed, whose="new").status_code == 302
    assert [one.name for one in town.persons()] == ["周建国", "周建国"]
    with town.all_places():
        assert set(Pair.objects.values_list("state", flat=True)) == {"apart"}


def test_what_cannot_be_a_value_is_told_and_nothing_is_kept(town: Town) -> None:
    answer = types(town, number=f"{ZHOU[:-1]}{(int(ZHOU[-1], 36) + 1) % 10}", phone="12", birth="昨天")
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "校验位不对" in words
    assert "不是手机号" in words
    assert "不是日期" in words
    assert "至少填一项" in types(town, phone="", birth="").content.decode()
    assert types(town, held_on="2999-01-01").status_code == 422
    assert types(town, area=str(WEST_COMMUNITY)).status_code == 422
    assert not town.persons()


def test_words_that_say_nothing_name_nobody(town: Town) -> None:
    answer = types(town, name="不详")
    assert answer.status_code == 422
    assert "这里没有写出可以登记的内容" in answer.content.decode()
    answer = types(town, phone="不详", birth="-")
    assert answer.status_code == 422
    assert "至少填一项" in answer.content.decode()
    assert not town.persons()


def test_who_may_not_enter_persons_finds_no_page(town: Town) -> None:
    worker = a_person("grid_worker", EAST_GRID)
    assert signed_in(worker).get("/desk/persons/new/").status_code == 404
    assert signed_in(worker).post("/desk/persons/new/", {"name": "何梅", **GROUNDS}).status_code == 404
    assert not town.persons()


def test_entered_again_what_was_not_said_anew_stays(town: Town) -> None:
    types(town, number=ZHOU, birth="")
    known = person_named(town, "何梅")
    again = {"number": ZHOU, "birth": "", "phone": "", "address": "永宁路12号3栋2单元501室"}
    assert types(town, **again, whose=str(known.pk), held_on="2026-06-01").status_code == 422
    assert types(town, **again, whose=str(known.pk), held_on="2026-08-01").status_code == 302
    page = signed_in(town.worker).get(f"/desk/persons/{known.pk}/").content.decode()
    assert "137****0003" in page
    assert "永宁路12号" in page


def test_an_error_among_the_further_fields_is_seen(town: Town) -> None:
    closed = signed_in(town.worker).get("/desk/persons/new/").content.decode()
    assert "<details><summary>还知道别的" in closed
    answer = types(town, died_on="昨天").content.decode()
    assert "<details open><summary>还知道别的" in answer
