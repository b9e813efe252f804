"""The part of `bench.imports` that runs beside the database: prints seconds as JSON and leaves nothing behind."""

import contextlib
import datetime as dt
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django
import polars as pl
from django.conf import settings
from django.db import connection, connections, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from bench.serving import CACHE  # noqa: E402
from lifang.blocks.registry.imports import actions, sheet, taking, writing  # noqa: E402
from lifang.blocks.registry.imports.sorting import sorted_out  # noqa: E402
from lifang.blocks.registry.models import System  # noqa: E402
from lifang.demo import departments, residents  # noqa: E402
from lifang.ground.access.scope import system_scope  # noqa: E402
from lifang.ground.areas.codes import level_of, parent_of  # noqa: E402
from lifang.ground.areas.models import Area, AreaChange  # noqa: E402
from lifang.ground.files import tables  # noqa: E402
from lifang.ground.files.tables import Sheet  # noqa: E402
from lifang.server import embedded  # noqa: E402

CITY, DISTRICT = 360100 * 10**9, 360102 * 10**9
BEGIN = dt.date(2020, 1, 1)


def file_of(kind: str, count: int) -> Path:
    """Made in a process of its own, so that its memory is not measured with the import's."""
    path = CACHE / f"residents-{count}.{kind}"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "bench.imports_child", "make", kind, str(count), str(path)], check=True)
    return path


def make(kind: str, count: int, path: Path) -> None:
    people = residents.residents(count, 7)
    rows = (
        residents.files(people, 7)
        .filter(pl.col("source") != "police")
        .unique("truth", keep="first", maintain_order=True)
    )
    more = residents.residents(count * 2, 8)
    rows = pl.concat([rows, residents.files(more, 8).with_columns(pl.col("truth") % count)]).head(count)
    wide = departments.sheet(people, rows, ["阳明社区"])
    headers = {element: header for columns in departments.SHEETS.values() for header, element in columns.items()}
    headers["politics"] = "政治面貌"
    wide = wide.select(pl.col(element).alias(header) for element, header in headers.items())
    path.write_bytes(
        departments.as_csv(wide, "utf-8") if kind == "csv" else departments.as_xlsx(wide, "人口表", dt.date(2026, 6, 1))
    )


def _a_community() -> None:
    begun = AreaChange.objects.create(kind="import", area=CITY, on=BEGIN)
    for code, name, kind in ((CITY, "市", "city"), (DISTRICT, "区", "county"), (DISTRICT + 10**6, "街道", "street"),
                             (DISTRICT + 10**6 + 1000, "阳明社区", "community")):  # fmt: skip
        Area.objects.create(
            code=code, name=name, initials="", level=level_of(code), kind=kind, parent_code=parent_of(code),
            valid=(BEGIN, None), begun_by=begun,
        )  # fmt: skip


def _spent() -> tuple[float, float, float]:
    """Seconds of the clock, of this process's processor time and of PostgreSQL's: its backend here and helpers that ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = _stat(cursor.fetchone()[0])
    ticks = sum(map(int, (*backend[11:13], *_stat(int(backend[1]))[13:15])))
    return time.perf_counter(), time.process_time(), ticks / os.sysconf("SC_CLK_TCK")


def _clocked() -> list[float]:
    """Seconds that the taking waits for each piece of the file, less those in which other threads did their work."""
    read: list[float] = []

    def pieces(content: bytes) -> Iterator[Sheet]:
        found = tables.pieces(content)
        while True:
            begun, own, all_threads = time.perf_counter(), time.thread_time(), time.process_time()
            piece = next(found, None)
            beside = time.process_time() - all_threads - (time.thread_time() - own)
            read.append(max(time.perf_counter() - begun - beside, 0))
            if piece is None:
                return
            yield piece

    sheet.pieces = pieces
    return read


@contextlib.contextmanager
def _swept() -> Iterator[None]:
    """What an earlier measurement rolled back lies in the tables no more."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE registry_record, registry_person CASCADE")
    connections["owner"].close()
    yield


def _stat(process: int) -> list[str]:
    """What proc_pid_stat(5) tells from the state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def measure(kind: str, count: int) -> dict[str, float]:
    content, got = file_of(kind, count).read_bytes(), {}
    actions.READ_AT_ONCE = 2**40
    with embedded.ensured(settings.CONFIG.data), _swept(), system_scope("registry"):
        _a_community()
        system = System.objects.create(code="bench", title="bench", department="health", area=CITY)
        read = _clocked()
        begun = time.perf_counter()
        imported = actions.receive(
            system=system, content=content, name="bench", held_on=dt.date(2026, 6, 1), area=CITY, complete=False,
            by=None,
        )  # fmt: skip
        imported.refresh_from_db()  # as the background job reads it, its columns sorted
        del content
        receiving = time.perf_counter() - begun
        read.clear()
        steps: list[tuple[str, tuple[float, float, float]]] = []

        def say(step: str, done: int, whole: int) -> None:
            steps.append((step, _spent()))

        load = writing.load(imported)
        found = sorted_out(imported, say, load)
        taking.take(imported, found, say, load)
        connection.check_constraints()
        say("end", 0, 0)
        took: dict[str, list[float]] = {}
        for (step, begins), (_next, ends) in itertools.pairwise(steps):
            spent = took.get(step, [0.0, 0.0, 0.0])
            took[step] = [sum_ + after - before for sum_, before, after in zip(spent, begins, ends, strict=True)]
        apart = took.get("linking", [0.0, 0.0, 0.0])
        whole = [sum(spent) for spent in zip(*took.values(), strict=True)]
        got["whole"] = whole[0]
        got["reading"], got["receiving"] = sum(read), receiving
        got["written"] = whole[0] - apart[0] - (got["reading"] if kind == "xlsx" else 0)
        got["loaded"] = took["loading"][0] - (got["reading"] if kind == "xlsx" else 0)
        got["python"], got["postgres"] = ((whole[at] - apart[at]) / count * 10**6 for at in (1, 2))
        got["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for step, spent in took.items():
            print(step, *(f"{seconds / count * 10**6:.1f}" for seconds in spent), "µs a row", file=sys.stderr)
        print(found.counts, file=sys.stderr)
        print(found.problems.group_by("element", "wrong").len(), file=sys.stderr)
        with connection.cursor() as cursor:
            names = [f"c{n}" for n in range(len(imported.headers))]
            cursor.execute(f"CREATE TEMP TABLE bare ({', '.join(f'{name} text' for name in names)})")
            rows = tables.sheets(file_of(kind, count).read_bytes())[0].rows
            start = time.perf_counter()
            with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
                copy.write(rows.write_csv(include_header=False).encode())
            got["copy"] = time.perf_counter() - start
        transaction.set_rollback(True)
    return got


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
