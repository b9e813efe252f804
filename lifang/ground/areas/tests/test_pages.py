"""The tree of places as people use it in the desk."""

import datetime as dt

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.models import Area, AreaChange
from tests import situations

EAST_2 = situations.EAST_COMMUNITY_2
BASIS = {"document_number": "东府发〔2026〕1 号", "document_title": "关于调整社区规模的批复"}


@pytest.fixture
def editor(db, client):  # type: ignore[no-untyped-def]
    situations.a_small_city()
    client.force_login(situations.a_person("area_editor", situations.CITY))
    return client


def _form(**own: object) -> dict[str, object]:
    return {**BASIS, "on": today().isoformat(), **own}


@pytest.mark.parametrize(
    "path",
    [
        "",
        f"{situations.CITY}/",
        f"{situations.EAST_COMMUNITY}/",
        f"{situations.EAST_GRID}/",
        "findings/",
        "findings/?rule=layers",
        "coverage/",
        "import/",
        "search/?q=东风",
        f"{situations.EAST}/ground.json",
    ],
)
def test_pages_open(editor, path: str) -> None:  # type: ignore[no-untyped-def]
    assert editor.get(f"/desk/places/{path}", follow=True).status_code == 200


@pytest.mark.parametrize("path", ["999/", f"{10**15}/", f"{situations.CITY}/?on=nonsense&x=1"])
def test_odd_addresses_are_no_trouble(editor, path: str) -> None:  # type: ignore[no-untyped-def]
    assert editor.get(f"/desk/places/{path}").status_code in (200, 404)


def test_both_layers_of_a_community_are_shown(editor) -> None:  # type: ignore[no-untyped-def]
    page = editor.get(f"/desk/places/{situations.EAST_COMMUNITY}/").content.decode()
    assert "治理网格" in page
    assert "建管网格" in page


def test_a_place_is_renamed_by_a_document_and_the_old_name_stays(editor) -> None:  # type: ignore[no-untyped-def]
    answer = editor.post(f"/desk/places/{EAST_2}/rename/", _form(name="新风社区"))
    assert answer.status_code == 302
    page = editor.get(f"/desk/places/{EAST_2}/").content.decode()
    assert "新风社区" in page
    assert "东风2社区" in page
    assert BASIS["document_title"] in page
    before = editor.get(f"/desk/places/{EAST_2}/?on=2025-01-01").content.decode()
    assert "<h1>东风2社区" in before


def test_a_change_is_taken_back(editor) -> None:  # type: ignore[no-untyped-def]
    editor.post(f"/desk/places/{EAST_2}/rename/", _form(name="新风社区"))
    change = AreaChange.objects.get(kind="rename")
    assert editor.post(f"/desk/places/changes/{change.pk}/undo/").status_code == 302
    assert Area.objects.as_of(today()).get(code=EAST_2).name == "东风2社区"


