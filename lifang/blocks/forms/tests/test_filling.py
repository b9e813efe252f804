"""What a form takes from the registers by itself, and what it asks for."""

import datetime as dt
import re

import pytest

from lifang.blocks.forms import service as forms
from lifang.blocks.forms.reading import condition
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import (
    AGO,
    PLACES,
    a_roster,
    a_sheet,
    an_officer,
    asked,
    counted,
    made,
    of_sex,
    return_of,
    sent,
    typed,
    value,
)
from lifang.blocks.lists.tests.situations import HEADS, YOUNG, a_neighbourhood, browser, row
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2

pytestmark = pytest.mark.django_db


def test_a_ledger_of_ten_columns_of_which_nine_are_known_comes_with_nine_filled_and_one_to_type(
    town: Town, officer: User
) -> None:
    """S013 ledger with 10 columns of which 9 map to register fields prints with 9 filled and 1 to type; a ledger not in the
    directory cannot be assigned."""
    told = (*row("吴奶奶", 85, YOUNG, serial=4, phone="13800010009"), "户主", "汉族")
    town.took("police", [told], heads=(*HEADS, "与户主关系", "民族"), on=today() - AGO)
    names = ("name", "number", "sex", "birth", "phone", "address", "place", "relation", "nation")
    columns = {name: asked(name, name) for name in names} | {"rails": typed("装了扶手", "truth")}
    found = return_of(sent(officer, made(officer, a_roster(columns))))
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/print/")
    (only,) = re.findall(r"<tbody>(.*?)</tbody>", page.content.decode(), re.DOTALL)
    printed = dict(zip(columns, re.findall(r"<td>(.*?)</td>", only), strict=True))
    assert (printed["name"], printed["nation"], printed["relation"]) == ("吴奶奶", "汉族", "户主")
    assert [name for name, words in printed.items() if not words] == ["rails"]
    with pytest.raises(forms.Refused, match="没有对应清单里的事项"):
        made(officer, a_roster(columns, matter=""))


def test_a_sheet_counts_each_community_apart_and_nobody_types_what_the_registers_know(officer: User) -> None:
    issue = sent(officer, made(officer, a_sheet()))
    first, second = (return_of(issue, place) for place in PLACES)
    assert [value(first, key) for key in ("total", "men", "women", "aged")] == [6, 3, 3, 5]
    assert first.cells["tables"] == [None, "missing", None]
    assert (first.known, first.asked, first.state) == (4, 1, "filled")
    assert {cell[1] for cell in second.cells.values()} == {"missing"}  # of nobody there is anything on record


def test_what_was_told_long_ago_waits_to_be_confirmed(town: Town) -> None:
    a_neighbourhood(town, today() - dt.timedelta(days=800))
    found = return_of(sent(officer := an_officer(), made(officer, a_sheet({"all": counted("总人口")}))))
    assert (found.cells["all"][:2], found.old) == ([6, "stale"], 1)


def test_the_report_says_what_is_known_what_is_new_and_what_the_department_holds_itself(officer: User) -> None:
    columns = {
        "men": counted("男", of_sex("1")),
        "low": counted("低保", condition("element", element="low_income")),
        "tables": typed("议事桌数"),
    }
    with scope_of(officer, "form.make"):
        found = forms.known(made(officer, a_sheet(columns)), EAST)
    assert [one.key for one in found.known] == ["men"]
    assert [one.key for one in found.new] == ["tables"]
    assert [one.key for one in found.own] == ["low"]
    assert "3 项中 1 项已有" in found.said
    assert str(today() - dt.timedelta(days=30)) in found.said


def test_a_department_that_holds_all_of_it_itself_may_not_ask_for_it(officer: User) -> None:
    edition = made(officer, a_sheet({"low": counted("低保", condition("element", element="low_income"))}))
    with pytest.raises(forms.Refused, match="自己掌握"):
        sent(officer, edition)


def test_a_place_that_is_no_community_stops_the_whole_sending(officer: User) -> None:
    with pytest.raises(forms.Refused, match="不是社区"):
        sent(officer, made(officer, a_sheet()), [EAST_COMMUNITY, EAST])


def test_the_same_sending_asked_twice_is_one(officer: User) -> None:
    edition = made(officer, a_sheet())
    number = sent(officer, edition).sending
    assert sent(officer, edition, sending=number) == sent(officer, edition, [EAST_COMMUNITY_2], sending=number)


def test_residents_of_another_community_are_in_its_own_return(officer: User, town: Town) -> None:
    assert not Page(return_of(sent(officer, made(officer, a_roster())), EAST_COMMUNITY_2)).rows
