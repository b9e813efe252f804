"""The queue of a day: numbers are given, called, called again, and end. Nobody is named."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.domains.counter.models import Shift, Ticket
from lifang.ground import prepared
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('counter', %s))"
STANDING = "WHERE area = %s AND day = %s AND state IN ('waiting', 'called') ORDER BY called_at DESC, number"
LAST = 999


def alone(area: int) -> None:
    """One at a time at the counter of a community, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [area])


@transaction.atomic
def give(*, area: int) -> Ticket:
    """The next number of the day. Runs under `counter.serve`. Raises Refused."""
    alone(area)
    last = Ticket.objects.filter(area=area, day=today()).order_by("-number").first()
    if last and last.number >= LAST:
        raise Refused(_("今天的号发完了，请直接叫人到窗口来。"))
    return Ticket.objects.create(area=area, day=today(), number=last.number + 1 if last else 1, at=timezone.now())


@transaction.atomic
def next_one(*, area: int, by: User) -> Ticket | None:
    """Who was served before is done; the longest waiting is called to this worker's window. None if nobody waits."""
    alone(area)
    _end(by, Ticket.State.DONE)
    ticket = Ticket.objects.filter(area=area, day=today(), state=Ticket.State.WAITING).order_by("number").first()
    if ticket is None:
        return None
    ticket.state, ticket.window, ticket.called_by = Ticket.State.CALLED, window_of(area, by), by
    ticket.called_at, ticket.calls = timezone.now(), 1
    ticket.save()
    return ticket


@transaction.atomic
def again(*, area: int, by: User) -> None:
    """Call the present number once more."""
    alone(area)
    if (ticket := present(standing(area)["called"], by)) is not None:
        ticket.calls += 1
        ticket.save(update_fields=["calls"])


@transaction.atomic
def done(*, area: int, by: User) -> None:
    alone(area)
    _end(by, Ticket.State.DONE)


@transaction.atomic
def left(*, area: int, by: User) -> None:
    """Nobody came to the call."""
    alone(area)
    _end(by, Ticket.State.LEFT)


def _end(by: User, state: Ticket.State) -> None:
    called = Ticket.objects.filter(called_by=by, day=today(), state=Ticket.State.CALLED)
    called.update(state=state, ended_at=timezone.now())


def close_days() -> int:
    """Numbers of days that are over end; nobody knows at what time. Returns how many."""
    with system_scope("counter.close"):
        over = Ticket.objects.filter(day__lt=today())
        called = over.filter(state=Ticket.State.CALLED).update(state=Ticket.State.DONE)
        return called + over.filter(state=Ticket.State.WAITING).update(state=Ticket.State.LEFT)


ACTS: dict[str, Callable[..., Any]] = {"next": next_one, "again": again, "done": done, "left": left}


def present(called: Iterable[Ticket], by: User) -> Ticket | None:
    """Whom this worker serves, of those who were called."""
    return next((one for one in called if one.called_by_id == by.pk), None)


def standing(area: int) -> dict[str, Any]:
    """Who waits and who is served where, as a screen shows it."""
    found = prepared.select(Ticket, STANDING, [area, today()])
    called = [one for one in found if one.state == Ticket.State.CALLED]
    return {"waiting": [one.number for one in found if one.state == Ticket.State.WAITING], "called": called}


def window_of(area: int, worker: User, at: dt.datetime | None = None) -> int:
    """The window where the roster has somebody now; 1 for whoever is on none."""
    now = timezone.localtime(at)
    shift = Shift.objects.filter(
        area=area, day=now.date(), worker=worker, since__lte=now.time(), until__gt=now.time()
    ).first()
    return shift.window if shift else 1
