"""Columns that may stay empty: nobody is kept by them, and what is written there can be taken back."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lifang.blocks.forms import returning
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.making import newest
from lifang.blocks.forms.models import Answer, Form, Return
from lifang.blocks.forms.reading import sheet_of
from lifang.blocks.forms.tests.situations import AGO, a_roster, a_sheet, an_officer, made, return_of, sent, typed
from lifang.blocks.forms.tests.test_layouts import a_book, sends_in
from lifang.blocks.lists.tests.situations import browser
from lifang.blocks.packs import forms as packed
from lifang.blocks.packs.reading import Reader
from lifang.blocks.packs.shapes import FormSheet
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST

pytestmark = pytest.mark.django_db
SHEET = {"tables": typed("议事桌数"), "more": typed("备注", "text", optional=True)}


@pytest.fixture
def found(officer: User) -> Return:
    return return_of(sent(officer, made(officer, a_sheet(SHEET))))


@pytest.fixture
def fills(town: Town) -> Callable[..., Any]:
    def post(found: Return, act: str = "save", **cells: str) -> Any:
        given = {f"c:{name}": text for name, text in cells.items()}
        return browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"act": act, **given})

    return post


def test_an_empty_cell_that_may_stay_so_stops_nothing_and_goes_out_empty(
    officer: User, town: Town, found: Return, fills: Callable[..., Any]
) -> None:
    assert (found.cells["more"], found.asked) == ([None, "blank", None], 1)
    with system_scope("test"):
        told = forms.known(newest(found.issue.edition.form), EAST)
        assert forms.cost(found.issue.edition).each == 3 + 1.5
    assert [[one.key for one in some] for some in (told.new, told.optional)] == [["tables"], ["more"]]
    assert "1 项要新填，1 项选填" in told.said
    asked = browser(town.worker).get("/desk/forms/asked/").content.decode()
    assert "1 格（已填好 0 格）" in asked
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/").content.decode()
    assert "还要填或核对 1 格" in page
    assert 'name="c:more"' in page
    assert fills(found, "submit", tables="3", more="").status_code == 302
    assert return_of(found.issue).state == "submitted"
    sheet = browser(town.worker).post(f"/desk/forms/asked/{found.pk}/sheet/").content
    (row,) = openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(min_row=3, values_only=True)
    assert row[0] == 3
    assert not row[1]
    back = browser(officer).get(f"/desk/forms/returned/{found.pk}/").content.decode()
    assert "选填，没有填" in back


def test_a_remark_does_not_hide_that_something_else_is_still_to_do(
    town: Town, found: Return, fills: Callable[..., Any]
) -> None:
    assert fills(found, more="停过一次电").status_code == 302
    assert "1 格（已填好 0 格）" in browser(town.worker).get("/desk/forms/asked/").content.decode()
    assert fills(found, "submit").status_code == 422


def test_a_remark_is_known_to_the_next_return_and_can_be_changed_and_taken_back(
    officer: User, town: Town, found: Return, fills: Callable[..., Any]
) -> None:
    fills(found, tables="3", more="停过一次电")
    again = return_of(sent(officer, found.issue.edition))
    assert again.cells["more"][:2] == ["停过一次电", "known"]
    page = browser(town.worker).get(f"/desk/forms/asked/{again.pk}/").content.decode()
    assert 'name="c:more" value="停过一次电"' in page
    assert fills(again, more="停过两次电").status_code == 302
    assert return_of(again.issue).cells["more"][:2] == ["停过两次电", "typed"]
    assert fills(again, more="").status_code == 302
    assert return_of(again.issue).cells["more"] == [None, "blank", None]
    with system_scope("test"):
        assert not Answer.objects.filter(column="more", known_until=None).exists()
        assert Answer.objects.filter(column="more").count() == 2
    assert fills(again, "submit").status_code == 302
    assert return_of(sent(officer, found.issue.edition)).cells["more"] == [None, "blank", None]


def test_an_old_remark_is_left_out_and_nobody_has_to_confirm_it(
    officer: User, found: Return, fills: Callable[..., Any]
) -> None:
    fills(found, tables="3", more="停过一次电")
    with system_scope("test"):
        Answer.objects.filter(column="more").update(held_on=today() - AGO * 40)
        told = forms.known(found.issue.edition, EAST)
    assert [one.key for one in told.optional] == ["more"]
    again = return_of(sent(officer, found.issue.edition))
    assert (again.cells["more"], again.old) == ([None, "blank", None], 0)


def test_figures_of_those_who_wrote_one_are_added_up(officer: User, fills: Callable[..., Any]) -> None:
    issue = sent(officer, made(officer, a_sheet({"tables": typed("议事桌数", optional=True)})))
    fills(return_of(issue), "submit", tables="3")
    with system_scope("test"):
        issue.returns.update(state="submitted")
    page = browser(officer).get(f"/desk/forms/sent/{issue.pk}/")
    assert page.context["totals"] == [("议事桌数", 3)]


def test_a_remark_about_a_person_may_stay_empty(town: Town, officer: User) -> None:
    columns = {"name": a_roster().columns["name"], "more": typed("备注", "text", optional=True)}
    found = return_of(sent(officer, made(officer, a_roster(columns))))
    assert found.state == "checked"
    with system_scope("test"):
        assert returning.Page(found).rows[0]["cells"]["more"][1] == "blank"
    answer = browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"c:0:more": "住女儿家", "act": "submit"})
    assert answer.status_code == 302
    assert return_of(sent(officer, found.issue.edition)).known == 2


def taken(officer: User, rows: Sequence[Sequence[Any]]) -> FormSheet:
    assert sends_in(officer, a_book(rows)).status_code == 302
    with system_scope("test"):
        return sheet_of(newest(Form.objects.latest("pk")))


def test_a_layout_says_what_may_stay_empty_and_remarks_of_two_forms_are_not_one(officer: User) -> None:
    rows = [["高龄老人花名册"], ["姓名", "装了扶手（选填）", "谁照料", "备 注"], [None] * 4]
    sheet = taken(officer, rows)
    told = {one.title: (one.kind, one.optional) for one in sheet.columns.values() if one.source == "typed"}
    assert told == {"装了扶手": ("text", True), "谁照料": ("text", False), "备 注": ("text", True)}
    sheet = taken(officer, [["环境表"], ["社区", "总人口", "备注"], [None] * 3])
    (remarks,) = [one for one in sheet.columns.values() if one.source == "typed"]
    assert (remarks.kind, remarks.optional, remarks.what) == ("text", True, "")


def test_on_the_desk_a_typed_column_is_let_stay_empty_and_one_from_the_registers_is_not(officer: User) -> None:
    edition = made(officer, a_roster())
    client, address = browser(officer), f"/desk/forms/{edition.form_id}/columns/"
    given = {
        "title": "花名册",
        "matter": edition.matter,
        "period": "monthly",
        "people": "aged_80",
        "reason": "扶手可以不填",
    }
    refused = client.post(address, {**given, "optional": ["rails", "phone"]})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "「联系电话」从名册取数" in page
    assert all(f'name="optional" value="{key}" checked' in page for key in ("rails", "phone"))
    assert client.post(address, {**given, "optional": ["rails"]}).status_code == 302
    with system_scope("test"):
        assert [key for key, one in sheet_of(newest(edition.form)).columns.items() if one.optional] == ["rails"]
    assert 'value="rails" checked' in client.get(address).content.decode()
    assert client.post(address, {**given, "b:rails": "element:phone"}).status_code == 302


@pytest.mark.parametrize(("source", "wrong"), [("typed", ""), ("element, what: phone", "只有社区填写的列能设为选填")])
def test_a_pack_says_what_may_stay_empty(tmp_path: Path, source: str, wrong: str) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(
        "form: a\ntitle: 甲\nunit: civil_affairs\nshape: roster\nfrom: 2020-01-01\nsource: {document: forms_sample}\n"
        f"columns: {{more: {{title: 备注, source: {source}, kind: text, optional: true}}}}\n",
        encoding="utf-8",
    )
    reader = Reader(tmp_path)
    found = reader.read(path, packed.form)
    if wrong:
        assert [wrong in problem.text for problem in reader.problems] == [True]
    else:
        assert found.columns["more"].optional


def test_on_paper_it_is_said_what_may_stay_empty_and_from_what_one_chooses(officer: User, town: Town) -> None:
    columns = {**SHEET, "shop": typed("有没有食堂", "text", choices=("有", "在建")), "lift": typed("装电梯", "truth")}
    found = return_of(sent(officer, made(officer, a_sheet(columns))))
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/print/").content.decode()
    assert "备注（选填）" in page
    assert "<small>有 / 在建</small>" in page
    assert "<small>是 / 否</small>" in page


def test_a_unit_without_any_matter_is_told_what_to_do_first(town: Town) -> None:
    page = browser(an_officer("transport")).get("/desk/forms/new/").content.decode()
    assert "先申请准入" in page
    assert "还没有能用报表下达的事项" in page
