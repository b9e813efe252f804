"""What is wrong with what stands: found by rule, listed by who has to mend it, closed by the file that mends it."""

import io
from collections.abc import Sequence

import polars as pl
import pytest
from django.utils import timezone

from lifang.blocks.exchange import flaws, quality
from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.tests.situations import corrects, person_named, signed_in
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, JULY, LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.ground.access.ranges import today
from tests.situations import EAST, EAST_STREET, WEST_STREET, a_person, unit_of

Row = Sequence[str]


def found(town: Town, **of: object) -> list[tuple[str, str, str, str]]:
    """Rule, element, system and name of what is wrong now."""
    quality.check(EAST_STREET, timezone.now())
    with town.all_places():
        rows = Flaw.objects.filter(ended_at=None, **of).order_by("rule", "element", "record__name")
        return list(rows.values_list("rule", "element", "system__code", "record__name"))


def somebody(name: str, born: str, serial: str = "", phone: str = "", home: str = "", **more: str) -> Row:
    number = made_up(f"990101{born.replace('-', '')}{serial}") if serial else ""
    return (name, number, "", born, phone, home, "东风1社区", *more.values())


def test_nothing_is_wrong_with_two_whole_rows(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    assert found(town) == []


def test_a_value_that_nobody_gives_belongs_to_the_sender_who_keeps_a_column_for_it(town: Town) -> None:
    town.took("police", [somebody("何梅", "1990-05-06")])
    assert found(town, element="number") == [("missing", "number", "police", "何梅")]
    assert found(town, element="sex") == [("missing", "sex", "police", "何梅")]


def test_what_the_community_knows_best_is_for_its_own_desk(town: Town) -> None:
    town.took("police", [somebody("何梅", "1990-05-06")])
    assert found(town, element="phone") == [("missing", "phone", "desk", "何梅")]
    assert corrects(town, person_named(town, "何梅"), "phone", "13700030003").status_code == 302
    assert found(town, element="phone") == []


def test_a_missing_value_that_another_department_gives_is_no_flaw(town: Town) -> None:
    town.took("health", [("周建国", "", "", "1956-02-29", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")])
    town.took("police", [ZHOU_ROW])
    assert found(town) == []


def test_the_impossible_is_found(town: Town) -> None:
    heads = (*HEADS, "死亡日期")
    rows = [
        (*somebody("何梅", "1905-05-06", "002", "13700030001"), ""),
        (*somebody("周平", "1990-05-06", "001", "13700030002"), "1980-01-01"),
        ("马兰", made_up("99010119700101002"), "男", "1970-02-02", "13700030003", "", "东风1社区", ""),
    ]
    town.took("police", rows, heads=heads)
    listed = [(rule, element, name) for rule, element, _system, name in found(town) if rule != "missing"]
    assert listed == [
        ("died_first", "died_on", "周平"), ("number_birth", "birth", "马兰"), ("number_sex", "sex", "马兰"),
        ("too_old", "birth", "何梅"),
    ]  # fmt: skip


def test_one_number_for_two_and_two_numbers_for_one(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    with town.all_places():
        zhou, lin = person_named(town, "周建国"), person_named(town, "林小芳")
        told = zhou.all_records.get()
        twin = lin.all_records.get()
        twin.pk, twin.row_key = None, 1
        twin.number_key, twin.number_end_key = told.number_key, told.number_end_key
        twin.save()
    listed = {(rule, name) for rule, _element, _system, name in found(town)}
    assert listed == {("same_number", "周建国"), ("same_number", "林小芳"), ("two_numbers", "林小芳")}


def test_a_household_of_forty_and_a_telephone_of_many(town: Town) -> None:
    names = [a + b for a in "赵钱孙李" for b in "甲乙丙丁戊己庚辛壬癸"]
    rows = [
        (*somebody(name, f"19{50 + at}-01-01", f"{at:03}", "13700030003" if at < 7 else f"138{at:08}"), "H1")
        for at, name in enumerate(names)
    ]
    town.took("police", rows, heads=(*HEADS, "户号"))
    rules = [rule for rule, *_rest in found(town)]
    assert (rules.count("household"), rules.count("phone")) == (40, 7)
    page = signed_in(town.worker).get("/desk/data/quality/?rule=household").content.decode()
    assert "（40）" in page


def test_where_too_many_live_at_one_home_the_list_shows_no_address_of_a_child(town: Town) -> None:
    years = (*range(1950, 1966), today().year - 5)
    home = "永宁路12号3栋2单元501室"
    names = ["赵" + b for b in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午"]
    rows = [
        somebody(name, f"{year}-01-01", f"{at:03}", home=home)
        for at, (name, year) in enumerate(zip(names, years, strict=True))
    ]
    town.took("police", rows)
    assert [rule for rule, *_rest in found(town)].count("crowded") == len(years)
    page = signed_in(town.worker).get("/desk/data/quality/?rule=crowded").content.decode()
    assert (page.count("永宁路"), page.count("儿童，受保护")) == (len(years) - 1, 1)


def test_who_died_and_still_receives_is_listed_though_what_they_receive_is_sealed(town: Town) -> None:
    town.took("police", [(*ZHOU_ROW, "2026-01-05")], heads=(*HEADS, "死亡日期"))
    heads = ("姓名", "身份证号", "低保", "是否参保")
    town.took("civil_affairs", [("周建国", ZHOU, "是", "是")], heads=heads, on=JULY)
    listed = found(town, rule="after_death")
    assert [(element, system) for _rule, element, system, _name in listed] == [
        ("insured", "civil_affairs"), ("low_income", "civil_affairs"),
    ]  # fmt: skip
    page = signed_in(town.worker).get("/desk/data/quality/?rule=after_death").content.decode()
    assert "***" in page, "that somebody is poor is not shown in a list"


def test_the_file_that_mends_it_closes_it(town: Town) -> None:
    wrong = ("马兰", made_up("99010119700101002"), "女", "1970-02-02", "13700030003", "永宁路12号", "东风1社区")
    right = (*wrong[:3], "1970-01-01", *wrong[4:])
    town.took("police", [wrong])
    assert [rule for rule, *_rest in found(town)] == ["number_birth"]
    with town.all_places():
        since = Flaw.objects.get().since
    town.took("police", [(*wrong[:4], "13700030009", *wrong[5:])], on=JULY)
    assert len(found(town)) == 1
    with town.all_places():
        assert Flaw.objects.get().since == since, "it is the same flaw still"
    mended = town.took("police", [right], on=JULY)
    assert found(town) == []
    with town.all_places():
        assert Flaw.objects.get().mended_by == mended
    shown = signed_in(town.worker).get("/desk/data/quality/?mended=1").content.decode()
    assert "马兰" in shown


def test_the_sender_gets_a_sheet_that_names_file_and_row_and_no_whole_number(town: Town) -> None:
    wrong = ("马兰", made_up("99010119700101002"), "男", "1970-02-02", "13700030003", "永宁路12号", "东风1社区")
    town.took("police", [ZHOU_ROW, wrong])
    found(town)
    client, pk = signed_in(town.steward), town.systems["police"].pk
    answer = client.post(f"/desk/data/quality/{pk}/sheet/")
    rows = pl.read_excel(io.BytesIO(answer.content))
    assert rows.rows()[0][:4] == ("police.csv", "3", "马兰", "出生日期")
    assert wrong[1] not in answer.content.decode("latin-1")
    assert signed_in(town.worker).post(f"/desk/data/quality/{pk}/sheet/").status_code == 404
    assert client.get("/desk/data/quality/").status_code == 200


def test_looking_again_is_a_job_and_touches_no_other_place(town: Town) -> None:
    town.took("police", [somebody("何梅", "1990-05-06")])
    assert found(town)
    quality.check(WEST_STREET, timezone.now())
    with town.all_places():
        assert Flaw.objects.filter(ended_at=None).exists()
    assert signed_in(town.steward).post("/desk/data/quality/again/").status_code == 302
    assert signed_in(town.worker).post("/desk/data/quality/again/").status_code == 404


def test_twenty_more_persons_cost_no_more_statements(town: Town, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    rows = [
        somebody(f"何{name}", f"19{60 + at}-01-01")
        for at, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")
    ]
    town.took("police", rows)
    found(town)
    client = signed_in(town.worker)
    client.get("/desk/data/quality/")
    with django_assert_max_num_queries(25):
        client.get("/desk/data/quality/")
    with town.all_places():
        assert Record.objects.count() == 20


def test_a_department_sees_what_it_has_to_mend_and_what_it_mended_and_nobody_elses(town: Town) -> None:
    wrong = ("马兰", made_up("99010119700101002"), "女", "1970-02-02", "13700030003", "永宁路12号", "东风1社区")
    town.took("police", [ZHOU_ROW, wrong])
    town.took("health", [("何梅", "", "女", "1920-02-30", "", "", "东风1社区")])
    found(town)
    police, health = (
        signed_in(a_person("department_contact", EAST, unit_of(kind, EAST))) for kind in ("police", "health")
    )
    page = police.get("/desk/flaws/").content.decode()
    assert "police.csv 第 3 行" in page
    assert "马兰" in page
    assert "何梅" not in page
    assert wrong[1] not in page
    assert "马兰" not in health.get("/desk/flaws/").content.decode()
    worker = signed_in(town.worker)
    assert "还没有取过清单" in worker.get("/desk/data/quality/").content.decode()
    rows = pl.read_excel(io.BytesIO(police.post("/desk/flaws/sheet/").content))
    assert {row[:3] for row in rows.rows()} == {("police.csv", "3", "马兰")}
    quality_page = worker.get("/desk/data/quality/").content.decode()
    assert "轮到公安" in quality_page
    assert f"{today()} 取过清单" in quality_page
    town.took("police", [(*wrong[:3], "1970-01-01", *wrong[4:])], on=JULY)
    found(town)
    assert "马兰" not in police.get("/desk/flaws/").content.decode()
    assert "马兰" in police.get("/desk/flaws/?mended=1").content.decode()
    assert worker.get("/desk/flaws/").status_code == 404
    assert signed_in(a_person("department_contact", EAST, None)).get("/desk/flaws/").context["rows"] == []


def test_a_long_list_goes_out_in_sheets(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flaws, "IN_A_SHEET", 2)
    town.took("police", [somebody(name, "1990-01-01") for name in ("何甲", "何乙", "何丙")])
    found(town)
    client, pk = signed_in(town.steward), town.systems["police"].pk
    page = client.get("/desk/data/quality/")
    (row,) = (row for row in page.context["systems"] if row["pk"] == pk)
    assert len(row["sheets"]) == -(-row["n"] // 2) > 1
    taken = [
        pl.read_excel(io.BytesIO(client.post(f"/desk/data/quality/{pk}/sheet/", {"sheet": n}).content)).rows()
        for n in row["sheets"]
    ]
    assert [len(rows) for rows in taken[:-1]] == [2] * (len(taken) - 1)
    assert len({one for rows in taken for one in rows}) == row["n"]
