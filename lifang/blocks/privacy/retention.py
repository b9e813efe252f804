"""How long each kind is kept, and the nightly deletion of what is over its time.

The periods lie in the packs (`retention.<kind>`), each with its source; a value that is no number is for ever. A kind
says here what of it is due and how it goes; rooms above add their own to KINDS.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.models import Voice
from lifang.blocks.exchange.models import Question
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.service import Resolved
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.models import Deletion, Hold, Link
from lifang.blocks.registry.imports import files
from lifang.blocks.registry.merged import final_heirs, with_merged
from lifang.blocks.registry.models import Head, Import, Pair, Person, Problem, Record, Ruling
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry

BATCH = 200
COUNTED = 100_000
"""What is due in tables of more rows is estimated on the page."""
Ids = Sequence[Any]
# Of each row that a move named, and of each that who was joined then had already, the newest word of that time: an undoing
# gives the ones back and leaves the others.
UNDOABLE = """
registry_record.id IN (
    WITH undoable AS (
        SELECT * FROM registry_move m
        WHERE m.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM registry_move u WHERE u.undoes_id = m.id)
    ), needed AS (
        SELECT m.id AS move, named::bigint AS record
        FROM undoable m CROSS JOIN LATERAL jsonb_array_elements_text(m.records) named
        UNION SELECT m.id, r.id FROM undoable m JOIN registry_record r ON r.person_id = m.target_id AND r.known_from <= m.at
    )
    SELECT max(r.id) FROM needed n JOIN registry_record r ON r.id = n.record GROUP BY n.move, r.system_id, r.row_key)
"""
FOREVER = ("case", "deletion", "grant")
HELD: list[Callable[[], Iterable[tuple[int, str]]]] = []
"""Rooms add whose deletion something of theirs stops: persons, each with the reason in words."""


@dataclass(frozen=True)
class Kind:
    """`due` gives, and counts, the keys of what is over its time when that ended before a moment; `go` deletes some."""

    name: str
    title: Any
    due: Callable[[dt.datetime], QuerySet[Any] | Sequence[Any]]
    go: Callable[[Ids], Counter[str]]

    @property
    def rule(self) -> Resolved:
        return rule_of(self.name)

    def before(self, now: dt.datetime) -> dt.datetime:
        return now - dt.timedelta(days=self.rule.value)

    def count(self, now: dt.datetime) -> tuple[int, bool]:
        """How many will have gone by a moment; and whether that is counted, not the database's own estimate."""
        found = self.due(self.before(now))
        if not isinstance(found, QuerySet):
            return len(found), True
        if _rows_of(found.model) <= COUNTED:
            return found.count(), True
        (plan,) = json.loads(found.order_by().explain(format="json"))
        return plan["Plan"]["Plan Rows"], False


