"""How far a long step is, told while its transaction is still open; and whether somebody asked to end it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.registry.imports.sorting import Say
from lifang.blocks.registry.models import Import
from lifang.ground.access.scope import system_scope
from lifang.ground.files.tables import BadFile

STEPS = {
    "reading": gettext_lazy("读文件"),
    "loading": gettext_lazy("边读边写（首次入库，写完前查不了人）"),
    "standing": gettext_lazy("比对上次的数据"),
    "linking": gettext_lazy("认人"),
    "writing": gettext_lazy("写入"),
    "filling": gettext_lazy("写入（首次入库，写完前查不了人）"),
    "persons": gettext_lazy("汇总到人"),
    "undoing": gettext_lazy("恢复以前的记录"),
}
OF = {
    Import.State.READING: ["reading"],
    Import.State.CHECKING: ["reading", "standing", "linking"],
    Import.State.TAKING: ["reading", "standing", "linking", "writing", "persons"],
    Import.State.UNDOING: ["undoing"],
}
ROWS_A_MINUTE = 1_000_000
INSTEAD = {"loading": "reading", "filling": "writing"}
FAILED = "UPDATE registry_import SET state = %s, why = %s, step = '' WHERE id = %s AND state = %s"
TOLD = "UPDATE registry_import SET step = %s, done = %s, whole = %s WHERE id = %s AND state = %s RETURNING id"
# Only a first load, which takes the indexes away, keeps everybody else out of the register.
SHELVED = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'registry_record'::regclass AND granted"
    " AND mode = 'AccessExclusiveLock')"
)
CANCELLED = "SELECT 1 FROM registry_import WHERE id = %s AND state <> %s"
SCOPE = (
    "SELECT set_config('lifang.places', '{[0,1000000000000000)}', true),"
    " set_config('lifang.function', 'system.registry', true)"
)


def steps_of(state: str, step: str) -> list[str]:
    """A first load fills where others write, and that of an empty register does so while it reads."""
    return [step if INSTEAD.get(step) == name else name for name in OF.get(Import.State(state), [])]


def minutes_left() -> int | None:
    """How long a first load goes on, in whole minutes; None while there is none."""
    with system_scope("registry.progress"), connection.cursor() as cursor:
        cursor.execute(SHELVED)
        if not cursor.fetchone()[0]:
            return None
        rows = list(Import.objects.filter(state=Import.State.TAKING).values_list("whole", "done"))
    return 1 + sum(max(whole - done, 0) for whole, done in rows) // ROWS_A_MINUTE if rows else None


class Cancelled(Exception):
    """Somebody ended the import while it ran; nothing of it was kept."""


@contextmanager
def told(import_id: int, state: str, failed: str = Import.State.FAILED) -> Iterator[Say]:
    """`say(step, done, whole)` writes beside the transaction that is open. A file that cannot be read, and an import that
    was cancelled, end quietly, with the reason on the import, which is `failed` then; other errors are told there too, and go
    on to the job."""
    beside = connection.copy()

    def written(sql: str, params: list[Any]) -> bool:
        beside.set_autocommit(False)
        with beside.cursor() as cursor:
            cursor.execute(SCOPE)
            cursor.execute(sql, params)
            found = cursor.rowcount
        beside.commit()
        return found > 0

    def say(step: str, done: int, whole: int) -> None:
        told_it = written(TOLD, [step, done, whole, import_id, state])
        if not told_it and written(CANCELLED, [import_id, state]):
            raise Cancelled(import_id)

    try:
        yield say
    except Cancelled:
        pass
    except BadFile as error:
        written(FAILED, [failed, str(error)[:300], import_id, state])
    except Exception:
        written(FAILED, [failed, _("程序出错了，管理员已能在后台任务里看到"), import_id, state])
        raise
    finally:
        beside.close()
