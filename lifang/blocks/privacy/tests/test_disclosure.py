"""A resident has what is held about them and who looked: on paper at the counter, and on their own phone."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from lifang.blocks.exchange import contracts, questions
from lifang.blocks.exchange.models import Contract
from lifang.blocks.lists.models import REASON, Mark, Showing
from lifang.blocks.privacy.models import Link
from lifang.blocks.privacy.statement import stated
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, JULY, ZHOU, ZHOU_ROW, Town
from lifang.ground.access import vault
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.actions import record
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, WEST_COMMUNITY, a_person, unit_of

PHONE = ZHOU_ROW[4]
GIVEN = {"asked_by": "本人", "paper": "居民身份证", "reason": "想知道谁看过"}
CHILD_ROW = ("周小宝", made_up("99010120200501001"), "男", "2020-05-01", "13700070007", *ZHOU_ROW[5:])


@pytest.fixture
def zhou(town: Town) -> Person:
    heads = (*HEADS, "慢性病")
    town.took("police", [(*ZHOU_ROW, ""), (*CHILD_ROW, "")], heads=heads)
    town.took("health", [(*ZHOU_ROW, "高血压")], heads=heads)
    return next(person for person in town.persons() if person.name == "周建国")


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.worker)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def asks(client: Client, person: Person, **given: str) -> HttpResponse:
    return client.post(f"/desk/persons/{person.pk}/disclose/", {**GIVEN, **given})


def link_for(client: Client, person: Person, **given: str) -> tuple[str, str]:
    answer = asks(client, person, way="link", **given)
    return re.search(r"/mine/[\w-]+/", answer.context["address"])[0], answer.context["code"]  # type: ignore[index]


def test_on_paper_stands_what_is_held_by_whom_since_when_for_what_and_who_looked(
    town: Town, desk: Client, zhou: Person
) -> None:
    desk.get(f"/desk/persons/{zhou.pk}/")
    desk.post(f"/desk/persons/{zhou.pk}/guarded/", {"value": "chronic", "purpose": "上门走访"})
    page = text(asks(desk, zhou, way="print"))
    assert re.search(r"138\*\*\*\*0001 卫生健康（health）提供，2026-06-01 的情况.{,60}公安（police）提供", page)
    assert "慢性病 有记录" in page
    assert "高血压" not in page
    assert f"{town.worker.unit} {town.worker.name} 查看特别保护的信息（慢性病）。用途：上门走访" in page
    assert f"{town.worker.name} 打开居民档案" in page
    assert f"带上身份证，到{town.worker.unit}说明哪一项不对" in page
    assert ZHOU not in page
    assert PHONE not in page
    with system_scope("test"):
        row = Entry.objects.get(what="person.disclosed")
    assert (row.object_id, row.function) == (str(zhou.pk), "person.disclose")
    assert row.data == {"whole": False, "note": "", **GIVEN}


def test_who_was_shown_them_among_many_is_told_also_from_before_two_merges(
    town: Town, desk: Client, zhou: Person
) -> None:
    with system_scope("test"):
        between = Person.objects.create(area=zhou.area, name="周建国", into=zhou)
        first = Person.objects.create(area=zhou.area, name="周建国", into=between)
        showing = Showing.objects.create(
            what=Showing.What.EXPORT, area=zhou.area, persons=[first.pk], purpose="上门走访", by=town.worker
        )
        record(what="person.read", kind="resident", object_id=first.pk, area=zhou.area)
    page = text(asks(desk, zhou, way="print"))
    assert f"{town.worker.unit} {town.worker.name} 导出名单。用途：上门走访 {showing.serial}" in page
    assert "系统 打开居民档案" in page


def test_a_value_is_held_since_its_own_record_came(town: Town, zhou: Person) -> None:
    town.took("police", [(*ZHOU_ROW[:5], "永宁路14号3栋2单元501室", ZHOU_ROW[6])], on=JULY)
    with system_scope("test"):
        newest = Record.objects.filter(person=zhou).latest("pk")
        held = stated(zhou, whole=True).held
    (origin,) = next(said for one in held for said in one.said if "14号" in said.value).origins
    assert origin.since == newest.known_from


def test_who_asks_for_it_gets_whole_numbers_and_health(desk: Client, zhou: Person) -> None:
    page = text(asks(desk, zhou, way="print", whole="on"))
    assert PHONE in page
    assert ZHOU in page
    assert "高血压" in page


@pytest.mark.parametrize(
    "missing", [{"asked_by": ""}, {"paper": ""}, {"reason": ""}, {"asked_by": "受托人"}, {"paper": "其他"}]
)
def test_without_identity_and_reason_nothing_is_given(desk: Client, zhou: Person, missing: dict[str, str]) -> None:
    answer = asks(desk, zhou, **missing)
    assert answer.status_code == 422
    assert "138****0001" not in text(answer)
    with system_scope("test"):
        assert not Entry.objects.filter(what="person.disclosed").exists()


def test_only_those_with_the_function_at_the_place_give_it(town: Town, zhou: Person) -> None:
    foreign = a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY))
    for user in (foreign, a_person("grid_worker", EAST_COMMUNITY), town.steward):
        assert asks(signed_in(user), zhou).status_code == 404


def test_the_phone_shows_the_same_after_the_code_and_only_to_the_browser_that_gave_it(
    desk: Client, zhou: Person
) -> None:
    address, code = link_for(desk, zhou)
    phone, other = Client(), Client()
    assert "周建国" not in text(phone.get(address))
    assert phone.post(address, {"code": code}, follow=True).status_code == 200
    page = text(phone.get(address))
    assert "138****0001 卫生健康（health）提供" in page
    assert "本人打开了链接" in page
    assert PHONE not in page
    again = other.post(address, {"code": code})
    assert again.status_code == 410
    assert "已经打开过一次" in text(again)
    assert "138****0001" not in text(other.get(address))


def test_the_link_ends(desk: Client, zhou: Person) -> None:
    address, code = link_for(desk, zhou)
    phone = Client()
    phone.post(address, {"code": code})
    later(open_until=-1)
    assert phone.get(address).status_code == 410
    address, code = link_for(desk, zhou)
    later(until=-1)
    answer = Client().post(address, {"code": code})
    assert answer.status_code == 410
    assert "过期" in text(answer)


def later(**minutes: int) -> None:
    with system_scope("test"):
        link = Link.objects.latest("pk")
        for name, by in minutes.items():
            setattr(link, name, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=by))
        link.save()


def test_five_wrong_codes_shut_the_link(desk: Client, zhou: Person) -> None:
    address, code = link_for(desk, zhou)
    wrong = "000000" if code != "000 000" else "111111"
    for _try in range(5):
        assert Client().post(address, {"code": wrong}).status_code == 422
    assert Client().post(address, {"code": code}).status_code == 410
    assert Client().get("/mine/nothing/").status_code == 404


def test_a_child_is_asked_for_by_a_guardian_with_their_name(town: Town, desk: Client, zhou: Person) -> None:
    child = next(person for person in town.persons() if person.name == "周小宝")
    assert asks(desk, child).status_code == 422
    page = text(asks(desk, child, asked_by="监护人", note="周建国，祖父"))
    assert "137****0007" in page
    with system_scope("test"):
        Entry.objects.get(what="person.disclosed", data__note="周建国，祖父")


def test_the_person_page_leads_there_for_those_who_may(town: Town, desk: Client, zhou: Person) -> None:
    door = f"/desk/persons/{zhou.pk}/disclose/"
    assert door in desk.get(f"/desk/persons/{zhou.pk}/").content.decode()
    assert door not in signed_in(town.steward).get(f"/desk/persons/{zhou.pk}/").content.decode()


def test_what_was_given_to_other_systems_is_told_with_its_purpose_also_from_before_a_merge(
    town: Town, desk: Client, zhou: Person
) -> None:
    with system_scope("test"):
        first = Person.objects.create(area=zhou.area, name="周建国", into=zhou)
        contract = Contract.objects.create(
            system=town.systems["health"], area=zhou.area, title="给养老应用", elements=["name", "phone"], by=town.steward,
            basis="共享协议1号", purpose="助老", valid=(today(), today() + dt.timedelta(days=9)), account=town.worker,
        )  # fmt: skip
        contracts.make(contracts.order(contract=contract, ending="csv", by=town.steward).pk)
        contracts.fetched(contract, [first], town.worker)
        others = Person.objects.exclude(pk__in=[zhou.pk, first.pk])
        contracts.fetched(contract, list(others.order_by("pk")), town.worker)
    page = text(asks(desk, zhou, way="print"))
    assert f"{town.steward.name} 以文件提供给「health」：姓名、联系电话。用途：助老（共享协议1号）" in page
    assert page.count(f"{town.worker.name} 通过接口提供给「health」：姓名、联系电话。用途：助老（共享协议1号）") == 1


def test_marks_and_rules_of_registers_of_care_are_told_protected_ones_only_whole(
    town: Town, desk: Client, zhou: Person
) -> None:
    given = {"person": zhou, "by": town.worker, "until": today() + dt.timedelta(days=9)}
    with system_scope("test"):
        Mark.objects.create(
            care_list="living_alone", see="person.read", reason=vault.seal("儿子在外地", REASON), **given
        )
        Mark.objects.create(care_list="disabled", see="person.health", reason=vault.seal("听不见", REASON), **given)
    page = text(asks(desk, zhou, way="print"))
    assert "关爱名册 用途：多留心、上门看望、提供帮助" in page
    assert "独居老人：60 周岁以上，住处只登记本人一个。按各部门的资料算出" not in page, "a child shares the home"
    assert f"独居老人：{town.worker.name} {today()} 提出，理由：儿子在外地，最晚到" in page
    assert "还有特别保护的名册" in page
    assert "听不见" not in page
    assert "残疾" not in page
    assert "残疾人" in (whole := text(asks(desk, zhou, way="print", whole="on")))
    assert "理由：听不见" in whole


def test_what_departments_were_asked_to_correct_is_told(town: Town, desk: Client, zhou: Person) -> None:
    with system_scope("test"):
        record = Record.objects.filter(person=zhou, system=town.systems["police"]).get()
        questions.ask(about=record, element="phone", ours="13900099999", reason="本人换了号", by=town.worker)
    page = text(asks(desk, zhou, way="print"))
    assert "请部门更正的 用途：让部门改正关于您的资料" in page
    assert f"{today()} 请公安更正「联系电话」：本人换了号。等待答复" in page
