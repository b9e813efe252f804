"""What comes in through the API: rows become a file of their sender's, kept and taken like any other."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from lifang.blocks.exchange.models import Contract
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports import actions, files
from lifang.blocks.registry.models import Import, System
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.actions import record

GO_ON, READ_ON = "exchange.go_on", "exchange.read_on"
Row = Mapping[str, str]


class KeyTaken(Exception):
    """The sender's key came before with other rows, or from elsewhere."""


def may_send(account: User, system: System) -> bool:
    """An account speaks for the systems of its own department, and for those with which it has a contract in force."""
    if account.unit is not None and account.unit.kind == system.department:
        return True
    with system_scope("registry"):
        return Contract.objects.in_force(account).filter(system=system).exists()


def deliver(
    *, system: System, key: str, rows: Sequence[Row], held_on: dt.date, area: int, complete: bool, by: User
) -> tuple[Import, bool]:
    """The import that takes these rows (element → value), and whether it is new: a key of the sender's that came before
    gives the import that it gave then. Raises BadFile, KeyTaken, actions.Refused."""
    names = [name for name in packs.elements(area) if any(name in row for row in rows)]
    content = _as_csv(names, rows, area)
    same = {
        "sha256": hashlib.sha256(content).hexdigest(), "held_on": held_on, "area": area, "complete": complete,
    }  # fmt: skip
    if (before := _before(system, key, same)) is not None:
        return before, False
    try:
        with transaction.atomic():
            imported = actions.receive(
                system=system, content=content, name=f"{key}.csv", held_on=held_on, area=area,
                complete=complete, by=by,
            )  # fmt: skip
            Import.objects.filter(pk=imported.pk).update(key=key)
            imported.key = key
            _begin(imported, {name: str(at) for at, name in enumerate(names)}, 1)
    except IntegrityError:
        if (before := _before(system, key, same)) is None:
            raise
        return before, False
    return imported, True


def _before(system: System, key: str, same: Mapping[str, object]) -> Import | None:
    """What came under this key, wherever it is of. Raises KeyTaken."""
    with system_scope("registry"):
        before = Import.objects.filter(system=system, key=key).first()
    if before is not None and any(getattr(before, name) != value for name, value in same.items()):
        raise KeyTaken(_("批次号「{key}」已经送过别的内容，这次的没有收下。请换一个批次号。").format(key=key))
    return before


def _as_csv(names: Sequence[str], rows: Sequence[Row], area: int) -> bytes:
    elements, out = packs.elements(area), io.StringIO()
    written = csv.writer(out)
    written.writerow([elements[name].title for name in names])
    written.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def _begin(imported: Import, columns: Mapping[str, str], first: int) -> None:
    """Check it, and take what came through the API once it is checked; a long file is read before. Each waits for its
    turn behind the same lock."""
    if imported.state == Import.State.READING:
        app.configure_task(READ_ON, lock="registry").defer(import_id=imported.pk, columns=dict(columns), first=first)
        return
    imported.first = first
    actions.confirm(imported=imported, columns=columns)
    if imported.key:
        app.configure_task(GO_ON, lock="registry").defer(import_id=imported.pk)


def read_on(import_id: int, columns: Mapping[str, str], first: int) -> None:
    """Go on with a long file, once it is read, by columns that are known already."""
    actions.read(import_id)
    imported = Import.objects.get(pk=import_id)
    if imported.state == Import.State.MAPPED:
        _begin(imported, columns, first)


def replay(*, imported: Import, by: User) -> Import:
    """Send a kept file again as it came: what stands already says nothing new. Raises BadFile, FileNotFoundError."""
    content = files.opened(imported.sha256)
    again = actions.receive(
        system=imported.system, content=content, name=imported.name, held_on=imported.held_on, area=imported.area,
        complete=imported.complete, purpose=imported.purpose, by=by,
    )  # fmt: skip
    _begin(again, imported.columns, imported.first)
    record(what="data.replayed", kind="import", object_id=again.pk, area=again.area, of=imported.pk)
    return again


def go_on(import_id: int) -> None:
    """Take what came through the API, if its check went well. A complete list ends all whom it does not name: it waits
    until somebody at the desk has looked."""
    imported = Import.objects.get(pk=import_id)
    if imported.state == Import.State.CHECKED and not imported.complete:
        actions.begin_taking(imported=imported)
