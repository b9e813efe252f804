import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from lifang.blocks.matters import queries
from lifang.blocks.matters.models import Admitted, Halt
from lifang.blocks.packs import service
from lifang.blocks.packs.loader import load_all
from lifang.blocks.packs.problems import PackErrors
from lifang.blocks.packs.tests import samples
from lifang.ground.access.models import Unit
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, EAST, EAST_COMMUNITY, WEST_COMMUNITY, a_person, a_small_city

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


@pytest.fixture(autouse=True)
def city() -> None:
    a_small_city()


def admitted(area: int = EAST, since: dt.date = DAY, until: dt.date | None = None) -> Admitted:
    unit = Unit.objects.get(kind="health", area=EAST)
    return Admitted.objects.create(
        code=f"ZR{since:%m%d}", area=area, title="慢病随访月报", task="service", unit=unit, basis="某条例第三条",
        payer="health", amount=300, hours=4, period="monthly", sends=["form"], elements=["phone"], since=since,
        until=until,
    )  # fmt: skip


def test_what_was_admitted_for_a_district_stands_in_its_communities_from_its_day_and_nowhere_else() -> None:
    with system_scope("test"):
        row = admitted(until=dt.date(2026, 12, 31))
        assert row.code in queries.at(EAST_COMMUNITY, DAY)
        assert row.code not in queries.at(EAST_COMMUNITY, DAY - dt.timedelta(days=1))
        assert row.code not in queries.at(EAST_COMMUNITY, dt.date(2027, 1, 1))
        assert row.code not in queries.at(WEST_COMMUNITY, DAY)


def test_while_it_is_suspended_it_does_not_stand() -> None:
    with system_scope("test"):
        row = admitted()
        Halt.objects.create(admitted=row, since=dt.date(2026, 7, 1), until=dt.date(2026, 8, 1), reason="经费未到")
        there = [row.code in queries.at(EAST_COMMUNITY, day) for day in (
            DAY, dt.date(2026, 7, 1), dt.date(2026, 7, 31), dt.date(2026, 8, 1)
        )]  # fmt: skip
    assert there == [True, False, False, True]


def test_an_admission_makes_the_next_version_and_the_difference_names_it() -> None:
    """S071 A list as of any date can be shown; the difference of two versions lists what came and went."""
    with system_scope("test"):
        before = queries.version(EAST, DAY)
        row = admitted(until=dt.date(2026, 8, 31))
        assert queries.version(EAST, DAY) == before + 1
        came = queries.changes(EAST, DAY - dt.timedelta(days=1), DAY)
        went = queries.changes(EAST, DAY, dt.date(2026, 9, 1))
    assert ([m.name for m in came.added], came.removed) == ([row.code], [])
    assert ([m.name for m in went.removed], went.added) == ([row.code], [])


@pytest.fixture
def cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nanchang's list is there whole: 79 matters instead of 248."""
    found = samples.cut_down(tmp_path)

    def caches() -> None:
        for one in (service._line, service._matters, service._spans):
            one.cache_clear()

    caches()
    monkeypatch.setattr(service, "packs", lambda: found)
    yield
    monkeypatch.undo()
    caches()


def test_each_of_248_old_matters_has_a_fate_that_leads_to_the_new_one(cut: None, client: Client) -> None:
    """S317 248 old items each have a fate; new totals 14, 45, 20; 79; 169 gone."""
    there = [one for one in queries.counts(EAST_COMMUNITY, DAY) if one.pack == "nanchang"]
    assert [(one.class_, one.stated, one.loaded) for one in there] == [
        (name, number, number) for name, number in samples.CUT.items()
    ]
    client.force_login(a_person("community_worker", EAST_COMMUNITY))
    page = client.get(f"/desk/matters/changes/?to={DAY}").content.decode()
    told = re.findall(r"旧事项\d+</th><td[^>]*>(保留|合并|取消)</td><td[^>]*>(?:<a href=\"([^\"]+)\">演示|–)", page)
    assert Counter(fate for fate, _link in told) == {"保留": 79, "合并": 45, "取消": 124}
    assert "原有 248 项，现在 79 项，少了 169 项" in page
    assert client.get(next(link for fate, link in told if fate == "合并")).status_code == 200
    assert {bool(link) for fate, link in told if fate == "取消"} == {False}


