"""The queue, the roster, appointments."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from lifang.blocks.registers.files import take
from lifang.domains.counter import roster, waiting
from lifang.domains.counter.models import Appointment, Shift, Ticket
from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, browser
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY_2, EAST_STREET, a_person, unit_of

SCREEN = f"/services/screen/{EAST_COMMUNITY}/"
TOMORROW = dt.timedelta(days=1)


def queue(hall: Hall, *acts: str, by: object = None) -> None:
    client = browser(by or hall.worker)  # type: ignore[arg-type]
    for do in acts:
        client.post(f"{DESK}queue/", {"area": EAST_COMMUNITY, "do": do})


def tickets() -> list[tuple[int, str]]:
    with system_scope("test"):
        return list(Ticket.objects.order_by("number").values_list("number", "state"))


def test_numbers_are_called_in_turn_and_the_screen_shows_numbers_alone(hall: Hall) -> None:
    queue(hall, "give", "give", "give", "next")
    assert tickets() == [(1, "called"), (2, "waiting"), (3, "waiting")]
    queue(hall, "next", by=hall.other)
    screen = Client().get(SCREEN).content.decode()
    assert re.findall(r'data-call="(\d+)-', screen) == ["2", "1"]
    assert "社区甲" not in screen
    queue(hall, "again", "left", "next")
    assert tickets() == [(1, "left"), (2, "called"), (3, "called")]
    queue(hall, "done", "next")
    assert tickets()[2] == (3, "done")
    part = Client().get(SCREEN, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "没有人在等" in part


def called_before(hall: Hall, area: int, day: dt.date) -> None:
    with system_scope("test"):
        Ticket.objects.create(
            area=area, day=day, number=7, state="called", called_by=hall.worker, called_at=timezone.now(),
            at=timezone.now(),
        )  # fmt: skip


def test_a_number_forgotten_in_a_community_of_before_keeps_nobody_from_calling(hall: Hall) -> None:
    called_before(hall, EAST_COMMUNITY_2, today())
    called_before(hall, EAST_COMMUNITY, today() - TOMORROW)
    queue(hall, "give", "next")
    assert (1, "called") in tickets()
    assert tickets().count((7, "called")) == 2


def test_the_numbers_of_a_day_that_is_over_end_by_themselves_without_a_time(hall: Hall) -> None:
    called_before(hall, EAST_COMMUNITY, today() - TOMORROW)
    with system_scope("test"):
        Ticket.objects.create(area=EAST_COMMUNITY, day=today() - TOMORROW, number=8, at=timezone.now())
    queue(hall, "give", "next")
    assert [waiting.close_days(), waiting.close_days()] == [2, 0]
    assert tickets() == [(1, "called"), (7, "done"), (8, "left")]
    with system_scope("test"):
        assert not Ticket.objects.filter(ended_at__isnull=False).exists()


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
@pytest.mark.parametrize("page", ["", "roster/", "posts/", "appointments/", "figures/", "cases/"])
def test_a_day_long_ago_or_far_ahead_has_a_page(hall: Hall, page: str, day: str) -> None:
    shown = hall.desk.get(f"{DESK}{page}?area={EAST_COMMUNITY}&day={day}&from={day}&to={day}&month={day[:7]}")
    assert shown.status_code == 200


def test_a_screen_of_no_community_is_no_page(hall: Hall) -> None:
    for area in (EAST_STREET, EAST_COMMUNITY + 1, 999999999999000, 10**17):
        assert Client().get(f"/services/screen/{area}/").status_code == 404


def shift(hall: Hall, **other: object) -> object:
    given = {
        "area": EAST_COMMUNITY, "day": today() + TOMORROW, "since": dt.time(9), "until": dt.time(10), "window": 1,
        "worker": hall.worker, "line": "civil_affairs", "by": hall.worker,
    }  # fmt: skip
    with scope_of(hall.worker, "counter.serve"):
        return roster.put(**{**given, **other})  # type: ignore[arg-type]


def test_s300_coverage_of_communities_with_a_reception_post_and_a_roster_for_today(hall: Hall) -> None:
    """S300: coverage of communities with reception post and roster for today."""
    content = "名称,社区,负责人\n东风接待岗,东风1社区,社区甲\n".encode()
    with system_scope("test"):
        take(kind="reception_post", content=content, name="岗.csv", area=EAST_STREET, held_on=today(), by=hall.worker)
    shift(hall, day=today())
    shift(hall, day=today(), since=dt.time(14), until=dt.time(17))
    reader = browser(a_person("street_desk", EAST_STREET, unit_of("street_office", EAST_STREET)))
    shown = reader.get(f"{DESK}posts/?area={EAST_STREET}").content.decode()
    assert "2 个社区" in shown
    assert re.findall(r'class="figure-value[^"]*">\s*(\d+)', shown) == ["1", "1", "1"]
    missing, _mark, staffed = shown.partition("当天接待")
    assert "东风2社区" in missing
    assert staffed.count("社区甲") == 1
    tomorrow = reader.get(f"{DESK}posts/?area={EAST_STREET}&day={today() + TOMORROW}").content.decode()
    assert "没有排班" in tomorrow.partition("东风1社区")[2]


def test_the_roster_refuses_what_cannot_be_and_keeps_what_was_typed(hall: Hall) -> None:
    client, address = hall.desk, f"{DESK}roster/?area={EAST_COMMUNITY}"
    given = {
        "area": EAST_COMMUNITY, "day": today().isoformat(), "since": "09:00", "until": "12:00", "window": "1",
        "worker": hall.worker.pk, "line": "civil_affairs",
    }  # fmt: skip
    assert client.post(address, given).status_code == 302
    again = client.post(address, given)
    assert again.status_code == 422
    assert "已经排了班" in again.content.decode()
    turned = client.post(address, {**given, "since": "13:00", "until": "12:30"})
    assert "结束时间要晚于开始时间" in turned.content.decode()
    grid = client.post(address, {**given, "worker": hall.ward.grid_worker.pk})
    assert grid.status_code == 422
    shown = client.get(address).content.decode()
    assert "社区甲" in shown
    assert "民政" in client.get(DESK).content.decode()
    with system_scope("test"):
        pk = Shift.objects.get().pk
    elsewhere = browser(a_person("community_worker", EAST_COMMUNITY_2))
    assert elsewhere.post(f"{DESK}roster/{pk}/off/").status_code == 404
    client.post(f"{DESK}roster/{pk}/off/")
    assert "没有人" in client.get(address).content.decode()


def test_times_to_come_follow_the_roster_and_fill_up(hall: Hall) -> None:
    shift(hall)
    client, day = hall.desk, today() + TOMORROW
    address = f"{DESK}appointments/?area={EAST_COMMUNITY}&day={day}"
    shown = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', shown)
    assert key
    slots = re.findall(r'<option value="(2[^"]+)"', shown)
    assert len(slots) == 2
    given = {
        "area": EAST_COMMUNITY, "way": "counter", "slot": slots[0], "name": "周建国", "phone": "13800010001",
        "service": "birth", "key": key[1],
    }  # fmt: skip
    assert client.post(address, given).status_code == 302
    shown = client.get(address).content.decode()
    assert re.findall(r'<option value="(2[^"]+)"', shown) == slots[1:]
    assert "周**" in shown
    assert "周建国" not in shown
    full = client.post(address, {**given, "key": "7f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a2"})
    assert full.status_code == 422
    assert "周建国" in full.content.decode()


def test_after_an_error_what_the_other_way_asks_for_is_not_called_optional(hall: Hall) -> None:
    address = f"{DESK}appointments/?area={EAST_COMMUNITY}"
    answer = hall.desk.post(address, {"area": EAST_COMMUNITY, "way": "counter"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请选一个有人值班的时段" in page
    assert "请写上门的日期和时间" not in page
    assert [name for name, one in answer.context["form"].fields.items() if not one.required] == ["service"]
    assert "day=" in page.partition('#book"')[0].rpartition("action=")[2], "one comes back to what one wrote"


def test_not_to_have_come_is_no_blame_and_one_may_book_again(hall: Hall) -> None:
    client, at = hall.desk, timezone.localtime() + TOMORROW
    shift(hall, day=at.date(), since=dt.time(0), until=dt.time.max)
    address = f"{DESK}appointments/?area={EAST_COMMUNITY}&day={at.date()}"
    given = {
        "area": EAST_COMMUNITY, "way": "house_call", "at": at.strftime("%Y-%m-%dT%H:%M"), "name": "周建国",
        "phone": "13800010001", "key": "7f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a2",
    }  # fmt: skip
    assert "上门要写地址" in client.post(address, given).content.decode()
    assert client.post(address, {**given, "address": "永宁路12号"}).status_code == 302
    with system_scope("test"):
        found = Appointment.objects.get()
    one = f"{DESK}appointments/{found.pk}/"
    assert 'value="missed"' not in client.get(address).content.decode()
    assert "还没到约好的时间" in client.post(one, {"state": "missed"}, follow=True).content.decode()
    with system_scope("test"):
        assert Appointment.objects.get().state == "booked"
        Appointment.objects.update(at=timezone.now() - dt.timedelta(minutes=20))
    client.post(one, {"state": "missed"})
    assert "已经登记过结果" in client.post(one, {"state": "kept"}, follow=True).content.decode()
    with system_scope("test"):
        assert Appointment.objects.get().state == "missed"
    assert (
        client.post(
            address, {**given, "address": "永宁路12号", "key": "8f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a2"}
        ).status_code
        == 302
    )
    assert client.post(one, {"purpose": ""}).status_code == 302
    told = client.post(one, {"purpose": "预约上门"}).content.decode()
    assert "周建国" in told
    assert "永宁路12号" in told


@pytest.mark.parametrize("hour", [3, 23])
def test_nobody_calls_at_a_home_in_the_night_unless_somebody_is_on_duty(hall: Hall, hour: int) -> None:
    at = midnight(today()) + TOMORROW + dt.timedelta(hours=hour, minutes=30)
    address = f"{DESK}appointments/?area={EAST_COMMUNITY}&day={at.date()}"
    given = {
        "area": EAST_COMMUNITY, "way": "house_call", "at": at.strftime("%Y-%m-%dT%H:%M"), "name": "周建国",
        "phone": "13800010001", "address": "永宁路12号", "key": "7f0f4d0e-6f3e-4a35-8a8f-1d3a56f0b6a2",
    }  # fmt: skip
    refused = hall.desk.post(address, given)
    assert refused.status_code == 422
    assert "没有约上" in refused.content.decode()
    assert "永宁路12号" in refused.content.decode()
    shift(hall, day=at.date(), since=dt.time(hour), until=dt.time(hour, 59))
    assert hall.desk.post(address, given).status_code == 302


def test_past_times_are_not_offered(hall: Hall) -> None:
    shift(hall, day=today(), since=dt.time(0), until=dt.time(23, 59))
    with system_scope("test"):
        now = midnight(today()) + dt.timedelta(hours=12)
        assert all(one.at > now for one in roster.slots(EAST_COMMUNITY, today(), now))
