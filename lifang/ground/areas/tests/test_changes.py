"""Dated changes: before the date the old tree, after it the new; figures on either boundary; all of it undoable."""

import datetime as dt
from collections.abc import Callable

import pytest
import shapely
from django.db import DatabaseError, IntegrityError, transaction

from lifang.ground.access.scope import Scope, within_scope
from lifang.ground.areas import codes, history, queries
from lifang.ground.areas.actions import Part, create, merge, move, rename, set_boundary, split, undo
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.imports import import_places
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import Basis
from lifang.ground.areas.shapes import from_wkb
from lifang.ground.areas.tests.conftest import AFTER, BEFORE, BEGIN, CHANGE_DAY
from lifang.ground.trail.models import Entry

KANGJU, GUANGRONG = codes.parse("211202001001"), codes.parse("211202001002")
HONGQI, GONGREN = codes.parse("211202001"), codes.parse("211202002")
CITY = codes.parse("2112")


def tree(on: dt.date) -> list[tuple[int, str, int | None]]:
    return list(Area.objects.as_of(on).order_by("code").values_list("code", "name", "households"))


def communities(on: dt.date) -> dict[int, str]:
    return dict(Area.objects.as_of(on).base_units().values_list("code", "name"))


def total(on: dt.date) -> int:
    units = Area.objects.as_of(on).below(CITY).base_units()
    return sum(number or 0 for number in units.values_list("households", flat=True))


def square(area: Area) -> float:
    return float(shapely.area(from_wkb(area.boundary)))


def split_kangju(basis: Basis) -> AreaChange:
    parts = [
        Part(name="康居社区", code=KANGJU, children=[KANGJU + 1, KANGJU + 2, KANGJU + 501]),
        Part(name="康宁社区", children=[KANGJU + 3, KANGJU + 4]),
    ]
    return split(code=KANGJU, parts=parts, basis=basis, by=None)


def test_s004_split_one_community_in_two_on_a_date(town: AreaChange, basis: Basis) -> None:
    """S004: reports before the date show one unit, after it two, totals unchanged."""
    before = tree(BEFORE)
    split_kangju(basis)
    assert tree(BEFORE) == before
    assert len(communities(AFTER)) == len(communities(BEFORE)) + 1
    assert total(AFTER) == total(BEFORE) == 3000
    new = codes.parse("211202001003")
    assert communities(AFTER)[new] == "康宁社区"
    assert Area.objects.as_of(AFTER).children_of(new).grids().count() == 2
    shares = history.successors(KANGJU, BEFORE, AFTER)
    assert shares == {KANGJU: pytest.approx(800 / 1500), new: pytest.approx(700 / 1500)}
    assert history.successors(new, AFTER, BEFORE) == {KANGJU: 1.0}
    change = AreaChange.objects.get(kind="split")
    assert (change.on, change.document_number) == (CHANGE_DAY, "铁民发〔2025〕12 号")
    assert change.recorded_at.date() > change.on, "when it was entered is kept beside when it holds"


def test_s122_a_merged_unit_keeps_old_codes_as_aliases(town: AreaChange, basis: Basis) -> None:
    """S122: all units coded, no duplicate; a merged unit keeps old codes as aliases."""
    merge(merged=[KANGJU, GUANGRONG], name="康荣社区", basis=basis, by=None)
    new = codes.parse("211202001003")
    assert set(history.aliases(new)) == {KANGJU, GUANGRONG}
    assert [area.code for area in Area.objects.as_of(AFTER).search("211202001002")] == [new] + [
        new + serial for serial in (5, 6, 502)
    ]
    held = [code for code, _name, _households in tree(AFTER)]
    assert len(held) == len(set(held))
    assert Area.objects.as_of(AFTER).coded(new).get().households == 2400
    assert Area.objects.as_of(AFTER).children_of(new).count() == 8
    assert total(AFTER) == total(BEFORE)
    assert history.successors(KANGJU, BEFORE, AFTER) == {new: 1.0}
    assert history.successors(new, AFTER, BEFORE) == {KANGJU: pytest.approx(0.625), GUANGRONG: pytest.approx(0.375)}


