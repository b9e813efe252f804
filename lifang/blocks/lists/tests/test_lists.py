"""Lists that are kept, and lists that are handed out."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lifang.blocks.lists.models import SavedList, Showing
from lifang.blocks.lists.tests.situations import (
    ALONE,
    HEADS,
    HERE,
    PAIR,
    YOUNG,
    a_grid_worker,
    a_neighbourhood,
    another_worker,
    browser,
    entries,
    number,
    person,
    row,
    text,
)
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.models import Consent
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.situations import JULY, Town
from lifang.ground.access.models import Grant, Role
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, WEST_COMMUNITY, a_person, unit_of

GIVEN = {"purpose": "上门走访", "reason": "重阳节慰问\n=1+1"}


@pytest.fixture
def desk(town: Town) -> Client:
    a_neighbourhood(town)
    return browser(town.worker)


def kept(client: Client) -> list[str]:
    return [one.name for one, _url, _own in client.get("/desk/persons/").context["saved"]]


def sheet(answer: Any) -> Any:
    assert answer.status_code == 200, text(answer)
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


def cells(page: Any) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]


def test_filters_are_kept_under_a_name_and_no_word_of_a_search(desk: Client) -> None:
    desk.post("/desk/persons/saved/?youngest=80&w=abc&after=0-1", {"name": "八十以上"})
    with system_scope("test"):
        assert SavedList.objects.get().query == {"youngest": "80"}
    ((_one, url, own),) = desk.get("/desk/persons/").context["saved"]
    assert own
    assert [row.person.name for row in desk.get(url).context["rows"]] == ["吴奶奶"]


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("", "空的", "先选几个条件"),
        ("sex=1", "", "取个名称"),
        ("sex=1", "长" * 41, "取个名称"),
        ("w=abc", "找人", "先选几个条件"),
    ],
)
def test_what_cannot_be_kept_says_why(desk: Client, query: str, name: str, words: str) -> None:
    assert words in text(desk.post(f"/desk/persons/saved/?{query}", {"name": name}, follow=True))
    assert kept(desk) == []


def test_a_name_is_given_once(desk: Client) -> None:
    desk.post("/desk/persons/saved/?sex=1", {"name": "男"})
    assert "你已有一个叫「男」的名单" in text(desk.post("/desk/persons/saved/?sex=2", {"name": "男"}, follow=True))
    assert kept(desk) == ["男"]


def test_a_list_is_one_s_own_unless_shared_in_the_unit(desk: Client) -> None:
    desk.post("/desk/persons/saved/?sex=1", {"name": "自己的"})
    desk.post("/desk/persons/saved/?sex=2", {"name": "大家的", "shared": "on"})
    assert kept(browser(another_worker())) == ["大家的"]
    far = browser(a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY)))
    assert kept(far) == []
    with system_scope("test"):
        shared = SavedList.objects.get(name="大家的").pk
    assert browser(another_worker()).post(f"/desk/persons/saved/{shared}/remove/").status_code == 404
    assert desk.post(f"/desk/persons/saved/{shared}/remove/").status_code == 302
    assert kept(desk) == ["自己的"]


def test_an_export_says_on_each_page_who_made_it_and_why(desk: Client, town: Town) -> None:
    answer = desk.post("/desk/persons/export/?youngest=70", GIVEN)
    page = sheet(answer)
    mark, head, *rows = cells(page)
    with system_scope("test"):
        showing = Showing.objects.get()
    name = town.worker.name or town.worker.username
    for words in (name, showing.serial, "上门走访", "重阳节慰问 =1+1"):
        assert words in mark[0]
        assert words in str(page.oddHeader.center.text)
    assert showing.serial in str(page.oddFooter.left.text)
    assert page.print_title_rows == "$1:$2"
    assert head[:4] == ["序号", "姓名", "性别", "年龄"]
    assert [row[1] for row in rows] == ["吴奶奶", "周建国", "林大山", "林小芳"]
    assert showing.serial in answer["Content-Disposition"]


def test_numbers_are_masked_unless_asked_for_by_who_may_see_them(desk: Client, town: Town) -> None:
    whole, phone = number(70), "13800010001"
    for client, given, shown in (
        (desk, GIVEN, False),
        (desk, {**GIVEN, "whole": "on"}, True),
        (browser(town.steward), {**GIVEN, "whole": "on"}, False),
    ):
        (row,) = [row for row in cells(sheet(client.post("/desk/persons/export/", given))) if row[1] == "周建国"]
        assert (whole in row, phone in row) == (shown, shown)
    assert [entry.data["whole"] for entry in entries("person.exported")] == [False, True, False]


def test_of_a_child_numbers_and_address_go_to_who_may_see_them_alone(desk: Client, town: Town) -> None:
    with system_scope("test"):
        Consent.objects.create(
            person=person("吴小宝"), guardian="吴奶奶", relation="祖母", uses=["export"], purpose="慰问", paper="同意书",
            since=today(), by=town.worker,
        )  # fmt: skip
    for client, shown in ((desk, True), (browser(town.steward), False)):
        rows = cells(sheet(client.post("/desk/persons/export/?oldest=13", {**GIVEN, "whole": "on"})))
        (row,) = [row for row in rows if row[1] == "吴小宝"]
        assert (number(9, 5) in row) == shown
        assert ("（儿童，受保护）" in row) != shown


def test_an_export_asks_for_a_purpose_and_a_reason_and_keeps_what_was_typed(desk: Client) -> None:
    answer = desk.post("/desk/persons/export/?sex=1", {"purpose": "", "reason": "写了理由"})
    assert answer.status_code == 422
    assert "写了理由" in text(answer)
    assert entries("person.exported") == []


def test_more_than_the_rules_allow_are_not_handed_out(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    value = packs.value

    def two(path: str, *where: Any) -> Any:
        return value("outreach.unseen_visit_days" if path == "lists.export_most" else path, *where)

    monkeypatch.setattr(packs, "value", two)
    answer = desk.post("/desk/persons/export/", GIVEN)
    assert answer.status_code == 422
    assert "超过 5 人" in text(answer)
    assert entries("person.exported") == []


def test_the_auditor_sees_who_handed_out_what_and_each_person_is_told(desk: Client, town: Town) -> None:
    desk.post("/desk/persons/export/?youngest=80", GIVEN)
    (entry,) = entries("person.exported")
    with system_scope("test"):
        showing = Showing.objects.get()
    assert (entry.object_id, entry.data["persons"], entry.data["reason"]) == (showing.serial, 1, "重阳节慰问 =1+1")
    auditor = browser(a_person("auditor", CITY))
    assert showing.serial in text(auditor.get("/desk/admin/trail/?question=exports"))
    assert "1 人共看过 1 次" in text(desk.get(f"/desk/persons/{person('吴奶奶').pk}/"))
    assert "还没有人看过" in text(desk.get(f"/desk/persons/{person('吴小宝').pk}/"))


def test_who_audits_and_reads_persons_sees_the_export_on_the_person_s_page(desk: Client, town: Town) -> None:
    desk.post("/desk/persons/export/?youngest=80", GIVEN)
    with system_scope("test"):
        auditor = Role.objects.get(code="auditor")
        Grant.objects.create(
            user=town.worker, role=auditor, area=CITY, valid=(dt.date(2020, 1, 1), None), purpose="测试"
        )
    page = text(desk.get(f"/desk/persons/{person('吴奶奶').pk}/"))
    assert "导出名单" in page
    assert "上门走访 重阳节慰问" in page


def test_what_was_looked_for_can_be_handed_out_too(desk: Client) -> None:
    address = desk.post("/desk/persons/", {"q": "周建国"})["Location"]
    query = address.partition("?")[2]
    assert "找“周建国”" in text(desk.get(f"/desk/persons/export/?{query}"))
    assert [row[1] for row in cells(sheet(desk.post(f"/desk/persons/export/?{query}", GIVEN)))[2:]] == ["周建国"]
    (entry,) = entries("person.exported")
    assert "周建国" not in str(entry.data)


def test_nobody_is_no_list(desk: Client) -> None:
    assert "没有什么可导出的" in text(desk.get("/desk/persons/export/?youngest=120"))


def test_who_may_not_export_has_no_such_page(desk: Client) -> None:
    assert browser(a_grid_worker()).get("/desk/persons/export/").status_code == 404


def test_a_day_before_lists_who_was_there_and_how_it_was_known_then(town: Town) -> None:
    young, old = row("周小国", 30, ALONE, serial=2), row("吴奶奶", 85, YOUNG, serial=4)
    town.took("police", [young], heads=HEADS)
    with town.all_places():
        Record.objects.update(known_from=midnight(dt.date(2026, 6, 2)))
    town.took("police", [(*young[:3], PAIR, HERE), old], heads=HEADS, on=JULY)
    desk = browser(town.worker)

    def names(**asked: object) -> list[tuple[str, str]]:
        given = {"on": "2026-06-20", **asked}
        return [(one.person.name, one.home) for one in desk.get("/desk/persons/", given).context["rows"]]

    assert names() == [("周小国", "永宁路12-3-2-501")]
    assert names(on="2026-05-31") == []
    assert names(on="2026-06-01") == []  # true already, not known yet
    assert names(youngest=40) == []
    assert names(sex="x", youngest=20, oldest=40) == names()
    assert {name for name, _home in names(on=str(today()))} == {"周小国", "吴奶奶"}
    for words, found in (("小国", 1), ("zxg", 1), ("永宁路12", 1), ("吴", 0)):
        answer = desk.post("/desk/persons/", {"q": words, "on": "2026-06-20"}, follow=True)
        assert len(answer.context["rows"]) == found, words
    wide = browser(a_person("data_steward", CITY)).get("/desk/persons/", {"on": "2026-06-20"})
    assert "请先在左上角选一个社区" in text(wide)
