"""Two at once at one counter: the last place of a time is given once, and a window is staffed once."""

import datetime as dt
import time
import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.cases.errors import Refused
from lifang.domains.counter import roster
from lifang.domains.counter.models import Appointment
from lifang.domains.counter.tests.situations import EAST_COMMUNITY, Hall, a_hall
from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.trail.actions import record
from tests.at_once import at_once, committed
from tests.situations import EAST_COMMUNITY_2, a_person

TABLES = "counter|certificates|cases|registry|privacy|exchange|access|areas|trail|notices|procrastinate_jobs"
DAY = today() + dt.timedelta(days=1)


@pytest.fixture
def hall(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    with committed(django_db_blocker, TABLES):
        with transaction.atomic():
            made = a_hall()
        monkeypatch.setattr(roster, "record", slowly)
        yield made


def slowly(**row: object) -> None:
    """What was written is committed only after the other had time to look."""
    time.sleep(0.3)
    record(**row)  # type: ignore[arg-type]


def staffed(hall: Hall, worker: User, area: int = EAST_COMMUNITY, by: User | None = None) -> None:
    with transaction.atomic(), scope_of(by or hall.worker, "counter.serve"):
        roster.put(
            area=area, day=DAY, since=dt.time(9), until=dt.time(9, 30), window=1, worker=worker, line="",
            by=by or hall.worker,
        )  # fmt: skip


def booked(hall: Hall, name: str, key: uuid.UUID | None = None) -> Appointment:
    with transaction.atomic(), scope_of(hall.worker, "counter.serve"):
        return roster.book(
            area=EAST_COMMUNITY, at=midnight(DAY) + dt.timedelta(hours=9), way="counter", service="", name=name,
            phone="13800010001", address="", key=key or uuid.uuid4(), by=hall.worker,
        )  # fmt: skip


def refusals(done: list[object]) -> list[bool]:
    assert all(isinstance(one, Refused) for one in done if isinstance(one, Exception)), done
    return sorted(isinstance(one, Refused) for one in done)


def test_two_who_book_the_last_place_of_a_time_and_two_who_staff_one_window(hall: Hall) -> None:
    done = at_once(lambda: staffed(hall, hall.worker), lambda: staffed(hall, hall.other))
    assert refusals(done) == [False, True]
    with scope_of(hall.worker, "counter.serve"):
        (slot,) = roster.slots(EAST_COMMUNITY, DAY, midnight(today()))
    for at in range(slot.free - 1):
        booked(hall, f"演示{at}")
    assert refusals(at_once(lambda: booked(hall, "周建国"), lambda: booked(hall, "王小明"))) == [False, True]


def test_one_worker_is_put_on_two_communities_rosters_at_once_and_one_holds(hall: Hall) -> None:
    next_door = a_person("community_worker", EAST_COMMUNITY_2)
    with system_scope("test"):
        held = Grant.objects.get(user=hall.other)
        Grant.objects.create(user=hall.other, role=held.role, area=EAST_COMMUNITY_2, valid=held.valid, purpose="兼")
    done = at_once(lambda: staffed(hall, hall.other), lambda: staffed(hall, hall.other, EAST_COMMUNITY_2, next_door))
    assert refusals(done) == [False, True]
    with pytest.raises(Refused, match="已经排了班"):
        staffed(
            hall,
            hall.other,
            EAST_COMMUNITY_2 if done[0] is None else EAST_COMMUNITY,
            next_door if done[0] is None else None,
        )


def test_one_booking_sent_twice_at_once_is_one(hall: Hall) -> None:
    staffed(hall, hall.worker)
    key = uuid.uuid4()
    first, second = at_once(*[lambda: booked(hall, "周建国", key)] * 2)
    assert first == second
