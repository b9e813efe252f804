"""Rosters of homes, figures that are added up, and children in rosters."""

import io

import openpyxl
import pytest

from lifang.blocks.forms.models import Answer
from lifang.blocks.forms.reading import column, condition
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import (
    AGO,
    a_sheet,
    an_officer,
    asked,
    counted,
    made,
    return_of,
    sent,
    typed,
)
from lifang.blocks.forms.tests.test_layouts import a_book, sends_in, the_form
from lifang.blocks.lists.tests.situations import HEADS, YOUNG, browser, number, row
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST_COMMUNITY, a_person, unit_of

pytestmark = pytest.mark.django_db
AGED = (condition("age", first=60),)
HOMES = {
    "head": asked("户主姓名", "name"), "address": asked("住址", "address"), "people": counted("家庭人口"),
    "aged": counted("60周岁以上", *AGED), "stove": typed("用煤炉", "truth"),
}  # fmt: skip


def paid(town: Town, **amounts: str) -> None:
    """Civil affairs says who gets how much a month."""
    ages = {"周建国": (70, 1), "林小芳": (75, 2), "林大山": (77, 3)}
    rows = [(name, number(*ages[name]), amount) for name, amount in amounts.items()]
    town.took("civil_affairs", rows, heads=("姓名", "身份证号", "月补助金额"), on=today() - AGO)


def in_words(found: Page, row: int, key: str) -> object:
    return found.rows[row]["cells"][key][0]


def test_a_roster_of_homes_has_a_row_for_each_home_with_its_head_and_who_lives_there(town: Town, officer: User) -> None:
    heads = (*HEADS, "与户主关系")
    town.took("police", [(*row("吴小宝", 9, YOUNG, serial=5), "户主")], heads=heads, on=today())
    found = return_of(sent(officer, made(officer, a_sheet(HOMES, title="住户台账", shape="homes"))))
    rows = {row["name"]: [row["cells"][key][0] for key in ("people", "aged", "stove")] for row in Page(found).rows}
    assert rows == {"周建国": [1, 1, None], "林大山": [2, 2, None], "吴小宝": [2, 1, None]}, (
        "who lives nowhere is in none"
    )
    assert (found.known, found.asked) == (12, 3)


def test_homes_are_those_where_somebody_of_the_list_lives_and_all_who_live_there_are_counted(officer: User) -> None:
    sheet = a_sheet(HOMES, title="高龄老人家庭", shape="homes", list="aged_80")
    (only,) = Page(return_of(sent(officer, made(officer, sheet)))).rows
    assert (only["name"], only["cells"]["people"][0]) == ("吴奶奶", 2)


def test_what_was_typed_of_a_home_is_known_to_the_next_form_of_homes(town: Town, officer: User) -> None:
    edition = made(officer, a_sheet(HOMES, title="住户台账", shape="homes"))
    found = return_of(sent(officer, edition))
    assert browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"c:0:stove": "是"}).status_code == 302
    again = Page(return_of(sent(officer, edition)))
    first = again.rows[0]
    assert (first["cells"]["stove"][:2], again.found.asked) == (["true", "known"], 2)
    with system_scope("test"):
        assert [(one.person, one.home) for one in Answer.objects.all()] == [(None, first["home"])]


def test_amounts_are_added_up_for_the_place_and_for_each_home(town: Town, officer: User) -> None:
    paid(town, 周建国="420", 林小芳="560.5", 林大山="80")
    total, aged = column("补助合计", "sums", "allowance"), condition("age", first=76)
    columns = {"total": total, "aged": column("76岁以上的", "sums", "allowance", where=(aged,))}
    other = an_officer("health")
    whole = return_of(sent(other, made(other, a_sheet(columns))))
    assert [whole.cells[key][:2] for key in columns] == [[1060.5, "known"], [80, "known"]]
    homes = Page(return_of(sent(other, made(other, a_sheet({**HOMES, "sum": total}, shape="homes")))))
    sums = {row["name"]: row["cells"]["sum"] for row in homes.rows}
    assert sums["林大山"][0] == 640.5
    assert sums["吴奶奶"][1] == "missing", "of whom nobody said an amount"


def test_a_departments_table_with_heads_of_homes_becomes_a_roster_of_homes(officer: User) -> None:
    heads = ("序号", "户主姓名", "户主联系电话", "家庭人口数", "其中60周岁以上", "月补助金额", "是否用煤炉")
    _form, sheet = the_form(sends_in(officer, a_book([("取暖家庭登记表",), heads]), people="everybody"))
    assert sheet.shape == "homes"
    assert [(one.source, one.what) for one in sheet.columns.values()] == [
        ("element", "name"), ("element", "phone"), ("persons", ""), ("persons", ""), ("sums", "allowance"), ("typed", ""),
    ]  # fmt: skip
    assert [one.title for one in sheet.columns.values()] == list(heads[1:])


def test_a_column_is_bound_to_an_amount_by_hand_and_to_no_other_element(officer: User) -> None:
    form = made(officer, a_sheet({"paid": typed("发了多少")})).form
    client = browser(officer)
    page = client.get(f"/desk/forms/{form.pk}/columns/").content.decode()
    assert "相加：月补助金额" in page
    given = {
        "title": "补助统计",
        "matter": "assist_elder_visit",
        "period": "monthly",
        "reason": "改成相加",
        "checks": "",
    }
    assert client.post(f"/desk/forms/{form.pk}/columns/", {**given, "b:paid": "sums:allowance"}).status_code == 302
    refused = client.post(f"/desk/forms/{form.pk}/columns/", {**given, "b:paid": "sums:name"})
    assert refused.status_code == 422
    assert "补助统计" in refused.content.decode()


def test_a_childs_address_and_number_are_told_to_who_may_see_them_alone(town: Town, officer: User) -> None:
    columns = {name: asked(name, name) for name in ("name", "number", "address")}
    young = a_sheet(columns, shape="roster", where=(condition("age", last=13),), title="儿童名单")
    issue = sent(officer, made(officer, young))
    found = return_of(issue)
    page = f"/desk/forms/asked/{found.pk}/"
    worker = browser(town.worker)
    assert YOUNG in worker.get(page).content.decode()
    assert YOUNG not in _cells(worker.post(f"{page}sheet/", {"purpose": "核对"})), (
        "no guardian agreed that it leaves the house"
    )
    assert worker.post(page, {"act": "submit"}).status_code == 302
    read = browser(officer).get(f"/desk/forms/returned/{found.pk}/").content.decode()
    assert "（儿童，受保护）" in read
    assert YOUNG not in read
    whole = _cells(browser(officer).post(f"/desk/forms/sent/{issue.pk}/sheet/", {"purpose": "慰问"}))
    assert "吴小宝" in whole
    assert not {YOUNG, number(9, 5)} & whole
    grid = a_person("grid_worker", EAST_COMMUNITY, unit_of("community_committee", EAST_COMMUNITY))
    shown = browser(grid).get(page)
    assert shown.status_code == 404 or YOUNG not in shown.content.decode()


def _cells(answer: object) -> set[object]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))  # type: ignore[attr-defined]
    return {cell for line in book.active.iter_rows(values_only=True) for cell in line}
