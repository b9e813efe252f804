"""Figures of the counter: matters, lines and trips."""

import re

from lifang.domains.counter import items
from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, browser
from lifang.domains.counter.tests.test_desk import number
from lifang.ground.access.ranges import today

FIGURES = f"{DESK}figures/?area={EAST_COMMUNITY}"


def shown(hall: Hall) -> str:
    return str(hall.desk.get(FIGURES).content.decode())


def a_birth(hall: Hall, by: object = None, **how: str) -> object:
    given = {"q_children": "1", "q_born": "false", "q_number": number(), "q_phone": "13800010001"}
    return hall.starts("birth", by=by, **{**given, **how})  # type: ignore[arg-type]


def relief(hall: Hall, **how: str) -> object:
    given = {
        "q_number": number(2), "q_phone": "13800010002", "q_address": "永宁路12号3栋2单元501室", "q_what": "摔伤",
        "q_urgent": "false",
    }  # fmt: skip
    return hall.starts("temporary_relief", **{**given, **how})  # type: ignore[arg-type]


def test_s127_the_share_settled_at_the_front_is_reported_and_the_guide_stands_beside(hall: Hall) -> None:
    """S127: worker of line A takes an item of line B with the guide shown; share solved at front is reported."""
    guide = browser(hall.other).get(f"{DESK}new/medical_insurance/?area={EAST_COMMUNITY}").content.decode()
    assert "缴费期外参保有等待期" in guide
    for _again in range(3):
        a_birth(hall, by=hall.other, go="settle", result="手册已给")
    relief(hall, go="pass_on")
    page = shown(hall)
    assert "4 件离开窗口，3 件当场办结" in page
    assert "75.0" in page


def test_s131_hand_overs_for_the_lines_sake_are_counted_by_item(hall: Hall) -> None:
    """S131: of 100 cases 7 changed worker → 7 %, by item (here 1 of 4 → 25 %)."""
    cases = [a_birth(hall) for _again in range(3)] + [relief(hall)]
    hall.does(cases[0], "take_over", by=hall.other, moved="line")  # type: ignore[arg-type]
    page = shown(hall)
    assert "4 件里 1 件换过人" in page
    assert "25.0" in page
    row = re.search(r"<tr><th scope=\"row\">生育登记</th>.*?</tr>", page, re.DOTALL)
    assert row
    assert "33.3%" in row[0]
    assert "不熟悉这条线的业务" in page
    assert "社区乙" not in page.partition("<main")[2]


def test_s301_a_matter_of_two_trips_is_listed_with_the_reason_and_the_share_shown(hall: Hall) -> None:
    """S301: matter with 2 visits is listed with the reason; share ≤ 1 shown."""
    a_birth(hall, go="settle", result="手册已给")
    twice = a_birth(hall)
    hall.does(twice, "came_again", again="papers")  # type: ignore[arg-type]
    hall.does(twice, "settle", result="手册已给")  # type: ignore[arg-type]
    fetched = relief(hall, go="pass_on")
    hall.does(fetched, "complete", by=hall.back, result="已发放")  # type: ignore[arg-type]
    hall.does(fetched, "tell", told="phone")  # type: ignore[arg-type]
    page = shown(hall)
    assert "3 件办完，2 件至多来一次" in page
    listed = page.partition("跑了不止一次的")[2].partition("换过接待人的")[0]
    assert twice.number in listed  # type: ignore[attr-defined]
    assert "材料没带齐" in listed
    assert fetched.number not in listed  # type: ignore[attr-defined]


def test_s223_the_share_of_one_stop_items_names_the_rest(hall: Hall) -> None:
    """S223: 76 of 79 items one-stop → 96.2 %, 3 named (here of the items of the pack)."""
    offered = items.offered(EAST_COMMUNITY, today())
    rest = [one for one in offered.values() if not one.one_stop]
    page = shown(hall)
    assert f"{len(offered)} 项里 {len(offered) - len(rest)} 项一处办完" in page
    assert f"{round(100 * (len(offered) - len(rest)) / len(offered), 1)}" in page
    listed = page.partition("还不能一处办完的")[2]
    assert rest
    for one in rest:
        assert one.title in listed
        assert one.why_not in listed


def test_days_turned_round_or_nonsense_are_no_trouble(hall: Hall) -> None:
    for query in ("&from=2026-12-01&to=2026-01-01", "&from=x&to=9999-99-99", "&area=abc"):
        assert hall.desk.get(FIGURES + query).status_code == 200
