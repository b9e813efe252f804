"""The board of a building: who lives behind which door."""

import datetime as dt

from django.test import Client

from lifang.blocks.dwellings.tests.situations import laid_out
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, JULY, JUNE, LIN_ROW, ZHOU_ROW, Town
from lifang.ground.access.ranges import midnight, today
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_GRID, EAST_STREET, a_person

BOARDS = f"/desk/persons/buildings/{EAST_COMMUNITY}"
ADDRESS = f"{BOARDS}/永宁路12-3/"
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
        assert client.get(f"{BOARDS}/{at}/").status_code == 404
        assert client.get(f"/desk/persons/buildings/{at}/").status_code == 404
    for place in (0, EAST_STREET, EAST_COMMUNITY_2, EAST_GRID, 10**20):
        assert client.get(f"/desk/persons/buildings/{place}/永宁路12-3/").status_code == 404
    assert client.get(ADDRESS, {"flat": "永宁路12-3-2-999"}).status_code == 404


def test_who_moved_is_on_the_board_of_the_new_home(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [(*ZHOU_ROW[:5], "永宁路14号1栋1单元201室", ZHOU_ROW[6])])
    client = _as_worker(town)
    assert client.get(ADDRESS).status_code == 404
    assert "201 室 1 人" in client.get(f"{BOARDS}/永宁路14-1/").content.decode()


def _as_steward(town: Town) -> Client:
    client = Client()
    client.force_login(town.steward)
    return client


def test_the_same_door_in_two_communities_is_two_boards(town: Town) -> None:
    town.took("police", [ZHOU_ROW, (*LIN_ROW[:5], "永宁路12号3栋1单元302室", LIN_ROW[6])])
    client = _as_steward(town)
    shown = client.get(ADDRESS, {"show": "list"}).content.decode()
    assert "周建国" in shown
    assert "林小芳" not in shown
    other = client.get(f"/desk/persons/buildings/{EAST_COMMUNITY_2}/永宁路12-3/", {"show": "list"}).content.decode()
    assert "林小芳" in other
    assert "周建国" not in other


def test_an_address_without_a_community_leads_to_the_board_or_to_the_choice(town: Town) -> None:
    town.took("police", [ZHOU_ROW, (*LIN_ROW[:5], "永宁路12号3栋1单元302室", LIN_ROW[6])])
    old, query = "/desk/persons/buildings/永宁路12-3/", {"flat": "永宁路12-3-2-501"}
    led = _as_worker(town).get(old, query, follow=True)
    assert "周建国" in led.content.decode()
    assert _as_steward(town).get(old).url == "/desk/persons/buildings/"
    assert "周建国" in _as_worker(town).get("/field/buildings/永宁路12-3/", query, follow=True).content.decode()


def test_a_wider_place_is_asked_for_a_community_first(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW, OLD_ROW])
    laid_out(town, at="长春路8-9", area=EAST_GRID)
    found = _as_steward(town).get("/desk/persons/buildings/").context["communities"]
    assert [(code, n) for code, _name, n in found] == [(EAST_COMMUNITY, 2), (EAST_COMMUNITY_2, 1)]


def test_children_are_counted_and_named_only_to_who_may_see_a_childs_address(town: Town) -> None:
    birth = today().replace(day=1, year=today().year - 8)
    child = ("周小宝", made_up(f"990101{birth:%Y%m%d}001"), "男", str(birth), "", ZHOU_ROW[5], ZHOU_ROW[6])
    town.took("police", [ZHOU_ROW, child])
    grid = Client()
    grid.force_login(a_person("grid_worker", EAST_COMMUNITY))
    for query in ({"show": "list"}, {"flat": "永宁路12-3-2-501"}):
        shown = grid.get(ADDRESS, query).content.decode()
        assert "周建国" in shown
        assert "周小宝" not in shown
        assert "周小宝" in _as_worker(town).get(ADDRESS, query).content.decode()
    assert "501 室 2 人" in grid.get(ADDRESS).content.decode()


def test_a_flat_that_is_not_there_leaves_its_place_on_the_floor_empty(town: Town) -> None:
    laid_out(town, otherwise="1-501 没有")
    entrance = _as_worker(town).get(ADDRESS).context["entrances"][0]
    fifth = dict(entrance.from_the_top)[5]
    assert [flat and flat.number for flat in fifth] == [None, 502]


def test_the_second_of_two_homes_is_no_empty_flat(town: Town) -> None:
    laid_out(town)
    laid_out(town, at="永宁路14-1")
    town.took("police", [ZHOU_ROW])
    town.took("health", [(*ZHOU_ROW[:5], "永宁路14号1栋1单元201室", ZHOU_ROW[6])])
    client = _as_worker(town)
    board = client.get(ADDRESS)
    assert (board.context["persons"], board.context["kept"], board.context["vacant"]) == (0, 1, 23)
    assert "501 室 0 人，另有 1 人登记在这里" in board.content.decode()
    flat = client.get(ADDRESS, {"flat": "永宁路12-3-2-501"}).content.decode()
    assert "周建国" in flat
    assert "现住 永宁路14-1-1-201" in flat
    lives = client.get(f"{BOARDS}/永宁路14-1/")
    assert (lives.context["persons"], lives.context["kept"]) == (1, 0)


def test_who_is_registered_here_and_lives_elsewhere_stands_at_the_flat(town: Town) -> None:
    laid_out(town)
    row = (*ZHOU_ROW[:5], "永宁路14号1栋1单元201室", ZHOU_ROW[6], "东风市永宁路12号3栋2单元501室")
    town.took("police", [row], heads=(*HEADS, "户籍地址"))
    flat = _as_worker(town).get(ADDRESS, {"flat": "永宁路12-3-2-501"}).content.decode()
    assert "户口在这里，人住在别处" in flat
    assert "周建国" in flat


def test_who_lives_beyond_the_readers_places_is_counted_and_not_named(town: Town) -> None:
    laid_out(town)
    town.took("police", [ZHOU_ROW])
    town.took("health", [(*ZHOU_ROW[:5], "长春路8号1栋1单元201室", "东风2社区")])
    shown = _as_worker(town).get(ADDRESS, {"flat": "永宁路12-3-2-501"}).content.decode()
    assert "周建国" not in shown
    assert "还有 1 人登记在这里" in shown
    assert "周建国" in _as_steward(town).get(ADDRESS, {"flat": "永宁路12-3-2-501"}).content.decode()


def test_a_day_before_shows_who_lived_there_then_as_it_was_known(town: Town) -> None:
    for on, address in ((JUNE, ZHOU_ROW[5]), (JULY, "永宁路14号1栋1单元201室")):
        town.took("police", [(*ZHOU_ROW[:5], address, ZHOU_ROW[6])], on=on)
        with town.all_places():
            Record.objects.filter(held_from=on).update(known_from=midnight(on + dt.timedelta(days=1)))
    client = _as_worker(town)
    other = f"{BOARDS}/永宁路14-1/"
    assert client.get(ADDRESS).status_code == 404
    then = client.get(ADDRESS, {"on": "2026-06-20", "flat": "永宁路12-3-2-501"})
    assert "周建国" in then.content.decode()
    assert "当时已知道的情况" in then.content.decode()
    assert client.get(other, {"on": "2026-06-20"}).status_code == 404
    assert client.get(other, {"on": "2026-07-01"}).status_code == 404  # true since then, and known a day later
    assert client.get(ADDRESS, {"on": "2026-07-01"}).context["persons"] == 1
    assert client.get(other, {"on": "2026-07-02"}).context["persons"] == 1
