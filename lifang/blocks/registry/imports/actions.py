"""A department's file from its arrival to the register, and back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.imports import files, progress, taking, writing
from lifang.blocks.registry.imports.columns import Layout, guessed, layout
from lifang.blocks.registry.imports.sheet import HEAD_ROWS, sealed_head
from lifang.blocks.registry.imports.sorting import sorted_out
from lifang.blocks.registry.models import Head, Import, System
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.files.tables import BadFile, Top, plain, tops
from lifang.ground.trail.actions import record

READ, CHECK, TAKE, UNDO = "registry.read", "registry.check", "registry.take", "registry.undo"
# What takes longer than a moment to read is read in the background.
READ_AT_ONCE = 4 * 2**20
State = Import.State
LOCK = "SELECT pg_advisory_xact_lock(hashtext('lifang.registry.take'))"


class Refused(Exception):
    """The step cannot be done now; the message says why."""


def receive(
    *,
    system: System,
    content: bytes,
    name: str,
    held_on: dt.date,
    area: int,
    complete: bool,
    by: User,
    purpose: str = "",
) -> Import:
    """Keep a file and guess what its columns are, a long one in the background; without a purpose it has its system's.
    Raises BadFile."""
    imported = Import(
        system=system, area=area, name=name[:200], held_on=held_on, complete=complete, by=by, state=State.READING,
        purpose=purpose or system.purpose,
    )  # fmt: skip
    if len(content) <= READ_AT_ONCE:
        head = _look(imported, content)
        imported.sha256 = files.keep(content)
        imported.save()
        Head.objects.create(imported=imported, sealed=head)
    else:
        imported.sha256 = files.keep(content)
        imported.save()
        app.configure_task(READ, lock="registry").defer(import_id=imported.pk)
    record(what="data.received", kind="import", object_id=imported.pk, area=area, file=name[:200], rows=imported.whole)
    return imported


def read(import_id: int) -> None:
    """Guess the columns of a long file."""
    with progress.told(import_id, State.READING) as say, transaction.atomic():
        imported = Import.objects.select_related("system").get(pk=import_id)
        say("reading", 0, 0)
        head = _look(imported, files.opened(imported.sha256))
        found = {
            name: getattr(imported, name)
            for name in ("state", "sheet", "parts", "unread", "first", "headers", "columns", "whole")
        }
        if not Import.objects.filter(pk=import_id, state=State.READING).update(step="", **found):
            raise progress.Cancelled(import_id)
        Head.objects.create(imported=imported, sealed=head)


def _look(imported: Import, content: bytes) -> bytes:
    """Find the header and guess the columns: of several sheets the one of which most is understood, and with it those of
    the same headers. Returns its first rows, sealed. Raises BadFile."""
    known = packs.elements(imported.area)
    best = None
    whole = tops(content, HEAD_ROWS)
    for sheet in whole:
        found = layout(sheet.rows, known)
        guesses = guessed(sheet.rows, found, known, imported.system.columns)
        understood = sum(1 for guess in guesses if guess.element)
        if best is None or understood > best[0]:
            best = (understood, sheet, found, guesses)
    if best is None or best[1].height <= best[2].first:
        raise BadFile(_("文件里没有数据"))
    _understood, sheet, found, guesses = best
    imported.state, imported.sheet, imported.first = State.MAPPED, sheet.name[:80], found.first
    imported.headers = [header[:60] for header in found.headers]
    imported.columns = {guess.element: str(at) for at, guess in enumerate(guesses) if guess.element}
    imported.parts, imported.unread = _others([one for one in whole if one is not sheet], sheet.height, found, known)
    taken = [one for one in whole if one.name[:80] not in imported.unread]
    heads = found.first + sum(first for _name, _above, first in imported.parts)
    imported.whole = sum(one.height for one in taken) - heads
    return sealed_head(sheet.rows, found.first)


def _others(
    others: Iterable[Top], above: int, found: Layout, known: Mapping[str, Element]
) -> tuple[list[tuple[str, int, int]], list[str]]:
    """`parts` and `unread` of an import."""
    parts, unread = [], []
    for sheet in others:
        at = layout(sheet.rows, known)
        if at.first and _words(at) == _words(found):
            parts.append((sheet.name[:80], above, at.first))
            above += sheet.height - at.first
        else:
            unread.append(sheet.name[:80])
    return parts, unread


def _words(found: Layout) -> list[str]:
    return [plain(word) for word in found.headers if word]


def confirm(*, imported: Import, columns: Mapping[str, str]) -> None:
    """Take the columns as somebody confirmed them (element → column) for this file and the system's next ones, and check
    the file in the background. Raises Refused."""
    if imported.state in Import.BUSY or imported.state in (State.TAKEN, State.UNDONE):
        raise Refused(_("这个文件已经在处理，不能再改列。"))
    if "name" not in columns:
        raise Refused(_("还没有指出哪一列是姓名。"))
    imported.columns = dict(columns)
    _begin(imported, State.CHECKING, CHECK)
    of = {column: element for element, column in columns.items()}
    heard = {plain(header): of.get(str(at), "") for at, header in enumerate(imported.headers) if header}
    with system_scope("registry"):  # a system of the whole county also hears from somebody who answers for a street
        system = System.objects.select_for_update(no_key=True).get(pk=imported.system_id)
        system.columns = {**system.columns, **heard}
        system.save(update_fields=["columns"])
    record(what="data.confirmed", kind="import", object_id=imported.pk, area=imported.area)


def begin_taking(*, imported: Import) -> None:
    """Raises Refused."""
    if imported.state != State.CHECKED:
        raise Refused(_("先预检，看过结果再入库。"))
    _begin(imported, State.TAKING, TAKE)
    record(what="data.taking", kind="import", object_id=imported.pk, area=imported.area)


def _begin(imported: Import, state: str, task: str) -> None:
    imported.state, imported.step, imported.done, imported.why = state, "", 0, ""
    imported.save()
    app.configure_task(task, lock="registry").defer(import_id=imported.pk)


def cancel(*, imported: Import) -> None:
    """What is running stops at its next step and leaves nothing. Raises Refused once it is taken."""
    if imported.state in (State.TAKEN, State.UNDOING, State.UNDONE):
        raise Refused(_("已经入库，要撤销请用「撤销」。"))
    imported.state = State.CANCELLED
    imported.save(update_fields=["state"])
    record(what="data.cancelled", kind="import", object_id=imported.pk, area=imported.area)


def check(import_id: int) -> None:
    """Sort the file out and keep only what came of it."""
    with progress.told(import_id, State.CHECKING) as say, transaction.atomic():
        imported = Import.objects.select_related("system", "by").get(pk=import_id)
        found = sorted_out(imported, say, looked_at=True)
        taking.write_problems(imported, found.problems)
        _ended(imported, State.CHECKING, state=State.CHECKED, counts=found.counts)


def take(import_id: int) -> None:
    """Sort the file out anew, for others may have been taken since, and write what it brings."""
    with progress.told(import_id, State.TAKING) as say, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        imported = Import.objects.select_related("system", "by").get(pk=import_id)
        load = writing.load(imported)
        found = sorted_out(imported, say, load)
        taking.take(imported, found, say, load)
        _ended(imported, State.TAKING, state=State.TAKEN, counts=found.counts, taken_at=timezone.now())
        record(
            what="data.taken", kind="import", object_id=import_id, area=imported.area, **found.counts,
            by=imported.by_id,
        )  # fmt: skip


def _ended(imported: Import, running: str, **result: Any) -> None:
    """Ends quietly where somebody cancelled meanwhile, or confirmed other columns than were read."""
    same = Import.objects.filter(pk=imported.pk, state=running, columns=imported.columns)
    if not same.update(step="", **result):
        raise progress.Cancelled(imported.pk)


def begin_undoing(*, imported: Import, by: User) -> None:
    """Take an import back, the newest of its system first. Raises Refused."""
    if imported.state != State.TAKEN:
        raise Refused(_("这个文件没有入库，没有可撤销的。"))
    with system_scope("registry"):
        if newest := _taken_after(imported):
            raise Refused(_("后来还入库了「{name}」，请先撤销它。").format(name=newest.name))
    imported.state, imported.step, imported.why = State.UNDOING, "", ""
    imported.save(update_fields=["state", "step", "why"])
    app.configure_task(UNDO, lock="registry").defer(import_id=imported.pk, by=by.pk)
    record(what="data.undoing", kind="import", object_id=imported.pk, area=imported.area)


def _taken_after(imported: Import) -> Import | None:
    later = Import.objects.filter(system=imported.system, state=State.TAKEN, taken_at__gt=imported.taken_at)
    return later.order_by("-taken_at").first()


def undo(import_id: int, by: int) -> None:
    """Put back what stood before, whole. Where another file of the system was taken meanwhile, nothing changes."""
    with progress.told(import_id, State.UNDOING, failed=State.TAKEN) as say, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        imported = Import.objects.get(pk=import_id)
        if newest := _taken_after(imported):
            raise BadFile(_("后来还入库了「{name}」，请先撤销它。").format(name=newest.name))
        say("undoing", 0, 0)
        taking.undo(imported, User.objects.get(pk=by))
        _ended(imported, State.UNDOING, state=State.UNDONE, undone_at=timezone.now())
        record(what="data.undone", kind="import", object_id=import_id, area=imported.area, by=by)