def _rows_of(model: type[Model]) -> int:
    """About how many rows a table has, as the database last looked; less than none if it never did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def rule_of(name: str) -> Resolved:
    return packs.value(f"retention.{name}", settings.CONFIG.area, today())


def held() -> dict[int, str]:
    """Persons of whom nothing is deleted, and why: also all who were merged with somebody held."""
    found = dict(Hold.objects.in_force().values_list("person", "reason"))
    asked = Question.objects.filter(state=Question.State.OPEN).values_list("record__person", flat=True)
    found |= {person: str(_("有一项请部门更正，还没有答复")) for person in asked}
    for one in HELD:
        found |= dict(one())
    heirs = final_heirs(found)
    reasons = {heir: found[person] for person, heir in heirs.items()}
    return {person: reasons[heir] for person, heir in with_merged(reasons).items()}


def _persons() -> QuerySet[Person]:
    return Person.objects.filter(into=None).exclude(pk__in=held()).order_by("pk")


def _dead(before: dt.datetime) -> QuerySet[Any]:
    return _persons().filter(died_on__lt=timezone.localdate(before)).values_list("pk", flat=True)


def _gone(before: dt.datetime) -> QuerySet[Any]:
    """Of whom nobody says anything any more, and nobody has for that long."""
    theirs = Record.objects.filter(person=OuterRef("pk"))
    later = theirs.filter(Q(known_from__gte=before) | Q(known_until__gte=before))
    return _persons().filter(Exists(theirs), ~Exists(later), records=0).values_list("pk", flat=True)


def _erase_persons(ids: Ids) -> Counter[str]:
    """With those that were merged into them; not those merged or held since it was asked who is due."""
    lock = Person.objects.select_for_update().order_by("pk")
    still = set(lock.filter(pk__in=ids, into=None).values_list("pk", flat=True))
    list(lock.filter(pk__in=with_merged(still)))
    return erase(Person, list(with_merged(still - held().keys())))


def _ended(before: dt.datetime) -> QuerySet[Any]:
    """Words of rows that have been replaced for that long, or were taken back that long ago. What a ruling or a judgement
    that two are not one names stays as long as the person; so does one word of each row that an undoing asks for."""
    newest = Record.objects.filter(
        system=OuterRef("system"),
        row_key=OuterRef("row_key"),
        current=True,
        known_from__lt=before,
        pk__gt=OuterRef("pk"),
    )
    over = Q(known_until__lt=before) | Q(Exists(newest), current=False, known_until=None)
    ruled = Ruling.objects.filter(record=OuterRef("pk"))
    apart = Pair.objects.filter(state=Pair.State.APART)
    judged = (apart.filter(left=OuterRef("pk")), apart.filter(right=OuterRef("pk")))
    found = Record.objects.filter(
        over, *(~Exists(one) for one in (ruled, *judged)), ~Q(RawSQL(UNDOABLE, [], BooleanField()))
    )
    found = found.exclude(person__in=held())
    return found.order_by("pk").values_list("pk", flat=True)


def _old_files(before: dt.datetime) -> list[str]:
    """Files that came before and whose imports, if they have any, all ended before."""
    folder = Path(settings.DATA_DIR) / "imports"
    made = {path.name: path.stat().st_mtime for path in sorted(folder.glob("*"))}
    ended = Q(at__lt=before) & (Q(taken_at=None) | Q(taken_at__lt=before))
    old = {name for name, at in made.items() if at < before.timestamp()}
    return sorted(old - set(Import.objects.filter(sha256__in=old).exclude(ended).values_list("sha256", flat=True)))


def _drop_files(names: Ids) -> Counter[str]:
    problems = Problem.objects.filter(imported__sha256__in=names).values_list("pk", flat=True)
    heads = Head.objects.filter(imported__sha256__in=names).values_list("pk", flat=True)
    gone = erase(Problem, list(problems)) + erase(Head, list(heads))
    for name in names:
        files.forget(name)
    return gone + Counter(files=len(names))


def _looks(before: dt.datetime) -> QuerySet[Any]:
    of_held = Q(kind="resident", object_id__in=[str(person) for person in held()])
    found = Entry.objects.filter(at__lt=before, kind="resident").exclude(of_held)
    return found.order_by("pk").values_list("pk", flat=True)


def _trail(before: dt.datetime) -> QuerySet[Any]:
    found = Entry.objects.filter(at__lt=before).exclude(kind="resident")
    return found.order_by("pk").values_list("pk", flat=True)


def _voices(before: dt.datetime) -> QuerySet[Any]:
    closed = Voice.objects.filter(case__is_open=False, case__closed_at__lt=before)
    return closed.exclude(name=b"", phone=b"", person=None).order_by("pk").values_list("pk", flat=True)


def _forget_contacts(ids: Ids) -> Counter[str]:
    """The case stays as it was handled; who reported it is no longer known."""
    changed = Voice.objects.filter(pk__in=ids).update(name=b"", phone=b"", phone_index=None, person=None)
    return Counter(cases_voice=changed)


def _links(before: dt.datetime) -> QuerySet[Any]:
    return Link.objects.filter(until__lt=before).order_by("pk").values_list("pk", flat=True)


KINDS = [
    Kind("import_file", _("部门送来的文件和其中有问题的行"), _old_files, _drop_files),
    Kind("record", _("被更新或撤销的部门记录"), _ended, lambda ids: erase(Record, ids)),
    Kind("person_dead", _("去世居民的全部资料"), _dead, _erase_persons),
    Kind("person_gone", _("再没有部门提到的居民的全部资料"), _gone, _erase_persons),
    Kind("looks", _("谁看过居民资料的留痕"), _looks, lambda ids: erase(Entry, ids)),
    Kind("trail", _("其他操作留痕"), _trail, lambda ids: erase(Entry, ids)),
    Kind("contact", _("已结案件里诉求人的姓名和电话"), _voices, _forget_contacts),
    Kind("link", _("给本人的一次性链接"), _links, lambda ids: erase(Link, ids)),
]


def retain(now: dt.datetime) -> Counter[str]:
    """Delete all that is due, in batches that each account for themselves; by kind how many."""
    done: Counter[str] = Counter()
    for kind in KINDS:
        if not isinstance(kind.rule.value, int):
            continue
        while count := _batch(kind, now):
            done[kind.name] += count
    return done


def _batch(kind: Kind, now: dt.datetime) -> int:
    with system_scope("retention"):
        before = kind.before(now)
        ids = list(kind.due(before)[:BATCH])
        counts = kind.go(ids) if ids else Counter[str]()
        if counts:
            Deletion.objects.create(
                kind=kind.name, area=settings.CONFIG.area, at=now, days=kind.rule.value, rule=kind.rule.citation,
                before=before, counts=counts,
            )  # fmt: skip
    return len(ids) if counts else 0
