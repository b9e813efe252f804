"""Buildings are registered at the desk, by a form and by a file."""

import io

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lifang.blocks.dwellings.models import Building, Filing
from lifang.blocks.dwellings.tests.situations import AT, flats, laid_out
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text
from tests.situations import (
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_GRID_2,
    EAST_STREET,
    WEST_COMMUNITY,
    a_person,
)

FORM = {
    "area": text(EAST_GRID), "road": "永宁路", "gate": "12", "building": "3", "name": "阳光小区", "use": "1", "entrances": "2",
    "floors": "6", "each": "2", "otherwise": "1层 商铺", "held_on": "2026-06-01", "source": "物业平面图",
}  # fmt: skip
HEADS = "社区,路名,门牌号,楼栋号,小区,用途,单元数,层数,每层户数,备注"


def as_worker(town: Town) -> Client:
    client = Client()
    client.force_login(town.worker)
    return client


def registered() -> int:
    with system_scope("test"):
        return Building.objects.filter(known=True).count()


def sends(client: Client, *rows: str, take: bool = True, head: str = HEADS, name: str = "楼栋.csv") -> object:
    content = "\n".join((head, *rows)).encode("gb18030")
    given = {
        "held_on": "2026-06-01",
        "source": "物业台账",
        "area": "东风1社区",
        "file": SimpleUploadedFile(name, content),
    }
    return client.post("/desk/dwellings/file/", {**given, **({"take": "1"} if take else {})})


def test_a_form_shows_the_building_before_it_is_registered(town: Town) -> None:
    client = as_worker(town)
    shown = client.post("/desk/dwellings/new/", FORM)
    assert shown.status_code == 200
    assert (shown.context["count"], shown.context["title"]) == (24, "永宁路12号3栋")
    assert registered() == 0
    assert (
        client.post("/desk/dwellings/new/", {**FORM, "take": "1"}).url
        == f"/desk/persons/buildings/{EAST_COMMUNITY}/%E6%B0%B8%E5%AE%81%E8%B7%AF12-3/"
    )
    assert registered() == 1
    again = client.post("/desk/dwellings/new/", {**FORM, "floors": "5", "otherwise": "2-101 没有"})
    outcome = again.context["outcome"]
    assert (outcome.fresh, outcome.changed, len(outcome.gone)) == (0, 0, 5)


