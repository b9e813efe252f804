"""What forms hold about somebody: told to them, taken along when two records are one person, deleted in time."""

import datetime as dt

import pytest
from django.utils import timezone

from lifang.blocks.forms.models import Answer, Return
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import a_roster, a_sheet, made, return_of, sent, typed
from lifang.blocks.lists.tests.situations import HEADS, browser, person, row
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.models import Hold
from lifang.blocks.registry import judging
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope

pytestmark = pytest.mark.django_db
TITLE = "报表里填的"


@pytest.fixture
def answered(town: Town, officer: User) -> Return:
    """A roster in which the one aged resident got a handrail."""
    found = return_of(sent(officer, made(officer, a_roster())))
    fills(town.worker, found, phone="13800010009", rails="true")
    return found


def fills(worker: User, found: Return, **cells: str) -> None:
    given = {f"c:0:{name}": text for name, text in cells.items()}
    assert browser(worker).post(f"/desk/forms/asked/{found.pk}/", given).status_code == 302


def tonight(after: int = 0) -> dict[str, int]:
    return dict(retention.retain(timezone.now() + dt.timedelta(days=after)))


def told(one: Person, whole: bool) -> list[str]:
    with system_scope("test"):
        return [
            line
            for found in statement.stated(one, whole=whole).sections
            if found.title == TITLE
            for line in found.lines
        ]


def test_the_statement_names_what_forms_hold_and_the_words_where_all_is_asked_for(answered: Return) -> None:
    (line,) = told(person("吴奶奶"), whole=False)
    assert "高龄老人花名册" in line
    assert answered.number in line
    assert line.endswith("装了扶手")
    assert told(person("吴奶奶"), whole=True) == [f"{line} 是"]
    assert told(person("周建国"), whole=True) == []


def test_what_was_typed_of_a_home_is_told_to_who_lives_there(town: Town, officer: User) -> None:
    sheet = a_sheet({"stove": typed("用煤炉", "truth")}, title="取暖", shape="homes", list="aged_80")
    fills(town.worker, return_of(sent(officer, made(officer, sheet))), stove="是")
    assert told(person("吴小宝"), whole=True)[0].endswith("用煤炉 是")


def test_answers_follow_who_was_merged_and_come_back_when_they_are_two_again(
    town: Town, officer: User, answered: Return
) -> None:
    town.took("health", [row("吴奶奶", 85, serial=14)], heads=HEADS, on=today())
    with system_scope("test"):
        old, new = Person.objects.standing().filter(name="吴奶奶").order_by("pk")
    with scope_of(town.steward, "person.link"):
        move = judging.merge(one=old, other=new, by=town.steward, reason="同一个人，号码录错", two_numbers=True)
    with system_scope("test"):
        heir = Person.objects.standing().get(name="吴奶奶")
        gone = ({old.pk, new.pk} - {heir.pk}).pop()
        if heir.pk == old.pk:  # whichever stands, the answer is the other's
            Answer.objects.update(person=gone)
    (mine,) = Page(return_of(sent(officer, answered.issue.edition))).rows
    assert (mine["who"], mine["cells"]["rails"][:2]) == (heir.pk, ["true", "known"])
    assert told(heir, whole=True)[0].endswith("装了扶手 是")
    assert move.pk


def test_a_row_of_who_was_merged_since_is_answered_for_who_they_are_now(town: Town, officer: User) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    with system_scope("test"):
        old = person("吴奶奶")
        heir = Person.objects.create(area=old.area, name=old.name, records=1)
        Person.objects.filter(pk=old.pk).update(into=heir)
    fills(town.worker, found, rails="true")
    with system_scope("test"):
        assert Answer.objects.get().person == heir


def test_old_answers_and_rosters_go_in_time_and_what_was_counted_stays(
    town: Town, officer: User, answered: Return
) -> None:
    again = return_of(sent(officer, answered.issue.edition))
    with system_scope("test"):
        Answer.objects.update(known_until=timezone.now())
        Answer.objects.create(
            form=answered.issue.edition.form, column="rails", area=answered.area, person=person("吴奶奶"),
            sealed=Answer.objects.get().sealed, held_on=today(), given=again,
        )  # fmt: skip
    assert not {"form_return", "form_answer"} & tonight(1000).keys()
    assert tonight(1200)["form_return"] == 2
    assert tonight(1900)["form_answer"] == 1
    with system_scope("test"):
        assert Answer.objects.get().given == again, "what still counts stays"
    page = browser(town.worker).get(f"/desk/forms/asked/{answered.pk}/").content.decode()
    assert "名单已按保存期限删除" in page
    assert "吴奶奶" not in page
    kept = return_of(answered.issue)
    assert (kept.known, kept.asked) == (2, 2)


def test_a_roster_stays_where_somebody_lives_of_whom_nothing_is_deleted(town: Town, answered: Return) -> None:
    with system_scope("test"):
        until = today() + dt.timedelta(days=3000)
        Hold.objects.create(person=person("周建国"), area=answered.area, reason="案件", until=until, by=town.steward)
    assert "form_return" not in tonight(1200)


def test_an_emptied_roster_is_not_corrected(town: Town, officer: User, answered: Return) -> None:
    browser(town.worker).post(f"/desk/forms/asked/{answered.pk}/", {"act": "submit"})
    tonight(1200)
    refused = browser(town.worker).post(f"/desk/forms/asked/{answered.pk}/correct/", {"reason": "数错了"})
    assert refused.status_code == 422
    assert "不能再更正" in refused.content.decode()
