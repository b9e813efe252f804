"""The board of a building: who lives behind which door."""

from django.test import Client

from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU_ROW, Town
from lifang.ground.trail.models import Entry

ADDRESS = "/desk/persons/buildings/永宁路12-3/"
OLD_ROW = ("何阿婆", "", "女", "1940-01-05", "13700030003", "永宁路12号3栋1单元102室", "东风1社区")


def _as_worker(town: Town) -> Client:
    client = Client()
    client.force_login(town.worker)
    return client


def test_a_building_is_found_from_the_community_and_shows_its_flats(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW, OLD_ROW])
    client = _as_worker(town)
    listed = client.get("/desk/persons/buildings/").content.decode()
    assert "永宁路12号3栋" in listed
    assert "长春路" not in listed  # another community's
    shown = client.get(ADDRESS).content.decode()
    assert shown.index("1 单元") < shown.index("2 单元")
    assert "501 室 1 人" in shown
    assert "102 室 1 人，只有一位 80 岁以上老人" in shown


def test_a_flat_names_who_lives_there_and_the_look_leaves_a_row(town: Town) -> None:
    town.took("police", [ZHOU_ROW, OLD_ROW])
    shown = _as_worker(town).get(ADDRESS, {"flat": "永宁路12-3-2-501"}).content.decode()
    assert "周建国" in shown
    assert "何阿婆" not in shown
    with town.all_places():
        assert Entry.objects.filter(what="person.board", user_id=town.worker.pk).count() == 1


def test_a_building_of_another_community_and_what_is_no_building_look_the_same(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    client = _as_worker(town)
    for at in ("长春路8-1", "永宁路12", "x", "永宁路12-3-2-501"):
        assert client.get(f"/desk/persons/buildings/{at}/").status_code == 404
    assert client.get(ADDRESS, {"flat": "永宁路12-3-2-999"}).status_code == 404


def test_who_moved_is_on_the_board_of_the_new_home(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [(*ZHOU_ROW[:5], "永宁路14号1栋1单元201室", ZHOU_ROW[6])])
    client = _as_worker(town)
    assert client.get(ADDRESS).status_code == 404
    assert "201 室 1 人" in client.get("/desk/persons/buildings/永宁路14-1/").content.decode()
