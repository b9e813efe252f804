"""One resident on one screen."""

import datetime as dt
import re

import pytest
from django.test import Client

from lifang.blocks.registry.models import Person, Record, Ruling
from lifang.blocks.registry.tests.situations import JULY, JUNE, ZHOU, Town
from lifang.ground.access import vault
from lifang.ground.access.models import Grant, Role
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, EAST_STREET, WEST_COMMUNITY, a_person, unit_of

PHONE = "13800010001"
HERE = "东风1社区"
HOME = "永宁路12号3栋2单元501室"
POLICE = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "现住址", "所属社区", "户号", "与户主关系", "婚姻状况")
CIVIL = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "现住址", "所属社区", "是否低保", "残疾等级", "婚姻状况")
ZHOU_POLICE = ("周建国", ZHOU, "男", "1956-02-28", PHONE, HOME, HERE, "H0001", "户主", "已婚")
WIFE_POLICE = ("林秀英", "", "女", "1958-03-01", "", "永宁路12号", HERE, "H0001", "配偶", "已婚")
LODGER_POLICE = ("赵六六", "", "男", "1990-01-01", "", HOME, HERE, "H0002", "户主", "未婚")


@pytest.fixture
def zhou(town: Town) -> Person:
    """Two departments know him; they disagree on whether he is married, and one says what he receives."""
    town.took("police", [ZHOU_POLICE, WIFE_POLICE, LODGER_POLICE], heads=POLICE)
    town.took("civil_affairs", [("周建国", ZHOU, "", "", "13900020002", HOME, HERE, "是", "二级", "丧偶")], heads=CIVIL)
    with town.all_places():
        return Person.objects.standing().get(name="周建国")


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.worker)


def text(client: Client, person: Person, **asked: object) -> str:
    answer = client.get(f"/desk/persons/{person.pk}/", asked)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def entries(what: str) -> list[Entry]:
    with system_scope("test"):
        return list(Entry.objects.filter(what=what, kind="resident").order_by("pk"))


def test_each_value_says_what_it_was_handed_over_for_as_its_file_said_then(
    town: Town, zhou: Person, desk: Client
) -> None:
    steward = signed_in(town.steward)
    police = town.systems["police"]
    form = {
        "title": "户籍", "department": "police", "link": "file", "refresh_days": "", "contract": "",
        "purpose": "户口登记",
    }  # fmt: skip
    assert steward.post(f"/desk/data/systems/{police.pk}/edit/", form).status_code == 302
    assert "收集用途：户口登记" in text(desk, zhou)
    with town.all_places():
        police.refresh_from_db()
    town.took("police", [(*ZHOU_POLICE[:-1], "离异")], heads=POLICE, on=JULY)
    assert steward.post(f"/desk/data/systems/{police.pk}/edit/", form | {"purpose": "人口普查"}).status_code == 302
    shown = text(desk, zhou)
    assert "收集用途：户口登记" in shown
    assert "人口普查" not in shown


def test_the_page_tells_who_somebody_is_and_who_says_so(desk: Client, zhou: Person) -> None:
    shown = desk.get(f"/desk/persons/{zhou.pk}/").context["shown"]
    lines = {line.element: line for line in shown.lines}
    assert lines["marital"].value == "丧偶"
    assert lines["marital"].winner.why.label == "按部门先后"
    assert [(value, word.record.system.code) for value, word in lines["marital"].others] == [("已婚", "police")]
    assert (lines["birth"].value, lines["birth"].winner.word.written) == ("1956年2月29日", "1956-02-28")
    assert [(one.person.name, one.same_household) for one in shown.neighbours] == [("林秀英", True), ("赵六六", False)]
    assert [line.title for line in shown.receives] == ["最低生活保障对象"]
    page = text(desk, zhou)
    assert "2 个部门有记录" in page
    assert "配偶" in page


def test_numbers_and_telephones_are_masked_and_guarded_values_absent(desk: Client, zhou: Person) -> None:
    page = text(desk, zhou)
    assert f"{ZHOU[:2]}{'*' * 14}{ZHOU[-2:]}" in page
    assert "138****0001" in page
    assert ZHOU not in page
    assert PHONE not in page
    assert "二级" not in page


