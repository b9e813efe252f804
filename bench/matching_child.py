"""The part of `bench.matching` that runs beside the database: prints what it measured as JSON.

Made-up persons come in through the import; some of the rows are kept back and sought afterwards. Then somebody of the
whole city finds those who stand by each key, and opens their pages.
"""

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

import django
import numpy as np
import polars as pl
from django.conf import settings
from django.db import connection, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from django.test import Client  # noqa: E402

from bench.imports_child import BEGIN, CITY, _a_community  # noqa: E402
from lifang.blocks.registry import keys  # noqa: E402
from lifang.blocks.registry.comparable import comparable  # noqa: E402
from lifang.blocks.registry.imports import actions, taking  # noqa: E402
from lifang.blocks.registry.imports.sorting import sorted_out  # noqa: E402
from lifang.blocks.registry.linkage import candidates, one, weigh  # noqa: E402
from lifang.blocks.registry.models import Record, System  # noqa: E402
from lifang.blocks.registry.narrowing import Filters  # noqa: E402
from lifang.blocks.registry.queries import page_of  # noqa: E402
from lifang.blocks.registry.seeking import sought  # noqa: E402
from lifang.demo.residents import files, residents  # noqa: E402
from lifang.ground.access.models import Grant, Role, User  # noqa: E402
from lifang.ground.access.scope import scope_of, system_scope  # noqa: E402
from lifang.server import embedded  # noqa: E402

HEADERS = {
    "姓名": "name",
    "性别": "sex",
    "出生日期": "birth",
    "身份证号": "number",
    "联系电话": "phone",
    "现住址": "address",
}
HELD = dt.date(2026, 6, 1)
SLOWLY, EVER = 5, 2**40
LOOKED = 100
SOUGHT = "sought.parquet"
MORE_PERSONS = """
INSERT INTO registry_person (id, area, name, sex, birth, initials, died_on, records, home)
SELECT id + %(at)s * %(step)s, area, name, sex, birth, initials, died_on, records, %(at)s || home
FROM registry_person WHERE id <= %(step)s AND into_id IS NULL
"""
MORE_RECORDS = """
INSERT INTO registry_record (
  id, row, row_key, digest, held_from, known_from, known_until, current, gone, area, name, sex, birth, sound, gate, home, facts,
  sealed, imported_id, person_id, system_id, number_end_key, number_key, phone_end_key, phone_key, typed_key
)
SELECT id + %(at)s * %(record_step)s, row, hashint8extended(row_key, %(at)s), digest, held_from, known_from, known_until, current,
  gone, area, name, sex, birth, sound, %(at)s || gate, %(at)s || home, facts, sealed, imported_id,
  person_id + %(at)s * %(step)s, system_id, number_end_key, hashint8extended(number_key, %(at)s), phone_end_key,
  hashint8extended(phone_key, %(at)s), hashint8extended(typed_key, %(at)s)
FROM registry_record WHERE id <= %(record_step)s
"""
TABLES = ("registry_person", "registry_record", "registry_special", "registry_pair", "registry_conflict")


def take(rows: pl.DataFrame, department: str) -> pl.DataFrame:
    """`truth` and `person` of every row that was taken."""
    system = System.objects.create(code=department, title=department, department=department, area=CITY)
    sheet = rows.select(pl.col(element).alias(header) for header, element in HEADERS.items())
    imported = actions.receive(
        system=system, content=sheet.write_csv().encode(), name=department, held_on=HELD, area=CITY, complete=False, by=None,
    )  # fmt: skip
    told = lambda step, done, whole: None  # noqa: E731
    found = sorted_out(imported, told)
    taking.take(imported, found, told)
    taken = pl.DataFrame(
        list(Record.objects.filter(imported=imported).values_list("row", "person_id")),
        schema=["row", "person"],
        orient="row",
    )
    truth = rows["truth"].gather((taken["row"] - 1 - imported.first).to_list())
    return taken.select("person").with_columns(truth=truth)


