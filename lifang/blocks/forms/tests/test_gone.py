"""A form of which a data element is taken out of the dictionary after it was made, or after it went out."""

from collections.abc import Callable
from typing import Any

import pytest

from lifang.blocks.exchange import desk
from lifang.blocks.forms.models import Edition, Issue, Return
from lifang.blocks.forms.reading import condition
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import (
    AGO,
    ROSTER,
    WEEK,
    a_roster,
    a_sheet,
    asked,
    counted,
    made,
    of_sex,
    return_of,
    sent,
    typed,
)
from lifang.blocks.lists.tests.situations import HEADS, YOUNG, browser, person, row
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY

pytestmark = pytest.mark.django_db
LOW = condition("element", element="low_income", values=("true",))


@pytest.fixture
def vanish(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def gone(element: str) -> None:
        here = packs.elements
        monkeypatch.setattr(
            packs, "elements", lambda *area: {name: one for name, one in here(*area).items() if name != element}
        )

    return gone


@pytest.fixture
def fills(town: Town) -> Callable[..., Any]:
    def post(found: Return, act: str = "save", **more: Any) -> Any:
        return browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"act": act, **more})

    return post


def cells_of(found: Return) -> dict[str, Any]:
    """Of the only row of a roster."""
    with system_scope("test"):
        (only,) = Page(return_of(found.issue)).rows
    return dict(only["cells"])


def a_known_roster(town: Town, officer: User, days: int = 30) -> Return:
    """Of a resident whose telephone was told so many days ago."""
    told = row("吴奶奶", 85, YOUNG, serial=4, phone="13800010009")
    town.took("civil_affairs", [told], heads=HEADS, on=today() - AGO / 30 * days)
    return return_of(sent(officer, made(officer, a_roster())))