def test_what_somebody_receives_is_for_those_who_may_reveal(town: Town, desk: Client, zhou: Person) -> None:
    assert "最低生活保障对象 是" in text(desk, zhou)
    with town.all_places():
        Role.objects.filter(code="community_worker").update(functions=["person.read"])
    reader = signed_in(a_person("community_worker", EAST_COMMUNITY))
    page = text(reader, zhou)
    assert "最低生活保障对象 受保护" in page
    assert "查看并留痕" not in page


def test_opening_a_page_leaves_a_row_and_is_counted(desk: Client, zhou: Person) -> None:
    text(desk, zhou)
    (row,) = entries("person.read")
    assert (row.object_id, row.area, row.function) == (str(zhou.pk), EAST_COMMUNITY, "person.read")
    assert "1 人共看过 1 次" in text(desk, zhou)


def test_those_who_audit_see_who_looked(town: Town, desk: Client, zhou: Person) -> None:
    text(desk, zhou)
    with system_scope("test"):
        role = Role.objects.create(code="auditing", name="审计", functions=["person.read", "trail.read"])
        user = a_person("data_steward", EAST_STREET)
        Grant.objects.filter(user=user).update(role=role)
    assert town.worker.name in text(signed_in(user), zhou)


def test_a_whole_telephone_is_shown_once_for_a_purpose(desk: Client, zhou: Person) -> None:
    (value,) = [key for key, words in desk.get(f"/desk/persons/{zhou.pk}/").context["shown"].hidden if "138" in words]
    answer = desk.post(f"/desk/persons/{zhou.pk}/reveal/", {"value": value, "purpose": "联系本人", "note": "通知体检"})
    assert PHONE in answer.content.decode()
    assert ZHOU not in answer.content.decode()
    (row,) = entries("person.reveal")
    assert (row.function, row.data) == (
        "person.reveal",
        {"element": "phone", "purpose": "联系本人", "note": "通知体检"},
    )
    assert desk.get(f"/desk/persons/{zhou.pk}/reveal/").status_code == 405


@pytest.mark.parametrize("given", [{}, {"purpose": "看看"}, {"purpose": "其他工作需要"}])
def test_without_a_purpose_nothing_is_shown(desk: Client, zhou: Person, given: dict[str, str]) -> None:
    value = desk.get(f"/desk/persons/{zhou.pk}/").context["shown"].hidden[0][0]
    answer = desk.post(f"/desk/persons/{zhou.pk}/reveal/", {"value": value, **given})
    assert answer.status_code == 422
    assert ZHOU not in answer.content.decode()
    assert entries("person.reveal") == []


def test_only_what_is_masked_can_be_revealed_and_only_of_this_person(town: Town, desk: Client, zhou: Person) -> None:
    with town.all_places():
        other = Record.objects.exclude(person=zhou).first()
        mine = Record.objects.filter(person=zhou).first()
    assert other
    assert mine
    for value in (
        f"number-{other.pk}",
        f"disability-{mine.pk}",
        "number-",
        "number-²",
        "number",
        f"nothing-{mine.pk}",
        "\0",
    ):
        answer = desk.post(f"/desk/persons/{zhou.pk}/reveal/", {"value": value, "purpose": "核对身份"})
        assert answer.status_code in (200, 400, 422)
        assert "二级" not in answer.content.decode()
        assert ZHOU not in answer.content.decode()


def test_guarded_values_are_shown_one_at_a_time_for_a_purpose(desk: Client, zhou: Person) -> None:
    answer = desk.post(f"/desk/persons/{zhou.pk}/guarded/", {"value": "disability", "purpose": "上门走访"})
    assert "二级" in answer.content.decode()
    assert [row.data["element"] for row in entries("person.health")] == ["disability"]
    nobody = desk.post(f"/desk/persons/{zhou.pk}/guarded/", {"value": "chronic", "purpose": "上门走访"})
    assert "没有部门填过" in nobody.content.decode()
    assert desk.post(f"/desk/persons/{zhou.pk}/guarded/", {"value": "number", "purpose": "上门走访"}).status_code == 200


