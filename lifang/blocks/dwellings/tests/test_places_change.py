"""Buildings and residents go with the places where they stand."""

import datetime as dt

from django.test import Client

from lifang.blocks.dwellings.actions import lay_out
from lifang.blocks.dwellings.models import Building
from lifang.blocks.dwellings.plans import drawn
from lifang.blocks.dwellings.tests.situations import AT, laid_out, places_followed, stands
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import JUNE, LIN_ROW, ZHOU_ROW, Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import Part, merge, split, undo
from lifang.ground.areas.models import AreaChange, Succession
from lifang.ground.areas.rewriting import Basis
from tests.situations import CITY, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_GRID, EAST_GRID_2, a_person, unit_of

BASIS = Basis(on=today(), document_number="东府发〔2026〕1 号")
IN_GRID_2 = ("何阿婆", "", "女", "1940-01-05", "13700030003", "永宁路12号3栋1单元102室", "东风1社区第二网格")


def splits(editor: User, on: dt.date | None = None) -> AreaChange:
    """The first community becomes two: the first keeps the code and the first grid, the second takes the other."""
    with scope_of(editor, "area.edit"):
        parts = [
            Part(name="东风1社区", code=EAST_COMMUNITY, children=[EAST_GRID, EAST_COMMUNITY + 501]),
            Part(name="东风新社区", children=[EAST_GRID_2]),
        ]
        return split(code=EAST_COMMUNITY, parts=parts, basis=Basis(on=on or today()), by=editor)


def heir(change: AreaChange, code: int) -> int:
    with system_scope("test"):
        return Succession.objects.get(change=change, old_code=code).new_code


def test_who_stood_in_a_grid_stands_in_its_heir_after_a_split(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [ZHOU_ROW, IN_GRID_2, LIN_ROW])
    before = Client()
    before.force_login(town.worker)
    change = splits(editor)
    places_followed()
    assert stands("何阿婆") == heir(change, EAST_GRID_2)
    assert (stands("周建国"), stands("林小芳")) == (EAST_COMMUNITY, EAST_COMMUNITY_2)
    with scope_of(a_person("community_worker", stands("何阿婆") // 1000 * 1000), "person.read"):
        assert [person.name for person in Person.objects.all()] == ["何阿婆"]
    with scope_of(editor, "area.edit"):
        undo(change=change, by=editor)
    places_followed()
    assert stands("何阿婆") == EAST_GRID_2


def test_a_split_carries_buildings_and_those_known_only_by_their_community(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [ZHOU_ROW])
    laid_out(town, area=EAST_GRID_2)
    change = splits(editor)
    places_followed()
    new = heir(change, EAST_GRID_2)
    with system_scope("test"):
        building = Building.objects.get(at=AT)
        assert building.area == new
        assert building.layouts.count() == 2
    assert stands("周建国") == new
    with scope_of(editor, "area.edit"):
        undo(change=change, by=editor)
    places_followed()
    with system_scope("test"):
        assert Building.objects.get(at=AT).area == EAST_GRID_2
    assert stands("周建国") == EAST_GRID_2


def test_a_filing_is_taken_back_after_its_building_went_to_another_community(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [ZHOU_ROW])
    with scope_of(town.worker, "dwelling.manage"):
        plan = drawn(area=EAST_GRID_2, at=AT, name="", use="1", entrances=2, floors=6, each=2, otherwise="")
        filing = lay_out(plans=[plan], area=EAST_COMMUNITY, held_on=JUNE, source="上门核对", by=town.worker)
    splits(editor)
    places_followed()
    left = Client()
    left.force_login(a_person("community_worker", EAST_COMMUNITY, unit_of("community_committee", EAST_COMMUNITY)))
    assert left.post(f"/desk/dwellings/filings/{filing.pk}/").status_code == 302
    with system_scope("test"):
        building = Building.objects.get(at=AT)
        assert (building.known, building.flats) == (False, 0)


def test_a_merge_carries_all_and_totals_stay(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [ZHOU_ROW, LIN_ROW])
    laid_out(town, area=EAST_COMMUNITY)
    with scope_of(editor, "area.edit"):
        change = merge(merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", basis=BASIS, by=editor)
    places_followed()
    whole = int(change.data["code"])
    with system_scope("test"):
        assert Person.objects.standing().within(whole).count() == 2
        assert Building.objects.get(at=AT).area == whole


def test_who_is_left_without_a_place_by_a_split_is_listed_until_their_building_is_laid_out(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [ZHOU_ROW, IN_GRID_2])
    with scope_of(editor, "area.edit"):
        parts = [
            Part(name="东风新1社区", children=[EAST_GRID, EAST_COMMUNITY + 501]),
            Part(name="东风新2社区", children=[EAST_GRID_2]),
        ]
        change = split(code=EAST_COMMUNITY, parts=parts, basis=BASIS, by=editor)
    places_followed()
    desk = Client()
    desk.force_login(town.steward)
    assert [person.name for person in desk.get("/desk/dwellings/").context["placeless"]] == ["周建国"]
    laid_out(town, area=heir(change, EAST_GRID_2))
    assert stands("周建国") == heir(change, EAST_GRID_2)
    assert desk.get("/desk/dwellings/").context["placeless"] == []


def test_a_change_that_is_still_to_come_moves_nobody_yet(town: Town) -> None:
    editor = a_person("area_editor", CITY)
    town.took("police", [IN_GRID_2])
    splits(editor, today() + dt.timedelta(days=5))
    places_followed()
    assert stands("何阿婆") == EAST_GRID_2
