"""Who sits at the reception post, which communities have one, and the times at which one may come by appointment."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.packs import service as packs
from lifang.blocks.registers import service as registers
from lifang.domains.counter import items
from lifang.domains.counter.models import ADDRESS, NAME, PHONE, Appointment, Shift
from lifang.domains.counter.waiting import alone
from lifang.ground import prepared
from lifang.ground.access import vault
from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import everywhere, system_scope
from lifang.ground.areas.codes import COMMUNITY, ancestors, span
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names
from lifang.ground.trail.actions import record

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('counter.worker', %s))"
POST, FUNCTION = "reception_post", "counter.serve"
BOOKED = "SELECT count(*) FROM counter_appointment WHERE area = %s AND state = 'booked' AND at >= %s AND at < %s"
AHEAD = 14
DAY = dt.timedelta(days=1)


def workers(area: int) -> list[User]:
    """Who may serve at the counter of a community."""
    with system_scope("counter.workers"):
        held = Grant.objects.in_force().filter(
            role__functions__contains=[FUNCTION], role__unit_bound=False, area__in=[area, *ancestors(area)]
        )
        return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name"))


@transaction.atomic
def put(
    *, area: int, day: dt.date, since: dt.time, until: dt.time, window: int, worker: User, line: str, by: User
) -> Shift:
    """Somebody on the roster. Runs under `counter.serve`. Raises Refused naming the field."""
    if day < today():
        raise Refused(_("过去的日子不能再排班。"), "day")
    if until <= since:
        raise Refused(_("结束时间要晚于开始时间。"), "until")
    if worker.pk not in {one.pk for one in workers(area)}:
        raise Refused(_("这个人没有在这个社区窗口受理的职能，请换一位。"), "worker")
    alone(area)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [worker.pk])
    near = Shift.objects.filter(day=day, since__lt=until, until__gt=since)
    with everywhere():  # the worker may also sit in a community that this scope does not reach
        taken = near.filter(worker=worker).values_list("area", flat=True).first()
    if taken is not None:
        where = names([taken], day).get(taken, "")
        raise Refused(_("这个人这段时间已经排了班：{place}。").format(place=where), "worker")
    if near.filter(area=area, window=window).exists():
        raise Refused(_("这个窗口这段时间已经有人。"), "window")
    made = Shift.objects.create(
        area=area, day=day, since=since, until=until, window=window, worker=worker, line=line, by=by
    )
    record(what="counter.rostered", kind="shift", object_id=made.pk, area=area, day=day, worker=worker.pk)
    return made


def take_off(*, shift: Shift, by: User) -> None:
    record(what="counter.rostered", kind="shift", object_id=shift.pk, area=shift.area, day=shift.day, off=True)
    shift.delete()


def of_day(area: int, day: dt.date) -> list[Shift]:
    found = prepared.select(Shift, 'WHERE area = %s AND day = %s ORDER BY "window", since', [area, day])
    return prepared.join(found, "worker")


def coming(area: int, day: dt.date) -> int:
    """How many are booked for a day."""
    begin = midnight(day)
    return int(prepared.run(BOOKED, [area, begin, begin + DAY])[0][0])


def line_title(shift: Shift) -> str:
    return items.unit_title(shift.line) if shift.line else ""


@dataclass(frozen=True)
class Post:
    """Of one community: whether a reception post is in the register, and who is on the roster of the day."""

    area: int
    name: str
    there: bool
    on_duty: Sequence[str]


def posts(place: int, day: dt.date) -> list[Post]:
    """Every community at or below a place."""
    below = span(place)
    areas = Area.objects.as_of(day).below(place).filter(level=COMMUNITY).exclude(kind="non_place").order_by("code")
    on_duty: dict[int, list[str]] = {}
    shifts = Shift.objects.filter(area__gte=below.start, area__lt=below.stop, day=day).select_related("worker")
    for shift in shifts.order_by("since"):
        names = on_duty.setdefault(shift.area, [])
        if shift.worker.name not in names:
            names.append(shift.worker.name)
    there = registers.placed(POST, place)
    return [Post(code, name, code in there, on_duty.get(code, ())) for code, name in areas.values_list("code", "name")]


@dataclass(frozen=True)
class Slot:
    at: dt.datetime
    free: int


def slots(area: int, day: dt.date, now: dt.datetime) -> list[Slot]:
    """The times of a day at which the roster has somebody, and how many may still come; none that has passed."""
    if midnight(day) + DAY <= now:
        return []
    minutes = packs.value("counter.slot_minutes", area, day).value
    places = packs.value("counter.slot_places", area, day).value
    step, begin = dt.timedelta(minutes=minutes), midnight(day)
    room: dict[dt.datetime, int] = {}
    for shift in Shift.objects.filter(area=area, day=day):
        at = begin + dt.timedelta(hours=shift.since.hour, minutes=shift.since.minute)
        until = begin + dt.timedelta(hours=shift.until.hour, minutes=shift.until.minute)
        while at + step <= until:
            room[at] = room.get(at, 0) + places
            at += step
    for taken in Appointment.objects.filter(
        area=area, at__gte=begin, at__lt=begin + DAY, way=Appointment.Way.COUNTER, state=Appointment.State.BOOKED
    ).values_list("at", flat=True):
        room[taken] = room.get(taken, 0) - 1
    return [Slot(at, free) for at, free in sorted(room.items()) if at > now]


def _staffed(area: int, at: dt.datetime) -> bool:
    """Whether people work at that time, or the roster has somebody."""
    local = timezone.localtime(at)
    calendar = packs.calendar(area, local.date())
    if calendar.day(local.date()).working and any(a <= local.time() < b for a, b in calendar.hours):
        return True
    return any(one.since <= local.time() < one.until for one in of_day(area, local.date()))


@transaction.atomic
def book(
    *, area: int, at: dt.datetime, way: str, service: str, name: str, phone: str, address: str, key: uuid.UUID,
    by: User | None,
) -> Appointment:  # fmt: skip
    """A time at the counter, where the roster has room, or a house call. Raises Refused naming the field."""
    alone(area)
    if (before := Appointment.objects.filter(key=key).first()) is not None:
        return before
    now, on = timezone.now(), timezone.localdate(at)
    if not now < at < now + AHEAD * DAY:
        raise Refused(_("只能约现在起 {n} 天以内的时间。").format(n=AHEAD), "at")
    if service and items.find(service, area, on) is None:
        raise Refused(_("这里不办这个事项。"), "service")
    if way == Appointment.Way.COUNTER and not any(one.at == at and one.free > 0 for one in slots(area, on, now)):
        raise Refused(_("这个时段没有人值班，或者已经约满，请另选一个。"), "at")
    if way == Appointment.Way.HOUSE_CALL and not address:
        raise Refused(_("上门要写地址。"), "address")
    if way == Appointment.Way.HOUSE_CALL and not _staffed(area, at):
        raise Refused(
            _("这个时间不上班，也没有人值班，没有约上。请改约上班时间；确要这时上门的，先在值班表里排人。"), "at"
        )
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                area=area, at=at, way=way, service=service, name=vault.seal(name, NAME), phone=vault.seal(phone, PHONE),
                address=vault.seal(address, ADDRESS), by=by, made_at=now, key=key,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("这次提交的标识已经用过，没有预约，填的都还在。请刷新页面后再提交。")) from None
    record(what="counter.booked", kind="appointment", object_id=made.pk, area=area, way=way)
    return made


def end(*, appointment: Appointment, state: str, by: User) -> None:
    """Kept, missed (once its time has come) or cancelled; an ended one stays as it ended. Raises Refused."""
    if state not in (Appointment.State.KEPT, Appointment.State.MISSED, Appointment.State.CANCELLED):
        raise Refused(_("只能登记已办、没有见到或取消。"))
    if state == Appointment.State.MISSED and appointment.at > timezone.now():
        raise Refused(_("还没到约好的时间，不能登记没有见到。不来了的，请取消。"))
    found = Appointment.objects.filter(pk=appointment.pk, state=Appointment.State.BOOKED)
    if not found.update(state=state, ended_by=by, ended_at=timezone.now()):
        raise Refused(_("这个预约已经登记过结果，没有改动。"))
    record(what="counter.booked", kind="appointment", object_id=appointment.pk, area=appointment.area, state=state)
