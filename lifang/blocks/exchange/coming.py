"""What comes in through the API: rows become a file of their sender's, kept and taken like any other."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports import actions, files
from lifang.blocks.registry.models import Import, System
from lifang.ground.access.models import User
from lifang.ground.trail.actions import record

GO_ON = "exchange.go_on"
Row = Mapping[str, str]


def deliver(
    *, system: System, key: str, rows: Sequence[Row], held_on: dt.date, area: int, complete: bool, by: User
) -> tuple[Import, bool]:
    """The import that takes these rows (element → value), and whether it is new: a key of the sender's that came before
    gives the import that it gave then. Raises BadFile, actions.Refused."""
    before = Import.objects.filter(system=system, key=key).first()
    if before is not None:
        return before, False
    names = [name for name in packs.elements(area) if any(name in row for row in rows)]
    try:
        with transaction.atomic():
            imported = actions.receive(
                system=system, content=_as_csv(names, rows, area), name=f"{key}.csv", held_on=held_on, area=area,
                complete=complete, by=by,
            )  # fmt: skip
            Import.objects.filter(pk=imported.pk).update(key=key)
            imported.key, imported.first = key, 1
            _begin(imported, {name: str(at) for at, name in enumerate(names)})
    except IntegrityError:
        return Import.objects.get(system=system, key=key), False
    return imported, True


def _as_csv(names: Sequence[str], rows: Sequence[Row], area: int) -> bytes:
    elements, out = packs.elements(area), io.StringIO()
    written = csv.writer(out)
    written.writerow([elements[name].title for name in names])
    written.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def _begin(imported: Import, columns: Mapping[str, str]) -> None:
    """Check it, and take it once it is checked: both wait for their turn behind the same lock."""
    actions.confirm(imported=imported, columns=columns)
    app.configure_task(GO_ON, lock="registry").defer(import_id=imported.pk)


def replay(*, imported: Import, by: User) -> Import:
    """Send a kept file again as it came: what stands already says nothing new. Raises BadFile, FileNotFoundError."""
    content = files.opened(imported.sha256)
    again = actions.receive(
        system=imported.system, content=content, name=imported.name, held_on=imported.held_on, area=imported.area,
        complete=imported.complete, by=by,
    )  # fmt: skip
    again.first = imported.first
    actions.confirm(imported=again, columns=imported.columns)
    record(what="data.replayed", kind="import", object_id=again.pk, area=again.area, of=imported.pk)
    return again


def go_on(import_id: int) -> None:
    """Take what came through the API, if its check went well."""
    imported = Import.objects.get(pk=import_id)
    if imported.state == Import.State.CHECKED:
        actions.begin_taking(imported=imported)
