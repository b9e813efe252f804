"""Reporting an event through HTTP, everything committed, beside a bare Django view that inserts one row."""

import contextlib
import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg

from bench import client, serving
from lifang.server import embedded

PLACES = (115.7, 28.5, 116.1, 28.9)
WORDS = ("楼下垃圾没人清", "路灯不亮", "井盖坏了响声很大", "有人占道经营", "树枝断了挡路", "墙上贴满小广告")
CATEGORIES = ("06010", "06011", "06017")
BARE = Path(__file__).resolve().parent / "bare"


def reports(token: str, seed: int, count: int) -> Iterable[client.Request]:
    """Reports with a system's token, or without one (""), each then from an address of its own as residents are."""
    rng = random.Random(seed)
    west, south, east, north = PLACES
    for _ in range(count):
        body = {
            "category": rng.choice(CATEGORIES),
            "text": f"{rng.randrange(1, 400)}号{rng.choice(WORDS)}",
            "lon": round(rng.uniform(west, east), 6),
            "lat": round(rng.uniform(south, north), 6),
            "phone": f"1380000{rng.randrange(10_000):04d}",
        }
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            **({"Authorization": f"Bearer {token}"} if token else {"X-Forwarded-For": _address(rng)}),
        }
        yield client.post("/api/v1/reports", json.dumps(body, ensure_ascii=False).encode(), headers)


def _address(rng: random.Random) -> str:
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"


def token(data: Path) -> str:
    words = ["token", f"bench {time.time()}", "--by", "guanli", "--function", "public.report", "--area", "3601"]
    return serving.lifang(data, *words, "--purpose", "measuring", "--per-minute", "100000").strip().splitlines()[-1]


@contextlib.contextmanager
def bare(data: Path) -> Iterator[int]:
    """The baseline: granian, Django, one view, one INSERT, the same database server."""
    port = serving.free_port()
    with psycopg.connect(
        f"host={embedded.socket_dir(data)} user={embedded.OWNER} dbname=postgres", autocommit=True
    ) as db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, category text, body text, at timestamptz)"
        )
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2",
        "--blocking-threads", "2", "--no-ws", "--log-level", "warning", "bench.bare.view:application",
    ]  # fmt: skip
    environ = {**os.environ, "BARE_SOCKET": str(embedded.socket_dir(data))}
    server = subprocess.Popen(command, env=environ, cwd=BARE.parent.parent)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                client.Connection(port).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def run(full: bool) -> list[dict[str, object]]:
    data = serving.city()
    each, alone = (400, 1000) if full else (40, 150)
    with serving.served(data) as (port, _server):
        secret = token(data)
        client.hammer(port, 4, lambda n: reports("", 900 + n, 25))
        seed = int(time.time()) * 100
        many = client.hammer(port, 32, lambda n: reports("", seed + n, each))
        one = client.hammer(port, 1, lambda n: reports("", seed + 99, alone))
        system = client.hammer(port, 32, lambda n: reports(secret, seed + 50 + n, each))
        with bare(data) as bare_port:
            client.hammer(bare_port, 4, lambda n: reports("", n, 25))
            bare_many = client.hammer(bare_port, 32, lambda n: reports("", n, each))
            bare_one = client.hammer(bare_port, 1, lambda n: reports("", n, alone))
    taken = (many, one, system)
    if refused := {status: n for measured in taken for status, n in measured.statuses.items() if status != 201}:
        raise RuntimeError(f"not every report was taken: {refused}")
    return [
        _rate("report an event, 32 residents at once", many, bare_many),
        _rate("report an event, 32 at once by a system's token", system, bare_many),
        {
            "name": "report an event, 1 client, median",
            "value": one.percentile(0.5),
            "unit": "ms",
            "baseline": bare_one.percentile(0.5),
            "ratio": one.percentile(0.5) / bare_one.percentile(0.5),
            "target": "< 25",
            "met": one.percentile(0.5) < 25,
        },
    ]


def _rate(name: str, measured: client.Measured, bare: client.Measured) -> dict[str, object]:
    return {
        "name": name,
        "value": measured.per_second,
        "unit": "per s",
        "baseline": bare.per_second,
        "ratio": measured.per_second / bare.per_second,
        "target": ">= 200",
        "met": measured.per_second >= 200,
    }
