"""Files of entries: taken whole or refused whole, with row, column and reason; shown before they are taken."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django import forms
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers import actions, queries
from lifang.blocks.registers.columns import choices_of, day_in, form_field, kept, read
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.linking import Residents
from lifang.blocks.registers.models import SEALED, Entry, File, Member, Statement
from lifang.blocks.registers.queries import HEAD, When
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.areas.codes import COMMUNITY, BadCode, at_level, parse
from lifang.ground.areas.models import Area
from lifang.ground.areas.sheets import read as read_table
from lifang.ground.files.tables import BadFile, plain, small
from lifang.ground.trail.actions import record

# What one request reads, checks and writes within seconds.
MOST_ROWS, MOST_CHANGED = 5_000, 500
MOST_SHOWN = 200
NAME, PLACE, SINCE, PHONE = ":name", ":place", ":since", ":phone"
# Of two files of a register that come at once the second sees what the first brought.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('registers.take', hashtext(%s)))"


class Wrong(NamedTuple):
    """A cell that cannot be taken, by the row that a spreadsheet shows and its header."""

    row: int
    column: str
    value: str
    reason: str


class NotTaken(Exception):
    """Nothing of the file was taken; `wrong` says why, row by row."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__()
        self.wrong = wrong


class Outcome(NamedTuple):
    """What a row brings: a new entry, or the titles of what changes in one that is there."""

    row: int
    name: str
    new: bool
    titles: list[str]


@dataclass
class Row:
    number: int
    area: int
    name: str
    since: dt.date
    facts: dict[str, Any]
    phone: str = ""
    people: dict[str, list[str]] = field(default_factory=dict)


def headers(kind: RegisterKind) -> dict[str, list[str]]:
    """What may stand above each column of a file; the first is what an export writes. Roles begin with a dot, what every entry has with a colon."""
    found = {
        PLACE: ["所在社区", "社区", "所属社区", "社区名称", "村（社区）", "村社区", "地点", "所在地", "网格"],
        NAME: ["名称", *kind.headers, f"{kind.title}名称", kind.title],
        SINCE: ["从哪天起", "成立日期", "成立时间", "设立日期", "开始日期", "登记日期", "日期"],
    }
    for name, column in kind.columns.items():
        found[name] = [column.title, *column.headers]
    for role, title in kind.roles.items():
        found[f".{role}"] = [title, *(["负责人", "姓名"] if role == HEAD else [])]
    if HEAD in kind.roles:
        found[PHONE] = [f"{kind.roles[HEAD]}电话", "联系电话", "电话", "负责人电话"]
    taken: set[str] = set()
    for words in found.values():
        words[:] = [word for word in words if plain(word) not in taken and not taken.add(plain(word))]  # type: ignore[func-returns-value]
    return {name: words for name, words in found.items() if words}


def take(*, kind: str, content: bytes, name: str, area: int, held_on: dt.date, by: User | None) -> File:
    """Raises BadFile, Refused where it was taken before, NotTaken."""
    return _taken(kind, content, name, area, held_on, by)[0]


@transaction.atomic
def preview(
    *, kind: str, content: bytes, name: str, area: int, held_on: dt.date, by: User | None
) -> tuple[dict[str, int], list[Outcome]]:
    """What taking the file would bring: it is taken and let go again. Raises what `take` raises."""
    with transaction.atomic():
        file, outcomes = _taken(kind, content, name, area, held_on, by)
        transaction.set_rollback(True)
    return file.counts, outcomes


@transaction.atomic
def _taken(
    kind: str, content: bytes, name: str, area: int, held_on: dt.date, by: User | None
) -> tuple[File, list[Outcome]]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [kind])
    shape = packs.register_kinds(area)[kind]
    digest = hashlib.sha256(content).hexdigest()
    if before := File.objects.filter(kind=kind, sha256=digest, undone_at=None).first():
        raise Refused(
            _("这个文件 {day} 已经导入过（{name}），没有再导入。").format(
                day=timezone.localdate(before.at), name=before.name
            )
        )
    rows = _rows(kind, shape, content, name, area, held_on)
    file = File.objects.create(kind=kind, area=area, name=name[:200], sha256=digest, held_on=held_on, by=by)
    file.counts, outcomes = _write(file, shape, rows, held_on, by)
    file.save(update_fields=["counts"])
    record(what="register.imported", kind="register", object_id=file.pk, area=area, register=kind, **file.counts)
    return file, outcomes


