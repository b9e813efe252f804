"""A city's own list with points and no boundaries gets plausible ground."""

import datetime as dt
from collections.abc import Iterator

import pytest
import shapely
from django.core.management import CommandError, call_command

from lifang.ground.areas import checks, codes, locate
from lifang.ground.areas.actions import set_boundary, undo
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.grounding import generate_ground
from lifang.ground.areas.imports import import_places
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import Basis
from lifang.ground.trail.models import Entry

LISTED, SURVEYED, GROUNDED = Basis(on=dt.date(2026, 1, 1)), Basis(on=dt.date(2026, 2, 1)), Basis(on=dt.date(2026, 3, 1))
COUNTY, STREET, OTHER = codes.parse("211202"), codes.parse("211202001"), codes.parse("211202002")
LIST = """代码,名称,户数,人口,经度,纬度
21,辽宁省,,,,
2112,铁岭市,,,,
211202,银州区,,,,
211202001,红旗街道,,,123.84,42.29
211202001001,康居社区,1500,3601,123.8401,42.2901
211202001002,光荣社区,520,,123.8460,42.2915
211202001003,岭东社区,,,123.8420,42.2960
211202001004,铁西社区,400,,123.8350,42.2955
211202001005,无点社区,800,,,
211202002,工人街道,,,,
211202002001,和平社区,2600,,123.8600,42.2920
211202002002,站前社区,2400,,123.8655,42.2980
211202002002001,东片网格,1400,,123.8670,42.2985
211202002002002,西片网格,1000,,123.8640,42.2978
211202002003,同心社区,700,,123.8630,42.2880
"""


@pytest.fixture
def listed(scope: None) -> Iterator[AreaChange]:
    """Two streets, eight communities, one of them without a point, two grids of the city's own."""
    locate.forget()
    yield import_places(content=LIST.encode(), file_name="list.csv", basis=LISTED, by=None)
    locate.forget()


def _units(place: int = COUNTY) -> list[Area]:
    return list(Area.objects.as_of(GROUNDED.on).below(place).base_units().order_by("code"))


def _all_find_their_grids(units: list[Area]) -> None:
    locate.forget()
    for unit in units:
        found = locate.find(unit.lon or 0, unit.lat or 0)
        assert [codes.parent_of(grid or 0) for grid in found[:2]] == [unit.code, unit.code], unit.name


def test_every_point_finds_its_community_in_both_layers(listed: AreaChange) -> None:
    change, left = generate_ground(place=COUNTY, basis=GROUNDED, by=None)
    assert [(unit.name, unit.reason) for unit in left] == [("无点社区", "没有经纬度")]
    _all_find_their_grids([unit for unit in _units() if unit.lon is not None])
    assert all(area.generated for area in Area.objects.filter(begun_by=change))
    amiss = {(finding.rule, finding.name) for finding in checks.findings(COUNTY, GROUNDED.on)}
    assert {rule for rule, _name in amiss} == {"no_grid", "size"}
    entry = Entry.objects.get(what="areas.ground")
    assert entry.data["communities"] == 7


def test_grids_hold_300_to_500_households_where_they_are_known(listed: AreaChange) -> None:
    generate_ground(place=COUNTY, basis=GROUNDED, by=None)
    grids = Area.objects.as_of(GROUNDED.on)
    peace = codes.parse("211202002001")
    governance = grids.children_of(peace).grids("governance")
    assert sorted(governance.values_list("households", flat=True)) == [433, 433, 433, 433, 434, 434]
    assert grids.children_of(peace).grids("construction").count() == 2
    first = grids.children_of(codes.parse("211202001001"))
    assert sum(first.grids("governance").values_list("population", flat=True)) == 3601
    unknown = grids.children_of(codes.parse("211202001003")).grids()
    assert list(unknown.order_by("code").values_list("name", "households")) == [
        ("第1网格", None), ("建管第1网格", None),
    ]  # fmt: skip


def test_the_citys_own_grids_keep_code_name_and_counts(listed: AreaChange) -> None:
    generate_ground(place=COUNTY, basis=GROUNDED, by=None)
    station = codes.parse("211202002002")
    own = Area.objects.as_of(GROUNDED.on).children_of(station).grids("governance").order_by("code")
    assert [(grid.name, grid.households) for grid in own] == [("东片网格", 1400), ("西片网格", 1000)]
    locate.forget()
    assert [locate.find(grid.lon or 0, grid.lat or 0).governance for grid in own] == [station + 1, station + 2]


