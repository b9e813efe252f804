"""Somebody's word on who is one person: pairs judged, persons merged, records split off, and each of these undone.

Each act runs under the function of who does it, at the places where they hold it; the records of other places that it
touches are reached as the system. Imports wait for an act; an act does not wait for an import, which takes minutes.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.registry import standing
from lifang.blocks.registry.linkage import candidates, explain
from lifang.blocks.registry.models import Move, Pair, Person, Record
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.trail import words
from lifang.ground.trail.actions import record

READ = ["person_id" if name == "known" else name for name in candidates.READ]
BEGIN = "SELECT pg_try_advisory_xact_lock_shared(hashtext('lifang.registry.take'))"
WHAT = {
    "resident.merged": lazy("合并为同一人"),
    "resident.apart": lazy("判定不是同一人"),
    "resident.split": lazy("拆出另一人"),
    "resident.unmoved": lazy("撤销合并或拆分"),
    "resident.settled": lazy("裁定说法不一的信息"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)


class Refused(Exception):
    """The act cannot be done now; the message says why."""


class TwoNumbers(Refused):
    """Both persons have right, different identity numbers: they become one only when somebody says so expressly."""

    def __init__(self) -> None:
        super().__init__(_("两人各有一个校验正确的身份证号，不能当作同一人。确有一人两号的，请勾选确认再合并。"))


class Decided(Exception):
    """Somebody else judged the pair first."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(str(pair.pk))
        self.pair = pair


class Explained(NamedTuple):
    weight: float
    reasons: list[explain.Reason]


def explained(left: int, right: int) -> Explained:
    """Why two records may be one person's. Needs a scope in which both are seen."""
    rows = Record.objects.filter(pk__in=(left, right)).values_list(*READ)
    records = candidates.opened(pl.DataFrame(list(rows), schema=candidates.READ, orient="row"))
    row = explain.weighed(records, pl.DataFrame({"left": [left], "right": [right]})).row(0, named=True)
    return Explained(row["weight"], explain.reasons(row))


def _begin(pair: int | None = None) -> Pair | None:
    """Keep imports out until this is done; the pair, locked, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
        if not cursor.fetchone()[0]:
            raise Refused(_("正在入库，不能同时合并或拆分。什么也没有改变，请过一会儿再试。"))
    if pair is None:
        return None
    found = Pair.objects.select_for_update().get(pk=pair)
    if found.state != Pair.State.UNSURE:
        raise Decided(found)
    return found


def numbers_of(person: int) -> set[int]:
    """Hashes of the right identity numbers that the person's records give now."""
    found = Record.objects.filter(person=person, current=True, gone=False)
    return {number for number in found.values_list("number_key", flat=True) if number is not None}


def same(*, pair: Pair, by: User, reason: str, two_numbers: bool) -> Move:
    """The two are one person. Raises Decided, Refused, TwoNumbers."""
    _begin(pair.pk)
    with system_scope("registry"):
        left, right = (
            Record.objects.values_list("person", flat=True).get(pk=pk) for pk in (pair.left_id, pair.right_id)
        )
    if left == right:
        raise Refused(_("两条记录已经在同一个人名下。"))
    return _merged(left, right, pair.area, by, reason, two_numbers)


def apart(*, pair: Pair, by: User, reason: str) -> None:
    """The two are not one person; nobody is asked again, and no import joins them. Raises Decided, Refused."""
    _begin(pair.pk)
    with system_scope("registry"):
        _keep_apart(pair.left.person_id, pair.right.person_id, by, reason)
    record(what="resident.apart", kind="resident", object_id=pair.left.person_id, area=pair.area, reason=reason)


def later(*, pair: Pair, by: User) -> None:
    """The pair goes to the end of what waits. Raises Decided, Refused."""
    _begin(pair.pk)
    Pair.objects.filter(pk=pair.pk).update(by=by, at=timezone.now())


def merge(*, one: Person, other: Person, by: User, reason: str, two_numbers: bool) -> Move:
    """Two persons become one, the older of the two. Raises Refused, TwoNumbers."""
    _begin()
    return _merged(one.pk, other.pk, one.area, by, reason, two_numbers)


def _merged(one: int, other: int, area: int, by: User, reason: str, two_numbers: bool) -> Move:
    target, source = sorted((one, other))
    with system_scope("registry"):
        both = list(Person.objects.select_for_update().filter(pk__in=(source, target)).order_by("pk"))
        if any(person.into_id for person in both):
            raise Refused(_("其中一人已并入别人，请刷新页面看现在的情况。"))
        numbers = [numbers_of(person.pk) for person in both]
        if all(numbers) and numbers[0] != numbers[1] and not two_numbers:
            raise TwoNumbers
        moved = standing.move(source=source, target=target, by=by, reason=reason)
        standing.refresh((source, target), area)
    record(
        what="resident.merged",
        kind="resident",
        object_id=target,
        area=area,
        move=moved.pk,
        source=source,
        reason=reason,
    )
    return moved