def test_s003_every_lower_unit_has_exactly_one_parent_at_any_date(town: AreaChange, basis: Basis) -> None:
    """S003: the tree holds through changes; the city is the sum over its base units."""
    split_kangju(basis)
    merge(merged=[KANGJU, GUANGRONG], name="康荣社区", basis=Basis(on=dt.date(2026, 1, 1)), by=None)
    for day in (BEGIN, BEFORE, AFTER, dt.date(2026, 1, 1)):
        held = {area.code: area for area in Area.objects.as_of(day)}
        assert len(held) == Area.objects.as_of(day).count()
        assert all(area.parent_code in held for area in held.values() if area.level > 1)
        assert total(day) == 3000


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Area.objects.coded(HONGQI).delete(),
        lambda: Area.objects.coded(HONGQI).update(valid=(BEGIN, CHANGE_DAY)),
        lambda: Area.objects.coded(KANGJU).update(parent_code=GONGREN),
        lambda: Area.objects.coded(KANGJU).update(level=4),
        lambda: Area.objects.coded(KANGJU).update(code=GUANGRONG),
        lambda: Area.objects.coded(KANGJU).update(households=-1),
        lambda: Area.objects.coded(KANGJU).update(layer="governance"),
    ],
)
def test_the_database_itself_refuses_a_broken_tree(town: AreaChange, broken: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def test_names_are_public_but_only_the_scope_may_change_them(town: AreaChange) -> None:
    with within_scope(Scope("areas.change", ((GONGREN, GONGREN + 10**6),))):
        assert Area.objects.coded(KANGJU).exists()
        assert Area.objects.coded(KANGJU).update(name="别处") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            create(name="越权社区", parent=HONGQI, kind="community", basis=Basis(on=AFTER), by=None)
        create(name="新社区", parent=GONGREN, kind="community", basis=Basis(on=AFTER), by=None)


def test_rename_keeps_the_code_and_the_old_name_before_the_date(town: AreaChange, basis: Basis) -> None:
    rename(code=KANGJU, name="康平社区", basis=basis, by=None)
    assert (communities(BEFORE)[KANGJU], communities(AFTER)[KANGJU]) == ("康居社区", "康平社区")
    assert [area.name for area in Area.objects.as_of(AFTER).search("kpsq")] == ["康平社区"]
    assert queries.full_names([KANGJU + 1], AFTER) == {KANGJU + 1: "铁岭市银州区红旗街道康平社区第1网格"}
    assert history.aliases(KANGJU) == []


def test_names_are_those_of_the_tree_as_it_now_stands(town: AreaChange, basis: Basis) -> None:
    """Names are kept between questions; neither a change nor one that was undone by an error may leave them behind."""
    assert queries.names([KANGJU, 1], AFTER) == {KANGJU: "康居社区"}
    for name in ("康平社区", "康安社区"):
        with transaction.atomic():
            rename(code=KANGJU, name=name, basis=basis, by=None)
            assert queries.names([KANGJU], AFTER) == {KANGJU: name}
            assert (KANGJU, name) in queries.children(HONGQI, AFTER)
            transaction.set_rollback(True)
        assert queries.names([KANGJU], AFTER) == {KANGJU: "康居社区"}
        assert (KANGJU, "康居社区") in queries.children(HONGQI, AFTER)


def test_moved_under_another_street_with_all_its_grids(town: AreaChange, basis: Basis) -> None:
    move(code=GUANGRONG, to=GONGREN, basis=basis, by=None)
    new = codes.parse("211202002002")
    assert communities(AFTER)[new] == "光荣社区"
    assert GUANGRONG not in communities(AFTER)
    assert history.successors(GUANGRONG + 501, BEFORE, AFTER) == {new + 501: 1.0}
    assert total(AFTER) == total(BEFORE)


def test_a_change_is_taken_back_and_then_the_one_before_it(town: AreaChange, basis: Basis) -> None:
    before = tree(AFTER)
    first = split_kangju(basis)
    between = tree(dt.date(2026, 1, 1))
    second = merge(merged=[KANGJU, GUANGRONG], name="康荣社区", basis=Basis(on=dt.date(2026, 1, 1)), by=None)
    with pytest.raises(Refused, match="后来又有变更"):
        undo(change=first, by=None)
    undo(change=second, by=None)
    assert tree(dt.date(2026, 1, 1)) == between
    undo(change=first, by=None)
    assert tree(AFTER) == before
    with pytest.raises(Refused, match="已经撤销"):
        undo(change=first, by=None)
    assert Entry.objects.filter(what="areas.undo").count() == 2


def test_a_code_is_never_used_for_two_places(town: AreaChange, basis: Basis) -> None:
    merge(merged=[KANGJU, GUANGRONG], name="康荣社区", basis=basis, by=None)
    later = Basis(on=dt.date(2025, 8, 1))
    assert create(name="新社区", parent=HONGQI, kind="community", basis=later, by=None).code == codes.parse(
        "211202001004"
    )
    with pytest.raises(Refused, match="不能再用"):
        create(name="新社区", parent=HONGQI, kind="community", code=KANGJU, basis=later, by=None)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda b: rename(code=KANGJU, name=" ", basis=b, by=None), "name"),
        (lambda b: rename(code=KANGJU, name="甲", basis=Basis(on=BEGIN), by=None), "code"),
        (lambda b: rename(code=KANGJU, name="甲", basis=Basis(on=dt.date(2020, 1, 1)), by=None), "code"),
        (lambda b: rename(code=codes.parse("3601"), name="甲", basis=b, by=None), "code"),
        (lambda b: split(code=KANGJU, parts=[Part(name="甲")], basis=b, by=None), "parts"),
        (lambda b: split(code=KANGJU, parts=[Part(name="甲"), Part(name="甲")], basis=b, by=None), "parts"),
        (lambda b: split(code=KANGJU, parts=[Part(name="甲"), Part(name="乙")], basis=b, by=None), "parts"),
        (
            lambda b: split(code=KANGJU, parts=[Part(name="甲", children=[1]), Part(name="乙")], basis=b, by=None),
            "parts",
        ),
        (lambda b: merge(merged=[KANGJU, KANGJU], name="甲", basis=b, by=None), "merged"),
        (lambda b: merge(merged=[KANGJU, codes.parse("211202002001")], name="甲", basis=b, by=None), "merged"),
        (lambda b: move(code=KANGJU, to=HONGQI, basis=b, by=None), "to"),
        (lambda b: move(code=KANGJU, to=CITY, basis=b, by=None), "to"),
        (lambda b: create(name="甲", parent=KANGJU, kind="street", basis=b, by=None), "kind"),
        (lambda b: create(name="甲", parent=KANGJU, kind="castle", basis=b, by=None), "kind"),
        (lambda b: create(name="甲", parent=HONGQI, kind="community", code=KANGJU + 9, basis=b, by=None), "code"),
        (lambda b: set_boundary(code=KANGJU, boundary=shapely.Point(123, 42), basis=b, by=None), "boundary"),
        (lambda b: set_boundary(code=KANGJU, boundary=shapely.box(42, 123, 43, 124), basis=b, by=None), "boundary"),
    ],
)
def test_what_cannot_be_done_names_the_field_and_changes_nothing(
    town: AreaChange, basis: Basis, act: Callable[[Basis], object], field: str
) -> None:
    before = tree(AFTER)
    with pytest.raises(Refused) as refused:
        act(basis)
    assert refused.value.field == field
    assert tree(AFTER) == before
    assert AreaChange.objects.count() == 1