def test_forty_five_assisted_matters_are_in_force_each_with_its_department_and_its_money(
    cut: None, tmp_path: Path
) -> None:
    """S319 loading an assist item with no department or no fund is refused; 45 in force."""
    made = [one for name, one in queries.at(EAST_COMMUNITY, DAY).items() if name.startswith("made_assist_")]
    assert len(made) == 45
    assert {(one.owner, one.fund) for one in made} == {("health", "civil_affairs")}
    listed = tmp_path / "nanchang" / "matters" / "community.yaml"
    whole = listed.read_text(encoding="utf-8")
    for lacking in ("owner: health, ", "fund: civil_affairs, "):
        listed.write_text(whole.replace(lacking, "", 1), encoding="utf-8")
        with pytest.raises(PackErrors) as refused:
            load_all(tmp_path)
        assert "assist 类事项要写" in str(refused.value.problems[0])


def test_the_list_says_how_many_a_document_states_and_how_many_are_there(client: Client) -> None:
    """Of 45 assisted matters that a document states none is loaded: the page says so, and guesses none."""
    client.force_login(a_person("community_worker", EAST_COMMUNITY))
    page = client.get("/desk/matters/").content.decode()
    stated = [one for one in queries.counts(EAST_COMMUNITY, DAY) if one.stated == 45]
    assert [(one.class_, one.loaded) for one in stated] == [("assist", 0)]
    assert "南昌市社区工作事项清单" in page
    assert "条目未录" in page
    assert "第 " in page


def test_a_matter_s_page_says_who_asks_why_how_often_and_with_what_money(client: Client) -> None:
    """S069 The page of an item shows who asks for it, on what basis, how often and with what money."""
    with system_scope("test"):
        row = admitted(area=CITY)
    client.force_login(a_person("community_worker", EAST_COMMUNITY))
    page = client.get(f"/desk/matters/{row.code}/?on=2026-06-02").content.decode()
    for word in ("某条例第三条", "卫生健康", "每月", "300", "联系电话"):
        assert word in page


def test_a_matter_of_no_catalogue_is_not_found(client: Client) -> None:
    client.force_login(a_person("community_worker", EAST_COMMUNITY))
    assert client.get("/desk/matters/no_such/").status_code == 404


def test_looking_a_matter_up_says_which_department_owns_it_and_by_what_document(client: Client) -> None:
    """S068 Looking up a matter says which department or street owns it, with the basis."""
    client.force_login(a_person("community_worker", EAST_COMMUNITY))
    found = client.get("/desk/matters/", {"q": "违法建设"}).content.decode()
    assert "城市管理" in found
    page = client.get("/desk/matters/gov_illegal_building/").content.decode()
    assert "不得转嫁给社区" in page
    assert "社区工作事项清单（示范）" in page


def test_a_resident_reads_without_an_account_whom_to_ask_for_what_the_community_does_not_certify() -> None:
    page = Client().get("/matters/", {"q": "亲属关系"}).content.decode()
    assert "社区不开的证明" in page
    assert "公安" in page
    assert "社区可以开的证明" in Client().get("/matters/").content.decode()
    assert "没有查到" in Client().get("/matters/", {"q": "无此事"}).content.decode()


def test_a_matter_in_no_class_is_listed_for_decision() -> None:
    """S067 Matters without a class are listed for decision, counted beside the classes, and none stands in two of them."""
    client = Client()
    client.force_login(a_person("data_steward", CITY))
    page = client.get("/desk/matters/", {"class": "unclassed"})
    assert [row["matter"].name for row in page.context["rows"]] == ["pets"]
    assert "等待民政部门归类" in page.content.decode()
    counted = {name: n for name, _title, n in page.context["classes"]}
    assert counted["unclassed"] == 1
    assert sum(counted.values()) == len(client.get("/desk/matters/").context["rows"])
    assert "文明养犬劝导" not in client.get("/desk/matters/", {"class": "assist"}).content.decode()
