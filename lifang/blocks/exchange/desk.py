"""What a community writes itself: a person entered, a value corrected. Each is a record of its own system «desk»."""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.exchange.models import Entry
from lifang.blocks.exchange.typed import Values, compared
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts, judging, keys, standing, systems, winning
from lifang.blocks.registry.linkage import one
from lifang.blocks.registry.models import Pair, Person, Record, Special, System
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, NATION, at_level
from lifang.ground.trail.actions import record

DESK, COMMITTEE = systems.DESK, "community_committee"
Refused = judging.Refused


def likely(values: Values) -> one.Found:
    """Whose what is typed may be, anywhere in the city."""
    with system_scope("registry"):
        return one.persons_of(compared(values))


@transaction.atomic
def enter(
    *, values: Values, area: int, held_on: dt.date, person: Person | None, apart: Iterable[one.Likely],
    asked: bool, paper: str, reason: str, by: User,
) -> Person:  # fmt: skip
    """A resident as the community knows them: a new person, or one more record of `person`. Those of `apart` were looked
    at and are somebody else. Raises Refused."""
    with system_scope("registry"):
        _keep_imports_out()
        fresh = person is None
        whose = person or Person.objects.create(area=area, name=values["name"])
        written = _write(whose, area, {**values, "place": str(area)}, "", held_on, asked, paper, reason, by)
        for other in apart:
            Pair.objects.create(
                left_id=other.record, right=written, area=area, weight=other.weight, state=Pair.State.APART,
                reason=reason, by=by, at=timezone.now(),
            )  # fmt: skip
        standing.refresh([whose.pk], area)
    record(
        what="resident.entered", kind="resident", object_id=whose.pk, area=area, new=fresh, paper=paper, reason=reason
    )
    return whose


@transaction.atomic
def correct(
    *, person: Person, element: str, value: str, held_on: dt.date, asked: bool, paper: str, reason: str, by: User,
    purpose: str = "",
) -> Record:  # fmt: skip
    """The community's word on one element; of a specially protected one with the purpose for which it is written. What its
    desk said of it before is believed no more. Raises Refused."""
    with system_scope("registry"):
        _keep_imports_out()
        believed = _of_desk(person).filter(standing.BELIEVED_NOW).select_related("entry")
        _refuse_before(held_on, (one.held_from for one in believed if _tells(one, element)))
        values = {"name": person.name, element: value}
        written = _write(
            person, int(value) if element == "place" else NATION, values, element, held_on, asked, paper, reason, by
        )
        for earlier in believed.exclude(pk=written.pk):
            _take_out(earlier, element, value, written.known_from)
        standing.refresh([person.pk], person.area)
    record(
        what="resident.corrected", kind="resident", object_id=person.pk, area=person.area, element=element, paper=paper,
        reason=reason, asked=asked, **({"purpose": purpose} if purpose else {}),
    )  # fmt: skip
    return written


@transaction.atomic
def withdraw(*, person: Person, element: str, paper: str, reason: str) -> None:
    """What the desk says of one element on a paper whose name ends so is believed no more; what it said on another before
    stands again. Raises Refused."""
    with system_scope("registry"):
        said = _of_desk(person).filter(entry__element=element, entry__paper__endswith=paper)
        withdrawn = list(said.filter(standing.BELIEVED_NOW))
        if not withdrawn:
            return
        _keep_imports_out()
        own, now = set(said.values_list("pk", flat=True)), timezone.now()
        for one in withdrawn:
            _undo(one, element, own, now)
        standing.refresh([person.pk], person.area)
    record(
        what="resident.withdrawn", kind="resident", object_id=person.pk, area=person.area, element=element, paper=paper,
        reason=reason,
    )  # fmt: skip


def _undo(word: Record, element: str, own: Collection[int], now: dt.datetime) -> None:
    """End a word. What stood until it was written stands again; of `own`, what stood before those."""
    if word.known_until is None:
        _end(word, now)
    for earlier in _of_desk(word.person).filter(known_until=word.known_from).select_related("entry", "special"):
        if earlier.pk in own:
            _undo(earlier, element, own, now)
        elif element in _values(earlier):
            _put_back(earlier, element, _values(word)[element], now)
    before = _row(word).filter(known_until=None).order_by("held_from", "pk").last()
    if before and before.pk in own:
        _undo(before, element, own, now)
    elif before:
        _stand_again(before)


def _put_back(earlier: Record, element: str, replaced: str, now: dt.datetime) -> None:
    """The word of an earlier record on the element, where what remained of that, or followed, has no other since."""
    present = _row(earlier).filter(standing.BELIEVED_NOW).first()
    if present is None:
        _stand_again(earlier)
        return
    values = _values(present)
    if values.get(element) in (None, replaced):
        _end(present, now)
        _again(
            present, {**values, element: _values(earlier)[element]},
            earlier.area if element == "place" else present.area, now,
        )  # fmt: skip


def _stand_again(word: Record) -> None:
    word.current, word.known_until = True, None
    word.save(update_fields=["current", "known_until"])


def _row(word: Record) -> QuerySet[Record]:
    return Record.objects.filter(system=word.system_id, row_key=word.row_key)


def _refuse_before(day: dt.date, held: Iterable[dt.date]) -> None:
    """A word that holds from a later day stays. Raises Refused."""
    newest = max(held, default=day)
    if newest > day:
        raise Refused(_("这一项已有 {day} 起的登记，请把日期写成那天或以后。没有保存，填的都还在。").format(day=newest))


