"""A city's own list, as cities write them: taken whole or refused whole."""

import datetime as dt
import io
import json

import openpyxl
import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from lifang.ground.access.scope import system_scope
from lifang.ground.areas import boundaries, checks, codes, datum, layers
from lifang.ground.areas.actions import undo
from lifang.ground.areas.imports import Problem, Unfit, import_places, read_places
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import Basis
from lifang.ground.areas.shapes import from_wkb
from lifang.ground.areas.tests.conftest import AFTER, BEGIN, CHANGE_DAY
from lifang.ground.files.tables import BadFile

DAY = Basis(on=CHANGE_DAY)
KANGJU = codes.parse("211202001001")


def workbook(rows: list[list[object]], merged: str = "") -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(out)
    return out.getvalue()


def test_s005_import_1176_villages_and_219_communities(scope: None) -> None:
    """S005 (the register): 1176 + 219 rows are listed as 1395 units. S122: all coded, none twice."""
    lines = ["区划代码,名称", "2112,铁岭市", "211221,铁岭县"]
    for street in range(14):
        town = f"211221{100 + street:03d}"
        lines.append(f"{town},第{street}镇")
        lines += [f"{town}{200 + n:03d},第{n}村" for n in range(84)]
        lines += [f"{town}{1 + n:03d},第{n}社区" for n in range(16 if street < 9 else 15)]
    import_places(content="\n".join(lines).encode("gb18030"), file_name="x.csv", basis=DAY, by=None)
    units = Area.objects.as_of(CHANGE_DAY).below(codes.parse("2112")).base_units()
    assert (units.filter(kind="village").count(), units.filter(kind="community").count()) == (1176, 219)
    assert units.values("code").distinct().count() == 1395


def test_excel_with_notes_above_merged_headers_and_spoiled_cells(town: AreaChange) -> None:
    content = workbook(
        [
            ["红旗街道社区一览表"],
            ["填报单位：红旗街道", None, None, "2025 年 6 月"],
            ["序号", "社 区", None, "户 数（户）", "坐标", None],
            [None, "编码", "名称", None, "经度（°）", "纬度（°）"],
            [1, 211202001001, "康居社区", "１６００户", 123.84, 42.29],
            [2, "'211202001009", "新城社区", "1,200", "123.85", "42.28"],
            [3, 211202001010.0, "新华社区", None, None, None],
        ],
        merged="B3:C3",
    )
    change = import_places(content=content, file_name="list.xlsx", basis=DAY, by=None)
    assert change.data == {"begun": 3, "ended": 1}
    held = Area.objects.as_of(AFTER)
    kangju = held.coded(KANGJU).get()
    assert (kangju.households, kangju.population, kangju.lon) == (1600, 3600, 123.84), (
        "an empty column keeps what stood"
    )
    assert held.coded(codes.parse("211202001009")).get().households == 1200
    assert Area.objects.as_of(BEGIN).coded(KANGJU).get().households == 1500
    assert held.count() == Area.objects.as_of(BEGIN).count() + 2


def test_the_same_list_twice_changes_nothing_the_second_time(town: AreaChange) -> None:
    content = "代码,名称\n211202001001,康居社区\n".encode()
    assert import_places(content=content, file_name="x.csv", basis=DAY, by=None).data == {"begun": 0, "ended": 0}


def test_an_import_is_taken_back(town: AreaChange) -> None:
    before = list(Area.objects.order_by("code").values_list("code", "name", "valid"))
    content = "代码,名称\n211202001001,康乐社区\n211202001007,新社区\n".encode()
    change = import_places(content=content, file_name="x.csv", basis=DAY, by=None)
    undo(change=change, by=None)
    assert list(Area.objects.order_by("code").values_list("code", "name", "valid")) == before


def test_refused_whole_with_every_row_and_reason(town: AreaChange) -> None:
    content = (
        "代码,名称,类别,级别,上级代码,户数,经度,纬度\n"
        "211202001007,好社区,社区,5,211202001,100,123.8,42.2\n"
        "3.60102E+11,缩略社区,,,,,,\n"
        "211202001007,重复社区,,,,,,\n"
        "211202001008,,,,,,,\n"
        "211202001009,错类,城堡,,,,,\n"
        "211202001010,错级,,街道,,,,\n"
        "211202001011,错上级,,,211202002,,,\n"
        "211202001012,错户数,,,,十户,,\n"
        "211202001013,错经度,,,,,42.2,123.8\n"
        "211202009001,没有上级,,,,,,\n"
        "211202001014,半个坐标,,,,,123.8,\n"
    ).encode()
    before = Area.objects.count()
    with pytest.raises(Unfit) as unfit:
        import_places(content=content, file_name="x.csv", basis=DAY, by=None)
    found = {(problem.row, problem.column) for problem in unfit.value.problems}
    assert found >= {(3, "A"), (4, "A"), (5, "B"), (6, "C"), (7, "D"), (8, "E"), (9, "F"), (10, "G"), (10, "H"),
                     (11, "A"), (12, "G")}  # fmt: skip
    assert not {row for row, _column in found} & {1, 2}
    assert all(problem.reason and problem.allowed for problem in unfit.value.problems)
    assert unfit.value.count == len(unfit.value.problems)
    assert Area.objects.count() == before


