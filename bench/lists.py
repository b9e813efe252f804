"""The desk's list and case page, and one act on a case, through HTTP by eight people at once."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

import psycopg

from bench import client, serving
from lifang.server import embedded

CLIENTS = 8
PASSWORD = "lifang-demo"
SIZES = {True: 1_000_000, False: 100_000}
EACH = {True: 60, False: 25}


def filled(full: bool) -> Path:
    """A data folder with the demo city and many cases, made on first use and kept."""
    data = serving.CACHE / ("million" if full else "hundred-thousand")
    serving.lifang(data, "demo", "--load-only", "--cases", "60")
    embedded.start(data)
    try:
        with _owner(data) as db:
            row = db.execute("SELECT count(*) FROM cases_case").fetchone()
        if row is None or row[0] < SIZES[full]:
            serving.python(data, "-m", "bench.cases", "--count", str(SIZES[full]))
    finally:
        embedded.stop(data)
    return data


def _owner(data: Path) -> psycopg.Connection:
    return psycopg.connect(f"host={embedded.socket_dir(data)} user={embedded.OWNER} dbname=lifang", autocommit=True)


def signed_in(port: int, username: str) -> dict[str, str]:
    """Headers of a signed-in person."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{port}"
    page = opener.open(f"{base}/accounts/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    given = {"csrfmiddlewaretoken": found[1] if found else "", "login": username, "password": PASSWORD}
    opener.open(f"{base}/accounts/login/", urllib.parse.urlencode(given).encode()).read()
    cookies = {cookie.name: cookie.value or "" for cookie in jar}
    words = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": words, "X-CSRFToken": cookies.get("csrftoken", ""), "Referer": base}


def _busiest(data: Path) -> tuple[int, int, Sequence[tuple[str, int]]]:
    """The street with the most cases, the most loaded unit, and open cases that have acts (number, version)."""
    with _owner(data) as db:
        street = db.execute(
            "SELECT area / 1000000 * 1000000 FROM cases_case GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        unit = db.execute(
            "SELECT unit_id FROM cases_case WHERE unit_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC"
        ).fetchone()
        cases = db.execute(
            "SELECT c.number, c.version FROM cases_case c WHERE c.is_open AND c.version ="
            " (SELECT count(*) FROM cases_act a WHERE a.case_id = c.id) ORDER BY c.opened_at DESC LIMIT 480"
        ).fetchall()
    if street is None or unit is None:
        raise RuntimeError("no cases to measure with")
    return street[0], unit[0], cases


def _row(name: str, measured: client.Measured, target: float, plain: float) -> dict[str, object]:
    value = measured.percentile(0.95)
    wrong = {status: n for status, n in measured.statuses.items() if status not in (200, 302)}
    if wrong:
        raise RuntimeError(f"{name}: answers {measured.statuses}")
    return {
        "name": name, "value": round(value, 1), "unit": "ms", "baseline": round(plain, 1),
        "ratio": round(value / plain, 2), "target": f"< {target:g}", "met": value < target,
    }  # fmt: skip


def run(full: bool) -> list[dict[str, object]]:
    data, each = filled(full), EACH[full]
    size = f"{SIZES[full]:,} cases, {CLIENTS} clients, p95"
    with serving.served(data) as (port, _server):
        street, unit, cases = _busiest(data)
        who = signed_in(port, "paiqian")

        def repeat(*paths: str) -> client.Measured:
            requests = [client.get(paths[n % len(paths)], who) for n in range(each)]
            client.hammer(port, 2, lambda _n: requests[:5])
            return client.hammer(port, CLIENTS, lambda _n: requests)

        plain = repeat("/healthz").percentile(0.95)
        lists = {
            "a street's list by state": (f"/desk/events/?area={street}&state=handling",),
            "the whole city's list": ("/desk/events/",),
            "a unit's cases that are late": (f"/desk/events/?unit={unit}&due=late",),
            "a queue": ("/desk/events/?queue=verify",),
            "a list by words": (
                "/desk/events/?q=%E5%9E%83%E5%9C%BE",
                f"/desk/events/?area={street}&q=%E5%99%AA%E5%A3%B0",
            ),
            "my day": ("/desk/",),
        }
        rows = [_row(f"{name} ({size})", repeat(*paths), 100, plain) for name, paths in lists.items()]
        pages = [f"/desk/events/{number}/" for number, _version in cases]
        rows.append(_row(f"a case page ({size})", repeat(*pages[:each]), 100, plain))
        rows.append(
            _row(f"an act on a case ({size})", client.hammer(port, CLIENTS, _acts(cases, each, who)), 50, plain)
        )
    return rows


def _acts(cases: Sequence[tuple[str, int]], each: int, who: dict[str, str]):  # type: ignore[no-untyped-def]
    """Each client notes something on cases of its own."""
    headers = {**who, "Content-Type": "application/x-www-form-urlencoded"}

    def make(number: int) -> Iterable[client.Request]:
        for case, version in list(cases)[number::CLIENTS][:each]:
            body = {"act": "add_note", "version": str(version), "key": str(uuid.uuid4()), "note": "已电话核实"}
            yield client.post(f"/desk/events/{case}/", urllib.parse.urlencode(body).encode(), headers)

    return make
