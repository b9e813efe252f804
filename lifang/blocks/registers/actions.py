"""Entering, changing, correcting and ending: whatever is written is added, and what was believed before stays."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.models import SEALED, Entry, File, Member, Statement
from lifang.blocks.registers.queries import DAY, HEAD
from lifang.blocks.registry.models import Person
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.models import AreaChange
from lifang.ground.trail.actions import record

Facts = Mapping[str, Any]
CATCH_UP = 31 * DAY
Guard = Callable[[int, Facts, dt.date, int | None], Facts]
GUARDS: dict[str, Guard] = {}
"""By kind, what another room says of place, facts and day of an entry (None: a new one): it gives the facts back or raises
Refused. What follows its place is not asked again."""


def guarded(kind: str, area: int, facts: Facts, on: dt.date, entry: int | None = None) -> Facts:
    guard = GUARDS.get(kind)
    return guard(area, facts, on, entry) if guard else facts


@transaction.atomic
def enter(
    *, kind: str, shape: RegisterKind, area: int, name: str, since: dt.date, facts: Facts, by: User | None, file: File | None = None
) -> Entry:  # fmt: skip
    """A new entry that stands from a day on. Raises Refused where the place has its credit code already."""
    _covered(area)
    facts = guarded(kind, area, facts, since)
    entry = Entry(kind=kind, area=area, name=name, number=number_of(shape, facts))
    _saved(entry)
    Statement.objects.create(
        entry=entry,
        area=area,
        name=name,
        facts=dict(facts),
        held_from=since,
        by=by,
        known_from=timezone.now(),
        file=file,
    )
    record(what="register.entered", kind="register", object_id=entry.pk, area=area, register=kind)
    return entry


@transaction.atomic
def change(
    *, entry: Entry, shape: RegisterKind, area: int, name: str, facts: Facts, held_from: dt.date, reason: str,
    by: User | None, file: File | None = None, carried: AreaChange | None = None, doubt: bool = False,
) -> Statement:  # fmt: skip
    """From a day on it stands otherwise. What was said for the same day is replaced, what was said before it stays."""
    _locked(entry, area)
    facts = facts if carried else guarded(entry.kind, area, facts, held_from, entry.pk)
    said = Statement.objects.filter(entry=entry, known_until=None)
    if (first := said.order_by("held_from").first()) and held_from < first.held_from:
        raise Refused(
            _("它从 {day} 起才有，请填这天以后的日期；如果原来的日期写错了，请选“更正”。").format(day=first.held_from),
            "held_from",
        )
    same = said.filter(held_from=held_from).order_by("-pk").first()
    return _say(
        entry, shape, same, area, name, dict(facts), held_from, reason, by, file=file, change=carried, doubt=doubt
    )


@transaction.atomic
def correct(
    *, statement: Statement, shape: RegisterKind, area: int, name: str, facts: Facts, held_from: dt.date, reason: str, by: User | None
) -> Statement:  # fmt: skip
    """What was said was wrong: from now on this is believed in its place; what was believed before stays to be seen."""
    _locked(statement.entry, area)
    if not Statement.objects.filter(pk=statement.pk, known_until=None).exists():
        raise Refused(_("刚才有人改过这一条，没有保存。填写的内容都还在，请看过新的情况再更正。"))
    facts = guarded(statement.entry.kind, area, facts, held_from, statement.entry_id)
    others = Statement.objects.filter(entry=statement.entry_id, known_until=None).exclude(pk=statement.pk)
    if others.filter(held_from=held_from).exists():
        raise Refused(_("这一天已经有另一条记录，请换一个日期。"), "held_from")
    return _say(statement.entry, shape, statement, area, name, dict(facts), held_from, reason, by)


@transaction.atomic
def end(*, entry: Entry, shape: RegisterKind, last: dt.date, reason: str, by: User | None) -> None:
    """It is no more after its last day; its people's spells end with it."""
    _locked(entry, entry.area)
    newest = Statement.objects.filter(entry=entry, known_until=None).order_by("-held_from", "-pk").first()
    if newest is not None and newest.gone and newest.held_from > today():
        raise Refused(
            _("已经登记它到 {day} 为止。要改，请先在它的页面上取消那一条。").format(day=newest.held_from - DAY)
        )
    if newest is None or newest.gone or entry.ended:
        raise Refused(_("它已经撤销了。"))
    if last < newest.held_from - DAY:
        raise Refused(_("它在 {day} 还有变更，最后一天不能早于这天。").format(day=newest.held_from), "last")
    same = newest if newest.held_from == last + DAY else None
    made = _say(entry, shape, same, newest.area, newest.name, newest.facts, last + DAY, reason, by, gone=True)
    for member in Member.objects.filter(entry=entry, known_until=None, until=None, since__lte=last):
        _until(member, last, by, None, made.known_from)


