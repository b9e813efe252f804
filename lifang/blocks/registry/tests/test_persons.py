"""Finding residents at the counter and on the phone."""

from typing import Any

import pytest
from django.test import Client

from lifang.blocks.registry.models import Person, Record, System
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import JULY, LIN, ZHOU, ZHOU_ROW, Town
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_COMMUNITY_2, EAST_STREET, WEST_COMMUNITY, a_person, unit_of

OLD_LIN = LIN[:6] + LIN[8:17]
HERE = "东风1社区"
LIN_ROW = ("林小芳", LIN, "女", "1988年8月12日", "13900020002", "长春路8号1栋1单元302室", HERE)
SON_ROW = ("周小国", made_up("99010119880812031"), "男", "", "13800010009", "永宁路12号3栋2单元501室", HERE)
NEIGHBOUR_ROW = ("欧阳建", made_up("99010119700101013"), "男", "", "", "永宁路12号3栋1单元101室", HERE)
ELSEWHERE_ROW = ("周建国", made_up("99010119560229033"), "男", "", "13700010001", "长春路9号1栋1单元102室", "东风2社区")


@pytest.fixture
def desk(town: Town) -> Client:
    """A community worker's browser, where four residents live and a fifth one community on."""
    town.took("police", [ZHOU_ROW, LIN_ROW, SON_ROW, NEIGHBOUR_ROW, ELSEWHERE_ROW])
    town.took("health", [("周建国", ZHOU, "男", "", "13800010001", "永宁路 12 号 3-2-501", HERE)])
    client = Client()
    client.force_login(town.worker)
    return client


def shown(client: Client, **asked: object) -> Any:
    """The page after what was typed was sent."""
    answer = client.post("/desk/persons/", asked, follow=True)
    assert answer.status_code == 200
    return answer


def found(client: Client, **asked: object) -> list[str]:
    answer = shown(client, **asked)
    return [row.person.name for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("周建国", ["周建国"]),
        ("建国", ["周建国"]),
        ("周", ["周小国", "周建国"]),
        ("zjg", ["周建国"]),
        ("ZJ", ["周建国"]),
        (ZHOU, ["周建国"]),
        (f"{ZHOU[:6]} {ZHOU[6:14]} {ZHOU[14:].lower()}", ["周建国"]),
        (OLD_LIN, ["林小芳"]),
        (LIN[-4:], ["林小芳"]),
        ("13900020002", ["林小芳"]),
        ("+86 139-0002-0002", ["林小芳"]),
        ("0002", ["林小芳"]),
        ("永宁路12号3栋2单元501", ["周小国", "周建国", "欧阳建"]),
        ("东湖区永宁路１２号 3幢2门501室", ["周小国", "周建国", "欧阳建"]),
        ("永宁路 １２ 号 丽景湾 ３ 栋 ２ 单元 ５０１ 室", ["周小国", "周建国", "欧阳建"]),
        ("永宁路12-3-2-501", ["周小国", "周建国", "欧阳建"]),
        ("永宁路 12－3", ["周小国", "周建国", "欧阳建"]),
        ("周建国 永宁路12-3-2-501", ["周建国"]),
        ("永宁路12", ["周小国", "周建国", "欧阳建"]),
        ("永宁路1", ["周小国", "周建国", "欧阳建"]),
        ("周建国 永宁路1", ["周建国"]),
        ("永宁路2", []),
        ("永宁路12-4-2-501", ["周小国", "周建国", "欧阳建"]),
        ("永宁路13-3-2-501", []),
        ("长春路8号", ["林小芳"]),
        ("王五", []),
        ("周 永宁路", ["周小国", "周建国"]),
        ("永宁路12号 周建国", ["周建国"]),
        ("欧阳建 永宁路12号3栋2单元501", ["欧阳建"]),
        ("永宁路", ["周小国", "周建国", "欧阳建"]),
        ("zjg 0001", ["周建国"]),
        ("周建国 0001", ["周建国"]),
        ("周建果", ["周建国"]),
        ("周健民", []),
        ("林小方", ["林小芳"]),
        ("林大芳", ["林小芳"]),
        (ZHOU[:12] + "92" + ZHOU[14:], ["周建国"]),
        (ZHOU[:3] + "9" + ZHOU[4:], ["周建国"]),
        (ZHOU[-6:], ["周建国"]),
        ("13900020002 林", ["林小芳"]),
        ("1390020002", ["林小芳"]),
        ("13900090002", ["林小芳"]),
        ("13000000000", []),
        (made_up("99010119560229041"), []),
    ],
)
def test_a_resident_is_found_by_anything_known(desk: Client, words: str, names: list[str]) -> None:
    assert found(desk, q=words) == names


