"""A community's return on its own page: confirmed, typed, checked, submitted, corrected."""

import datetime as dt
import re
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from lifang.blocks.exchange import desk
from lifang.blocks.exchange.models import Entry
from lifang.blocks.forms import knowing, queries, returning, sending
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.models import Answer, Issue, Return
from lifang.blocks.forms.reading import condition
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import (
    AGO,
    WEEK,
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
)
from lifang.blocks.lists.tests.situations import HEADS, a_neighbourhood, browser, row
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, scope_of, system_scope, within_scope
from lifang.ground.areas.codes import span
from tests.situations import EAST_COMMUNITY, EAST_STREET, WEST_COMMUNITY, a_person, unit_of

pytestmark = pytest.mark.django_db
SUMS = {
    "total": counted("总人口"), "men": counted("男", of_sex("1")), "women": counted("女", of_sex("2")),
    "tables": typed("议事桌数"), "broken": typed("坏的"),
}  # fmt: skip


@pytest.fixture
def fills(town: Town) -> Callable[..., int]:
    def post(found: Return, act: str = "save", **cells: str) -> int:
        given = {f"c:{name.replace('__', ':')}" if name != "all" else name: text for name, text in cells.items()}
        return browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"act": act, **given}).status_code

    return post


def a_return(officer: User, **sheet: object) -> Return:
    return return_of(sent(officer, made(officer, a_sheet(SUMS, checks=["broken <= tables"], **sheet))))  # type: ignore[arg-type]


