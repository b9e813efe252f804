"""A department's file through the desk: sent, its columns confirmed, checked, taken, taken back."""

import contextlib
import io
import re
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry.imports import actions, correcting, files
from lifang.blocks.registry.models import Import, Record, System
from lifang.blocks.registry.pages import forms
from lifang.blocks.registry.tests.desk import Desk, csv_of, state_of, trail_of
from lifang.blocks.registry.tests.situations import HEADS, LIN_ROW, ZHOU, ZHOU_ROW, Town, a_town
from tests.at_once import committed
from tests.situations import EAST, EAST_STREET, WEST_STREET, a_person, unit_of

WRONG_NUMBER = "99010119560229018"
BAD_ROW = ("王不对", WRONG_NUMBER + "0", "男", "2090-01-01", "12", "长春路9号", "东风1社区")


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk(town, town.steward)


def test_a_file_is_sent_confirmed_checked_taken_and_taken_back(desk: Desk, town: Town) -> None:
    imported = desk.checked(ZHOU_ROW, LIN_ROW)
    page = desk.page(imported)
    assert "如果入库，会怎样" in page
    assert "新的人" in page
    assert "每一行每一格都能取" in page
    desk.does("data_take", imported)
    assert state_of(town, imported) == "taking"
    with town.all_places():
        actions.take(imported.pk)
    assert [person.name for person in town.persons()] == ["周建国", "林小芳"]
    assert "撤销这次导入" in desk.page(imported)
    desk.takes_back(imported)
    assert town.persons() == []
    assert "这次导入已撤销" in desk.page(imported)
    assert trail_of(town, imported) == [
        "data.received", "data.confirmed", "data.taking", "data.taken", "data.undoing", "data.undone",
    ]  # fmt: skip


@pytest.mark.parametrize("has", [(0, 3), (0, 1), (0, 4), (0, 5)], ids=["birth", "number", "telephone", "home"])
def test_a_file_of_names_and_one_thing_more_is_taken(desk: Desk, town: Town, has: tuple[int, ...]) -> None:
    heads, row = (tuple(words[at] for at in has) for words in (HEADS, ZHOU_ROW))
    assert desk.taken(row, heads=heads).state == "taken"
    assert [person.name for person in town.persons()] == ["周建国"]


def test_confirming_and_taking_are_done_in_the_background(desk: Desk) -> None:
    imported = desk.sent(ZHOU_ROW)
    desk.confirms(imported)
    jobs = ProcrastinateJob.objects.filter(queue_name="registry")
    assert [job.task_name for job in jobs] == ["registry.check"]
    assert jobs[0].args == {"import_id": imported.pk}


def test_each_column_is_shown_with_its_guess_and_why(desk: Desk) -> None:
    imported = desk.sent(
        ZHOU_ROW, LIN_ROW, heads=("姓名", "无名列", "性别", "出生日期", "联系电话", "备注", "所属社区")
    )
    page = desk.client.get(reverse("data_columns", args=[imported.pk])).content.decode()
    assert '<option value="name" selected' in page
    assert '<option value="number" selected' in page
    assert "按表头" in page
    assert "按内容的样子" in page
    assert "永宁路12号3栋2单元501室" in page


def test_numbers_and_health_are_masked_among_the_samples(desk: Desk) -> None:
    row = (*ZHOU_ROW, "高血压三级", ZHOU)
    imported = desk.sent(row, heads=(*HEADS, "慢性病", "不认识的列"))
    page = desk.client.get(reverse("data_columns", args=[imported.pk])).content.decode()
    assert "高血压" not in page
    assert ZHOU not in page
    assert ZHOU_ROW[4] not in page
    mistaken = desk.confirms(imported, **{"column-1": "name", "column-7": "address"}).content.decode()
    assert ZHOU not in mistaken
    assert "高血压" not in mistaken