def _tells(one: Record, element: str) -> bool:
    """Whether a record of the desk is its word on the element; a name stands on every one of them."""
    if element == "name":
        return not hasattr(one, "entry") or one.entry.element in ("", "name")
    return element in _values(one)


def _values(one: Record) -> facts.Facts:
    """Raises Refused: what is written anew must not lose what cannot be read now."""
    try:
        special = facts.opened(bytes(one.special.sealed), facts.SPECIAL) if hasattr(one, "special") else {}
        return {**one.facts, **facts.opened(bytes(one.sealed)), **special, "name": one.name}
    except vault.Unreadable:
        raise Refused(
            _("以前登记的号码、电话现在打不开，没有保存，填的都还在。请管理员检查数据目录里的密钥。")
        ) from None


def _keep_imports_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(judging.BEGIN)
        if not cursor.fetchone()[0]:
            raise Refused(_("正在入库，现在不能登记。没有保存，填的都还在，请过一会儿再存。"))


def desk_of(area: int) -> System:
    """The desk of the community that a place lies in. Needs the registry's own scope."""
    given = {"title": _("社区登记"), "department": COMMITTEE, "purpose": _("社区服务和管理")}
    return System.objects.get_or_create(code=DESK, area=at_level(area, COMMUNITY), defaults=given)[0]


def _of_desk(person: Person) -> Any:
    return Record.objects.filter(person=person, system__code=DESK)


def _write(
    person: Person,
    area: int,
    values: Values,
    element: str,
    held_on: dt.date,
    asked: bool,
    paper: str,
    reason: str,
    by: User,
) -> Record:
    system = desk_of(area or person.area)
    row_key = keys.digested(f"{system.pk}\0{person.pk}\0{element}".encode())
    now = timezone.now()
    for before in Record.objects.filter(system=system, row_key=row_key, current=True):
        _refuse_before(held_on, [before.held_from])
        if not element and before.known_until is None:
            values = {**_values(before), **values}
        _end(before, None if before.held_from != held_on else now)
    made = _add(person.pk, system, row_key, area, values, held_on, now)
    Entry.objects.create(
        record=made, area=area or person.area, element=element, asked=asked, paper=paper, reason=reason, by=by
    )
    return made


def _end(old: Record, wrong: dt.datetime | None) -> None:
    """A newer word takes its place; if it was wrong all along it is believed no more, from the moment in which it was seen
    to be: that of the newer word, by which `withdraw` finds it."""
    old.current, old.known_until = False, wrong
    old.save(update_fields=["current", "known_until"])


def _add(
    person: int, system: System, row_key: int, area: int, values: Values, held_on: dt.date, now: dt.datetime
) -> Record:
    elements = packs.elements(system.area)
    frame = compared(values)
    row, found = frame.row(0, named=True), keys.keys_of(frame).row(0, named=True)
    plain, sealed, special = (
        {name: values[name] for name in facts.apart(values, elements, how)} for how in ("plain", "sealed", "special")
    )
    made = Record.objects.create(
        person_id=person, system=system, row_key=row_key,
        digest=keys.digested(json.dumps([area, dict(values)], sort_keys=True).encode()),
        held_from=held_on, known_from=now, area=area, name=values["name"],
        sex=row["sex"], birth=row["birth"], sound=row["sound"], gate=row["gate"], home=row["home"],
        facts=plain, sealed=vault.seal(json.dumps(sealed, ensure_ascii=False), facts.SEALED) if sealed else b"",
        **found,
    )  # fmt: skip
    if special:
        text = json.dumps(special, ensure_ascii=False)
        Special.objects.create(record=made, sealed=vault.seal(text, facts.SPECIAL))
    return made


def _take_out(earlier: Record, element: str, value: str, now: dt.datetime) -> None:
    """An earlier record of the desk without its word on the element; a name stays, as it is now."""
    values = _values(earlier)
    if element not in values or values[element] == value:
        return
    _end(earlier, now)
    values.pop(element)
    if element == "name":
        values["name"] = value
    if set(values) - {"name"}:
        _again(earlier, values, NATION if element == "place" else earlier.area, now)


def _again(earlier: Record, values: facts.Facts, area: int, now: dt.datetime) -> None:
    """An earlier record, of the same day and on the same paper, with other values."""
    made = _add(earlier.person_id, earlier.system, earlier.row_key, area, values, earlier.held_from, now)
    if hasattr(earlier, "entry"):
        why = earlier.entry
        Entry.objects.create(
            record=made, area=why.area, element=why.element, asked=why.asked, paper=why.paper, reason=why.reason,
            by=why.by,
        )  # fmt: skip


def said_by(person: Person, element: str) -> list[winning.Word]:
    """All that is believed of one element now, the word that counts first. Needs a scope in which records are seen; what
    is specially protected needs one in which that is."""
    records = list(Record.objects.filter(standing.BELIEVED_NOW, person=person).select_related("system", "special"))
    words = [winning.said(one, secrets(one)) for one in records]
    found = winning.winners(words, packs.elements(person.area), standing.ruled(person.pk)).get(element)
    return [found.word, *found.others] if found else []


def secrets(one: Record) -> facts.Facts:
    """The guarded values of a record, as far as the scope shows them."""
    special = facts.readable(one.special.sealed, facts.SPECIAL) if hasattr(one, "special") else None
    return {**(facts.readable(one.sealed) or {}), **(special or {})}