def test_streets_get_the_union_once_all_in_them_has_ground(listed: AreaChange) -> None:
    generate_ground(place=COUNTY, basis=GROUNDED, by=None)
    bounded = Area.objects.as_of(GROUNDED.on).exclude(boundary=None)
    assert list(bounded.at_level(codes.STREET).values_list("code", flat=True)) == [OTHER]
    assert not bounded.filter(level__lt=codes.STREET).exists()


def test_surveyed_ground_stays_and_cells_end_at_the_street(listed: AreaChange) -> None:
    street = shapely.Polygon([(123.83, 42.285), (123.85, 42.285), (123.853, 42.3), (123.84, 42.297), (123.83, 42.303)])
    surveyed = shapely.box(123.838, 42.2885, 123.8422, 42.2917)
    home = codes.parse("211202001001")
    set_boundary(code=STREET, boundary=street, basis=SURVEYED, by=None)
    set_boundary(code=home, boundary=surveyed, basis=SURVEYED, by=None)
    change, _left = generate_ground(place=STREET, basis=GROUNDED, by=None)
    kept = Area.objects.as_of(GROUNDED.on).coded(STREET, home)
    assert {area.begun_by_id for area in kept}.isdisjoint({change.pk})
    assert not any(area.generated for area in kept)
    made = [unit for unit in _units(STREET) if unit.begun_by_id == change.pk]
    _all_find_their_grids(made)
    shapes = [shapely.from_wkb(bytes(unit.boundary or b"")) for unit in made]
    assert shapely.area(shapely.union_all([*shapes, surveyed]).symmetric_difference(street)) < checks.SLIVER
    assert sum(shapely.area(shape.intersection(surveyed)) for shape in shapes) < checks.SLIVER
    assert {finding.rule for finding in checks.ground(COUNTY, GROUNDED.on)} == set()


def test_one_street_leaves_its_neighbour_room(listed: AreaChange) -> None:
    generate_ground(place=STREET, basis=GROUNDED, by=None)
    assert not Area.objects.exclude(boundary=None).below(OTHER).exists()
    later = Basis(on=dt.date(2026, 4, 1))
    assert not generate_ground(place=OTHER, basis=later, by=None).left
    assert not list(checks.ground(COUNTY, later.on))


def test_points_that_lie_elsewhere_or_twice_are_left_and_named(listed: AreaChange) -> None:
    import_places(
        content="代码,名称,经度,纬度\n211202001006,同点社区,123.8401,42.2901\n211202001007,远处社区,123.95,42.29\n".encode(),
        file_name="more.csv", basis=LISTED, by=None,
    )  # fmt: skip
    set_boundary(code=STREET, boundary=shapely.box(123.83, 42.28, 123.85, 42.30), basis=SURVEYED, by=None)
    left = generate_ground(place=STREET, basis=GROUNDED, by=None).left
    assert {unit.name: unit.reason for unit in left} == {
        "无点社区": "没有经纬度", "同点社区": "位置与“康居社区”相同", "远处社区": "位置不在“红旗街道”的界线之内",
    }  # fmt: skip


def test_taken_back_and_done_again(listed: AreaChange) -> None:
    before = list(Area.objects.order_by("code").values_list("pk", "valid"))
    first = generate_ground(place=COUNTY, basis=GROUNDED, by=None).change
    made = list(first.begun.order_by("code").values_list("code", "boundary"))
    undo(change=first, by=None)
    assert list(Area.objects.order_by("code").values_list("pk", "valid")) == before
    again = generate_ground(place=COUNTY, basis=GROUNDED, by=None).change
    assert [(code, bytes(b)) for code, b in again.begun.order_by("code").values_list("code", "boundary")] == [
        (code, bytes(b)) for code, b in made
    ]


def test_what_cannot_be_done_is_refused_in_words(listed: AreaChange) -> None:
    with pytest.raises(Refused, match="生效日期应更晚"):
        generate_ground(place=COUNTY, basis=LISTED, by=None)
    with pytest.raises(Refused, match="没有代码"):
        generate_ground(place=codes.parse("211203"), basis=GROUNDED, by=None)
    with pytest.raises(Refused, match="没有可以生成界线的社区；缺界线而不能定位的有 1 个"):
        generate_ground(place=codes.parse("211202001005"), basis=GROUNDED, by=None)
    assert AreaChange.objects.count() == 1


def test_command_line(listed: AreaChange, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("areas", "ground", "211202", on=GROUNDED.on, document="铁民发〔2026〕1 号")
    out, err = capsys.readouterr()
    assert "7 communities" in out
    assert "无点社区\t没有经纬度" in err
    with pytest.raises(CommandError, match="生效日期应更晚|没有可以"):
        call_command("areas", "ground", "211202", on=GROUNDED.on)