@transaction.atomic
def cancel(*, row: Statement | Member, shape: RegisterKind, reason: str, by: User) -> None:
    """What lies ahead will not be: it is believed no more, with who said so and why, and whatever ended for it goes on.
    Raises Refused where it has begun, or follows from a change of places."""
    _locked(row.entry, row.entry.area)
    begins = row.held_from if isinstance(row, Statement) else row.since
    if begins <= today():
        raise Refused(_("它从 {day} 起已经生效，不能取消；请改成“情况变了”或者“更正”。").format(day=begins))
    if row.known_until or type(row).objects.filter(pk=row.pk).exclude(known_until=None).exists():
        raise Refused(_("它已经取消了，或者刚才有人改过。"))
    if isinstance(row, Statement) and row.change_id:
        raise Refused(_("它随区划调整而来，请撤销那次区划调整。"))
    row.known_until, row.dropped, row.dropped_by = timezone.now(), reason, by
    row.save(update_fields=["known_until", "dropped", "dropped_by"])
    moments: Any
    ended = Member.objects.filter(entry=row.entry_id, known_until=None, until=begins - DAY)
    if isinstance(row, Statement):
        moments = Statement.objects.filter(entry=row.entry_id, held_from=begins, gone=True).values("known_from")
    else:
        ended = ended.filter(role=row.role)
        moments = Member.objects.filter(entry=row.entry_id, role=row.role, since=begins).values("known_from")
    forget(ended.filter(known_from__in=moments).select_related("replaces"))
    refresh([(row.entry, shape)])
    record(
        what="register.cancelled",
        kind="register",
        object_id=row.entry_id,
        area=row.entry.area,
        held=begins,
        reason=reason,
    )


def _say(
    entry: Entry, shape: RegisterKind, replaced: Statement | None, area: int, name: str, facts: dict[str, Any],
    held_from: dt.date, reason: str, by: User | None, **more: Any,
) -> Statement:  # fmt: skip
    now = timezone.now()
    if replaced:
        _believed_until([replaced], now)
    made = Statement.objects.create(
        entry=entry, area=area, name=name, facts=facts, held_from=held_from, reason=reason, by=by, known_from=now,
        replaces=replaced, **more,
    )  # fmt: skip
    refresh([(entry, shape)])
    record(what="register.changed", kind="register", object_id=entry.pk, area=area, register=entry.kind, held=held_from)
    return made


def _believed_until(rows: Iterable[Statement | Member], now: dt.datetime) -> None:
    for row in rows:
        row.known_until = now
        row.save(update_fields=["known_until"])


def forget(rows: Iterable[Statement | Member]) -> None:
    """They are not believed any more; what they replaced is believed again, as a row of its own."""
    now = timezone.now()
    for row in rows:
        _believed_until([row], now)
        if (before := row.replaces) is not None:
            before.pk, before.known_from, before.known_until = None, now, None
            before._state.adding = True
            before.save()


def refresh(entries: Iterable[tuple[Entry, RegisterKind]]) -> None:
    """Place, name, number and end as they are said last of today; of what is yet to come, as it begins."""
    for entry, shape in entries:
        said = Statement.objects.filter(entry=entry, known_until=None)
        last = said.filter(held_from__lte=today()).order_by("-held_from", "-pk").first()
        last = last or said.order_by("held_from", "-pk").first()
        if last is None:
            entry.ended = True
        else:
            entry.area, entry.name, entry.ended = last.area, last.name, last.gone
            entry.number = number_of(shape, last.facts)
        _saved(entry)