def test_what_is_registered_comes_back_in_the_form(town: Town) -> None:
    laid_out(town, otherwise="2-501 没有")
    initial = as_worker(town).get("/desk/dwellings/new/", {"at": AT}).context["form"].initial
    assert (initial["entrances"], initial["floors"], initial["each"], initial["otherwise"]) == (2, 6, 2, "2-501 没有")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area", "东街街道"), ("area", text(WEST_COMMUNITY)), ("road", "永宁"), ("road", "Main Street"), ("gate", "0"),
        ("floors", "500"), ("each", ""), ("otherwise", "9层 商铺"), ("use", "7"), ("held_on", "2999-01-01"), ("source", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_a_building_is_told_at_its_field_and_nothing_typed_is_lost(
    town: Town, field: str, value: str
) -> None:
    answer = as_worker(town).post("/desk/dwellings/new/", {**FORM, field: value, "take": "1"})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "阳光小区" in answer.content.decode()
    assert registered() == 0


def test_a_file_is_taken_whole_and_taken_back_whole(town: Town) -> None:
    client = as_worker(town)
    rows = (
        "东风1社区居委会,永宁路,12号,3栋,阳光小区,住宅楼,2,6,2,1层 商铺",
        "东风1社区第二网格,长春路,8,1.0,,,1,18,4,",
    )
    checked = sends(client, *rows, take=False)
    assert (checked.context["count"], checked.context["dwellings"]) == (2, 96)  # type: ignore[attr-defined]
    assert registered() == 0
    answer = sends(client, *rows)
    with system_scope("test"):
        filing = Filing.objects.get()
        assert (filing.buildings, filing.dwellings, filing.name) == (2, 96, "楼栋.csv")
        assert Building.objects.get(at="长春路8-1").area == EAST_GRID_2
    assert answer.url == f"/desk/dwellings/filings/{filing.pk}/"  # type: ignore[attr-defined]
    assert "永宁路12号3栋" in client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    client.post(f"/desk/dwellings/filings/{filing.pk}/")
    assert registered() == 0
    assert client.post(f"/desk/dwellings/filings/{filing.pk}/").status_code == 302
    assert "已撤销" in client.get("/desk/dwellings/").content.decode()


def test_a_file_has_the_same_door_in_two_communities_and_lays_out_two_buildings(town: Town) -> None:
    client = Client()
    client.force_login(town.steward)
    content = "\n".join((HEADS, "东风1社区,永宁路,12,3,,,2,6,2,", "东风2社区,永宁路,12,3,,,1,4,1,")).encode()
    given = {"held_on": "2026-06-01", "source": "物业台账", "area": text(EAST_STREET), "take": "1"}
    answer = client.post("/desk/dwellings/file/", {**given, "file": SimpleUploadedFile("楼栋.csv", content)})
    assert answer.status_code == 302
    with system_scope("test"):
        found = Building.objects.filter(known=True).order_by("area").values_list("area", "flats")
        assert list(found) == [(EAST_COMMUNITY, 24), (EAST_COMMUNITY_2, 4)]


def test_a_file_with_anything_wrong_is_refused_whole_by_row_column_and_reason(town: Town) -> None:
    answer = sends(
        as_worker(town),
        "东风1社区,永宁路,12,3,,,2,6,2,",
        "西风1社区,永宁路,12,4,,,2,6,2,",
        "东风1社区,永宁,12,5,,,2,六,2,",
        "东风1社区,永宁路,12,3,,,2,6,2,",
        "东风1社区,永宁路,12,6,,城堡,2,6,2,3-101 空置",
    )
    assert answer.status_code == 422  # type: ignore[attr-defined]
    told = {(one.row, one.column) for one in answer.context["problems"]}  # type: ignore[attr-defined]
    assert told == {(3, "社区"), (4, "路名"), (4, "层数"), (5, "楼栋号"), (6, "用途"), (6, "例外")}
    assert registered() == 0


@pytest.mark.parametrize("content", [b"", b"\0\0", b"PK\x03\x04 broken", "姓名,年龄\n张三,3".encode()])
def test_what_is_no_table_of_buildings_is_refused_and_what_was_typed_stays(town: Town, content: bytes) -> None:
    given = {"held_on": "2026-06-01", "source": "物业台账", "area": "东风1社区"}
    answer = as_worker(town).post("/desk/dwellings/file/", {**given, "file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422
    assert "物业台账" in answer.content.decode()


def test_a_workbook_with_a_title_above_is_read(town: Town) -> None:
    out = io.BytesIO()
    rows = [["楼栋台账", *[""] * 9], HEADS.split(","), ["东风1社区", "永宁路", "12", "3", "", "", "2", "6", "2", ""]]
    pl.DataFrame(rows, orient="row").write_excel(out, include_header=False)
    given = {"held_on": "2026-06-01", "source": "物业台账", "area": "东风1社区", "take": "1"}
    file = SimpleUploadedFile("x.xlsx", out.getvalue())
    assert as_worker(town).post("/desk/dwellings/file/", {**given, "file": file}).status_code == 302
    assert len(flats()) == 24


def test_a_flat_is_found_empty_at_the_door_and_the_day_before_stays(town: Town) -> None:
    laid_out(town)
    keeper = Client()
    keeper.force_login(a_person("grid_worker", EAST_GRID))
    with system_scope("test"):
        pk = Building.objects.get(at=AT).dwellings.get(home=f"{AT}-2-501").pk
    address = f"/desk/dwellings/flats/{pk}/"
    assert keeper.get(address).status_code == 200
    assert keeper.post(address, {"state": "9x", "held_on": "2026-07-01", "source": "上门核对"}).status_code == 422
    answer = keeper.post(address, {"state": "3", "held_on": today().isoformat(), "source": "上门核对"})
    assert answer.status_code == 302
    assert flats()["2-501"] == "3"
    assert "空置" in keeper.get(answer.url).content.decode()
    stranger = Client()
    stranger.force_login(a_person("grid_worker", EAST_GRID_2))
    assert stranger.get(address).status_code == 404
    assert keeper.get("/desk/dwellings/").status_code == 404