def test_a_merged_unit_keeps_its_old_code_as_an_alias(editor) -> None:  # type: ignore[no-untyped-def]
    """Inventory S122: merged units keep old codes; all units stay coded, none twice."""
    form = _form(others=[str(EAST_2)], name="大东风社区", keep="on")
    assert editor.post(f"/desk/places/{situations.EAST_COMMUNITY}/merge/", form).status_code == 302
    page = editor.get(f"/desk/places/{situations.EAST_COMMUNITY}/").content.decode()
    assert "曾用代码" in page
    assert str(EAST_2 // 1000) in page
    gone = editor.get(f"/desk/places/{EAST_2}/").content.decode()
    assert "现在属于" in gone
    assert "大东风社区" in gone
    coverage = editor.get("/desk/places/coverage/")
    assert coverage.context["total"] == {"communities": 3, "villages": 0, "all": 3, "coded": 100.0}


def test_a_community_is_split_and_the_count_holds_by_date(editor) -> None:  # type: ignore[no-untyped-def]
    """Inventory S004: before the date one unit, after it two."""
    form = _form(
        names="东风1社区\n东风3社区",
        **{
            f"child_{situations.EAST_GRID}": "1",
            f"child_{situations.EAST_GRID_2}": "2",
            f"child_{situations.EAST_BUILDING_GRID}": "1",
        },
    )
    answer = editor.post(f"/desk/places/{situations.EAST_COMMUNITY}/split/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    count = Area.objects.below(situations.EAST_STREET).base_units()
    assert count.as_of(today()).count() == count.as_of(today() - dt.timedelta(days=1)).count() + 1


def test_a_refused_change_keeps_what_was_typed(editor) -> None:  # type: ignore[no-untyped-def]
    answer = editor.post(f"/desk/places/{EAST_2}/rename/", _form(name="新风社区", on="2019-01-01"))
    assert answer.status_code == 422
    assert "新风社区" in answer.content.decode()


LIST = "代码,名称,户数\n360102001003,东风三社区,900\n"


def test_a_list_is_looked_through_then_taken_then_undone(editor) -> None:  # type: ignore[no-untyped-def]
    def send(text: str, **more: str) -> object:
        file = SimpleUploadedFile("list.csv", text.encode())
        return editor.post("/desk/places/import/", _form(file=file, datum_name="wgs84", **more))

    looked = send(LIST)
    assert looked.status_code == 200
    assert "共 1 行" in looked.content.decode()
    assert not Area.objects.filter(name="东风三社区").exists()
    wrong = send(LIST + "36010200100x,坏的,九\n")
    assert wrong.status_code == 422
    assert "没有导入任何一行" in wrong.content.decode()
    assert send(LIST, take="1").status_code == 302  # type: ignore[attr-defined]
    assert Area.objects.filter(name="东风三社区").exists()
    change = AreaChange.objects.filter(kind="import").latest("pk")
    assert editor.post(f"/desk/places/changes/{change.pk}/undo/").status_code == 302
    assert not Area.objects.as_of(today()).filter(name="东风三社区").exists()


def test_ground_is_generated_from_points_and_taken_back(editor) -> None:  # type: ignore[no-untyped-def]
    with system_scope("test"):
        whole = shapely.from_wkb(bytes(Area.objects.get(code=EAST_2 + 501).boundary or b""))
        Area.objects.below(EAST_2).update(boundary=None)
        Area.objects.coded(EAST_2).update(lon=whole.centroid.x, lat=whole.centroid.y)
    assert "生成界线" in editor.get(f"/desk/places/{EAST_2}/").content.decode()
    assert editor.post(f"/desk/places/{EAST_2}/ground/", _form()).status_code == 302
    with system_scope("test"):
        made = Area.objects.as_of(today()).below(EAST_2)
        assert all(area.generated and area.boundary for area in made)
        change = AreaChange.objects.latest("pk")
    assert "模拟数据" in editor.get(f"/desk/places/{EAST_2}/").content.decode()
    editor.post(f"/desk/places/changes/{change.pk}/undo/")
    with system_scope("test"):
        assert not Area.objects.below(EAST_2).exclude(boundary=None).exists()
        Area.objects.coded(EAST_2).update(lon=None, lat=None)
    refused = editor.post(f"/desk/places/{EAST_2}/ground/", _form())
    assert refused.status_code == 422
    assert "不能定位的有 1 个" in refused.content.decode()


def test_grids_outside_300_to_500_are_listed(editor) -> None:  # type: ignore[no-untyped-def]
    with system_scope("test"):
        Area.objects.filter(code=situations.EAST_GRID).update(households=620)
    page = editor.get("/desk/places/findings/").content.decode()
    assert "620 户" in page
    assert "东风1社区第一网格" in page


def test_who_may_only_read_sees_no_change_forms(editor, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(situations.a_person("auditor", situations.CITY))
    assert "更名" not in client.get(f"/desk/places/{EAST_2}/").content.decode()
    assert client.post(f"/desk/places/{EAST_2}/rename/", _form(name="x")).status_code == 404


def test_queries_do_not_grow_with_children(editor, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(30):
        editor.get(f"/desk/places/{situations.EAST_STREET}/")
