"""A building is laid out, laid out anew, and what was said of it can be taken back."""

import datetime as dt

import pytest

from lifang.blocks.dwellings import actions, plans
from lifang.blocks.dwellings.models import Building
from lifang.blocks.dwellings.tests.situations import AT, flats, laid_out, stands, takes_back
from lifang.blocks.registry.tests.situations import JULY, ZHOU_ROW, Town
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY, EAST_GRID, EAST_GRID_2


def drawn(**changed: object) -> plans.Plan:
    given = {
        "entrances": 1,
        "floors": 2,
        "each": 2,
        "otherwise": "",
        "area": EAST_GRID,
        "at": AT,
        "name": "",
        "use": "1",
    }
    return plans.drawn(**{**given, **changed})  # type: ignore[arg-type]


def test_a_building_is_its_entrances_floors_and_flats_but_for_what_is_otherwise(town: Town) -> None:
    laid_out(town, otherwise="1层 商铺；2-501 没有\n1-601空置、2单元202 出租；1-105 商铺")
    found = flats()
    assert len(found) == 2 * 6 * 2 - 1 + 1
    assert "2-501" not in found
    assert {found[one] for one in ("1-101", "2-102", "1-105")} == {"4"}
    assert (found["1-601"], found["2-202"], found["2-601"]) == ("3", "2", "")
    with system_scope("test"):
        building = Building.objects.get(at=AT)
        assert (building.area, building.flats, building.entrances, building.floors) == (EAST_GRID, 24, 2, 6)


@pytest.mark.parametrize(
    "words", ["501", "2-501 好", "3-101 空置", "9层 商铺", "三层 商铺", "1-9999 空置", "没有", "-1层 商铺"]
)
def test_what_cannot_be_understood_is_refused_with_what_is_allowed(words: str) -> None:
    with pytest.raises(plans.Unclear) as refused:
        drawn(otherwise=words)
    assert words in str(refused.value)


def test_laid_out_anew_keeps_what_is_known_of_each_flat_and_the_day_before(town: Town) -> None:
    laid_out(town, otherwise="1-301 出租")
    laid_out(town, on=JULY, floors=7, otherwise="2-101 没有；2-102 商铺")
    now = flats()
    assert (now["1-301"], now["2-102"], now["1-701"]) == ("2", "4", "")
    assert "2-101" not in now
    june = flats(on=today())
    assert june == now
    with system_scope("test"):
        assert Building.objects.count() == 1
    before = flats(on=JULY - dt.timedelta(days=1))
    assert before == {}, "on that day nobody had said it yet"


def test_what_a_filing_said_is_taken_back_and_what_stood_before_comes_back(town: Town) -> None:
    first = laid_out(town, otherwise="1-301 出租")
    second = laid_out(town, on=JULY, floors=3, otherwise="1-301 空置；2-101 没有")
    takes_back(town, second)
    assert flats()["1-301"] == "2"
    assert {"2-101", "1-601"} <= flats().keys()
    takes_back(town, first)
    with system_scope("test"):
        assert not Building.objects.get(at=AT).known
    assert flats() == {}
    laid_out(town, floors=2)
    assert len(flats()) == 8


def test_who_is_known_only_by_community_stands_in_the_grid_of_their_building(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    assert stands("周建国") == EAST_COMMUNITY
    filing = laid_out(town)
    assert stands("周建国") == EAST_GRID
    again = laid_out(town, area=EAST_GRID_2, on=JULY)
    assert stands("周建国") == EAST_GRID_2
    takes_back(town, again)
    takes_back(town, filing)
    assert stands("周建国") == EAST_COMMUNITY


def test_a_file_that_comes_after_the_building_places_its_people_at_once(town: Town) -> None:
    laid_out(town)
    town.took("police", [ZHOU_ROW, ("周小国", "", "男", "1990-01-01", "", "永宁路12号4栋1单元101", "东风1社区")])
    assert (stands("周建国"), stands("周小国")) == (EAST_GRID, EAST_COMMUNITY)
    town.took("health", [ZHOU_ROW], on=JULY)
    assert stands("周建国") == EAST_GRID


def test_a_grid_that_a_department_names_stands_above_the_building(town: Town) -> None:
    laid_out(town)
    town.took("police", [(*ZHOU_ROW[:6], "东风1社区第二网格")])
    assert stands("周建国") == EAST_GRID_2


def test_a_community_changes_a_building_that_its_street_laid_out(town: Town) -> None:
    laid_out(town, otherwise="1-301 出租")
    plan = drawn(entrances=2, floors=6, otherwise="2-101 没有")
    with scope_of(town.worker, "dwelling.manage"):
        outcome = actions.outcome(plan, today())
        assert (outcome.fresh, outcome.gone) == (0, [f"{AT}-2-101"])
        actions.lay_out(plans=[plan], area=EAST_COMMUNITY, held_on=today(), source="上门核对", by=town.worker)
    found = flats()
    assert (len(found), found["1-301"]) == (23, "2")
