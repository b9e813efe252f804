"""The inventory of outside systems and the dictionary, through the desk."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lifang.blocks.registry.models import System
from lifang.blocks.registry.tests.situations import HEADS, JULY, JUNE, LIN_ROW, ZHOU_ROW, Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_STREET, WEST_STREET, a_person, unit_of

GIVEN = {
    "title": "婚姻登记系统", "code": "marriages", "department": "civil_affairs", "area": str(EAST_STREET // 1000),
    "link": "file", "refresh_days": "30", "contract": "民函〔2026〕1号", "purpose": "婚姻登记",
}  # fmt: skip


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def row_of(town: Town, department: str, person: User | None = None) -> str:
    """A system's row of the inventory, without markup."""
    page = signed_in(person or town.steward).get(reverse("data")).content.decode()
    row = re.search(rf"<tr[^>]*><th[^>]*><a [^>]*>{department}</a>.*?</tr>", page, re.S)
    assert row
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[0]))


def test_the_inventory_counts_persons_and_records_of_one_s_places(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    town.took("civil_affairs", [ZHOU_ROW])
    assert re.search(r"2026年6月1日 2 2 ", row_of(town, "police"))
    assert re.search(r" 1 1", row_of(town, "civil_affairs"))
    assert "还没有" in row_of(town, "health")
    assert re.search(r" 1 1", row_of(town, "police", town.worker))


def test_a_system_whose_data_are_too_old_is_marked(town: Town) -> None:
    with town.all_places():
        System.objects.filter(code="police").update(refresh_days=30)
        System.objects.filter(code="civil_affairs").update(refresh_days=30)
    town.took("police", [ZHOU_ROW], on=today() - dt.timedelta(days=40))
    town.took("civil_affairs", [ZHOU_ROW], on=today() - dt.timedelta(days=30))
    assert "过期 10 天" in row_of(town, "police")
    assert "过期" not in row_of(town, "civil_affairs")
    assert "1 个来源过期未更新" in shown(signed_in(town.steward), "data")
    assert "已经过期 10 天" in shown(signed_in(town.steward), "data_system", town.systems["police"].pk)


def test_a_file_that_was_taken_back_has_not_come(town: Town) -> None:
    town.took("police", [ZHOU_ROW], on=JUNE)
    later = town.took("police", [LIN_ROW], on=JULY)
    assert "2026年7月1日" in row_of(town, "police")
    town.undoes(later)
    assert "2026年6月1日" in row_of(town, "police")


def test_the_ledger_counts_by_department_what_stands_here(town: Town) -> None:
    town.took("police", [ZHOU_ROW, (*LIN_ROW[:4], "", *LIN_ROW[5:])])
    page = shown(signed_in(town.steward), "data")
    assert "公安 1 2 7 13" in page
    assert "卫生健康 1" not in page


def test_a_system_s_page_tells_each_element_s_share_and_age(town: Town) -> None:
    heads, short = (*HEADS, "残疾等级"), (*LIN_ROW[:4], "", *LIN_ROW[5:])
    town.took("police", [(*ZHOU_ROW, "二级"), (*short, "")], heads=heads, on=today() - dt.timedelta(days=400))
    page = shown(signed_in(town.steward), "data_system", town.systems["police"].pk)
    assert "公民身份号码 2 100.0% 不设期限" in page
    assert "联系电话 1 50.0% 1 条超过 365 天" in page
    assert "现住址 2 100.0% 2 条超过 365 天" in page
    assert "残疾等级 加密保存，不打开来数" in page
    assert "2 人，2 条记录" in page


def test_a_system_is_entered_and_changed_with_a_trail(town: Town) -> None:
    client = signed_in(town.steward)
    answer = client.post(reverse("data_system_new"), GIVEN)
    with town.all_places():
        made = System.objects.get(code="marriages")
    assert answer["Location"] == reverse("data_system", args=[made.pk])
    assert "民函〔2026〕1号" in shown(client, "data")
    form = client.get(reverse("data_system_edit", args=[made.pk])).content.decode()
    assert "婚姻登记系统" in form
    assert 'name="code"' not in form
    changed = {**GIVEN, "title": "婚姻登记", "refresh_days": "", "code": "other", "area": str(WEST_STREET // 1000)}
    client.post(reverse("data_system_edit", args=[made.pk]), changed)
    with town.all_places():
        made.refresh_from_db()
        trail = list(Entry.objects.filter(kind="system").order_by("pk").values_list("what", "data"))
    assert (made.title, made.refresh_days, made.code, made.area) == ("婚姻登记", None, "marriages", EAST_STREET)
    assert [what for what, _data in trail] == ["data.system_added", "data.system_changed"]
    assert trail[1][1]["changed"] == ["title", "refresh_days"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"code": "police"}, "已经有代码为 police 的来源"),
        ({"code": "有 空格"}, "代码"),
        ({"area": str(WEST_STREET // 1000)}, "没有代码"),
        ({"area": "9" * 30}, "代码"),
        ({"department": "junk"}, "junk"),
        ({"refresh_days": "-1"}, "1"),
        ({"refresh_days": "9" * 500}, "3660"),
        ({"title": ""}, "请填写「名称」"),
        ({"title": "长" * 81}, "80"),
    ],
)
def test_a_system_that_cannot_be_is_refused_and_what_was_typed_stays(
    town: Town, typed: dict[str, str], words: str
) -> None:
    answer = signed_in(town.steward).post(reverse("data_system_new"), {**GIVEN, **typed})
    assert answer.status_code == 422
    page = html.unescape(answer.content.decode())
    assert words in page
    assert "民函〔2026〕1号" in page
    with town.all_places():
        assert System.objects.count() == 4


def test_who_only_reads_cannot_enter_change_or_send(town: Town) -> None:
    client, police = signed_in(town.worker), town.systems["police"].pk
    assert "上传文件" not in shown(client, "data_system", police)
    for name, args in (("data_system_new", []), ("data_system_edit", [police]), ("data_send", [police])):
        assert client.get(reverse(name, args=args)).status_code == 404
        assert client.post(reverse(name, args=args), GIVEN).status_code == 404


def test_a_system_of_a_wider_place_is_seen_but_not_changed(town: Town) -> None:
    with town.all_places():
        wider = System.objects.create(code="tax", title="税务系统", department="market", area=EAST)
    client = signed_in(town.steward)
    assert "税务系统" in shown(client, "data")
    answer = client.post(reverse("data_system_edit", args=[wider.pk]), {**GIVEN, "title": "改了"}, follow=True)
    assert "请找上级修改" in answer.content.decode()
    with town.all_places():
        wider.refresh_from_db()
    assert wider.title == "税务系统"


def test_systems_of_other_places_are_not_there(town: Town) -> None:
    other = signed_in(a_person("data_steward", WEST_STREET, unit_of("street_office", WEST_STREET)))
    assert "还没有登记数据来源" in shown(other, "data")
    for name in ("data_system", "data_system_edit", "data_send"):
        assert other.get(reverse(name, args=[town.systems["police"].pk])).status_code == 404


def test_the_dictionary_shows_whose_word_counts_and_leads_to_code_lists(town: Town) -> None:
    client = signed_in(town.worker)
    page = shown(client, "data_elements")
    assert "公民身份号码" in page
    assert "GB 11643" in page
    assert "民政 › 公安" in page
    assert reverse("data_codes", args=["nation"]) in client.get(reverse("data_elements")).content.decode()
    assert "汉族" in shown(client, "data_codes", "nation")
    assert client.get(reverse("data_codes", args=["junk"])).status_code == 404


def test_more_systems_and_imports_ask_no_more_questions(town: Town) -> None:
    client = signed_in(town.steward)
    town.took("police", [ZHOU_ROW])
    pages = [reverse("data"), reverse("data_system", args=[town.systems["police"].pk])]
    before = [questions(client, page) for page in pages]
    with town.all_places():
        for number in range(5):
            System.objects.create(code=f"s{number}", title=f"s{number}", department="health", area=EAST_STREET)
    town.took("police", [LIN_ROW])
    town.took("health", [LIN_ROW])
    assert [questions(client, page) for page in pages] == before


def questions(client: Client, page: str) -> int:
    """Asked once before, so that what the process keeps is kept."""
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return len(asked)
