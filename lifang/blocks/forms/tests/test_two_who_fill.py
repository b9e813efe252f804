"""Two who fill the same return, corrections that overlap or come too late, and rosters of many rows."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from lifang.blocks.forms import returning
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.models import Issue, Return
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.sealing import sealed_rows
from lifang.blocks.forms.tests.situations import (
    WEEK,
    a_roster,
    a_sheet,
    asked,
    counted,
    made,
    return_of,
    sent,
    typed,
)
from lifang.blocks.lists.tests.situations import HEADS, another_worker, browser, row
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, system_scope, within_scope
from lifang.ground.areas.codes import span
from tests.situations import EAST_COMMUNITY

pytestmark = pytest.mark.django_db
SHEET = {"total": counted("总人口"), "tables": typed("议事桌数"), "chairs": typed("椅子数")}
FILL = Scope("form.fill", ((EAST_COMMUNITY, span(EAST_COMMUNITY).stop),))


@pytest.fixture
def first(town: Town, officer: User) -> User:
    return town.worker


@pytest.fixture
def second(first: User) -> User:
    return another_worker()


def posted(user: User, found: Return, **cells: Any) -> Any:
    given = {
        name if name in ("act", "seen", "rows", "to") else f"c:{name.replace('__', ':')}": text
        for name, text in cells.items()
    }
    return browser(user).post(f"/desk/forms/asked/{found.pk}/", given)


def opened(user: User, found: Return) -> dict[str, str]:
    """What stands in the page besides its cells."""
    page = browser(user).get(f"/desk/forms/asked/{found.pk}/").content.decode()
    return dict(re.findall(r'type="hidden" name="(seen|rows)" value="([^"]*)"', page))


def corrects(user: User, found: Return) -> Any:
    return browser(user).post(f"/desk/forms/asked/{found.pk}/correct/", {"reason": "数错了"})


def test_who_saves_a_page_that_another_changed_is_told_who_and_keeps_what_was_typed(
    officer: User, first: User, second: User
) -> None:
    found = return_of(sent(officer, made(officer, a_sheet(SHEET))))
    before = opened(second, found)
    assert posted(first, found, tables="3", chairs="7", **opened(first, found)).status_code == 302
    refused = posted(second, found, tables="5", chairs="", **before)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f"{first.name}改过这份表" in page
    assert 'name="c:tables" value="5"' in page
    assert 'name="c:chairs" value="7"' in page
    assert [return_of(found.issue).cells[key][0] for key in ("tables", "chairs")] == [3, 7]
    assert posted(second, found, tables="5", chairs="7", **opened(second, found)).status_code == 302
    assert return_of(found.issue).cells["tables"][0] == 5


def test_what_was_submitted_meanwhile_stays_submitted_and_what_another_typed_is_shown(
    officer: User, first: User, second: User
) -> None:
    found = return_of(sent(officer, made(officer, a_sheet(SHEET))))
    before = opened(second, found)
    posted(first, found, act="submit", tables="3", chairs="7")
    refused = posted(second, found, tables="5512", chairs="", **before)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f"提交人是{first.name}" in page
    assert "5512" in page
    now = return_of(found.issue)
    assert (now.state, now.cells["tables"][0]) == ("submitted", 3)


def test_what_was_typed_into_rows_that_moved_meanwhile_is_shown_beside_whom_it_is_of(
    town: Town, officer: User, first: User, second: User
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    before = opened(second, found)
    town.took("health", [row("阿早", 88, "安宁路1号", serial=9)], heads=HEADS, on=today())
    assert posted(first, found, act="again", **opened(first, found)).status_code == 302
    assert len(Page(return_of(found.issue)).rows) == 2
    page = posted(second, found, **{"0__phone": "13800010009"}, **before).content.decode()
    assert re.search(r"吴奶奶 联系电话</dt><dd>13800010009", page)
    assert 'value="13800010009"' not in page


def test_who_works_on_a_return_read_long_ago_undoes_nothing(officer: User, first: User) -> None:
    found = return_of(sent(officer, made(officer, a_sheet(SHEET))))
    one, other = return_of(found.issue), return_of(found.issue)
    with within_scope(FILL):
        returning.answer(found=one, typed={"c:tables": "3"}, confirmed=(), by=first)
        returning.answer(found=other, typed={"c:chairs": "7"}, confirmed=(), by=first)
        returning.submit(found=one, by=first)
        with pytest.raises(forms.Refused, match="已经提交"):
            returning.refill(found=other, by=first)
    now = return_of(found.issue)
    assert ([now.cells[key][0] for key in ("tables", "chairs")], now.state) == ([3, 7], "submitted")
    again = return_of(found.issue)
    with within_scope(FILL):
        returning.correct(found=now, reason="数错了", by=first)
        with pytest.raises(forms.Refused, match="已经有更正的一版"):
            returning.correct(found=again, reason="数错了", by=first)


@pytest.fixture
def submitted(officer: User, first: User) -> Return:
    found = return_of(sent(officer, made(officer, a_sheet(SHEET))))
    assert posted(first, found, act="submit", tables="3", chairs="7").status_code == 302
    return found


def rolled_up(officer: User, found: Return) -> Callable[[str], object]:
    return browser(officer).get(f"/desk/forms/sent/{found.issue_id}/").context["found"].totals.get


def test_what_was_submitted_counts_until_its_correction_is_submitted(
    officer: User, first: User, submitted: Return
) -> None:
    assert corrects(first, submitted).status_code == 302
    draft = return_of(submitted.issue)
    posted(first, draft, tables="40")
    assert rolled_up(officer, submitted)("tables") == 3
    posted(first, draft, act="submit", tables="40")
    assert rolled_up(officer, submitted)("tables") == 40


def test_a_correction_comes_too_late_when_it_could_not_be_submitted_and_one_not_finished_takes_nothing_away(
    officer: User, first: User, submitted: Return
) -> None:
    other = return_of(sent(officer, made(officer, a_sheet(SHEET, title="别的表"))))
    posted(first, other, act="submit", tables="3", chairs="7")
    assert corrects(first, other).status_code == 302
    with system_scope("test"):
        Issue.objects.update(due=today() - WEEK, until=today() - dt.timedelta(days=1))
    late = corrects(first, submitted)
    assert late.status_code == 422
    assert "不能再更正" in late.content.decode()
    for found in (submitted, other):
        assert rolled_up(officer, found)("tables") == 3
    numbers = {one.number for one in browser(first).get("/desk/forms/asked/").context["done"]}
    assert numbers == {submitted.number, other.number}


def test_a_roster_of_many_rows_is_filled_page_by_page_and_nothing_typed_is_lost(officer: User, first: User) -> None:
    columns = {"name": asked("姓名", "name")} | {f"t{n}": typed(f"第{n}项") for n in range(9)}
    found = return_of(sent(officer, made(officer, a_roster(columns))))
    with system_scope("test"):
        (only,) = Page(found).rows
        Return.objects.filter(pk=found.pk).update(rows=sealed_rows([only] * 230))
    client, address, pages = browser(first), f"/desk/forms/asked/{found.pk}/", []
    while len(pages) < 3:
        page = client.get(address).content.decode()
        boxes = dict.fromkeys(re.findall(r'name="(c:[^"]+)"', page), "")
        pages.append(len(boxes))
        at = min(int(name.split(":")[1]) for name in boxes)
        inputs = boxes | {f"c:{at}:t1": str(at + 1), "seen": re.findall(r'name="seen" value="(\d+)"', page)[0]}
        address = client.post(address, inputs | {"to": str(len(pages) + 1)}).headers["Location"]
    assert pages == [810, 810, 450]
    rows = Page(return_of(found.issue)).rows
    assert [rows[at]["cells"]["t1"][0] for at in (0, 90, 180)] == [1, 91, 181]