def _rows(kind: str, shape: RegisterKind, content: bytes, name: str, area: int, held_on: dt.date) -> list[Row]:
    words = headers(shape)
    table = read_table(small(content), name, words, [PLACE, NAME] if kind_has_names(shape) else [PLACE])
    reader = _Reader(shape, area, held_on)
    lines = list(islice(table.rows, MOST_ROWS + 1))
    if len(lines) > MOST_ROWS:
        raise BadFile(_("一次最多导入 {n} 行，请分成几个文件。").format(n=MOST_ROWS))
    rows: list[Row] = []
    for number, cells in lines:
        given = {column: cells[at].strip() if at < len(cells) else "" for column, at in table.columns.items()}
        if any(given.values()) and (row := reader.row(number, given)):
            rows.append(row)
    reader.doubled(rows)
    if reader.wrong:
        raise NotTaken(reader.wrong)
    if not rows:
        raise BadFile(_("文件里没有一行内容。"))
    return rows


def kind_has_names(kind: RegisterKind) -> bool:
    """Things of which each is one of the kind's items need no name of their own."""
    return not kind.items


class _Reader:
    def __init__(self, kind: RegisterKind, area: int, held_on: dt.date) -> None:
        self.kind, self.held_on, self.wrong = kind, held_on, list[Wrong]()
        self.titles = {name: words[0] for name, words in headers(kind).items()}
        entries = queries.named(kind, area, When(held_on))
        self.called: dict[tuple[str, str], list[Statement]] = {}
        for one in queries.nameable(kind, area, When(held_on)):
            self.called.setdefault((one.entry.kind, one.name), []).append(one)
        self.choices = {name: choices_of(kind, column, area, entries) for name, column in kind.columns.items()}
        self.fields = {name: form_field(kind, column, area, entries) for name, column in kind.columns.items()}
        self.places: dict[str, list[int]] = {}
        self.codes = set()
        for code, title in Area.objects.as_of(held_on).below(area).values_list("code", "name"):
            self.places.setdefault(title, []).append(code)
            self.codes.add(code)

    def row(self, number: int, given: Mapping[str, str]) -> Row | None:
        before = len(self.wrong)
        area = self._place(number, given.get(PLACE, ""))
        since = self._day(number, given.get(SINCE, ""))
        facts: dict[str, Any] = {}
        for column, shape in self.kind.columns.items():
            cell = given.get(column, "")
            asked = read(shape, cell, self.choices[column])
            if shape.kind == "entry" and area is not None:
                asked = self._entry(shape.register, cell, area)
            try:
                value = self.fields[column].clean(asked)
            except forms.ValidationError as error:
                self._bad(number, column, cell, " ".join(error.messages))
                continue
            if value not in (None, "", []):
                facts[column] = kept(value)
        name = given.get(NAME, "") or (self._item_title(facts) if self.kind.items else "")
        if not name or len(name) > 120:
            self._bad(number, NAME, name, _("名称必填，最多 120 个字。"))
        phone = given.get(PHONE, "")
        if phone and not 5 <= len(vault.phone_digits(phone)) <= 20:
            self._bad(number, PHONE, vault.mask_phone(phone), _("电话要填 5 到 20 位数字。"))
        people = {role: _people(given.get(f".{role}", "")) for role in self.kind.roles}
        for role, names in people.items():
            if any(len(one) > 60 for one in names) or (role == HEAD and len(names) > 1):
                self._bad(number, f".{role}", given[f".{role}"], _("一格写一个人；多人用顿号隔开，每人最多 60 个字。"))
        if phone and not people.get(HEAD):
            self._bad(number, PHONE, vault.mask_phone(phone), _("写了电话，却没有写是谁的。"))
        if len(self.wrong) > before or area is None or since is None:
            return None
        return Row(number, area, name, since, facts, phone, {role: names for role, names in people.items() if names})

    def doubled(self, rows: Iterable[Row]) -> None:
        """Two rows of one credit code at one place."""
        seen: dict[tuple[int, str], int] = {}
        for row in rows:
            if number := actions.number_of(self.kind, row.facts):
                if (row.area, number) in seen:
                    column = next(name for name, one in self.kind.columns.items() if one.kind == "credit")
                    self._bad(
                        row.number,
                        column,
                        number,
                        _("与第 {row} 行是同一信用代码。").format(row=seen[row.area, number]),
                    )
                seen[row.area, number] = row.number

    def _bad(self, number: int, column: str, value: str, reason: str) -> None:
        self.wrong.append(Wrong(number, self.titles.get(column, ""), value[:60], reason))

    def _place(self, number: int, cell: str) -> int | None:
        found = self.places.get(cell, [])
        if not found and cell[:1].isdigit():
            try:
                found = [code] if (code := parse(cell)) in self.codes else []
            except BadCode as error:
                self._bad(number, PLACE, cell, str(error))
                return None
        if len(found) == 1:
            return found[0]
        reason = _("有几个地方都叫这个名字，请改写区划代码。") if found else _("这次导入的范围里没有这个地方。")
        self._bad(number, PLACE, cell, reason if cell else _("没有写是哪里的。"))
        return None

    def _entry(self, register: str, cell: str, area: int) -> str:
        """The entry of this name in the row's community, else the only one of the name; the cell where there is none."""
        called = self.called.get((register, cell), [])
        near = [one for one in called if at_level(one.area, COMMUNITY) == at_level(area, COMMUNITY)] or called
        return str(near[0].entry_id) if len(near) == 1 else cell

    def _day(self, number: int, cell: str) -> dt.date | None:
        if not cell:
            return self.held_on
        try:
            return dt.date.fromisoformat(day_in(cell))
        except ValueError:
            self._bad(number, SINCE, cell, _("这不是日期，应如 2026-03-01。"))
            return None

    def _item_title(self, facts: Mapping[str, Any]) -> str:
        return next(
            (self.kind.items[value].title for value in map(str, facts.values()) if value in self.kind.items), ""
        )


