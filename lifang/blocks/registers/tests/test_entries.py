"""An entry through its life: entered, changed, corrected, its people, its end."""

import datetime as dt

import pytest
from django.db import connection

from lifang.blocks.privacy import statement
from lifang.blocks.registers import actions, queries
from lifang.blocks.registers.models import Entry, Member, Statement
from lifang.blocks.registers.tests.situations import Street, credit, entries, said_in
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import ELSEWHERE
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import text
from lifang.ground.trail.models import Entry as Trail
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_STREET, WEST_STREET

CODE = credit(1)


def edited(street: Street, entry: Entry, **given: str) -> int:
    usual = {"how": "changed", "held_from": "2026-06-01", "name": entry.name, "area": text(entry.area)}
    return street.client("desk").post(f"/desk/registers/{entry.pk}/edit/", usual | given).status_code


def test_a_change_holds_from_its_day_and_a_correction_erases_nothing(street: Street) -> None:
    firm = street.enters("property_firm", "安居物业", credit=CODE, estate="长春苑")
    assert edited(street, firm, c_credit=CODE, c_estate="永宁苑") == 302
    assert "长春苑" in said_in(street.page(f"{firm.pk}/?on=2026-05-31")).split("历史")[0]
    assert "永宁苑" in said_in(street.page(f"{firm.pk}/?on=2026-06-01")).split("历史")[0]
    wrong = {"how": "wrong", "c_credit": CODE, "c_estate": "永安苑"}
    assert edited(street, firm, **wrong) == 422
    assert edited(street, firm, reason="小区名称写错", **wrong) == 302
    now = said_in(street.page(f"{firm.pk}/"))
    assert "永安苑" in now.split("历史")[0]
    assert "永宁苑" not in now.split("历史")[0]
    assert "永宁苑" in now.split("历史")[1]
    assert "小区名称写错" in now
    with system_scope("test"):
        said = Statement.objects.filter(entry=firm).order_by("pk")
        assert [one.facts["estate"] for one in said] == ["长春苑", "永宁苑", "永安苑"]
        assert [one.known_until is None for one in said] == [True, False, True]


def test_what_was_said_cannot_be_rewritten_by_the_application(street: Street) -> None:
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege('registers_statement', 'facts', 'UPDATE'), has_table_privilege('registers_statement', 'DELETE')"
        )
        assert cursor.fetchone() == (False, False)


def test_one_credit_code_is_one_organisation_at_a_place(street: Street) -> None:
    street.enters("employer", "红星厂", credit=CODE)
    again = street.tries("property_firm", "红星物业", credit=CODE)
    assert again.status_code == 422
    assert "这个地方已经登记了同一信用代码的「红星厂」" in again.content.decode()
    assert "红星物业" in again.content.decode()
    assert len(entries("property_firm")) == 0
    street.enters("property_firm", "红星物业", credit=CODE, area=EAST_COMMUNITY_2)
    wrong = street.tries("employer", "别的厂", credit=CODE[:-1] + ("A" if CODE[-1] != "A" else "B"))
    assert "统一社会信用代码应为 18 位" in wrong.content.decode()


def test_a_head_is_one_at_a_time_and_former_ones_stay(street: Street) -> None:
    station = street.enters("women_station", "妇女儿童工作站")
    street.joins(station, "head", "钱一", phone="13800001234")
    street.joins(station, "head", "孙二", since="2026-07-01")
    page = said_in(street.page(f"{station.pk}/"))
    assert "孙二" in page
    assert "以前的 1 人" in page
    assert "钱一 站长，2026-01-05 – 2026-06-30" in page
    before = said_in(street.page(f"{station.pk}/?on=2026-06-30"))
    assert "138****1234" in before
    assert "孙二" not in before
    with system_scope("test"):
        assert bytes(Member.objects.filter(name="钱一").earliest("pk").phone) not in (b"", b"13800001234")


def test_a_telephone_is_shown_for_a_purpose_and_leaves_a_row(street: Street) -> None:
    station = street.enters("women_station", "妇女儿童工作站")
    street.joins(station, "head", "钱一", phone="13800001234")
    with system_scope("test"):
        address = f"/desk/registers/people/{Member.objects.get().pk}/phone/"
    client = street.client("grid")
    assert "13800001234" not in street.page(f"{station.pk}/", by="grid")
    assert client.post(address, {"purpose": "好奇"}).status_code == 422
    assert "13800001234" in client.post(address, {"purpose": "联系工作"}).content.decode()
    with system_scope("test"):
        row = Trail.objects.filter(what="register.phone_shown").get()
    assert (row.user_id, row.data["purpose"]) == (street.grid.pk, "联系工作")