def split(*, person: Person, records: Iterable[int], by: User, reason: str) -> Move:
    """These records, with all that their rows ever said, are another person's, who is new. Raises Refused."""
    _begin()
    with system_scope("registry"):
        Person.objects.select_for_update().get(pk=person.pk)
        chosen = Record.objects.filter(standing.BELIEVED_NOW, person=person.pk)
        leaving = list(chosen.filter(pk__in=records).order_by("-held_from", "-pk"))
        if not leaving or len(leaving) == chosen.count():
            raise Refused(_("要拆出的记录至少一条，也至少留下一条。"))
        fresh = Person.objects.create(area=leaving[0].area, name=leaving[0].name)
        rows = Record.objects.filter(standing.of_same_rows([one.pk for one in leaving]), person=person.pk)
        moved = standing.move(
            source=person.pk, target=fresh.pk, by=by, reason=reason, records=list(rows.values_list("pk", flat=True))
        )
        _keep_apart(person.pk, fresh.pk, by, reason)
        standing.refresh((person.pk, fresh.pk), person.area)
    record(
        what="resident.split", kind="resident", object_id=person.pk, area=person.area, move=moved.pk, target=fresh.pk,
        reason=reason,
    )  # fmt: skip
    return moved


def is_split(move: Move) -> bool:
    """Who is split off is newer than who they were taken for; a merge goes to the older of the two."""
    return move.target_id > move.source_id


def take_back(*, move: Move, by: User, reason: str) -> Move:
    """Undo a merge or a split. After a merge, what came since goes to the likelier of the two, and they stay apart until
    somebody says otherwise. Raises Refused."""
    _begin()
    with system_scope("registry"):
        list(Person.objects.select_for_update().filter(pk__in=(move.source_id, move.target_id)).order_by("pk"))
        if move.undoes_id or Move.objects.filter(undoes=move).exists():
            raise Refused(_("这一步已经撤销过了。"))
        if Record.objects.filter(pk__in=move.records).exclude(person=move.target_id).exists():
            raise Refused(_("这些记录后来又合并或拆分过，请先撤销后来的那一步。"))
        if not Record.objects.filter(pk__in=move.records).exists():
            raise Refused(_("这些记录过了保存期，已经删除，不能再撤销。什么也没有改变。"))
        split_off = is_split(move)
        besides = [] if split_off else _likelier(move)
        back = standing.move_back(move=move, by=by, reason=reason, besides=besides)
        if split_off:
            Pair.objects.filter(left__person=move.source_id, right__person=move.source_id).exclude(
                state=Pair.State.SAME
            ).update(state=Pair.State.SAME, by=by, at=timezone.now())
            if not Record.objects.filter(person=move.target_id).exists():
                Person.objects.filter(pk=move.target_id).update(into=move.source_id)
        else:
            _keep_apart(move.source_id, move.target_id, by, reason)
        standing.refresh((move.source_id, move.target_id), move.area)
    record(
        what="resident.unmoved", kind="resident", object_id=move.source_id, area=move.area, move=move.pk, reason=reason
    )
    return back


def _likelier(move: Move) -> list[int]:
    """Of the records that came to the target since the move from rows that neither had, those likest to a moved one."""
    here = Record.objects.filter(standing.BELIEVED_NOW, person=move.target_id)
    moved = set(here.filter(standing.of_same_rows(move.records)).values_list("pk", flat=True))
    had = Record.objects.filter(person=move.target_id, known_from__lte=move.at).values_list("pk", flat=True)
    own = set(here.filter(standing.of_same_rows(had)).values_list("pk", flat=True))
    since = set(here.filter(known_from__gt=move.at).values_list("pk", flat=True)) - moved - own
    rows = list(here.values_list(*READ))
    records = candidates.opened(pl.DataFrame(rows, schema=candidates.READ, orient="row"))
    stood = records.filter(~pl.col("id").is_in(list(since)))
    pairs = (
        records.filter(pl.col("id").is_in(list(since))).select(left="id").join(stood.select(right="id"), how="cross")
    )
    if not len(pairs):
        return []
    best = explain.weighed(records, pairs).sort("weight", descending=True).unique("left", keep="first")
    return best.filter(pl.col("right").is_in(list(moved)))["left"].to_list()


def _keep_apart(one: int, other: int, by: User, reason: str) -> None:
    judged = {"state": Pair.State.APART, "by": by, "at": timezone.now(), "reason": reason}
    if standing.between(one, other).update(**judged):
        return
    newest: Sequence[Record] = [
        Record.objects.filter(person=person).order_by("-current", "-held_from", "-pk")[0] for person in (one, other)
    ]
    left, right = sorted(newest, key=lambda record: record.pk)
    weight = explained(left.pk, right.pk).weight
    Pair.objects.create(left=left, right=right, area=right.area, weight=weight, **judged)