def test_the_home_comes_before_others_of_the_gate_and_the_whole_name_before_its_parts(desk: Client, town: Town) -> None:
    town.took("civil_affairs", [("周小国强", made_up("99010119900101017"), "男", "", "", "", HERE)])
    assert found(desk, q="周小国") == ["周小国", "周小国强"]
    assert found(desk, q="永宁路12号3栋1单元101室") == ["欧阳建", "周小国", "周建国"]


def test_a_flat_comes_before_its_building_and_this_before_its_gate_and_who_lives_elsewhere_is_last(
    desk: Client, town: Town
) -> None:
    def row(name: str, order: int, address: str) -> tuple[str, ...]:
        return name, made_up(f"9901011990010101{order}"), "男", "", "", address, HERE

    town.took("human_resources", [row("卫丁", 7, "永宁路12号3栋2单元501室"), row("卫戊", 9, "永宁路12号4栋1单元101室")])
    rows = [
        row("卫甲", 1, "永宁路12号4栋1单元101室"),
        row("卫乙", 3, "永宁路12号3栋1单元102室"),
        row("卫丙", 5, "永宁路12号3栋2单元501室"),
        row("卫丁", 7, "长春路2号1栋1单元301室"),
        row("卫戊", 9, "长春路2号1栋1单元302室"),
    ]
    town.took("civil_affairs", rows, on=JULY)
    homes = [one.home for one in shown(desk, q="永宁路12号3-2-501").context["rows"]]
    flat, building, gate = "永宁路12-3-2-501", "永宁路12-3-1-", "永宁路12-4-1-101"
    assert homes[:4] == [flat, flat, flat, "长春路2-1-1-301"]
    assert all(home.startswith(building) for home in homes[4:6])
    assert homes[6:] == [gate, "长春路2-1-1-302"]
    short = [one.home for one in shown(desk, q="永宁路12-4").context["rows"]]
    assert short[0] == gate
    assert short[-2:] == ["长春路2-1-1-301", "长春路2-1-1-302"]


def test_what_is_typed_stands_in_no_address(desk: Client) -> None:
    answer = desk.post("/desk/persons/", {"q": "周建国", "sex": "1", "oldest": ""})
    assert answer["Location"].startswith("/desk/persons/?sex=1&w=")
    again = desk.get(answer["Location"])
    assert [row.person.name for row in again.context["rows"]] == ["周建国"]
    assert "周建国" not in again.context["chosen"][0][1]
    assert desk.get("/desk/persons/?q=周建国").context["filters"].words == ""
    other = Client()
    other.force_login(a_person("community_worker", EAST_STREET + 1000))
    assert other.get(answer["Location"]).context["filters"].words == ""
    place, _dash, token = desk.post("/desk/search/", {"q": "周建国"})["Location"].partition("?w=")
    assert desk.get("/desk/search/", {"w": token}).context["words"] == "周建国"


def test_initials_that_nobody_has_are_said_to_be_nobodys(desk: Client) -> None:
    assert "这里没有姓名首字母是这几个字母的居民" in shown(desk, q="xyz").content.decode()


