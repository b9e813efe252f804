"""Processes are killed at random under load: what was acknowledged is there, and nothing is there twice."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psutil
import psycopg
import pytest

from bench import client, serving
from lifang.server import embedded

SENDERS = 6
SECONDS = 24
KILLS = 6


def a_served_city(data: Path) -> str:
    """The data folder of a small city; returns the secret of a token that may report."""
    serving.lifang(data, "prepare", "-v", "0")
    environ = {**serving.environment(data), "DJANGO_SETTINGS_MODULE": "lifang.settings"}
    with embedded.ensured(data):
        done = subprocess.run(
            [sys.executable, "-m", "tests.a_served_city"], env=environ, capture_output=True, text=True, check=True
        )
    return done.stdout.strip().splitlines()[-1]


class Sender(threading.Thread):
    """Reports one event after another; a report without an answer is sent again under the same key."""

    def __init__(self, port: int, token: str, seed: int, until: float) -> None:
        super().__init__()
        self.port, self.token, self.rng, self.until = port, token, random.Random(seed), until
        self.acknowledged: dict[uuid.UUID, str] = {}
        self.sent: set[uuid.UUID] = set()
        self.again = 0

    def run(self) -> None:
        while time.monotonic() < self.until:
            key = uuid.UUID(int=self.rng.getrandbits(128), version=4)
            self.sent.add(key)
            answer = self._report(key)
            if answer:
                self.acknowledged[key] = answer

    def _report(self, key: uuid.UUID) -> str | None:
        body = {"category": "06010", "text": f"楼下垃圾没人清 {key.hex[:6]}", "lon": 115.905, "lat": 28.705}
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": str(key), "Authorization": f"Bearer {self.token}",
        }  # fmt: skip
        request = client.post("/api/v1/reports", json.dumps(body).encode(), headers)
        while time.monotonic() < self.until + 60:
            try:
                with contextlib.closing(client.Connection(self.port)) as connection:
                    status, answer = connection.send(request)
            except OSError:
                status, answer = 0, b""
            if status in (200, 201):
                return str(json.loads(answer)["number"])
            assert status in (0, 503), (status, answer)
            self.again += 1
            time.sleep(0.2)
        return None


def victims(server: psutil.Process, data: Path, kill: int) -> list[psutil.Process]:
    """In turn: web and job workers, the database's processes, and at the third the database itself."""
    if kill % 3 == 0:
        return server.children(recursive=True)
    postmaster = psutil.Process(int((embedded.folder(data) / "postmaster.pid").read_text().split()[0]))
    return postmaster.children() if kill % 3 == 1 else [postmaster]


def nobody_serves(port: int) -> bool:
    """Whether all web processes of every start ended, those too whose parent was killed."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not any(str(port) in (one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
def test_killed_at_random_under_load_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    token = a_served_city(tmp_path)
    rng = random.Random(20261122)
    with serving.served(tmp_path) as (port, server):
        senders = [Sender(port, token, seed, time.monotonic() + SECONDS) for seed in range(SENDERS)]
        for sender in senders:
            sender.start()
        killed: Counter[str] = Counter()
        for kill in range(KILLS):
            time.sleep(SECONDS / KILLS)
            try:
                victim = rng.choice(victims(psutil.Process(server.pid), tmp_path, kill))
                killed[victim.name()] += 1
                victim.kill()
            except (psutil.NoSuchProcess, FileNotFoundError, ValueError):
                killed["gone already"] += 1
        for sender in senders:
            sender.join()
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    assert nobody_serves(port)
    with serving.served(tmp_path) as (_port, _server):
        where = f"host={embedded.socket_dir(tmp_path)} user={embedded.OWNER} dbname=lifang"
        with psycopg.connect(where) as database:
            rows = database.execute(
                "SELECT a.key, c.number FROM cases_act a JOIN cases_case c ON c.id = a.case_id WHERE a.act = 'report'"
            ).fetchall()
            cases = database.execute("SELECT count(*) FROM cases_case").fetchone()
    there = dict(rows)
    acknowledged = {key: number for sender in senders for key, number in sender.acknowledged.items()}
    sent = set().union(*(sender.sent for sender in senders))
    again = sum(sender.again for sender in senders)
    print(f"{len(acknowledged)} acknowledged, {again} sent again, {dict(killed)} killed")  # noqa: T201
    assert len(acknowledged) > 20
    assert {key: there.get(key) for key in acknowledged} == acknowledged
    assert len(rows) == len(there) == cases[0]
    assert set(there) <= sent