def _people(cell: str) -> list[str]:
    for mark in "，,;；/":
        cell = cell.replace(mark, "、")
    return [name.strip() for name in cell.split("、") if name.strip()]


def _write(
    file: File, shape: RegisterKind, rows: list[Row], held_on: dt.date, by: User | None
) -> tuple[dict[str, int], list[Outcome]]:
    outcomes: list[Outcome] = []
    counts = {"rows": len(rows), "new": 0, "changed": 0, "same": 0}
    there = _there(file.kind, shape, file.area, held_on)
    people: dict[int, set[tuple[str, str]]] = {}
    for entry_id, role, name in queries.members(When(held_on), [one.entry_id for one in there.values()]).values_list(
        "entry", "role", "name"
    ):
        people.setdefault(entry_id, set()).add((role, name))
    now = timezone.now()
    residents = Residents(file.area, (name for row in rows for names in row.people.values() for name in names))
    fresh: list[tuple[Row, Entry]] = []
    for row in rows:
        statement = there.get(_key(shape, row.area, row.name, row.facts, row.since))
        if statement is None:
            _told(row, lambda row=row: row.facts.update(actions.guarded(file.kind, row.area, row.facts, row.since)))
            entry = Entry(kind=file.kind, area=row.area, name=row.name, number=actions.number_of(shape, row.facts))
            fresh.append((row, entry))
            outcomes.append(Outcome(row.number, row.name, new=True, titles=[]))
            continue
        facts = {**statement.facts, **row.facts}
        differs = (facts, row.name) != (statement.facts, statement.name)
        if differs:
            _told(row, lambda row=row, statement=statement, facts=facts: actions.change(
                entry=statement.entry, shape=shape, area=row.area, name=row.name, facts=facts, held_from=held_on,
                reason=file.name[:200], by=by, file=file,
            ))  # fmt: skip
        joined = _people_of(
            row, shape, statement.entry, people.setdefault(statement.entry_id, set()), held_on, by, file, residents
        )
        if joined or differs:
            titles = [
                column.title for key, column in shape.columns.items() if facts.get(key) != statement.facts.get(key)
            ]
            titles += [_("名称")] if row.name != statement.name else []
            outcomes.append(Outcome(row.number, row.name, new=False, titles=[*titles, *joined]))
            counts["changed"] += 1
            if counts["changed"] > MOST_CHANGED:
                raise BadFile(_("一次最多改动 {n} 条已经登记的，请分成几个文件。").format(n=MOST_CHANGED))
        else:
            counts["same"] += 1
    _new(fresh, file, by, now, residents)
    counts["new"] = len(fresh)
    return counts, outcomes