def test_what_was_confirmed_is_said_the_next_time(desk: Desk) -> None:
    imported = desk.sent(ZHOU_ROW, heads=("姓名", "证号码", "性别", "出生日期", "联系电话", "甲", "所属社区"))
    desk.confirms(imported, **{"column-5": "address"})
    again = desk.sent(LIN_ROW, heads=("姓名", "证号码", "性别", "出生日期", "联系电话", "甲", "所属社区"))
    assert again.columns["address"] == "5"
    page = desk.client.get(reverse("data_columns", args=[again.pk])).content.decode()
    assert "上次确认的" in page
    shown = desk.client.get(reverse("data_system", args=[desk.system.pk])).content.decode()
    assert "<dt>甲</dt><dd>现住址</dd>" in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"column-1": "name"}, "有几列都选了「姓名」"),
        ({"column-0": ""}, "还没有指出哪一列是姓名"),
        ({"column-2": "junk"}, "没有这个数据元"),
        ({"column-2": "' OR 1=1 --"}, "没有这个数据元"),
        ({"column-2": "甲" * 5000}, "没有这个数据元"),
    ],
)
def test_columns_that_cannot_be_are_refused_and_what_was_chosen_stays(
    desk: Desk, town: Town, changed: dict[str, str], words: str
) -> None:
    imported = desk.sent(ZHOU_ROW)
    answer = desk.confirms(imported, **{"column-5": "registered_address", **changed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "文件和选好的列都还在" in page
    assert '<option value="registered_address" selected' in page
    assert state_of(town, imported) == "mapped"
    assert ProcrastinateJob.objects.filter(queue_name="registry").count() == 0


def test_junk_among_the_posted_columns_is_passed_over(desk: Desk, town: Town) -> None:
    imported = desk.sent(ZHOU_ROW)
    answer = desk.confirms(imported, **{"column-999": "name", "column--1": "sex", "column-x": "x", "columns": "{"})
    assert answer.status_code == 302
    assert state_of(town, imported) == "checking"


def test_progress_is_told_in_words_and_ends_with_a_new_page(desk: Desk, town: Town) -> None:
    imported = desk.sent(ZHOU_ROW)
    desk.confirms(imported)
    page = desk.page(imported)
    assert 'hx-trigger="every 2s"' in page
    assert "在后台排队" in page
    assert "刷新" in page
    with town.all_places():
        Import.objects.filter(pk=imported.pk).update(step="linking")
    address = reverse("data_import", args=[imported.pk])
    part = desk.client.get(address, headers={"HX-Request": "true"})
    assert "第 3 步，共 3 步" in part.content.decode()
    assert "认人" in part.content.decode()
    assert "<html" not in part.content.decode()
    with town.all_places():
        actions.check(imported.pk)
    assert desk.client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_what_was_cancelled_leaves_nothing_and_can_be_begun_again(desk: Desk, town: Town) -> None:
    imported = desk.checked(ZHOU_ROW)
    desk.does("data_take", imported)
    assert "已取消" in desk.does("data_cancel", imported).content.decode()
    with town.all_places():
        actions.take(imported.pk)
    assert town.persons() == []
    assert "重新核对列" in desk.page(imported)
    assert desk.confirms(imported).status_code == 302


def test_a_check_of_other_columns_does_not_answer_for_those_confirmed_since(desk: Desk, town: Town) -> None:
    imported = desk.sent(ZHOU_ROW)
    desk.confirms(imported)
    before = actions.sorted_out

    def meanwhile(*given: Any, **how: Any) -> Any:
        found = before(*given, **how)
        Import.objects.filter(pk=imported.pk).update(columns={"name": "0", "phone": "4"})
        return found

    with pytest.MonkeyPatch.context() as patch, town.all_places():
        patch.setattr(actions, "sorted_out", meanwhile)
        actions.check(imported.pk)
    assert state_of(town, imported) == "checking"


def test_problems_are_listed_by_row_and_column_with_the_value_masked(desk: Desk) -> None:
    imported = desk.checked(ZHOU_ROW, BAD_ROW)
    page = desk.page(imported)
    assert "号码里的出生日期不存在或不可能" in page or "号码的校验位不对" in page
    assert "日期在以后" in page
    assert BAD_ROW[1] not in page
    narrowed = desk.page(imported, element="birth", wrong="future")
    assert narrowed.count("日期在以后") == 2
    assert re.search(r'<td class="num" data-label="行">3</td><td data-label="列">出生日期</td>', narrowed)
    assert desk.page(imported, element="junk", wrong="x", page="x").count("日期在以后") == 2


def test_a_file_sent_for_the_wrong_place_is_doubted_before_it_is_taken(desk: Desk) -> None:
    elsewhere = [(*row[:6], "江南3社区") for row in (ZHOU_ROW, LIN_ROW)]
    assert "有 2 行写的社区不在" in desk.page(desk.checked(*elsewhere))
    assert "写的社区不在" not in desk.page(
        desk.checked(ZHOU_ROW, elsewhere[1], ("王新来", "", "男", "1990-01-01", "", "", ""))
    )


def test_the_file_can_be_had_back_with_what_is_wrong_at_the_end_of_each_row(desk: Desk, town: Town) -> None:
    formula = ("=HYPERLINK(1)", *BAD_ROW[1:])
    imported = desk.checked(ZHOU_ROW, BAD_ROW, formula)
    answer = desk.does("data_corrected", imported)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book.active.rows]
    assert rows[0] == [*HEADS, "问题"]
    assert rows[1] == [*ZHOU_ROW, None]
    assert rows[2][:7] == list(BAD_ROW)
    assert "出生日期：日期在以后" in rows[2][7]
    assert book.active["A4"].data_type == "s"
    assert trail_of(town, imported)[-1] == "data.corrected"


def test_a_long_file_comes_back_as_text_that_no_spreadsheet_spoils(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "MOST_ROWS", 1)
    imported = desk.checked(("=HYPERLINK(1)", *ZHOU_ROW[1:]), BAD_ROW)
    lines = desk.does("data_corrected", imported).content.decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join((*HEADS, "问题"))
    assert lines[1].startswith(f"'=HYPERLINK(1),'{ZHOU},")
    assert "出生日期：日期在以后" in lines[2]


@pytest.mark.parametrize("most", [1, 100])
def test_a_corrected_file_is_understood_as_it_was(
    desk: Desk, town: Town, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(correcting, "MOST_ROWS", most)
    imported = desk.taken(ZHOU_ROW, BAD_ROW)
    content = desk.does("data_corrected", imported).content
    assert desk.sends(content, "改好.xlsx").status_code == 302
    again = desk.newest()
    assert again.columns == imported.columns
    desk.confirms(again)
    with town.all_places():
        actions.check(again.pk)
    assert desk.newest().counts["same"] == 2


def test_the_same_file_twice_at_once_gives_nobody_twice(desk: Desk, town: Town) -> None:
    first, second = desk.sent(ZHOU_ROW, LIN_ROW), desk.sent(ZHOU_ROW, LIN_ROW)
    page = desk.client.get(reverse("data_columns", args=[second.pk])).content.decode()
    assert "已经传过" in page
    for imported in (first, second):
        desk.confirms(imported)
    with town.all_places():
        actions.check(first.pk)
        actions.check(second.pk)
    for imported in (first, second):
        desk.does("data_take", imported)
    with town.all_places():
        actions.take(second.pk)
        actions.take(first.pk)
        assert Record.objects.count() == 2
    assert len(town.persons()) == 2


def test_an_earlier_import_is_not_taken_back_before_a_later_one(desk: Desk, town: Town) -> None:
    earlier = desk.taken(ZHOU_ROW)
    desk.taken(LIN_ROW, held_on="2026-07-01")
    page = desk.does("data_undo", earlier).content.decode()
    assert "请先撤销它" in page
    assert state_of(town, earlier) == "taken"


@pytest.mark.parametrize("act", ["data_take", "data_undo"])
def test_an_act_out_of_turn_is_refused_in_words(desk: Desk, town: Town, act: str) -> None:
    imported = desk.sent(ZHOU_ROW)
    answer = desk.does(act, imported)
    assert answer.status_code == 200
    assert "tone-bad" in answer.content.decode()
    assert state_of(town, imported) == "mapped"


def test_taken_twice_by_two_presses_it_is_taken_once(desk: Desk, town: Town) -> None:
    imported = desk.checked(ZHOU_ROW)
    desk.does("data_take", imported)
    desk.does("data_take", imported)
    assert ProcrastinateJob.objects.filter(task_name="registry.take").count() == 1


def test_whoever_only_reads_sees_the_import_of_their_place_and_no_buttons(desk: Desk, town: Town) -> None:
    here = desk.checked(ZHOU_ROW, area=str((EAST_STREET + 1000) // 1000))
    street = desk.checked(LIN_ROW)
    reader = Desk(town, town.worker)
    page = reader.page(here)
    assert "如果入库" in page
    assert reverse("data_take", args=[here.pk]) not in page
    assert reverse("data_corrected", args=[here.pk]) not in page
    assert reader.client.get(reverse("data_import", args=[street.pk])).status_code == 404
    assert trail_of(town, street)[-1] == "import.foreign"
    for act in ("data_take", "data_cancel", "data_undo", "data_corrected"):
        assert reader.does(act, here).status_code == 404
    assert reader.client.get(reverse("data_columns", args=[here.pk])).status_code == 404


def test_a_steward_of_another_place_reaches_nothing_of_it(desk: Desk, town: Town) -> None:
    imported = desk.checked(ZHOU_ROW)
    other = Desk(town, a_person("data_steward", WEST_STREET, unit_of("street_office", WEST_STREET)))
    for act in ("data_take", "data_cancel", "data_undo", "data_corrected"):
        assert other.does(act, imported).status_code == 404
    assert other.client.get(reverse("data_send", args=[desk.system.pk])).status_code == 404
    assert state_of(town, imported) == "checked"


def test_a_street_confirms_columns_of_a_system_of_the_whole_district(town: Town) -> None:
    with town.all_places():
        System.objects.filter(code="police").update(area=EAST)
        town.systems["police"].refresh_from_db()
    desk = Desk(town, town.steward)
    imported = desk.sent(ZHOU_ROW)
    assert desk.confirms(imported).status_code == 302
    with town.all_places():
        assert System.objects.get(code="police").columns["身份证号"] == "number"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"held_on": "2090-01-01"}, "不能在今天以后"),
        ({"held_on": "9999-12-31"}, "2999"),
        ({"held_on": "昨天"}, "有效"),
        ({"area": str(WEST_STREET // 1000)}, "没有代码"),
        ({"area": "9" * 40}, "区划代码"),
        ({"area": ""}, "必填"),
    ],
)
def test_what_is_typed_wrong_beside_the_file_is_refused_in_words(desk: Desk, typed: dict[str, str], words: str) -> None:
    answer = desk.sends(csv_of(HEADS, ZHOU_ROW), **typed)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_a_file_over_the_limit_is_refused_with_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_MB", 1)
    answer = desk.sends(b"\xe5\x91\xa8" * 700_000)
    assert answer.status_code == 422
    assert "没有收下。请按社区或街道分成几个文件再传" in answer.content.decode()


def test_a_file_that_is_gone_is_told_in_words(desk: Desk) -> None:
    imported = desk.checked(ZHOU_ROW, BAD_ROW)
    files.forget(imported.sha256)
    answer = desk.client.post(reverse("data_corrected", args=[imported.pk]), follow=True)
    assert "存下的文件打不开了" in answer.content.decode()
    answer = desk.client.get(reverse("data_columns", args=[imported.pk]), follow=True)
    assert "请重新上传这个文件" in answer.content.decode()


@pytest.mark.parametrize("fault", ["gone", "broken"])
def test_what_goes_wrong_in_the_background_is_told_on_the_page(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("django.conf.settings.CONFIG.demo", True)
    with committed(django_db_blocker, "access|areas|registry|trail|procrastinate"):
        town = a_town()
        desk = Desk(town, town.steward)
        imported = desk.checked(ZHOU_ROW)
        desk.does("data_take", imported)
        if fault == "gone":
            files.forget(imported.sha256)
        else:
            monkeypatch.setattr(actions.taking, "take", lambda *_given: 1 / 0)
        with contextlib.suppress(ZeroDivisionError), town.all_places():
            actions.take(imported.pk)
        page = desk.page(imported)
        assert {"gone": "存下的文件已经不在", "broken": "程序出错了"}[fault] in page
        assert "登记册没有变" in page
        assert town.persons() == []
        assert "重新核对列" in page