def test_ground_follows_a_split_and_a_move(yicheng: AreaChange, basis: Basis) -> None:
    first, second = Area.objects.at_level(codes.STREET).exclude(boundary=None).order_by("code")[:2]
    unit = Area.objects.children_of(first.code).exclude(boundary=None).order_by("-households").first()
    assert unit is not None
    grids = list(Area.objects.children_of(unit.code).grids("governance").order_by("code"))
    half = [grid.code for grid in grids[: len(grids) // 2]]
    rest = [grid.code for grid in grids[len(grids) // 2 :]]
    split(code=unit.code, parts=[Part(name="东", children=half), Part(name="西", children=rest)], basis=basis, by=None)
    parts = Area.objects.as_of(AFTER).filter(name__in=("东", "西"), level=codes.COMMUNITY)
    whole = shapely.union_all([from_wkb(part.boundary) for part in parts])
    assert whole.symmetric_difference(from_wkb(unit.boundary)).area < 1e-9
    moved = parts.get(name="东")
    later = Basis(on=dt.date(2025, 9, 1))
    move(code=moved.code, to=second.code, basis=later, by=None)
    grown = Area.objects.as_of(later.on).coded(second.code).get()
    assert square(grown) == pytest.approx(square(second) + square(moved), rel=1e-6)
    assert grown.households == sum(area.households or 0 for area in (second, moved))


def test_an_import_on_which_something_was_built_is_not_taken_back(town: AreaChange, basis: Basis) -> None:
    listed = "代码,名称,户数\n211202001009,新居社区,900\n".encode()
    imported = import_places(content=listed, file_name="list.csv", basis=basis, by=None)
    grid = create(
        name="第1网格", parent=codes.parse("211202001009"), kind="grid", layer="governance", basis=basis, by=None
    )
    before = tree(AFTER)
    with pytest.raises(Refused, match="请先撤销那些调整"):
        undo(change=imported, by=None)
    assert tree(AFTER) == before
    undo(change=grid.begun_by, by=None)
    undo(change=imported, by=None)
    assert codes.parse("211202001009") not in communities(AFTER)
