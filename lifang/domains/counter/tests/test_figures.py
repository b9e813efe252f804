"""Figures of the counter: matters, lines and trips."""

import datetime as dt
import re
import uuid
from dataclasses import replace

import pytest

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.domains.counter import actions, items, roster
from lifang.domains.counter.actions import Form, Visitor
from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, browser
from lifang.domains.counter.tests.test_desk import number
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of

FIGURES = f"{DESK}figures/?area={EAST_COMMUNITY}"


def shown(hall: Hall) -> str:
    return str(hall.desk.get(FIGURES).content.decode())


def a_birth(hall: Hall, by: User | None = None, **how: str) -> Case:
    given = {"q_children": "1", "q_born": "false", "q_number": number(), "q_phone": "13800010001"}
    return hall.starts("birth", by=by, **{**given, **how})


def relief(hall: Hall, **how: str) -> Case:
    given = {
        "q_number": number(2), "q_phone": "13800010002", "q_address": "永宁路12号3栋2单元501室", "q_what": "摔伤",
        "q_urgent": "false",
    }  # fmt: skip
    return hall.starts("temporary_relief", **{**given, **how})


def on_duty(hall: Hall, worker: User, line: str, window: int) -> None:
    with scope_of(worker, "counter.serve"):
        roster.put(
            area=EAST_COMMUNITY, day=today(), since=dt.time(0), until=dt.time(23, 59), window=window, worker=worker, line=line,
            by=worker,
        )  # fmt: skip


def test_s127_the_share_settled_at_the_front_is_reported_and_the_guide_stands_beside(hall: Hall) -> None:
    """S127: worker of line A takes an item of line B with the guide shown; share solved at front is reported."""
    on_duty(hall, hall.other, "civil_affairs", 2)
    form = browser(hall.other).get(f"{DESK}new/birth/?area={EAST_COMMUNITY}").content.decode()
    assert "卫生健康" in form
    for step in items.offered(EAST_COMMUNITY, today())["birth"].steps:
        assert step in form
    insurance = browser(hall.other).get(f"{DESK}new/medical_insurance/?area={EAST_COMMUNITY}").content.decode()
    assert "缴费期外参保有等待期" in insurance
    for _again in range(3):
        a_birth(hall, by=hall.other, go="settle", result="手册已给")
    relief(hall, go="pass_on")
    a_birth(hall)
    page = shown(hall)
    assert "4 件离开窗口，3 件当场办结" in page
    assert "75.0" in page
    assert "3/3" in row_of(page, "生育登记")
    assert "0/1" in row_of(page, "临时救助申请")


def row_of(page: str, title: str) -> str:
    found = re.search(rf"<tr><th scope=\"row\">{title} .*?</tr>", page, re.DOTALL)
    assert found
    return found[0]


def test_s131_of_a_hundred_matters_seven_changed_worker(hall: Hall) -> None:
    """S131: of 100 cases 7 changed worker → 7 %, by item."""
    with scope_of(hall.worker, "counter.serve"):
        begun = [begun_by(hall.worker, "birth" if n < 60 else "residence") for n in range(100)]
        for case in begun:
            act(case, hall.worker, "take")
    with scope_of(hall.other, "counter.serve"):
        for case in begun[:3]:
            act(case, hall.other, "take_over", moved="line")
        for case in begun[60:64]:
            act(case, hall.other, "came_again", again="ask")
    page = shown(hall)
    assert "100 件里 7 件换过人" in page
    assert "7.0" in page
    assert "5.0%" in row_of(page, "生育登记")
    assert "10.0%" in row_of(page, "居住登记（协助）")
    listed = page.partition("换过接待人的")[2].partition("还不能一处办完的")[0]
    assert listed.count("不熟悉这条线的业务") == 3
    assert listed.count("没有说明原因") == 4
    assert "社区乙" not in page.partition("<main")[2]


def begun_by(worker: User, item: str) -> Case:
    return actions.begin(
        name=item, area=EAST_COMMUNITY, visitor=Visitor("演示人"), form=Form(), channel="counter", way="desk",
        actor=Actor(worker.pk, worker.name, worker.unit_id), key=uuid.uuid4(),
    ).case  # fmt: skip


def act(case: Case, worker: User, name: str, **data: str) -> None:
    apply(case_id=case.pk, act=name, version=None, actor=Actor(worker.pk, worker.name, worker.unit_id), data=data)


def test_s301_a_matter_of_two_trips_is_listed_with_the_reason_and_the_share_shown(hall: Hall) -> None:
    """S301: matter with 2 visits is listed with the reason; share ≤ 1 shown."""
    a_birth(hall, go="settle", result="手册已给")
    twice = a_birth(hall)
    hall.does(twice, "came_again", again="papers")
    hall.does(twice, "settle", result="手册已给")
    fetched = relief(hall, go="pass_on")
    hall.does(fetched, "complete", by=hall.back, result="已发放")
    hall.does(fetched, "tell", told="phone")
    page = shown(hall)
    assert "3 件办完，2 件至多来一次" in page
    assert "66.7" in page
    listed = page.partition("跑了不止一次的")[2].partition("换过接待人的")[0]
    assert twice.number in listed
    assert "材料没带齐" in listed
    assert fetched.number not in listed


def test_s223_the_share_of_one_stop_items_names_the_rest(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """S223: 76 of 79 items one-stop → 96.2 %, 3 named."""
    item = items.offered(EAST_COMMUNITY, today())["birth"]
    many = {f"item_{n}": replace(item, title=f"第{n}个事项") for n in range(76)}
    rest = {f"far_{n}": replace(item, title=f"外出事项{n}", one_stop=False, why_not=f"要到{n}处办") for n in range(3)}
    monkeypatch.setattr(items, "offered", lambda area, on: many | rest)
    page = shown(hall)
    assert "79 项里 76 项一处办完" in page
    assert "96.2" in page
    listed = page.partition("还不能一处办完的")[2]
    for one in rest.values():
        assert one.title in listed
        assert one.why_not in listed
    assert "个事项" not in listed


def test_days_turned_round_or_nonsense_are_no_trouble(hall: Hall) -> None:
    for query in ("&from=2026-12-01&to=2026-01-01", "&from=x&to=9999-99-99", "&area=abc"):
        assert hall.desk.get(FIGURES + query).status_code == 200
