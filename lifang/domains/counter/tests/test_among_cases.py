"""What the page that all cases have says of a matter of the counter."""

import re

from lifang.blocks.cases.models import Case
from lifang.domains.counter.tests.situations import DESK, Hall, born, browser, row
from lifang.ground.access.models import User

ELDER = {"person": "周建国", "q_phone": "13800010001", "q_card": "social"}


def offered(hall: Hall, case: Case, by: User) -> tuple[set[str], set[str]]:
    """The acts at the counter's own page of it, and those at the page of all cases, which leads there."""
    own = browser(by).get(f"{DESK}cases/{case.number}/").content.decode()
    page = browser(by).get(f"/desk/events/{case.number}/").content.decode()
    assert f'href="{DESK}cases/{case.number}/"' in page
    return set(re.findall(rf"/desk/events/{case.number}/\?act=(\w+)", own)), set(re.findall(r'id="act-(\w+)"', page))


def test_a_matter_is_offered_there_what_its_own_page_offers_and_nothing_that_is_refused(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("elder_allowance", **ELDER)
    own, among = offered(hall, case, hall.worker)
    assert own == among == {"pass_on", "ask_papers", "deny", "take_over", "came_again", "withdraw"}
    case = hall.starts("elder_allowance", go="pass_on", **ELDER)
    own, among = offered(hall, case, hall.worker)
    assert own == among == {"take_over", "came_again", "withdraw"}
    own, among = offered(hall, case, hall.back)
    assert own == among == {"cosign", "complete", "deny", "send_back"}


def test_what_waits_for_a_signature_is_not_offered_to_be_finished(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("elder_allowance", go="pass_on", **ELDER)
    hall.does(case, "cosign", by=hall.back, unit=hall.worker.unit_id, duty="核对年龄")
    assert "complete" not in offered(hall, case, hall.back)[1]
    assert "sign" in offered(hall, case, hall.worker)[1]
    assert hall.does(case, "sign", by=hall.worker, result="年龄属实")["Location"] == f"{DESK}cases/{case.number}/"
    assert "complete" in offered(hall, case, hall.back)[1]


def test_a_matter_needs_no_grid_and_begins_with_the_word_of_its_pack(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    case = hall.starts("elder_allowance", **ELDER)
    page = hall.desk.get(f"/desk/events/{case.number}/").content.decode()
    assert "这里没有这一层网格" not in page
    assert "两层网格" not in page
    history = page.split("办理经过")[1].split("</section>")[0]
    assert "上报" not in history
    assert "申请" in history