def begin_due() -> int:
    """What was said for today or a day that passed since is how its entry stands now; returns how many entries were brought
    up to date. One whose credit code another took meanwhile stays as it was, to be mended at the desk."""
    begun = 0
    for entry in Entry.objects.filter(pk__in=_due()).order_by("pk"):
        shape = packs.register_kinds(entry.area).get(entry.kind)
        if shape is None:
            continue
        with suppress(Refused), transaction.atomic():
            refresh([(entry, shape)])
            begun += 1
    return begun


def _due() -> set[int]:
    """Entries of which something was said ahead that holds by now, and of the last month, lest a machine stood still."""
    past = Statement.objects.filter(known_until=None, held_from__range=(today() - CATCH_UP, today()))
    ahead = past.filter(held_from__gt=TruncDate("known_from"))
    return set(ahead.values_list("entry", flat=True))


def _saved(entry: Entry) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as broken:
        there = Entry.objects.filter(area=entry.area, number=entry.number, ended=False).exclude(pk=entry.pk).first()
        if there is None:
            raise
        raise Refused(
            _("这个地方已经登记了同一信用代码的「{name}」，没有再登记。").format(name=there.name), "credit"
        ) from broken


def number_of(shape: RegisterKind, facts: Facts) -> str:
    return next((facts.get(name) or "" for name, column in shape.columns.items() if column.kind == "credit"), "")


@transaction.atomic
def join(
    *, entry: Entry, role: str, name: str, since: dt.date, by: User | None, phone: str = "", user: User | None = None,
    person: Person | None = None, file: File | None = None,
) -> Member:  # fmt: skip
    """Somebody belongs to the entry from a day on. Of heads there is one: whoever was it until then ends the day before."""
    _locked(entry, entry.area)
    now = timezone.now()
    replaced = _made_room(entry, since, by, file, now) if role == HEAD else None
    made = Member.objects.create(
        entry=entry, role=role, name=name, since=since, user=user, person=person, by=by, known_from=now,
        phone=vault.seal(phone, SEALED), file=file, replaces=replaced,
    )  # fmt: skip
    record(what="register.joined", kind="register", object_id=entry.pk, area=entry.area, role=role)
    return made


def _made_room(entry: Entry, since: dt.date, by: User | None, file: File | None, now: dt.datetime) -> Member | None:
    """The head until now ends the day before; one who began on the same day was a mistake, and is answered."""
    before = Member.objects.filter(entry=entry, role=HEAD, known_until=None, until=None).first()
    if before is None or before.since < since:
        if before:
            _until(before, since - DAY, by, file, now)
        return None
    if before.since > since:
        raise Refused(
            _("{name}从 {day} 起担任，新任的日期不能早于这天。").format(name=before.name, day=before.since), "since"
        )
    _believed_until([before], now)
    return before


@transaction.atomic
def leave(*, member: Member, until: dt.date, by: User | None) -> None:
    """The last day of a spell. Raises Refused where it ended already, or before it began."""
    if member.known_until or member.until:
        raise Refused(_("这一条已经结束。"))
    if until < member.since:
        raise Refused(_("最后一天不能早于 {day}。").format(day=member.since), "until")
    _until(member, until, by, None, timezone.now())
    record(what="register.left", kind="register", object_id=member.entry_id, area=member.entry.area, role=member.role)


def _until(member: Member, last: dt.date, by: User | None, file: File | None, now: dt.datetime) -> None:
    """What ends for another row is known from the same moment as that."""
    _believed_until([member], now)
    Member.objects.create(
        entry_id=member.entry_id, role=member.role, name=member.name, user_id=member.user_id, person_id=member.person_id,
        phone=bytes(member.phone), since=member.since, until=last, by=by, known_from=now, replaces=member, file=file,
    )  # fmt: skip


def phone_of(*, member: Member, purpose: str) -> str:
    """The telephone number for a stated purpose, kept in the trail. Raises vault.Unreadable."""
    record(
        what="register.phone_shown", kind="register", object_id=member.entry_id, area=member.entry.area, purpose=purpose
    )
    return vault.unseal(bytes(member.phone), SEALED)


def _locked(entry: Entry, area: int) -> None:
    """Nobody else changes the entry meanwhile."""
    _covered(area)
    Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)


def _covered(area: int) -> None:
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以登记的范围内。"), "area")