def test_what_may_be_meant_is_shown_only_where_nothing_else_was_found_and_says_so(desk: Client, town: Town) -> None:
    town.took("civil_affairs", [("周建果", made_up("99010119900101017"), "男", "", "", "", HERE)])
    assert found(desk, q="周建果") == ["周建果"]
    assert "没有完全一致的" not in shown(desk, q="周建果").content.decode()
    assert "没有完全一致的" in shown(desk, q="周建锅").content.decode()
    assert "没有完全一致的" in desk.post("/desk/persons/near/", {"q": "周建锅"}).content.decode()


def test_lists_are_narrowed_by_what_departments_say_and_do_not_say(desk: Client, town: Town) -> None:
    heads = ("姓名", "身份证号", "婚姻状况", "参加基本养老保险", "所属社区")
    town.took(
        "human_resources", [("周建国", ZHOU, "丧偶", "是", HERE), ("林小芳", LIN, "已婚", "否", HERE)], heads=heads
    )
    assert found(desk, fact="marital-30") == ["周建国"]
    assert found(desk, fact="insured-false") == ["林小芳"]
    assert found(desk, lacks="phone") == ["欧阳建"]
    assert found(desk, lacks="number") == []
    assert found(desk, fact="disability-1", lacks="x", stale="name") == found(desk)
    words = [words for words, _url in shown(desk, fact="insured-false", lacks="phone").context["chosen"]]
    assert words == ["参加基本养老保险：否", "没有电话"]


def test_what_was_told_long_ago_is_found(desk: Client, town: Town) -> None:
    with town.all_places():
        Record.objects.filter(system__code="police").update(held_from="2020-01-01")
    assert found(desk, stale="address") == ["周小国", "林小芳", "欧阳建"]
    assert found(desk, stale="phone") == ["周小国", "林小芳"]


def test_conditions_that_look_into_records_ask_for_a_street(desk: Client) -> None:
    steward = Client()
    steward.force_login(a_person("data_steward", EAST))
    assert found(steward, lacks="phone") == []
    assert "选一个街道或社区" in shown(steward, lacks="phone").content.decode()
    assert found(steward, lacks="phone", area=EAST_STREET) == ["欧阳建"]


def test_without_words_the_own_place_is_shown(desk: Client) -> None:
    assert found(desk) == ["周小国", "周建国", "林小芳", "欧阳建"]


def test_residents_of_other_places_are_not_found(desk: Client, town: Town) -> None:
    assert found(desk, area=EAST_COMMUNITY_2) == []
    assert found(desk, q=ELSEWHERE_ROW[1]) == []
    other = Client()
    other.force_login(a_person("community_worker", WEST_COMMUNITY, unit_of("community_committee", WEST_COMMUNITY)))
    assert found(other, q=ZHOU) == []


def test_lists_are_narrowed(desk: Client) -> None:
    with system_scope("test"):
        health = System.objects.get(code="health").pk
    assert found(desk, sex="2") == ["林小芳"]
    assert found(desk, system=health) == ["周建国"]
    assert found(desk, youngest=60) == ["周建国"]
    assert found(desk, oldest=40) == ["周小国", "林小芳"]
    assert found(desk, q="周", oldest=40) == ["周小国"]
    assert found(desk, youngest="x", sex="9", system="²", area="9" * 30) == ["周小国", "周建国", "林小芳", "欧阳建"]


def test_parts_of_a_name_are_looked_for_within_a_street(desk: Client) -> None:
    steward = Client()
    steward.force_login(a_person("data_steward", EAST))
    assert found(steward, q="周建国") == ["周建国", "周建国"]
    assert found(steward, q="zjg") == ["周建国", "周建国"]
    assert found(steward, q="建国") == found(steward, q="zj") == []
    assert "请先在左上角选一个街道或社区" in shown(steward, q="建国").content.decode()
    assert found(steward, q="建国", area=EAST_STREET) == ["周建国", "周建国"]


