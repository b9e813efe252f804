"""The one way in which a case comes to be and the one way in which it changes."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases import clocks, lifecycle, tasks
from lifang.blocks.cases.effects import EFFECTS, Actor, Doing
from lifang.blocks.cases.errors import Conflict, Refused
from lifang.blocks.cases.models import Act, Case, Part, Photo, Voice
from lifang.blocks.cases.numbers import next_number, normalise
from lifang.blocks.cases.words import words
from lifang.blocks.packs.shapes import CaseType, Transition
from lifang.ground import prepared
from lifang.ground.access import scope, vault
from lifang.ground.files import store
from lifang.ground.files.store import MIME, Kept
from lifang.ground.trail.actions import record

OPENING = "report"
STANDING = tuple(
    f.name for f in Case._meta.concrete_fields if f.name not in ("id", "number", "text", "words", "opened_at")
)
UNREAD = frozenset(("words",))
"""What is written of a case and never read again."""


def open_case(
    *,
    type_: CaseType,
    actor: Actor,
    at: dt.datetime,
    key: uuid.UUID | None,
    area: int,
    category: str,
    source: str,
    title: str,
    text: str = "",
    photos: Sequence[Kept] = (),
    **standing: Any,
) -> Case:
    """Bring a case to life in its type's first state with its opening act.

    `standing` are further columns of Case. Runs under the scope of the caller's function; the key must not
    have been used (`repeated` tells).
    """
    pk, number = next_number(at)
    case = Case(
        pk=pk, number=number, type=type_.name, type_version=type_.version, state=type_.initial, area=area,
        category=category, source=source, title=title, text=text, opened_at=at, **standing,
    )  # fmt: skip
    act = Act(
        pk=prepared.next_id("cases_act"), case=case, seq=1, act=OPENING, to_state=case.state,
        user_id=actor.user_id, name=actor.name, unit_id=actor.unit_id, function=scope.current().function, at=at, key=key,
    )  # fmt: skip
    _stand(case, type_, [act], at)
    found = " ".join(words(number, title, text, case.place_text))
    prepared.insert(case, words=("to_tsvector('simple', %s)", found))
    prepared.insert(act)
    attach(case, act, photos)
    record(what=f"{case.type}.{OPENING}", kind="case", object_id=number, area=area, seq=1)
    tasks.after_act(case, act, None)
    return case


def attach(case: Case, act: Act, photos: Sequence[Kept]) -> None:
    """Bind kept pictures to the act with which they came."""
    if not photos:
        return
    Photo.objects.bulk_create(
        [
            Photo(case=case, act=act, sha256=p.sha256, mime=MIME, size=p.size, width=p.width, height=p.height)
            for p in photos
        ]
    )


def repeated(key: uuid.UUID | None) -> Act | None:
    """The act that this key already did. To the end of the transaction nobody else does anything under this key.

    Raises Refused when what it did lies beyond the scope.
    """
    if key is None:
        return None
    [(done,)] = prepared.run("SELECT cases_done_by(%s)", [key])
    if done is None:
        return None
    act = Act.objects.select_related("case").filter(pk=done).first()
    if act is None:
        raise _key_used()
    return act


def add_voice(
    *,
    case: Case,
    token: str,
    channel: str,
    at: dt.datetime,
    text: str = "",
    name: str = "",
    phone: str = "",
    filed_by: int | None = None,
    person: int | None = None,
    consent: str = "",
    wants_answer: bool = False,
) -> Voice:
    """One more reporter of a case, with a link of their own (`token`); name and number are kept sealed."""
    voice = Voice(
        token=token,
        case=case,
        channel=channel,
        text=text,
        name=vault.seal(name, "voice.name"),
        phone=vault.seal(phone, "voice.phone"),
        phone_index=vault.blind_index(vault.phone_digits(phone), "voice.phone"),
        filed_by=filed_by,
        person=person,
        consent=consent,
        at=at,
        wants_answer=wants_answer,
    )
    prepared.insert(voice)
    return voice


@transaction.atomic
def apply(
    *,
    case_id: int,
    act: str,
    version: int | None,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
    at: dt.datetime | None = None,
    happened_at: dt.datetime | None = None,
) -> Act:
    """Do one act on a case, whole or not at all.

    `version` is the case's version that the person saw, None for acts that do not depend on what was seen (see
    `check_unchanged`). The current scope's function must be the one that the table names. `happened_at` is when a device without network says
    that it was done: kept with the act, never counted with. A repeated key returns the act that it did the first time.
    Raises Conflict when somebody acted since, Refused when the act or an input is not allowed, Case.DoesNotExist
    when the scope does not reach the case.
    """
    before = repeated(key)
    case = _locked(case_id, (data or {}).get("case"))
    if before is not None:
        if before.case_id != case.pk:
            raise _key_used()
        return before
    type_ = lifecycle.type_of(case)
    if version is not None:
        check_unchanged(case, type_, act, version, actor.unit_id)
    row = lifecycle.transition(case, type_, act)
    _check_function(row)
    cleaned = lifecycle.clean(row, type_, data or {})
    if happened_at is not None:
        cleaned["happened_at"] = happened_at.isoformat()
    done = _perform(case, type_, row, cleaned, actor, key, at or timezone.now())
    tasks.after_act(case, done, row)
    return done


def check_unchanged(case: Case, type_: CaseType, act: str, version: int, unit: int | None) -> None:
    """Raises Conflict, naming the last act, when somebody acted since the version that was seen.

    What units do apart, each in its own part, does not touch what another unit does apart.
    """
    if version == case.version:
        return
    apart = {row.act for row in type_.transitions if row.apart}
    acts = list(Act.objects.filter(case=case).order_by("seq"))
    since = [one for one in acts if one.seq > version]
    if since and act in apart and all(one.act in apart and one.unit_id != unit for one in since):
        return
    last = acts[-1]
    raise Conflict(last.name, lifecycle.title_of(type_, last.act), last.at)


def _locked(case_id: int, named: Any) -> Case:
    """The case, locked with the one that the act names: by their keys in order, so that no two acts wait for each other."""
    number = normalise(named[:40]) if isinstance(named, str) else None
    which, params = ("id = %s OR number = %s", [case_id, number]) if number else ("id = %s", [case_id])
    tail = f"WHERE {which} ORDER BY id FOR UPDATE"
    locked = {case.pk: case for case in prepared.select(Case, tail, params, without=UNREAD)}
    if case_id not in locked:
        raise Case.DoesNotExist
    return locked[case_id]


def _key_used() -> Refused:
    return Refused(_("这次提交的标识已用于别的案件，请刷新页面后重试。"), "key")


def _check_function(row: Transition) -> None:
    function = scope.current().function
    if function != row.by and not function.startswith("system."):
        raise Refused(_("这一步要用职能「{needed}」来办。").format(needed=row.by), "act", row.by)


def _perform(
    case: Case,
    type_: CaseType,
    row: Transition,
    data: dict[str, Any],
    actor: Actor,
    key: uuid.UUID | None,
    at: dt.datetime,
) -> Act:
    note = data.pop("note", "")
    acts = prepared.select(Act, "WHERE case_id = %s ORDER BY seq", [case.pk])
    at = max(at, acts[-1].at)
    doing = Doing(case, type_, row.act, data, actor, at)
    for name in row.effects:
        EFFECTS[name](doing)
    before, was_open = case.state, case.is_open
    case.state = before if row.to == "same" else row.to
    case.flags = sorted({*case.flags, *row.sets} - {*row.clears})
    case.asked = any(map(lifecycle.waits, case.flags))
    case.version += 1
    act = Act(
        pk=prepared.next_id("cases_act"), case=case, seq=case.version, act=row.act, from_state=before,
        to_state=case.state, user_id=actor.user_id, name=actor.name, unit_id=actor.unit_id,
        function=scope.current().function, at=at, note=note, data=doing.data, key=key,
    )  # fmt: skip
    _mark(case, act)
    _stand(case, type_, [*acts, act], at)
    prepared.insert(act)
    prepared.update(case, STANDING)
    if was_open and not case.is_open:
        case.parts.filter(state__in=Part.UNFINISHED).update(state=Part.State.CANCELLED)
    attach(case, act, [kept for sha in data.get("photos", ()) if (kept := store.look_up(sha))])
    record(what=f"{case.type}.{act.act}", kind="case", object_id=case.number, area=case.area, seq=act.seq)
    return act


def _mark(case: Case, act: Act) -> None:
    """Keep when the case came into the state that this act enters."""
    column = lifecycle.MILESTONES.get(act.to_state)
    if column and act.to_state != act.from_state and (column in lifecycle.LATEST or getattr(case, column) is None):
        setattr(case, column, act.at)


def _stand(case: Case, type_: CaseType, acts: list[Act], now: dt.datetime) -> None:
    """Bring what follows from the acts up to date: whether it is open, which clock ends first."""
    case.is_open = not type_.states[case.state].final and case.closed_at is None
    readings = clocks.read(case, type_, acts, now)
    due = {r.clock.name: r.due_at for r in readings if r.due_at}
    case.handle_due_at = due.get("handle", case.handle_due_at)
    case.close_due_at = due.get("close", case.close_due_at)
    case.respond_due_at = due.get("respond", case.respond_due_at)
    if case.handle_due_at is None:  # settled or closed before its handling clock began
        case.handle_due_at = case.handled_at or case.closed_at
    running = [(r.due_at, r.clock.name) for r in readings if r.running and r.due_at]
    case.due_at, case.clock = min(running) if running and not type_.states[case.state].final else (None, "")
