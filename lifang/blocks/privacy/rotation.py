"""Changing the key that seals: a new one is made, what older ones sealed is sealed anew, an old one unused retires.

Nothing is noted about how far it has come: what is left is what still begins with the number of an older key. It may
be killed at any moment and begun again.
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.imports import files
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope
from lifang.ground.files.whole import write_whole

BATCH = 1000
FOLDERS = {"imports": (files.BINDING, _("部门送来的文件"))}
"""Folders of sealed files in the data folder: the binding of their files, and what they are in words."""
RESEAL = "privacy.reseal"
LATE = dt.timedelta(minutes=1)


class InUse(Exception):
    """The key is needed still."""


@dataclass(frozen=True)
class Column:
    """A column of sealed values: names of table, column and primary key, the key's type, the binding, and words."""

    table: str
    name: str
    pk: str
    pk_type: str
    binding: str
    title: str

    @property
    def path(self) -> str:
        return f"{self.table}.{self.name}"


def columns() -> list[Column]:
    """Every column of sealed values of every room."""
    found = []
    for model in apps.get_models():
        pk = model._meta.pk
        for field in model._meta.local_fields:
            if isinstance(field, vault.Sealed):
                kind = str(pk.rel_db_type(connection))
                found.append(
                    Column(
                        model._meta.db_table, str(field.column), str(pk.column), kind, field.binding, str(field.title)
                    )
                )
    return found


def _files(folder: str) -> Iterator[Path]:
    for path in sorted((Path(settings.DATA_DIR) / folder).glob("*")):
        if path.is_file() and path.stat().st_size:
            yield path


def _number(path: Path) -> int:
    with open(path, "rb") as file:
        return file.read(1)[0]


def counted() -> dict[str, Counter[int]]:
    """How many values of each column (table.column) and files of each folder each key sealed."""
    found: dict[str, Counter[int]] = {}
    with system_scope("keys"), connection.cursor() as cursor:
        for column in columns():
            cursor.execute(
                f"SELECT get_byte({column.name}, 0), count(*) FROM {column.table} WHERE length({column.name}) > 0 GROUP BY 1"
            )
            found[column.path] = Counter(dict(cursor.fetchall()))
    for folder in FOLDERS:
        found[folder] = Counter(map(_number, _files(folder)))
    return found


def reseal() -> Counter[str]:
    """Seal anew, in batches, all that older keys sealed. By column or folder how many; what no key opens stays."""
    newest, done = vault.newest(), Counter[str]()
    for column in columns():
        after = None
        while (batch := _batch(column, newest, after)) is not None:
            after, count = batch
            done[column.path] += count
    for folder, (binding, _title) in FOLDERS.items():
        for path in _files(folder):
            if _number(path) != newest and _file(path, binding):
                done[folder] += 1
    return done


def _batch(column: Column, newest: int, after: int | str | None) -> tuple[int | str, int] | None:
    """Seal the next rows anew in a transaction of their own; the last one's key and how many, or None at the end."""
    beyond = f"AND {column.pk} > %s" if after is not None else ""
    with system_scope("keys"), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column.pk}, {column.name} FROM {column.table}"
            f" WHERE length({column.name}) > 0 AND get_byte({column.name}, 0) <> %s {beyond}"
            f" ORDER BY {column.pk} LIMIT {BATCH} FOR NO KEY UPDATE",
            [newest, *([after] if after is not None else [])],
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        anew = {pk: text for pk, sealed in rows if (text := _anew(bytes(sealed), column.binding)) is not None}
        cursor.execute(
            f"UPDATE {column.table} t SET {column.name} = n.text"
            f" FROM unnest(%s::{column.pk_type}[], %s::bytea[]) n(pk, text) WHERE t.{column.pk} = n.pk",
            [list(anew), list(anew.values())],
        )
        return rows[-1][0], len(anew)


def _anew(sealed: bytes, binding: str) -> bytes | None:
    try:
        return vault.seal_bytes(vault.unseal_bytes(sealed, binding), binding)
    except vault.Unreadable:
        return None


def _file(path: Path, binding: str) -> bool:
    """Write a file anew beside the old one and put it in its place."""
    if (sealed := _anew(path.read_bytes(), binding)) is None:
        return False
    write_whole(path, sealed, times_of=path)
    return True


def retire() -> list[int]:
    """Put the old keys that nothing needs into `keys/retired`; their numbers. Raises InUse with the reason."""
    keys = vault.keys()
    newest = max(keys, default=1)
    old = [number for number in keys if number != newest]
    if not old:
        return []
    made = dt.datetime.fromtimestamp(keys[newest].stat().st_mtime, dt.UTC)
    if timezone.now() < made + LATE or (begun := _oldest_transaction()) and begun < made + LATE:
        raise InUse("something that began before the newest key may still write under an older one; try again later")
    used = {number for counts in counted().values() for number in counts}
    gone = [number for number in old if number not in used]
    if not gone:
        raise InUse(
            "values sealed by older keys remain; `lifang keys` counts them, `lifang keys reseal` seals them anew"
        )
    for number in gone:
        kept = keys[number].parent / "retired"
        kept.mkdir(mode=0o700, exist_ok=True)
        os.replace(keys[number], kept / keys[number].name)
    return gone


def _oldest_transaction() -> dt.datetime | None:
    """When the oldest transaction of others began that is still open."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
        (found,) = cursor.fetchone()
    return found