def test_who_may_not_reveal_finds_no_such_page(zhou: Person) -> None:
    steward = signed_in(a_person("data_steward", EAST_STREET))
    assert steward.get(f"/desk/persons/{zhou.pk}/").status_code == 200
    for page in ("reveal", "guarded"):
        assert steward.post(f"/desk/persons/{zhou.pk}/{page}/", {"purpose": "核对身份"}).status_code == 404


def test_a_person_of_another_place_looks_missing_and_the_attempt_is_kept(zhou: Person) -> None:
    other = signed_in(a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY)))
    assert other.get(f"/desk/persons/{zhou.pk}/").status_code == 404
    assert other.post(f"/desk/persons/{zhou.pk}/reveal/", {"purpose": "核对身份"}).status_code == 404
    assert [row.area for row in entries("resident.foreign")] == [EAST_COMMUNITY, EAST_COMMUNITY]
    assert other.get("/desk/persons/999999999999999999999/").status_code == 404
    assert len(entries("resident.foreign")) == 2


def test_a_merged_person_leads_to_the_one_it_went_into(town: Town, desk: Client) -> None:
    town.took("police", [("周建国", ZHOU, "男", "1956-02-29", "", "", HERE)], heads=POLICE[:7])
    town.took("health", [("周建国", "", "男", "", PHONE, HOME, HERE)], heads=POLICE[:7])
    town.took("civil_affairs", [("周建国", ZHOU, "男", "1956-02-29", PHONE, HOME, HERE)], heads=POLICE[:7])
    with town.all_places():
        gone = Person.objects.get(into__isnull=False)
    answer = desk.get(f"/desk/persons/{gone.pk}/")
    assert answer["Location"] == f"/desk/persons/{gone.into_id}/"
    page = desk.get(answer["Location"])
    assert "合并进来" in page.content.decode()


def test_a_day_in_the_past_shows_what_was_known_then(town: Town, desk: Client, zhou: Person) -> None:
    with town.all_places():
        Record.objects.filter(system__code="police").update(known_from=dt.datetime(2026, 6, 2, tzinfo=dt.UTC))
    shown = desk.get(f"/desk/persons/{zhou.pk}/", {"on": "2026-06-10"}).context["shown"]
    assert [line.value for line in shown.lines if line.element == "marital"] == ["已婚"]
    assert desk.get(f"/desk/persons/{zhou.pk}/", {"on": str(JUNE)}).context["shown"].lines == []
    assert desk.get(f"/desk/persons/{zhou.pk}/", {"on": "2999-12-31"}).context["shown"].on is None
    assert "这是 2026-06-10 那天" in text(desk, zhou, on="2026-06-10")


def test_a_ruling_wins_and_stands_in_the_history(town: Town, desk: Client, zhou: Person) -> None:
    with town.all_places():
        record = Record.objects.get(person=zhou, system__code="police")
        Ruling.objects.create(person=zhou, element="marital", record=record, reason="看过结婚证", by=town.worker)
    shown = desk.get(f"/desk/persons/{zhou.pk}/").context["shown"]
    (line,) = [line for line in shown.lines if line.element == "marital"]
    assert (line.value, line.winner.why.label) == ("已婚", "经裁定")
    page = text(desk, zhou)
    assert "裁定：婚姻状况以police为准" in page
    assert "看过结婚证" in page


def test_the_history_tells_what_changed_and_what_was_taken_back(town: Town, desk: Client, zhou: Person) -> None:
    july = town.took(
        "police", [(*ZHOU_POLICE[:4], "13700010001", *ZHOU_POLICE[5:])], heads=POLICE, on=dt.date(2026, 7, 1)
    )
    assert "改动：联系电话" in text(desk, zhou)
    town.undoes(july)
    assert "不再采信" in text(desk, zhou)


def test_sealed_values_without_their_key_do_not_break_the_page(
    town: Town, desk: Client, zhou: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (value, *_others) = [key for key, _words in desk.get(f"/desk/persons/{zhou.pk}/").context["shown"].hidden]

    def unreadable(*_given: object) -> str:
        raise vault.Unreadable("registry.record")

    monkeypatch.setattr(vault, "unseal", unreadable)
    assert "解不开" in text(desk, zhou)
    answer = desk.post(f"/desk/persons/{zhou.pk}/reveal/", {"value": value, "purpose": "核对身份"})
    assert "没有部门填过" in answer.content.decode()
