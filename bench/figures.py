"""The dashboard of a whole city, the counters behind it, and what keeping them costs each report."""

import datetime as dt
import statistics
import time
from pathlib import Path
from typing import Any

import psycopg

from bench import client, serving
from bench.lists import CLIENTS, EACH, SIZES, _owner, filled, signed_in
from lifang.blocks.indicators import counting
from lifang.ground.areas import codes

CITY = 360100 * 10**9
WRITES = {True: 600, False: 150}
TURN, LEFT_OUT = 30, 5
CHINA = dt.timezone(dt.timedelta(hours=8))


def run(full: bool) -> list[dict[str, object]]:
    data, each = filled(full), EACH[full]
    size = f"{SIZES[full]:,} cases"
    with serving.served(data) as (port, _server):
        who = signed_in(port, "ducha")

        def p95(path: str) -> float:
            request = client.get(path, who)
            client.hammer(port, 2, lambda _n: [request] * 5)
            measured = client.hammer(port, CLIENTS, lambda _n: [request] * each)
            if set(measured.statuses) != {200}:
                raise RuntimeError(f"{path}: answers {measured.statuses}")
            return measured.percentile(0.95)

        plain = p95("/healthz")
        pages = {
            "whole-city dashboard of a month": "/desk/figures/?period=month",
            "whole-city dashboard of a year by kind": "/desk/figures/?period=year&view=category",
            "explanation of a figure": "/desk/figures/explain?name=handling_in_time_rate&period=year",
        }
        rows = [
            _row(f"{name} ({size}, {CLIENTS} clients, p95)", p95(path), "ms", plain, 100)
            for name, path in pages.items()
        ]
        rows += _counters(data, size, WRITES[full])
    return rows


def _row(name: str, value: float, unit: str, baseline: float, below: float) -> dict[str, object]:
    return {
        "name": name, "value": round(value, 3), "unit": unit, "baseline": round(baseline, 3),
        "ratio": round(value / baseline, 3), "target": f"< {below:g}", "met": value < below,
    }  # fmt: skip


def _counters(data: Path, size: str, writes: int) -> list[dict[str, object]]:
    """A year of the whole city from the counters beside the same from the cases; a report with and without counting."""
    with _owner(data) as db:
        year, key = _year(), counting.cut("s.area", codes.COUNTY)
        held = _seconds(db, counting.tallied(key, "place", "place", codes.COUNTY), year, 7)
        raw = _seconds(db, counting.raw(key, counting.cases("c.area >= %(lo)s AND c.area < %(hi)s")), year, 3)
        counted, bare = _inserts(db, writes)
    return [
        _row(f"a year of a city by district from the counters ({size})", held * 1000, "ms", raw * 1000, 50),
        _row(f"what counting adds to a report ({size})", (counted - bare) * 1000, "ms", bare * 1000, 0.5),
    ]


def _year() -> dict[str, Any]:
    now = dt.datetime.now(CHINA)
    first, tomorrow = dt.date(now.year, 1, 1), now.date() + dt.timedelta(days=1)
    reach = codes.span(CITY)
    return {
        "type": "event", "now": now, "lo": reach.start, "hi": reach.stop,
        "start": dt.datetime.combine(first, dt.time(), CHINA), "end": dt.datetime.combine(tomorrow, dt.time(), CHINA),
        "first_day": first, "first_month": first, "last_month": tomorrow.replace(day=1), "last_day": tomorrow,
    }  # fmt: skip


def _seconds(db: psycopg.Connection, statement: str, values: dict[str, Any], times: int) -> float:
    taken = []
    for _n in range(times):
        begun = time.perf_counter()
        db.execute(statement, values).fetchall()  # type: ignore[arg-type]
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _inserts(db: psycopg.Connection, times: int) -> tuple[float, float]:
    """Seconds to write one case with the triggers and without any, some of each in turn, since a busy minute weighs more
    than they do; all of it is undone. The first writes of a turn plan anew and are left out.
    """
    columns = db.execute(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
        " WHERE table_name = 'cases_case' AND column_name NOT IN ('id', 'number')"
    ).fetchone()[0]  # type: ignore[index]
    statement = (
        f"INSERT INTO cases_case (id, number, {columns}) SELECT nextval('cases_case_id_seq'), 'bench-' || %s, {columns}"
        " FROM cases_case WHERE id = %s"
    )
    newest = db.execute("SELECT max(id) FROM cases_case").fetchone()[0]  # type: ignore[index]
    taken: dict[str, list[float]] = {"origin": [], "replica": []}
    with db.transaction(force_rollback=True):
        for turn in range(0, times, TURN):
            for triggers, seconds in taken.items():
                db.execute(f"SET LOCAL session_replication_role = {triggers}")  # type: ignore[arg-type]
                for n in range(turn, turn + TURN):
                    begun = time.perf_counter()
                    db.execute(statement, [f"{triggers}-{n}", newest - n])  # type: ignore[arg-type]
                    if n - turn >= LEFT_OUT:
                        seconds.append(time.perf_counter() - begun)
    return statistics.median(taken["origin"]), statistics.median(taken["replica"])