@pytest.mark.parametrize("said", ["13800010009", "无"])
def test_what_is_typed_of_a_vanished_element_is_refused_in_words_and_the_rest_is_saved_and_submitted(
    officer: User, fills: Callable[..., Any], vanish: Callable[[str], None], said: str
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    vanish("phone")
    refused = fills(found, "submit", **{"c:0:phone": said, "c:0:rails": "true"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "「联系电话」这项数据已经取消，不用再填。" in page
    assert f"<dt>联系电话</dt><dd>{said}</dd>" in page
    assert 'name="c:0:phone"' not in page
    assert 'class="asked"' not in page
    cells = cells_of(found)
    assert (cells["phone"][0], cells["rails"][:2]) == (None, ["true", "typed"])
    assert fills(found, "submit").status_code == 302
    assert return_of(found.issue).state == "submitted"


def test_an_old_value_of_a_vanished_element_stays_and_keeps_nobody_from_handing_in(
    town: Town, officer: User, fills: Callable[..., Any], vanish: Callable[[str], None]
) -> None:
    found = a_known_roster(town, officer, days=800)
    before = cells_of(found)["phone"]
    assert before[:2] == ["13800010009", "stale"]
    vanish("phone")
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/").content.decode()
    assert 'value="c:0:phone"' not in page
    assert "这项数据已经取消，不用再填" in page
    assert fills(found, "submit", all="1", ok=["c:0:phone"], **{"c:0:rails": "true"}).status_code == 302
    assert return_of(found.issue).state == "submitted"
    assert cells_of(found)["phone"] == before


def test_taken_anew_a_return_keeps_what_it_knew_by_a_vanished_element(
    town: Town, officer: User, fills: Callable[..., Any], vanish: Callable[[str], None]
) -> None:
    people = a_known_roster(town, officer)
    columns = {"men": counted("男", of_sex("1")), "low": counted("低保", LOW), "tables": typed("议事桌数")}
    sheet = return_of(sent(officer, made(officer, a_sheet(columns))))
    before = sheet.cells["men"]
    for element in ("phone", "sex", "low_income"):
        vanish(element)
    assert fills(people, "again", **{"c:0:rails": "true"}).status_code == 302
    cells = cells_of(people)
    assert (cells["phone"][:2], cells["rails"][0]) == (["13800010009", "known"], "true")
    assert fills(sheet, "again").status_code == 302
    now = return_of(sheet.issue).cells
    assert (now["men"], now["low"]) == (before, [None, "missing", None])
    assert fills(sheet, "submit", **{"c:low": "2", "c:tables": "3"}).status_code == 302


def test_who_cannot_be_chosen_any_more_stays_on_the_roster_with_what_was_typed(
    officer: User, fills: Callable[..., Any], vanish: Callable[[str], None]
) -> None:
    chosen = a_sheet(
        dict(ROSTER), title="八十岁的女士", shape="roster", where=(of_sex("2"), condition("age", first=80))
    )
    found = return_of(sent(officer, made(officer, chosen)))
    assert fills(found, **{"c:0:rails": "true"}).status_code == 302
    vanish("sex")
    refused = fills(found, "again")
    assert refused.status_code == 422
    assert "没有重新取数" in refused.content.decode()
    assert cells_of(found)["rails"][0] == "true"


@pytest.mark.parametrize("shape", ["roster", "homes", "sheet"])
def test_a_form_never_sent_says_what_vanished_and_is_not_sent(
    officer: User, vanish: Callable[[str], None], shape: str
) -> None:
    columns = {
        "roster": ROSTER,
        "homes": {"name": asked("户主", "name"), "phone": asked("联系电话", "phone")},
        "sheet": {"phone": counted("联系电话", condition("element", element="phone"))},
    }[shape]
    edition = made(officer, a_sheet(columns, shape=shape))
    vanish("phone")
    assert_not_sent(officer, edition, "联系电话")


def test_a_roster_whose_people_cannot_be_chosen_any_more_is_not_sent_to_nobody(
    officer: User, vanish: Callable[[str], None]
) -> None:
    edition = made(officer, a_sheet(dict(ROSTER), shape="roster", where=(LOW,)))
    vanish("low_income")
    assert_not_sent(officer, edition, "填哪些人")


def assert_not_sent(officer: User, edition: Edition, what: str) -> None:
    client, address = browser(officer), f"/desk/forms/{edition.form_id}/"
    page = client.get(address)
    assert page.status_code == 200
    assert f"有的列对应的数据元已经取消，要先换列才能下发：{what}" in page.content.decode()
    refused = client.post(f"{address}send/", {"due": str(today() + WEEK)})
    assert refused.status_code == 422
    assert f"这些列对应的数据现在没有了：{what}" in refused.content.decode()
    with system_scope("test"):
        assert not Issue.objects.exists()


def test_on_paper_a_vanished_element_is_not_asked(town: Town, officer: User, vanish: Callable[[str], None]) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    vanish("phone")
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/print/").content.decode()
    assert "联系电话（已取消，不用填）" in page


def test_what_a_vanished_element_told_is_not_read_where_it_was_masked(
    town: Town, officer: User, vanish: Callable[[str], None]
) -> None:
    found = a_known_roster(town, officer)
    vanish("phone")
    for page in ("", "print/"):
        told = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/{page}").content.decode()
        assert "13800010009" not in told
        assert "***" in told


def test_an_answer_is_taken_of_whom_the_desk_told_something_vanished_and_that_stays_sealed_with_it(
    town: Town, officer: User, fills: Callable[..., Any], vanish: Callable[[str], None]
) -> None:
    granny, told = person("吴奶奶"), {"name": "吴奶奶", "phone": "13800010009", "education": "21"}
    with scope_of(town.worker, "person.edit"):
        desk.enter(
            values=told, area=EAST_COMMUNITY, held_on=today() - AGO * 30, person=granny, apart=(), asked=True, paper="登记表",
            reason="新来", by=town.worker,
        )  # fmt: skip
    found = return_of(sent(officer, made(officer, a_roster())))
    vanish("education")
    assert fills(found, **{"c:0:phone": "13900010009"}).status_code == 302
    with system_scope("test"):
        kept = Record.objects.get(current=True, system__code="desk", entry__paper="登记表")
        assert "education" not in kept.facts
        assert facts.opened(bytes(kept.special.sealed), facts.SPECIAL) == {"education": "21"}