def test_a_member_with_a_residents_name_asks_which_resident_it_is(street: Street) -> None:
    with system_scope("test"):
        resident = Person.objects.create(area=EAST_COMMUNITY + 1, name="周建国", records=1, birth=dt.date(1956, 2, 1))
    committee = street.enters("mediation_committee", "调解委员会", by="worker")
    address = f"/desk/registers/{committee.pk}/people/"
    given = {"role": "member", "name": "周建国", "since": "2026-01-05"}
    asked = street.client("worker").post(address, given)
    assert asked.status_code == 422
    assert "是哪位居民" in asked.content.decode()
    assert street.client("worker").post(address, {**given, "person": str(resident.pk)}).status_code == 302
    assert f"/desk/persons/{resident.pk}/" in street.page(f"{committee.pk}/", by="worker")
    own = said_in(street.client("worker").get(f"/desk/persons/{resident.pk}/"))
    assert "组织和职务 1 调解委员会 调解员" in own
    with system_scope("test"):
        told = next(
            one for section in statement.SECTIONS if (one := section(resident, False)) and one.title == "组织和职务"
        )
    assert told.lines == ["调解委员会，调解员，2026-01-05 起"]
    export = {"area": EAST_COMMUNITY, "purpose": "核对资料", "reason": "给街道核对"}
    assert street.client("worker").post("/desk/registers/kinds/mediation_committee/export/", export).status_code == 200
    with system_scope("test"):
        (look,) = [look for looks in ELSEWHERE for look in looks([resident.pk])]
    assert (look.user, look.what) == (street.worker.pk, "导出登记册「人民调解委员会」")
    assert look.purpose.startswith("核对资料 给街道核对 ")
    assert f"/desk/persons/{resident.pk}/" not in street.page(f"{committee.pk}/", by="desk")


def test_what_ended_is_not_counted_any_more_but_is_still_to_be_seen(street: Street) -> None:
    station = street.enters("women_station", "妇女儿童工作站")
    street.joins(station, "head", "钱一")
    address = f"/desk/registers/{station.pk}/end/"
    assert street.client("desk").post(address, {"last": "2026-06-30", "reason": "并入党群服务中心"}).status_code == 302
    assert "缺 2 个" in street.page("kinds/women_station/coverage/")
    assert "缺 1 个" in street.page("kinds/women_station/coverage/?on=2026-06-30")
    page = said_in(street.page(f"{station.pk}/"))
    assert "这一天它不在册" in page
    assert "并入党群服务中心" in page
    assert street.client("desk").post(address, {"last": "2026-06-30", "reason": "再来"}).status_code == 422


def test_a_worker_reaches_the_entries_of_their_own_community_alone(street: Street) -> None:
    there = street.enters("women_station", "妇女儿童工作站", area=EAST_COMMUNITY_2)
    elsewhere = street.tries("women_station", "西街工作站", area=WEST_STREET + 1000)
    assert elsewhere.status_code == 422
    client = street.client("worker")
    assert client.get(f"/desk/registers/{there.pk}/").status_code == 404
    assert client.post(f"/desk/registers/{there.pk}/edit/", {}).status_code == 404
    assert "没有符合的登记" in street.page(f"kinds/women_station/?area={EAST_STREET}", by="worker")
    with scope_of(street.desk, "case.read"):
        assert not Entry.objects.exists()
    with scope_of(street.grid, "register.read"):
        assert not Entry.objects.exists()


def test_who_may_only_look_cannot_write(street: Street) -> None:
    station = street.enters("women_station", "妇女儿童工作站")
    client = street.client("grid")
    assert client.get("/desk/registers/").status_code == 200
    assert client.post(f"/desk/registers/{station.pk}/end/", {"last": today(), "reason": "x"}).status_code == 404
    assert client.post("/desk/registers/kinds/women_station/export/").status_code == 404
    assert client.get("/desk/registers/kinds/women_station/files/").status_code == 404


