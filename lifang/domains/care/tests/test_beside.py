"""What care knows of somebody stands on their page and on the board of their building."""

from dataclasses import replace

import pytest

from lifang.blocks.packs import service as packs
from lifang.domains.care.tests.situations import HOME, Ward, born, browser, row
from lifang.ground.access.models import Role
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, EAST_COMMUNITY

BOARD = f"/desk/persons/buildings/{EAST_COMMUNITY}/永宁路12-3/"
PHONE_BOARD = f"/field/buildings/{EAST_COMMUNITY}/永宁路12-3/"
EIGHTY = row("周建国", born(80), household="H360001", relation="户主", home=HOME)


def test_a_visit_that_is_due_and_the_last_one_stand_on_the_board_and_on_the_page(ward: Ward) -> None:
    ward.knows(EIGHTY)
    assert ward.morning() == 1
    zhou = ward.person("周建国").pk
    keeper = browser(ward.grid_worker)
    for address in (BOARD, PHONE_BOARD):
        shown = keeper.get(address)
        assert shown.context["due"] == 1
        assert "年满 80 周岁" in keeper.get(address, {"show": "due"}).content.decode()
    page = keeper.get(f"/desk/persons/{zhou}/").content.decode()
    assert "年满 80 周岁" in page
    assert "还没有联系过" in page
    met = {"kind": "visit", "on": today().isoformat(), "note": "身体还好", "met": [zhou]}
    assert keeper.post(f"/desk/care/households/{zhou}/", met).status_code == 302
    page = keeper.get(f"/desk/persons/{zhou}/").content.decode()
    assert "见到本人" in page
    flat = keeper.get(PHONE_BOARD, {"flat": "永宁路12-3-2-501"})
    assert flat.context["chosen"].last == today()
    assert f"/desk/care/households/{zhou}/" in flat.content.decode()
    assert "X-Keep-For" not in flat.headers


def test_who_may_not_visit_sees_neither(ward: Ward) -> None:
    ward.knows(EIGHTY)
    ward.morning()
    with system_scope("test"):
        Role.objects.filter(code="grid_worker").update(functions=["person.read"])
    keeper = browser(ward.grid_worker)
    assert keeper.get(BOARD).context["due"] == 0
    assert "年满 80 周岁" not in keeper.get(f"/desk/persons/{ward.person('周建国').pk}/").content.decode()


def test_a_visit_to_a_child_says_neither_why_nor_where_to_who_may_not_see_children(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.knows(EIGHTY, row("周小宝", born(8), household="H360001", relation="孙子", home=HOME, serial=2))
    value = packs.value
    eight = replace(value("outreach.reaches_age", CITY, today()), value=[8])
    monkeypatch.setattr(packs, "value", lambda name, *at: eight if name == "outreach.reaches_age" else value(name, *at))
    assert ward.morning() == 1
    for user, sees in ((ward.committee, True), (ward.grid_worker, False)):
        due = browser(user).get(BOARD, {"show": "due"}).content.decode()
        assert ("年满 8 周岁" in due) is sees
        assert ("走访儿童（受保护）" in due) is not sees
        assert ("永宁路12-3-2-501" in browser(user).get("/desk/care/outreach/").content.decode()) is sees