def measure(count: int, back: int) -> dict[str, float]:
    rows = files(residents(count, 7), 7)
    kept_back = rows.filter(pl.col("number") != "").sample(back // 2, seed=1)
    kept_back = pl.concat([kept_back, rows.filter(pl.col("number") == "").sample(back // 2, seed=2)])
    rest = rows.join(kept_back.select("id"), on="id", how="anti", maintain_order="left")
    settings.CONFIG.demo = True
    actions.READ_AT_ONCE = EVER
    with embedded.ensured(settings.CONFIG.data), system_scope("registry"):
        _a_community()
        taken = pl.concat([take(rest.filter(source=name), name) for name in rest["source"].unique().sort()])
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_count_anew()")
        got = _sought(kept_back, taken)
        got["records"] = len(taken)
        got["persons"] = taken["person"].n_unique()
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t", [list(TABLES)])
            got["bytes"] = int(cursor.fetchone()[0])
        looked_for = rest.join(taken, on="truth").unique("id").sample(LOOKED, seed=3)
        looked_for.write_parquet(settings.CONFIG.data / SOUGHT)
        got |= _looked(looked_for, _somebody())
    return got


def multiplied(many: int) -> dict[str, float]:
    """The same once so many persons stand: each that stands now many times over, with numbers, telephones and a home of
    their own."""
    with embedded.ensured(settings.CONFIG.data):
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*), max(id) FROM registry_person")
            stand, step = cursor.fetchone()
            cursor.execute("SELECT max(id) FROM registry_record")
            given = {"step": step, "record_step": cursor.fetchone()[0]}
            cursor.execute("SELECT registry_shelve_indexes()")
            for at in range(1, -(-many // stand)):
                cursor.execute(MORE_PERSONS, given | {"at": at})
                cursor.execute(MORE_RECORDS, given | {"at": at})
            cursor.execute("SELECT registry_build_indexes()")
            cursor.execute("VACUUM ANALYZE registry_person, registry_record")
            cursor.execute("SELECT count(*) FROM registry_person")
            got = {"persons": cursor.fetchone()[0]}
        return got | _looked(pl.read_parquet(settings.CONFIG.data / SOUGHT), User.objects.get(username="bench"))


def _somebody() -> User:
    """Who may read every person of the city."""
    role = Role.objects.create(code="bench", name="bench", functions=["person.read", "desk.search"])
    user = User.objects.create(username="bench", name="bench")
    Grant.objects.create(user=user, role=role, area=CITY, purpose="bench", valid=(BEGIN, None))
    return user


def _looked(rows: pl.DataFrame, user: User) -> dict[str, float]:
    """p95 in milliseconds of finding by each key, and of the person page."""
    client, got = Client(), {}
    client.force_login(user)
    ways = {
        "number": rows["number"], "phone": rows["phone"], "end": rows["number"].str.slice(-4), "name": rows["name"],
        "home": rows["address"],
    }  # fmt: skip
    for way, words in ways.items():
        got[f"find by {way}"] = _p95([lambda one=one: _found(user, one) for one in words.to_list() if one])
    got["page"] = _p95([lambda pk=pk: _opened(client, pk) for pk in rows["person"].to_list()])
    return got


def _opened(client: Client, person: int) -> None:
    answer = client.get(f"/desk/persons/{person}/", headers={"host": "localhost"})
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"the person page answers {answer.status_code}")


def _found(user: User, words: str) -> None:
    with scope_of(user, "person.read"):
        page_of(Filters(words=words), sought(words), HELD, size=10)


def _p95(acts: Sequence[Callable[[], object]]) -> float:
    times = []
    for act in acts:
        begun = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - begun))
    return float(np.percentile(times, 95))


def _sought(kept_back: pl.DataFrame, taken: pl.DataFrame) -> dict[str, float]:
    of: dict[int, set[int]] = {
        truth: set(persons) for truth, persons in taken.group_by("truth").agg("person").iter_rows()
    }
    compared = comparable(kept_back)
    times, slow, right, wrong, known, numbered = [], [], 0, 0, 0, 0
    for at, truth in enumerate(kept_back["truth"].to_list()):
        new = compared[at]
        begun = time.perf_counter()
        found = one.persons_of(new)
        times.append(1000 * (time.perf_counter() - begun))
        if at < SLOWLY:
            begun = time.perf_counter()
            near = candidates.of(new.hstack(keys.keys_of(new)))
            weigh.weighed(
                pl.concat([new.with_columns(known=pl.lit(None, pl.Int64)).select(candidates.COMPARED), near]),
                weigh.given(),
            )
            slow.append(1000 * (time.perf_counter() - begun))
        known += truth in of
        if found.state == "clear":
            right += found.likely[0].person in of.get(truth, ())
            wrong += found.likely[0].person not in of.get(truth, ())
        numbered += truth in of and bool(new["number"][0])
    return {
        "p95": float(np.percentile(times, 95)), "median": float(np.median(times)), "splink": float(np.median(slow)),
        "found": right / known, "numbered": numbered / known, "wrong": wrong / len(kept_back),
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "many":
        print(json.dumps(multiplied(int(sys.argv[2]))))
    else:
        print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