def test_a_row_tells_who_it_is_without_the_number(desk: Client) -> None:
    answer = shown(desk, q="周建国")
    (row,) = answer.context["rows"]
    assert (row.sex, row.place, row.home, row.departments) == ("男", "东风1社区", "永宁路12-3-2-501", 2)
    assert ZHOU not in answer.content.decode()


def test_pages_follow_each_other_by_key(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifang.blocks.registry.queries.page_of.__defaults__", ("", 2))
    for words, names in (
        ("", ["周小国", "周建国", "林小芳", "欧阳建"]),
        ("永宁路12号3栋2单元501", ["周小国", "周建国", "欧阳建"]),
    ):
        answer = shown(desk, q=words)
        following = desk.get("/desk/persons/" + answer.context["following"])
        listed = [row.person.name for page in (answer, following) for row in page.context["rows"]]
        assert listed == names
        assert not following.context["following"]


def test_no_more_queries_for_more_residents(desk: Client, town: Town, django_assert_max_num_queries: object) -> None:
    found(desk)
    with django_assert_max_num_queries(30) as few:  # type: ignore[operator]
        found(desk, q="欧阳建")
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        found(desk, q="周建国")
    with django_assert_max_num_queries(len(few.captured_queries) + 1):  # type: ignore[operator]
        found(desk)


def test_the_closest_come_while_one_types(desk: Client) -> None:
    answer = desk.post("/desk/persons/near/", {"q": "周建"})
    assert [row.person.name for row in answer.context["rows"]] == ["周建国"]
    assert "<html" not in answer.content.decode()
    assert desk.post("/desk/persons/near/", {"q": "周"}).context["rows"] == []


def test_a_search_is_kept_by_its_kind_alone(desk: Client) -> None:
    for words in (ZHOU, "13800010001", "周建国"):
        found(desk, q=words)
    desk.post("/desk/persons/near/", {"q": ZHOU[-4:]})
    with system_scope("test"):
        entries = list(Entry.objects.filter(what="person.search").order_by("pk"))
    assert [entry.data["by"] for entry in entries] == ["number", "phone", "name", "end"]
    assert {(entry.function, entry.area) for entry in entries} == {("person.read", EAST_STREET + 1000)}
    kept = str([(entry.object_id, entry.data) for entry in entries])
    assert not any(words in kept for words in (ZHOU, "13800010001", "周建国", ZHOU[-4:]))


def test_who_may_not_read_persons_has_no_such_page(desk: Client, town: Town) -> None:
    officer = Client()
    officer.force_login(a_person("caller", EAST_STREET))
    assert officer.get("/desk/persons/").status_code == 404
    assert officer.post("/desk/persons/near/", {"q": "周建国"}).status_code == 404


def test_merged_persons_are_found_once(town: Town) -> None:
    town.took("police", [("周建国", ZHOU, "男", "1956-02-29", "", "", HERE)])
    town.took("health", [("周建国", "", "男", "", "13800010001", "永宁路12号3栋2单元501室", HERE)])
    town.took("civil_affairs", [ZHOU_ROW])
    with town.all_places():
        assert Person.objects.filter(name="周建国").count() == 2
    client = Client()
    client.force_login(town.worker)
    assert found(client, q="周建国") == ["周建国"]
    assert found(client, q="13800010001") == ["周建国"]


def test_the_one_box_of_the_desk_finds_residents_for_those_who_may_read_them(desk: Client) -> None:
    answer = desk.post("/desk/search/", {"q": "建国"}, follow=True)
    ((kind, rows),) = [(one.kind, one.rows) for one in answer.context["found"]]
    assert (kind, [row.person.name for row in rows]) == ("residents", ["周建国"])
    with system_scope("test"):
        entry = Entry.objects.get(what="person.search")
    assert (entry.function, entry.data) == ("person.read", {"by": "name", "found": 1})
    caller = Client()
    caller.force_login(a_person("caller", EAST_STREET))
    assert caller.post("/desk/search/", {"q": "建国"}, follow=True).context["found"] == []