def test_the_survey_fills_itself_and_a_cell_that_breaks_a_sum_stops_it_with_both_figures(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    """S123 form fills with no typing from registers; a cell that breaks a check stops submission with both figures."""
    whole = made(officer, a_sheet({k: SUMS[k] for k in ("total", "men", "women")}, checks=["total = men + women"]))
    alone = return_of(sent(officer, whole))
    assert (alone.state, alone.asked) == ("checked", 0)
    assert fills(alone, "submit") == 302
    found = a_return(officer, title="桌子")
    assert fills(found, tables="3", broken="5") == 302
    answer = browser(worker).post(f"/desk/forms/asked/{found.pk}/", {"act": "submit"})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "坏的 &lt;= 议事桌数" in told
    assert "左边 5，右边 3" in told
    assert return_of(found.issue).state == "filled"
    assert fills(found, "submit", broken="2") == 302
    assert return_of(found.issue).state == "submitted"


def test_what_was_typed_once_is_known_to_every_later_form(officer: User, fills: Callable[..., int]) -> None:
    first = a_return(officer)
    fills(first, tables="3", broken="1")
    assert return_of(sent(officer, first.issue.edition)).cells["tables"][:2] == [3, "known"]
    code = first.issue.edition.form.code
    other = made(officer, a_sheet({"t": typed("桌子", what=f"{code}.tables")}, title="别的表"))
    assert return_of(sent(officer, other)).cells["t"][:2] == [3, "known"]


def test_a_household_known_to_three_registers_is_asked_nothing_that_is_known(
    town: Town, officer: User, worker: User
) -> None:
    """S117 visiting a household known to 3 registers: asked 0 known fields again; report shows prefilled share."""
    for department in ("police", "civil_affairs", "health"):
        known = [row("吴奶奶", 85, "长春路8号1栋1单元302室", serial=4, phone="13800010009")]
        town.took(department, known, heads=HEADS, on=today() - AGO)
    found = return_of(sent(officer, made(officer, a_roster())))
    asked = {at.column for at in Page(found).to_do()}
    assert asked == {"rails"}
    page = browser(worker).get("/desk/forms/burden/")
    (line,) = page.context["rows"]
    assert (line.known, line.asked, line.share) == (3, 1, 75.0)


def test_what_is_typed_of_a_person_becomes_a_word_of_the_communitys_desk(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    assert fills(found, **{"0__phone": "13800010009", "0__rails": "true"}) == 302
    with system_scope("test"):
        entry = Entry.objects.get(element="phone")
        assert (entry.by, entry.paper) == (worker, f"报表 {found.number}")
    again = return_of(sent(officer, found.issue.edition))
    assert (again.asked, again.known) == (0, 4)
    assert "13800010009" not in browser(worker).get(f"/desk/forms/asked/{again.pk}/").content.decode()


def test_a_cell_that_cannot_be_taken_is_shown_as_typed_and_the_others_are_saved(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = a_return(officer)
    answer = browser(worker).post(f"/desk/forms/asked/{found.pk}/", {"c:tables": "三张", "c:broken": "1"})
    assert answer.status_code == 422
    assert "三张" in answer.content.decode()
    assert 'href="#wctables"' in answer.content.decode()
    assert 'id="wctables"' in answer.content.decode()
    assert [return_of(found.issue).cells[key][0] for key in ("tables", "broken")] == [None, 1]


def test_one_tick_confirms_all_that_is_old(town: Town, fills: Callable[..., int]) -> None:
    a_neighbourhood(town, today() - dt.timedelta(days=800))
    found = return_of(sent(officer := an_officer(), made(officer, a_sheet({"all": counted("总人口")}))))
    assert found.old == 1
    assert fills(found, "submit") == 422
    assert fills(found, "submit", all="1") == 302
    assert return_of(found.issue).cells["all"][:2] == [6, "confirmed"]


def test_a_submitted_return_is_corrected_openly_and_what_was_submitted_stays(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = a_return(officer)
    fills(found, "submit", tables="3", broken="1")
    assert fills(found, tables="4") == 422
    client = browser(worker)
    assert client.post(f"/desk/forms/asked/{found.pk}/correct/", {"reason": ""}).status_code == 422
    assert client.post(f"/desk/forms/asked/{found.pk}/correct/", {"reason": "数错了"}).status_code == 302
    second = return_of(found.issue)
    assert fills(second, "submit", tables="4") == 302
    with system_scope("test"):
        versions = Return.objects.filter(number=found.number).order_by("version")
        told = [(one.version, one.cells["tables"][0], one.state, one.reason) for one in versions]
    assert told == [(1, 3, "submitted", ""), (2, 4, "submitted", "数错了")]


def test_what_was_submitted_is_locked_after_its_day_and_the_rest_expires(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = a_return(officer)
    fills(found, "submit", tables="3", broken="1")
    late = a_return(officer, title="晚的")
    with system_scope("test"):
        past = {"due": today() - WEEK, "until": today() - dt.timedelta(days=1)}
        Issue.objects.update(**past)
    assert returning.lock_due(today()) == 1
    assert return_of(found.issue).state == "locked"
    answer = browser(worker).post(f"/desk/forms/asked/{late.pk}/", {"c:tables": "1"})
    assert answer.status_code == 422
    assert "失效" in answer.content.decode()


def test_a_recurring_form_sends_itself_when_its_period_begins_and_once(officer: User) -> None:
    first = sent(officer, made(officer, a_sheet()), recurs=True)
    assert sending.again(first.on) == []
    next_month = (first.on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    (second,) = sending.again(next_month)
    assert (second.on, second.due, second.places) == (next_month, next_month + WEEK, first.places)
    assert sending.again(next_month) == []


def test_a_recurring_form_whose_element_has_vanished_says_so_and_is_not_sent(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent(officer, made(officer, a_sheet({"men": counted("男", of_sex("1"))})), recurs=True)
    here = knowing.packs.elements
    monkeypatch.setattr(
        knowing.packs, "elements", lambda area=0: {name: one for name, one in here(area).items() if name != "sex"}
    )
    assert sending.again(first.on + dt.timedelta(days=40)) == []
    with system_scope("test"):
        assert "男" in Issue.objects.get(pk=first.pk).why_not


def test_a_worker_of_another_community_reaches_no_return_and_a_department_only_its_own(
    officer: User, worker: User
) -> None:
    found = a_return(officer)
    other = a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY))
    assert browser(other).get(f"/desk/forms/asked/{found.pk}/").status_code == 404
    assert browser(officer).get(f"/desk/forms/sent/{found.issue_id}/").status_code == 200
    assert browser(an_officer("health")).get(f"/desk/forms/sent/{found.issue_id}/").status_code == 404
    assert browser(an_officer("health")).get(f"/desk/forms/{found.issue.edition.form_id}/").status_code == 404


def test_a_return_is_found_by_the_number_on_its_paper(officer: User, worker: User) -> None:
    found = a_return(officer)
    client: Client = browser(worker)
    assert found.number in client.get(f"/desk/forms/asked/{found.pk}/print/").content.decode()
    answer = client.get("/desk/forms/asked/", {"number": found.number.lower()})
    assert answer.headers["Location"] == f"/desk/forms/asked/{found.pk}/"
    client.post(f"/desk/forms/asked/{found.pk}/", {"c:tables": "2", "paper": "1"})
    assert return_of(found.issue).paper


def test_after_the_register_was_mended_the_return_takes_it_anew_and_keeps_what_was_typed(
    town: Town, officer: User, fills: Callable[..., int]
) -> None:
    found = a_return(officer)
    fills(found, tables="3")
    town.took("health", [row("新来的", 40, serial=9)], heads=HEADS, on=today())
    assert fills(found, "again") == 302
    cells = return_of(found.issue).cells
    assert (cells["total"][0], cells["tables"][0]) == (7, 3)


def test_a_street_reads_what_a_department_sent_for_and_locks_only_what_it_asked_itself(
    officer: User, fills: Callable[..., int]
) -> None:
    found = a_return(officer)
    fills(found, "submit", tables="3", broken="1")
    street = a_person("street_desk", EAST_STREET, unit_of("street_office", EAST_STREET))
    desk, theirs = browser(street), f"/desk/forms/sent/{found.issue_id}/"
    assert "锁定已交的" not in desk.get(theirs).content.decode()
    assert desk.post(f"{theirs}lock/").status_code == 404
    assert return_of(found.issue).state == "submitted"
    with scope_of(street, "form.make"):
        assert not Return.objects.filter(pk=found.pk).update(state="locked")
    own = return_of(sent(street, made(street, a_sheet(SUMS, title="街道的表"))))
    fills(own, "submit", tables="3", broken="1")
    ours = f"/desk/forms/sent/{own.issue_id}/"
    assert "锁定已交的" in desk.get(ours).content.decode()
    assert desk.post(f"{ours}lock/").status_code == 302
    assert return_of(own.issue).state == "locked"


def test_the_roll_up_names_who_is_missing_and_adds_up_the_others(officer: User, fills: Callable[..., int]) -> None:
    found = a_return(officer)
    fills(found, "submit", tables="3", broken="1")
    page = browser(officer).get(f"/desk/forms/sent/{found.issue_id}/")
    assert page.context["missing"] == ["东风2社区"]
    assert page.context["found"].totals["total"] == 6


def test_who_has_no_telephone_gets_none_made_up(officer: User, worker: User) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    page = browser(worker)
    given = {"c:0:phone": "无", "c:0:rails": "true", "act": "submit"}
    assert page.post(f"/desk/forms/asked/{found.pk}/", given).status_code == 302
    found = return_of(found.issue)
    assert found.state == "submitted"
    with system_scope("test"):
        assert Page(found).rows[0]["cells"]["phone"][0] is None
    assert re.search(
        r'data-label="联系电话">.*?<span>无</span>', page.get(f"/desk/forms/asked/{found.pk}/").content.decode()
    )


def test_what_was_saved_says_so_where_it_cannot_stand_in_its_box(officer: User, worker: User) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    page = browser(worker)
    given = {"c:0:phone": "13700070007", "act": "save"}
    assert page.post(f"/desk/forms/asked/{found.pk}/", given).status_code == 302
    read = page.get(f"/desk/forms/asked/{found.pk}/").content.decode()
    assert re.search(r"137\*{4}0007 <span[^>]*>.*?已填</span>", read)
    assert re.search(r'name="c:0:phone" value=""[^>]*placeholder="有变化就填新的"', read)


@pytest.mark.parametrize("said", ["不详", "-", "/", "未知", "None", "none", "没有"])
def test_a_word_that_says_nothing_is_written_nowhere(officer: User, worker: User, said: str) -> None:
    columns = {
        "name": asked("姓名", "name"), "phone": asked("电话", "phone"), "died": asked("死亡日期", "died_on"),
        "home": asked("户号", "household_number"), "school": asked("学历", "education"),
    }  # fmt: skip
    found = return_of(sent(officer, made(officer, a_roster(columns))))
    given = {f"c:0:{key}": said for key in ("phone", "died", "home", "school")} | {"act": "submit"}
    assert browser(worker).post(f"/desk/forms/asked/{found.pk}/", given).status_code == 302
    found = return_of(found.issue)
    with system_scope("test"):
        cells = Page(found).rows[0]["cells"]
        assert {cells[key][0] for key in ("phone", "died", "home", "school")} == {None}
        assert not Entry.objects.exists()


@pytest.mark.parametrize("said", ["不详", "-", "none", "也许"])
def test_what_is_true_or_not_is_not_answered_by_a_word_that_says_nothing(
    officer: User, worker: User, said: str
) -> None:
    columns = {"name": asked("姓名", "name"), "insured": asked("参保", "insured"), "rails": typed("扶手", "truth")}
    found = return_of(sent(officer, made(officer, a_roster(columns))))
    given = {"c:0:insured": said, "c:0:rails": "有"}
    answer = browser(worker).post(f"/desk/forms/asked/{found.pk}/", given)
    assert answer.status_code == 422
    assert "只能填是或否" in answer.content.decode()
    with system_scope("test"):
        cells = Page(return_of(found.issue)).rows[0]["cells"]
        assert (cells["insured"][:2], cells["rails"][0]) == ([None, "missing"], "true")
        assert not Entry.objects.exists()


def told_of(found: Return) -> dict[str, str]:
    """What records say now of the telephone of whom the first row is."""
    with system_scope("test"):
        person = Person.objects.get(pk=Page(found).rows[0]["who"])
        return {word.record.system.code: word.value for word in desk.said_by(person, "phone")}


def test_a_telephone_typed_by_mistake_and_taken_back_is_believed_no_more(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    assert fills(found, **{"0__phone": "13800010009"}) == 302
    assert told_of(found) == {"desk": "13800010009"}
    assert fills(found, **{"0__phone": "无"}) == 302
    assert told_of(found) == {}
    with system_scope("test"):
        (record,) = Record.objects.filter(entry__element="phone")
        assert (record.current, record.known_until is None) == (False, False)
    again = return_of(sent(officer, found.issue.edition))
    with system_scope("test"):
        assert Page(again).rows[0]["cells"]["phone"][:2] == [None, "missing"]


def test_what_the_desk_said_elsewhere_stays_when_a_cell_is_emptied(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    fills(found, **{"0__phone": "13800010009"})
    with system_scope("test"):
        person = Person.objects.get(pk=Page(found).rows[0]["who"])
    with scope_of(worker, "person.edit"):
        desk.correct(
            person=person, element="phone", value="13900010009", held_on=today(), asked=True, paper="本人口述",
            reason="换号", by=worker,
        )  # fmt: skip
    assert fills(found, **{"0__phone": "无"}) == 302
    assert told_of(found) == {"desk": "13900010009"}


def says(worker: User, person: Person, element: str, value: str, paper: str = "户口簿", days: int = 0) -> None:
    """At the desk, of a day some days ago."""
    with scope_of(worker, "person.edit"):
        desk.correct(
            person=person, element=element, value=value, held_on=today() - dt.timedelta(days=days), asked=False,
            paper=paper, reason="看了原件", by=worker,
        )  # fmt: skip


def enters(worker: User, person: Person) -> None:
    with scope_of(worker, "person.edit"):
        desk.enter(
            values={"name": person.name, "phone": "13900010009", "birth": "1990-05-06"}, area=EAST_COMMUNITY,
            held_on=today(), person=person, apart=(), asked=False, paper="户口簿", reason="新搬来", by=worker,
        )  # fmt: skip


def of_first_row(found: Return) -> Person:
    with system_scope("test"):
        return Person.objects.get(pk=Page(found).rows[0]["who"])


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lambda worker, person: says(worker, person, "phone", "13900010009", days=5), id="days before"),
        pytest.param(lambda worker, person: says(worker, person, "phone", "13900010009"), id="the same day"),
        pytest.param(enters, id="entered with it"),
    ],
)
def test_what_the_desk_said_before_stands_again_when_a_cell_is_emptied(
    officer: User, fills: Callable[..., int], worker: User, before: Callable[[User, Person], None]
) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    person = of_first_row(found)
    before(worker, person)
    for phone in ("13800010009", "13800010008"):
        assert fills(found, **{"0__phone": phone}) == 302
        assert told_of(found) == {"desk": phone}
    with system_scope("test"):
        written = Record.objects.filter(entry__paper__endswith=found.number, current=True).get()
    says(worker, person, "education", "21", paper="毕业证")
    assert fills(found, **{"0__phone": "无"}) == 302
    assert told_of(found) == {"desk": "13900010009"}
    with system_scope("test"):
        written.refresh_from_db()
        assert written.known_until
        (word,) = [one for one in desk.said_by(person, "phone") if one.record.current]
        assert word.record.entry.paper == "户口簿"
        assert [one.value for one in desk.said_by(person, "education")] == ["21"]


def test_of_two_forms_emptied_one_after_the_other_neither_says_anything_and_the_desk_does(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    first, second = (return_of(sent(officer, made(officer, a_roster(title=title)))) for title in ("甲表", "乙表"))
    says(worker, of_first_row(first), "phone", "13900010009")
    fills(first, **{"0__phone": "13800010009"})
    fills(second, **{"0__phone": "13800010008"})
    fills(second, **{"0__phone": "无"})
    assert told_of(first) == {"desk": "13800010009"}
    fills(first, **{"0__phone": "无"})
    assert told_of(first) == {"desk": "13900010009"}
    fills(second, **{"0__phone": "13800010007"})
    fills(second, **{"0__phone": "无"})
    assert told_of(first) == {"desk": "13900010009"}


def test_what_was_taken_back_does_not_return_with_another_forms_cell(
    officer: User, fills: Callable[..., int], worker: User
) -> None:
    first, second = (return_of(sent(officer, made(officer, a_roster(title=title)))) for title in ("甲表", "乙表"))
    for found in (first, second):
        fills(found, **{"0__phone": "13800010009"})
        fills(found, **{"0__phone": "无"})
        assert told_of(found) == {}


@pytest.mark.parametrize("broken_off", [False, True])
def test_none_written_as_a_word_is_taken_back_and_what_was_said_before_it_stands_again(
    officer: User, worker: User, monkeypatch: pytest.MonkeyPatch, broken_off: bool
) -> None:
    migration = import_module("lifang.blocks.exchange.migrations.0009_nothing_is_no_word")
    found = return_of(sent(officer, made(officer, a_roster())))
    person = of_first_row(found)
    home = person.home
    says(worker, person, "phone", "13800010009", days=30)
    for element, value in (
        ("phone", "None"), ("address", "None"), ("household_number", "None"), ("education", "21"),
    ):  # fmt: skip
        says(worker, person, element, value)
    with system_scope("test"):
        person.refresh_from_db()
        assert person.home is None
        if broken_off:
            with monkeypatch.context() as killed:
                killed.setattr(migration.standing, "refresh", Mock(side_effect=KeyboardInterrupt))
                with pytest.raises(KeyboardInterrupt):
                    migration.take_back(apps, SimpleNamespace(connection=connection))
        migration.take_back(apps, SimpleNamespace(connection=connection))
        believed = Record.objects.filter(entry__isnull=False, current=True, known_until=None)
        assert set(believed.values_list("entry__element", flat=True)) == {"education", "phone"}
        person.refresh_from_db()
    assert person.home == home
    assert told_of(found) == {"desk": "13800010009"}


def test_none_said_of_what_is_true_or_not_is_recorded_as_not(officer: User, worker: User) -> None:
    found = return_of(
        sent(officer, made(officer, a_roster({"name": asked("姓名", "name"), "insured": asked("参保", "insured")})))
    )
    given = {"c:0:insured": "无", "act": "submit"}
    assert browser(worker).post(f"/desk/forms/asked/{found.pk}/", given).status_code == 302
    found = return_of(found.issue)
    with system_scope("test"):
        assert Page(found).rows[0]["cells"]["insured"][0] == "false"
        assert Entry.objects.filter(element="insured").count() == 1


def test_what_is_asked_of_a_community_stands_on_its_workers_day(officer: User, worker: User) -> None:
    assert "要填的表" not in browser(worker).get("/desk/").content.decode()
    a_return(officer)
    page = browser(worker).get("/desk/").content.decode()
    assert re.search(r'href="/desk/forms/asked/">要填的表 <span class="count">1<', page)


def test_minutes_follow_what_the_last_returns_asked(officer: User) -> None:
    edition = made(officer, a_sheet(SUMS))
    assert forms.minutes(edition) == 3 + 2 * 1.5
    sent(officer, edition, [EAST_COMMUNITY])
    assert forms.minutes(edition) == 3 + 2 * 1.5


def test_the_directory_of_another_day_is_as_it_was(officer: User, worker: User) -> None:
    """S070 add a ledger tied to no item → refused; tie it to an item → next version of the directory has it."""
    here = ((span(EAST_COMMUNITY).start, span(EAST_COMMUNITY).stop),)
    with pytest.raises(forms.Refused, match="没有对应清单里的事项"):
        made(officer, a_sheet(matter=""))
    with scope_of(worker, "form.read"):
        before = queries.version(here, today())
        assert queries.directory(here, today()) == []
    edition = made(officer, a_sheet())
    with scope_of(worker, "form.read"):
        assert [one.edition for one in queries.directory(here, today())] == [edition]
        assert queries.version(here, today()) == before + 1
        assert queries.directory(here, today() - WEEK) == []


def test_no_answer_of_a_person_is_read_outside_their_place(officer: User, fills: Callable[..., int]) -> None:
    found = return_of(sent(officer, made(officer, a_roster())))
    fills(found, **{"0__rails": "true"})
    with within_scope(Scope("form.fill", ((WEST_COMMUNITY, WEST_COMMUNITY + 1000),))):
        assert not Answer.objects.exists()
    with within_scope(Scope("form.fill", ((EAST_COMMUNITY, EAST_COMMUNITY + 1000),))):
        assert Answer.objects.count() == 1


def test_a_condition_of_a_home_counts_as_the_registers_do(officer: User) -> None:
    alone = (condition("age", first=60), condition("home", most=1))
    found = return_of(sent(officer, made(officer, a_sheet({"alone": counted("独居老人", *alone)}))))
    assert found.cells["alone"][0] == 1
