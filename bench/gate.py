"""One sending to 2,500 communities, all of it (verdict, the list of who is reached, a case for each place), beside bare INSERTs."""

import time
import uuid

import psycopg

from bench import serving
from lifang.server import embedded

PLACES = 2500
CHILD = r"""
import json, os, time, uuid, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
import django
django.setup()
import datetime as dt
from lifang.blocks.cases.effects import Actor
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate.sending import send
from lifang.ground.access.models import Grant, Role, Unit, User
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.codes import level_of, parent_of
CITY, PLACES = 990100 * 10**9, int(sys.argv[1])
DAY = dt.date(2020, 1, 1)
with system_scope("bench"):
    if not Area.objects.filter(code=CITY).exists():
        change = AreaChange.objects.create(kind="import", area=CITY, on=DAY)
        codes = [CITY] + [CITY + 10**9] + [CITY + 10**9 + (1 + n // 100) * 10**6 for n in range(0, PLACES, 100)]
        codes += [CITY + 10**9 + (1 + n // 100) * 10**6 + (1 + n % 100) * 1000 for n in range(PLACES)]
        kinds = {2: "city", 3: "county", 4: "street", 5: "community"}
        Area.objects.bulk_create(
            [
                Area(code=c, name=f"地{c // 1000 % 10**6}", level=level_of(c), kind=kinds[level_of(c)],
                     parent_code=parent_of(c), valid=(DAY, None), begun_by=change) for c in codes
            ], batch_size=1000)
        unit = Unit.objects.create(code="bench-health", name="bench", kind="health", area=CITY)
        Unit.objects.bulk_create(
            [Unit(code=f"bench-{c}", name=f"bench{c}", kind="community_committee", area=c) for c in codes if level_of(c) == 5],
            batch_size=1000)
        user = User.objects.create(username="bench-gate", name="bench", unit=unit, password="!")
        Grant.objects.create(user=user, role=Role.objects.get(code="dept_officer"), area=CITY, unit=unit,
                             valid=(DAY, None), purpose="bench")
        Admitted.objects.create(code="ZR-bench", area=CITY, title="bench", unit=unit, basis="x", period="once",
                                sends=["task"], since=DAY)
    user = User.objects.get(username="bench-gate")
taken = []
for n in range(4):
    began = time.perf_counter()
    with scope_of(user, "gate.send"):
        one = send(actor=Actor(user.pk, user.name, user.unit_id), kind="task", title=f"bench {n}", matter="ZR-bench",
                   below=CITY, key=uuid.uuid4())
    taken.append(time.perf_counter() - began)
    assert (one.state, one.places) == ("sent", PLACES), (one.state, one.why, one.places)
print(json.dumps(sorted(taken[1:])[1]))
"""


def run(full: bool) -> list[dict[str, object]]:
    data = serving.city()
    embedded.start(data)
    try:
        value, bare = serving.measured(data, "-c", CHILD, str(PLACES)), _bare(data)
    finally:
        embedded.stop(data)
    return [
        {
            "name": f"send one task to {PLACES:,} communities through the gate", "value": round(value, 2), "unit": "s",
            "baseline": round(bare, 2), "ratio": round(value / bare, 2), "target": "< 5", "met": value < 5,
        }
    ]  # fmt: skip


def _bare(data: object) -> float:
    """The same number of rows of the same width into tables without an index, a policy or a trigger."""
    with psycopg.connect(f"host={embedded.socket_dir(data)} user={embedded.OWNER} dbname=postgres") as db:  # type: ignore[arg-type]
        db.execute("CREATE TEMP TABLE bare (id bigserial PRIMARY KEY, key uuid, body text)")
        rows = [(uuid.uuid4(), "x" * 500) for _n in range(3 * PLACES)]
        began = time.perf_counter()
        with db.cursor() as cursor:
            cursor.executemany("INSERT INTO bare (key, body) VALUES (%s, %s)", rows)
        db.commit()
        return time.perf_counter() - began
