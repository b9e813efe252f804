"""One box, at the desk and on the phone, that finds residents, buildings, bodies and cases within each function."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client

from lifang.blocks.cases.models import Case
from lifang.blocks.dwellings.tests.situations import laid_out
from lifang.blocks.packs import service as packs
from lifang.blocks.registers.actions import enter
from lifang.blocks.registers.models import Entry
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU_ROW, Town, a_town
from lifang.domains.grid.tests.test_of_person import browser, files
from lifang.ground.access.models import User
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import level_of, parent_of
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.trail.models import Entry as Trail
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_GRID, EAST_GRID_2, WEST_COMMUNITY, a_person, unit_of

FACES = ("/desk/search/", "/field/search/")
ANNA = ("安娜", "", "女", "1990-01-01", "13800018888", "青年路7号2栋1单元101室", ZHOU_ROW[6])


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    town = a_town()
    town.took("police", [ZHOU_ROW, LIN_ROW, ANNA])
    laid_out(town, area=EAST_COMMUNITY)
    return town


def body(town: Town, name: str = "永宁物业服务部") -> Entry:
    with scope_of(town.worker, "register.edit"):
        return enter(
            kind="employer", shape=packs.register_kinds(EAST_COMMUNITY)["employer"], area=EAST_COMMUNITY, name=name,
            facts={}, since=dt.date(2026, 1, 1), by=town.worker,
        )  # fmt: skip


def found(user: User, face: str, words: str) -> dict[str, list[str]]:
    """The kinds in the order in which they stand, and what stands there."""
    client = browser(user)
    sent = client.post(face, {"q": words})
    assert sent.status_code == 302
    assert words not in sent.url
    shown = client.get(sent.url)
    assert shown.status_code == 200
    assert "X-Keep-For" not in shown.headers
    spell = {
        "residents": lambda row: row.person.name,
        "cases": lambda case: case.number,
        "buildings": lambda row: row[0].flat or row[0].at,
        "bodies": lambda row: row[0].name,
    }
    return {one.kind: [spell[one.kind](row) for row in one.rows] for one in shown.context["found"]}


@pytest.mark.parametrize("face", FACES)
def test_one_box_finds_all_kinds_the_closest_first(town: Town, face: str) -> None:
    body(town)
    case = files(town, text="周建国楼下的灯坏了", name="", phone="").case
    assert found(town.worker, face, "周建国") == {"residents": ["周建国"], "cases": [case.number]}
    assert found(town.worker, face, "zjg") == {"residents": ["周建国"]}
    assert found(town.worker, face, "8888")["residents"] == ["安娜"]
    assert found(town.worker, face, "永宁路12号3栋2单元501室") == {
        "residents": ["周建国"], "buildings": ["永宁路12-3-2-501"],
    }  # fmt: skip
    assert found(town.worker, face, "永宁路12-3-2-501") == found(town.worker, face, "永宁路12号3栋2单元501室")
    assert found(town.worker, face, "青年路7-2")["buildings"] == ["青年路7-2"]
    assert found(town.worker, face, "青年路7号")["buildings"] == ["青年路7-2"]
    assert found(town.worker, face, "永宁物业服务部") == {"bodies": ["永宁物业服务部"]}
    assert list(found(town.worker, face, "永宁")) == ["buildings", "bodies"]
    assert found(town.worker, face, "没有这样的") == {}
    assert found(town.worker, face, "%_\\") == {}


@pytest.mark.parametrize("face", FACES)
def test_each_kind_is_found_under_its_own_function_and_within_ones_places(town: Town, face: str) -> None:
    body(town)
    case = files(town, text="永宁路灯坏了", name="", phone="").case
    with system_scope("test"):
        Case.objects.filter(pk=case.pk).update(area=EAST_GRID)
    unit = unit_of("community_committee", EAST_COMMUNITY)
    grid, other = a_person("grid_worker", EAST_GRID, unit), a_person("grid_worker", EAST_GRID_2, unit)
    assert found(town.worker, face, "林小芳") == {}
    assert found(grid, face, "永宁路灯") == {"cases": [case.number]}
    assert found(other, face, "永宁路灯") == {}
    assert found(grid, face, "永宁物业") == {"bodies": ["永宁物业服务部"]}
    assert found(other, face, "周建国") == {}
    assert list(found(town.steward, face, "周建国")) == ["residents"]
    assert found(town.steward, face, "永宁路灯") == {}
    assert found(a_person("administrator", EAST_COMMUNITY), face, "周建国") == {}


def test_places_are_those_of_ones_city_ones_own_first(town: Town) -> None:
    elsewhere = CITY + 100 * 10**9
    with system_scope("test"):
        begun = AreaChange.objects.earliest("pk")
        Area.objects.create(
            code=elsewhere, name="东风市", level=level_of(elsewhere), kind="city", parent_code=parent_of(elsewhere),
            valid=(begun.on, None), begun_by=begun,
        )  # fmt: skip

    def places(user: User) -> list[str]:
        return [one["name"] for one in browser(user).get("/desk/search/", {"q": "风"}).context["places"]]

    west = places(a_person("community_worker", WEST_COMMUNITY))
    east = places(town.worker)
    assert west[0] == "西风1社区"
    assert east[0] == "东风1社区"
    officer = places(a_person("dept_officer", EAST, unit_of("health", EAST)))
    assert sorted(west) == sorted(east) == sorted(officer)
    assert "东风市" not in east


def test_what_was_looked_for_stands_in_no_address_and_in_no_trail(town: Town) -> None:
    found(town.worker, "/field/search/", "周建国")
    with system_scope("test"):
        row = Trail.objects.get(what="person.search", user_id=town.worker.pk)
    assert row.data == {"by": "name", "found": 1}
    assert Client().post("/field/search/", {"q": "周建国"}).url.startswith("/accounts/login")
