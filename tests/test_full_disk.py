"""The disk runs full under load: what is not kept is answered with 503 and words, what was acknowledged is there after."""

import contextlib
import io
import logging
import os
import shutil
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from PIL import Image

from bench import serving
from lifang.server import embedded
from tests.test_faults import a_served_city

SIZE = "500m"
LEFT = {"tables": 2 * 1024 * 1024, "log": 10 * 1024 * 1024}
SECONDS_OF_LOAD = 60
REPORT = {"category": "06010", "lon": 115.905, "lat": 28.705}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 500 MB of its own."""
    where = tmp_path / "disk"
    where.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", where], check=False).returncode
    ):
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=True)


class Sender(threading.Thread):
    """Reports until told to stop; keeps the keys of what was acknowledged, and each other answer with its words."""

    def __init__(self, port: int, token: str, stop: threading.Event) -> None:
        super().__init__()
        self.port, self.token, self.stop = port, token, stop
        self.acknowledged: dict[uuid.UUID, str] = {}
        self.refused: Counter[tuple[int, str]] = Counter()

    def run(self) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60) as client:
            while not self.stop.is_set():
                self._send(client, uuid.uuid4())

    def _send(self, client: httpx.Client, key: uuid.UUID) -> None:
        body = {**REPORT, "text": f"楼下垃圾没人清 {key.hex} " + os.urandom(700).hex()}
        headers = {"Idempotency-Key": str(key), "Authorization": f"Bearer {self.token}"}
        try:
            answer = client.post("/api/v1/reports", json=body, headers=headers)
        except httpx.TransportError as error:
            self.refused[0, type(error).__name__] += 1
            time.sleep(0.1)
            return
        if answer.status_code in (200, 201):
            self.acknowledged[key] = answer.json()["number"]
        else:
            self.refused[answer.status_code, answer.json()["detail"]] += 1
            time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["tables", "log"])
def test_a_full_disk_loses_nothing_that_was_acknowledged_and_starts_again(small_disk: Path, what: str) -> None:
    """Where no table can grow the database refuses; where its log cannot grow it ends, and recovers once there is space."""
    data = small_disk / "data"
    token = a_served_city(data)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop, ballast = threading.Event(), small_disk / "ballast"
    with serving.served(data) as (port, server):
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - LEFT[what])
        senders = [Sender(port, token, stop) for _ in range(4)]
        for sender in senders:
            sender.start()
        until = time.monotonic() + SECONDS_OF_LOAD
        while time.monotonic() < until and not all(sender.refused for sender in senders):
            time.sleep(0.5)
            if what == "log" and sum(len(sender.acknowledged) for sender in senders) > 30:
                _next_piece_of_the_log(data)
        time.sleep(8)
        pictured = _sent_with_a_picture(port)
        stop.set()
        for sender in senders:
            sender.join()
        assert server.poll() is None, "the supervisor ends with the disk"
        ballast.unlink()
        until = time.monotonic() + 120
        while not serving.healthy(port) and time.monotonic() < until:
            time.sleep(0.5)
        assert serving.healthy(port), "it serves again without anybody's help once there is space"
    acknowledged = {key: number for sender in senders for key, number in sender.acknowledged.items()}
    refused = sum((sender.refused for sender in senders), Counter[tuple[int, str]]())
    print(len(acknowledged), refused, pictured)  # noqa: T201
    assert pictured in (422, 503)
    assert len(acknowledged) > 20
    assert refused
    assert {status for status, _words in refused} <= {0, 503}
    assert {words for status, words in refused if status == 503} == {"系统暂时不能服务，请稍后用同一个幂等键重发。"}
    with serving.served(data), contextlib.closing(_database(data)) as database:
        rows = database.execute(
            "SELECT a.key, c.number FROM cases_act a JOIN cases_case c ON c.id = a.case_id WHERE a.act = 'report'"
        ).fetchall()
    assert {key: dict(rows).get(key) for key in acknowledged} == acknowledged
    assert len(rows) == len(dict(rows))


def _next_piece_of_the_log(data: Path) -> None:
    """The log grows by pieces of 16 MB, which there is no space for."""
    with contextlib.suppress(psycopg.Error), contextlib.closing(_database(data)) as database:
        database.execute("SELECT pg_switch_wal()")


def _sent_with_a_picture(port: int) -> int:
    picture = io.BytesIO()
    Image.effect_noise((1600, 1600), 90).save(picture, "PNG")
    form = {"step": "what", "go": "next", "text": "楼下垃圾没人清"}
    files = {"photos": ("a.png", picture.getvalue(), "image/png")}
    return httpx.post(f"http://127.0.0.1:{port}/report/", data=form, files=files, timeout=60).status_code


def _database(data: Path) -> psycopg.Connection[tuple[uuid.UUID, str]]:
    return psycopg.connect(f"host={embedded.socket_dir(data)} user={embedded.OWNER} dbname=lifang")
