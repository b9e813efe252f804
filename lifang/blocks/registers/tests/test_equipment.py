"""What communities have and lack of things, and a stock-take."""

from lifang.blocks.registers.tests.situations import FIRST, Street, entries, said_in
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST_COMMUNITY, unit_of

HEADS = ("品类", "所在社区", "状态", "原值", "资产编号", "存放处", "保管人")


def things(number: int, item: str = "计算机", state: str = "在用", value: int = 4200) -> list[tuple[object, ...]]:
    return [
        (item, FIRST, state, value + at, f"{item}{at:03}", "二楼办公室", "冯保管" if at % 2 else "陈保管")
        for at in range(number)
    ]


def line_of(page: str, item: str) -> list[str]:
    """Standard, in use, short, price, cost of an item in the first community's line of the page."""
    return page.split("哪里缺什么")[1].split(f"{FIRST} {item} ")[1].replace("每名工作人员 ", "").split()[:5]


def test_three_computers_short_of_ten_cost_three_times_the_price_and_sum_by_four_kinds(street: Street) -> None:
    """proves: S257"""
    rows = [*things(7), *things(3, "健身器材"), *things(1, "打印复印机", "报废")]
    assert street.sends("equipment", HEADS, rows).status_code == 302
    page = said_in(street.page(f"kinds/equipment/lacks/?area={EAST_COMMUNITY}"))
    assert line_of(page, "计算机") == ["10", "7", "3", "4500", "13500"]
    assert line_of(page, "打印复印机")[:3] == ["2", "0", "2"]
    for title, number, cost in (
        ("办公服务设施", 12, 8 * 800 + 4 * 600),
        ("信息技术设备", 6, 3 * 4500 + 2 * 2400 + 1500),
        ("文化娱乐器材", 4, 3000 + 3 * 2000),
        ("便民服务设施", 6, 2 * 500 + 4 * 400),
        ("总计", 28, 40200),
    ):
        assert f"{title} {number} {cost}" in page


def test_seven_workers_with_five_working_terminals_are_two_short_and_three_when_one_is_repaired(street: Street) -> None:
    """proves: S119"""
    with system_scope("test"):
        unit = unit_of("community_committee", EAST_COMMUNITY)
        for at in range(7 - User.objects.filter(unit=unit).count()):
            User.objects.create(username=f"colleague{at}", name=f"同事{at}", unit=unit, password="!")
    assert street.sends("equipment", HEADS, [*things(5, "移动工作终端"), *things(2, "软件")]).status_code == 302
    where = f"kinds/equipment/lacks/?area={EAST_COMMUNITY}"
    assert line_of(said_in(street.page(where)), "移动工作终端")[:3] == ["7", "5", "2"]
    one = entries("equipment")[0]
    given = {
        "how": "changed",
        "held_from": str(today()),
        "name": one.name,
        "area": FIRST,
        "c_item": "terminal",
        "c_state": "repair",
    }
    answer = street.client("desk").post(f"/desk/registers/{one.pk}/edit/", given)
    assert answer.status_code == 302, said_in(answer)
    assert line_of(said_in(street.page(where)), "移动工作终端")[:3] == ["7", "4", "3"]


def test_of_forty_things_two_are_missing_named_with_keeper_and_value(street: Street) -> None:
    """proves: S221"""
    assert street.sends("equipment", HEADS, things(40)).status_code == 302
    client = street.client("worker")
    begun = client.post("/desk/registers/kinds/equipment/counts/", {"area": EAST_COMMUNITY})
    address = begun.headers["Location"]
    assert "0/40" in client.get(address).content.decode()
    assert (
        "已经有一次盘点"
        in client.post(
            "/desk/registers/kinds/equipment/counts/", {"area": EAST_COMMUNITY}, follow=True
        ).content.decode()
    )
    every = [one.pk for one in entries("equipment")]
    client.post(address, {"shown": every[:20], "found": every[:20]})
    assert "20/40" in client.get(address).content.decode()
    client.post(address, {"shown": every[20:], "found": every[20:38], "close": "1"})
    page = said_in(client.get(address))
    assert "40 件中找到 38 件，缺 2 件" in page
    missing = page.split("没有找到的 2")[1]
    assert "计算机038 二楼办公室 在用 陈保管 4238" in missing.replace(",", "")
    assert "计算机039 二楼办公室 在用 冯保管 4239" in missing.replace(",", "")
    assert "计算机037" not in missing
    late = client.post(address, {"shown": every, "found": every}, follow=True)
    assert "已经结束，没有再改" in late.content.decode()
    assert "缺 2 件" in said_in(client.get(address))