def test_a_change_entered_ahead_shows_as_coming_and_begins_on_its_day(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, day = street.enters("property_firm", "安居物业", credit=CODE, estate="长春苑"), today() + dt.timedelta(days=5)
    ahead = {"held_from": str(day), "c_credit": CODE, "c_estate": "永宁苑"}
    assert edited(street, firm, how="wrong", reason="写错了", **ahead) == 422
    assert edited(street, firm, name="安居新物业", **ahead) == 302
    before, _sep, history = said_in(street.page(f"{firm.pk}/")).partition("历史")
    assert f"{day} 起生效" in before
    assert "长春苑" in before.replace("永宁苑", "")
    assert "还没有到" in history
    with system_scope("test"):
        assert actions.begin_due() == 0
        assert Entry.objects.get(pk=firm.pk).name == "安居物业"
        for module in (actions, queries):
            monkeypatch.setattr(module, "today", lambda: day)
        assert actions.begin_due() == 1
        assert Entry.objects.get(pk=firm.pk).name == "安居新物业"
    assert "生效" not in said_in(street.page(f"{firm.pk}/?on={day}")).partition("历史")[0]


def test_an_entry_and_an_end_may_lie_ahead(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    day = today() + dt.timedelta(days=3)
    coming = street.enters("property_firm", "明日物业", credit=credit(2), since=day)
    assert f"{day} 起生效" in said_in(street.page(f"{coming.pk}/"))
    firm = street.enters("property_firm", "安居物业", credit=CODE)
    ended = street.client("desk").post(f"/desk/registers/{firm.pk}/end/", {"last": str(day), "reason": "合同到期"})
    assert ended.status_code == 302
    again = street.client("desk").post(f"/desk/registers/{firm.pk}/end/", {"last": str(day), "reason": "合同到期"})
    assert "已经登记它到" in again.content.decode()
    with system_scope("test"):
        assert not Entry.objects.get(pk=firm.pk).ended
        for module in (actions, queries):
            monkeypatch.setattr(module, "today", lambda: day + dt.timedelta(days=1))
        actions.begin_due()
        assert Entry.objects.get(pk=firm.pk).ended
        assert not Entry.objects.get(pk=coming.pk).ended


def test_what_lies_ahead_is_cancelled_with_a_reason_and_stays_in_the_history(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today() + dt.timedelta(days=5)
    firm, client = street.enters("property_firm", "安居物业", credit=CODE, estate="长春苑"), street.client("desk")
    street.joins(firm, "head", "郑一")
    assert edited(street, firm, name="安居新物业", held_from=str(day), c_credit=CODE, c_estate="永宁苑") == 302
    end = {"last": str(day + dt.timedelta(days=3)), "reason": "合同到期"}
    street.joins(firm, "head", "王二", since=str(day))
    assert client.post(f"/desk/registers/{firm.pk}/end/", end).status_code == 302
    with system_scope("test"):
        now, *coming = Statement.objects.filter(entry=firm, known_until=None).order_by("held_from")
        head = Member.objects.get(entry=firm, name="王二", known_until=None)
    assert client.post(f"/desk/registers/said/{now.pk}/cancel/", {"reason": "试试"}).status_code == 422
    for row in coming[::-1]:
        address = f"/desk/registers/said/{row.pk}/cancel/"
        assert address in street.page(f"{firm.pk}/")
        assert client.post(address, {"reason": ""}).status_code == 422
        assert street.client("grid").post(address, {"reason": "合同续了"}).status_code == 404
        assert client.post(address, {"reason": "合同续了"}).status_code == 302
        assert client.post(address, {"reason": "合同续了"}).status_code == 422
    with system_scope("test"):
        head = Member.objects.get(entry=firm, name="王二", known_until=None)
        assert head.until is None
    assert client.post(f"/desk/registers/people/{head.pk}/cancel/", {"reason": "不来了"}).status_code == 302
    page = said_in(street.page(f"{firm.pk}/"))
    before, _sep, history = page.partition("历史")
    assert "起生效" not in before
    assert "郑一" in before
    assert "取消：合同续了" in history
    with system_scope("test"):
        assert Member.objects.get(entry=firm, known_until=None).until is None
        assert Trail.objects.filter(what="register.cancelled", data__reason="合同续了").count() == 2
        for module in (actions, queries):
            monkeypatch.setattr(module, "today", lambda: day + dt.timedelta(days=9))
        actions.begin_due()
        assert Entry.objects.get(pk=firm.pk).name == "安居物业"