def test_a_day_before_the_standing_version_is_refused_by_row(town: AreaChange) -> None:
    content = "代码,名称\n211202001001,康乐社区\n".encode()
    with pytest.raises(Unfit) as unfit:
        import_places(content=content, file_name="x.csv", basis=Basis(on=BEGIN), by=None)
    assert unfit.value.problems[0][:3] == Problem(2, "A", "211202001001", "", "")[:3]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", "甲,乙\n1,2\n".encode(), b"code,name\n",
     b"\xff\xfe\xfd", b'code,name\n"' + b"x" * 200_000],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(scope: None, content: bytes) -> None:
    with pytest.raises((BadFile, Unfit), match=r".{5,}"):
        import_places(content=content, file_name="x", basis=DAY, by=None)


@settings(max_examples=150)
@given(st.lists(st.lists(st.text(max_size=14) | st.from_regex(r"[0-9]{12}", fullmatch=True), max_size=5), max_size=6))
def test_any_table_is_read_or_its_problems_named(rows: list[list[str]]) -> None:
    head = "代码,名称,户数,经度,纬度\n"
    body = "\n".join(",".join(cell.replace('"', "").replace("\r", "") for cell in row) for row in rows)
    try:
        reader = read_places((head + body).encode("utf-8", "replace"), "x.csv")
    except BadFile:
        return
    assert reader.count >= len(reader.problems)
    for row in reader.rows:
        assert codes.level_of(row.code) >= 1
        assert row.name
        assert row.households is None or row.households >= 0


def feature(code: str, shape: shapely.Geometry) -> dict[str, object]:
    return {"type": "Feature", "properties": {"代码": code}, "geometry": json.loads(shapely.to_geojson(shape))}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize("name", ["gcj02", "bd09", "cgcs2000"])
def test_boundaries_are_converted_from_their_datum(town: AreaChange, name: datum.Datum) -> None:
    truth = shapely.box(123.83, 42.28, 123.85, 42.30)
    shifted = shapely.transform(truth, lambda p: shapely.get_coordinates(
        shapely.points(*datum.FROM_WGS84[name](p[:, 0], p[:, 1]))))  # fmt: skip
    content = collection(feature("211202001001", shifted))
    boundaries.import_boundaries(content=content, file_name="b.geojson", datum=name, basis=DAY, by=None)
    area = Area.objects.as_of(AFTER).coded(KANGJU).get()
    assert shapely.hausdorff_distance(from_wkb(area.boundary), truth) < 2e-6
    assert (area.households, area.generated) == (1500, False)
    assert Area.objects.as_of(BEGIN).coded(KANGJU).get().boundary is None


ABROAD, HERE = shapely.box(12, 42, 13, 43), shapely.box(123, 42, 124, 43)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{",
        b'{"features": []}',
        b"[" * 100_000,
        collection({}),
        collection(None),
        collection(feature("211202001001", shapely.Point(123, 42))),
        collection(feature("211202001001", ABROAD)),
        collection(feature("211202001099", HERE)),
        collection(feature("x", HERE)),
    ],
)
def test_what_is_no_boundary_is_refused(town: AreaChange, content: bytes) -> None:
    with pytest.raises(ValueError, match=r".{5,}"):
        boundaries.import_boundaries(content=content, file_name="b", datum="wgs84", basis=DAY, by=None)


def test_s199_a_place_lacking_a_layer_is_listed(town: AreaChange) -> None:
    """S199: a community without a construction grid is listed; so are grids outside 300 to 500 households."""
    found = {(finding.rule, finding.code) for finding in checks.findings(codes.parse("2112"), AFTER)}
    lone = codes.parse("211202002001")
    assert found == {("no_layer", lone), ("size", lone + 1)}


def test_gaps_and_overlaps_are_listed(yicheng: AreaChange) -> None:
    place = codes.parse("420684")
    assert not list(checks.ground(place, AFTER))
    one, other = Area.objects.grids("governance").order_by("code")[:2]
    Area.objects.filter(pk=one.pk).update(boundary=other.boundary)
    assert {finding.rule for finding in checks.ground(place, AFTER)} == {"overlap", "gap"}


def test_map_layers_nest_and_change_their_key(yicheng: AreaChange) -> None:
    place = codes.parse("420684")
    before = layers.key(place, codes.STREET)
    streets = json.loads(layers.geojson(place, codes.STREET))["features"]
    assert {f["properties"]["generated"] for f in streets} == {True}
    grids = json.loads(layers.geojson(streets[0]["id"], codes.GRID, "construction"))["features"]
    assert grids
    assert all(codes.within(f["id"], streets[0]["id"]) for f in grids)
    Area.objects.coded(streets[0]["id"]).update(name="改名")
    assert layers.key(place, codes.STREET) != before


@pytest.mark.django_db(transaction=False)
def test_command_line(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"  # type: ignore[operator]
    file.write_text("代码,名称\n2112,铁岭市\n211202,银州区\n")
    call_command("areas", "import", str(file), on=dt.date(2025, 1, 1))
    call_command("areas", "export", "2112")
    assert "211202000000,银州区" in capsys.readouterr().out
    file.write_text("代码,名称\n9,错\n")
    with pytest.raises(CommandError, match="没有导入任何一行"):
        call_command("areas", "import", str(file))
    with system_scope("test"):
        change = AreaChange.objects.get()
    call_command("areas", "undo", str(change.pk))
    assert not Area.objects.exists()
