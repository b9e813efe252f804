"""The part of `bench.places` that runs beside the database: prints seconds as JSON and leaves nothing behind."""

import datetime as dt
import json
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from lifang.ground.access.scope import system_scope  # noqa: E402
from lifang.ground.areas.actions import undo  # noqa: E402
from lifang.ground.areas.imports import import_places  # noqa: E402
from lifang.ground.areas.rewriting import Basis  # noqa: E402
from lifang.server import embedded  # noqa: E402

BARE = "CREATE TEMP TABLE bare (code text, name text, level text, parent text, kind text, lon text, lat text)"


def measure(file: Path) -> dict[str, float]:
    content, got = file.read_bytes(), {}
    with embedded.ensured(settings.CONFIG.data), system_scope("bench.places"):
        start = time.perf_counter()
        basis = Basis(on=dt.date(2026, 1, 1))
        change = import_places(content=content, file_name=file.name, basis=basis, by=None)
        got["import"] = time.perf_counter() - start
        start = time.perf_counter()
        undo(change=change, by=None)
        got["undo"] = time.perf_counter() - start
        with connection.cursor() as cursor:
            cursor.execute(BARE)
            start = time.perf_counter()
            with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(content)
            got["copy"] = time.perf_counter() - start
        transaction.set_rollback(True)
    return got


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
