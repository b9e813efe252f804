"""What is done for households: giving them a contact worker, and writing down that somebody was there or called."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.domains.care.duties import Duties, borrowed, workers
from lifang.domains.care.households import Household
from lifang.domains.care.models import Contact, Duty
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.trail.actions import record

OLDEST = dt.timedelta(days=365)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('care.duty', %s))"


@transaction.atomic
def assign(*, area: int, households: Iterable[Household], worker: User, reason: str, by: User) -> int:
    """Make somebody the contact worker of households of one community, from today; returns how many changed.

    A household that somebody else answers for changes: the old duty ends and stays as history. Runs under
    `care.assign`. Raises Refused naming the field.
    """
    reason, todo = reason.strip(), list(households)
    if not reason or len(reason) > 200 or not storable(reason):
        raise Refused(_("请写明理由，最多 200 个字。"), "reason")
    held = workers(area).get(worker.pk)
    if held is None or not all(held.covers(one.grid) for one in todo):
        raise Refused(_("这个人不能走访其中有些住户：没有走访职能，或者不在那个网格。请换一个人。"), "worker")
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [area])
    duties, day = Duties(area, todo), today()
    changed = []
    for one in todo:
        before = duties.of(one)
        if before is not None and before.worker_id == worker.pk:
            continue
        changed.append((one, before))
    ended = {before.pk for one, before in changed if before and not borrowed(before, one)}
    Duty.objects.filter(pk__in=ended, until=None).update(until=day, ended_by=by)
    Duty.objects.bulk_create(
        [
            Duty(area=area, number=one.number, home=one.home, worker=worker, since=day, reason=reason, by=by)
            for one, _before in changed
        ]
    )
    if changed:
        record(
            what="care.assigned", kind="household", object_id=worker.pk, area=area, households=len(changed),
            changed=len(ended), reason=reason,
        )  # fmt: skip
    return len(changed)


def note_contact(
    *,
    household: Household,
    kind: str,
    on: dt.date,
    note: str,
    met: Collection[int],
    by: User,
    key: uuid.UUID | None = None,
) -> None:
    """A visit or a call, and whom of the household one met. Runs under `care.visit`; a repeated key does nothing.

    Raises Refused naming the field.
    """
    note = note.strip()
    if kind not in Contact.Kind.values:
        raise Refused(_("请选择是上门还是电话。"), "kind")
    if not today() - OLDEST <= on <= today():
        raise Refused(_("要填一年以内、不晚于今天的日期。"), "on")
    if len(note) > 500 or not storable(note):
        raise Refused(_("说明最多写 500 个字。"), "note")
    if set(met) - {member.pk for member in household.members}:
        raise Refused(_("见到的人不在这一户，请重新勾选。"), "met")
    if key is not None and Contact.objects.filter(key=key).exists():
        return
    add_contact(household.grid, household, kind, on, note, met, by.pk, key)


def add_contact(
    area: int,
    household: Household | None,
    kind: str,
    on: dt.date,
    note: str,
    met: Collection[int],
    by: int | None,
    key: uuid.UUID | None = None,
) -> None:
    number, home = (household.number, household.home) if household else (None, None)
    Contact.objects.bulk_create(
        [Contact(area=area, number=number, home=home, kind=kind, on=on, note=note, met=list(met), by_id=by, key=key)],
        ignore_conflicts=True,
    )
    record(what="care.contacted", kind="household", object_id="", area=area, by=kind, on=on)