def _told(row: Row, act: Any) -> None:
    try:
        act()
    except Refused as refused:
        raise NotTaken([Wrong(row.number, "", row.name, refused.message)]) from refused


def _there(kind: str, shape: RegisterKind, area: int, on: dt.date) -> dict[tuple[Any, ...], Statement]:
    """The entries of the place by what they are known again by."""
    found: dict[tuple[Any, ...], Statement] = {}
    for one in queries.within(queries.said(When(on), [kind]), area):
        found[_key(shape, one.area, one.name, one.facts, one.held_from)] = one
    return found


def _key(shape: RegisterKind, area: int, name: str, facts: Mapping[str, Any], since: dt.date) -> tuple[Any, ...]:
    """An organisation by its credit code, a thing by its serial number, an activity by its day, all others by name."""
    if number := actions.number_of(shape, facts):
        return area, "number", number
    if shape.group == "equipment":
        return (area, "serial", serial) if (serial := facts.get("serial")) else (area, object())
    return area, name, since if shape.group == "activity" else None


def _new(fresh: list[tuple[Row, Entry]], file: File, by: User | None, now: dt.datetime, residents: Residents) -> None:
    taken = {
        (one.area, one.number): one
        for one in Entry.objects.filter(number__in={entry.number for _row, entry in fresh} - {""}, ended=False)
    }
    wrong = [
        Wrong(row.number, "", row.name, _("这个地方已经登记了同一信用代码的「{name}」。").format(name=taken[entry.area, entry.number].name))
        for row, entry in fresh
        if (entry.area, entry.number) in taken
    ]  # fmt: skip
    if wrong:
        raise NotTaken(wrong)
    Entry.objects.bulk_create([entry for _row, entry in fresh], batch_size=2000)
    Statement.objects.bulk_create(
        [
            Statement(
                entry=entry, area=row.area, name=row.name, facts=row.facts, held_from=row.since, by=by, known_from=now,
                file=file,
            )
            for row, entry in fresh
        ],
        batch_size=2000,
    )  # fmt: skip
    Member.objects.bulk_create(
        [
            Member(
                entry=entry, role=role, name=name, since=row.since, by=by, known_from=now, file=file,
                phone=vault.seal(row.phone, SEALED) if role == HEAD else b"",
                person=residents.only(row.area, name, row.phone if role == HEAD else ""),
            )
            for row, entry in fresh
            for role, names in row.people.items()
            for name in names
        ],
        batch_size=2000,
    )  # fmt: skip


def _people_of(
    row: Row,
    shape: RegisterKind,
    entry: Entry,
    there: set[tuple[str, str]],
    on: dt.date,
    by: User | None,
    file: File,
    residents: Residents,
) -> list[str]:
    """Whoever the row names and the register does not; those it does not name stay. Answers their roles' titles."""
    fresh = [(role, name) for role, names in row.people.items() for name in names if (role, name) not in there]
    for role, name in fresh:
        _told(row, lambda role=role, name=name: actions.join(
            entry=entry, role=role, name=name, since=on, by=by, phone=row.phone if role == HEAD else "", file=file,
            person=residents.only(row.area, name, row.phone if role == HEAD else ""),
        ))  # fmt: skip
    if HEAD in dict(fresh):
        there -= {one for one in there if one[0] == HEAD}
    there.update(fresh)
    return [title for role, title in shape.roles.items() if role in dict(fresh)]
