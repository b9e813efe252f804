"""Counting by address: shared by processes, held to the window."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from lifang import config
from lifang.ground.access import limits


@pytest.fixture(autouse=True)
def fresh_counters(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.LIMITS_FILE = tmp_path / "limits"
    limits._counters.cache_clear()
    yield
    limits._counters.cache_clear()


def test_the_next_after_the_most_waits() -> None:
    assert [limits.wait_for("x", "a", 3, 600) == 0 for _ in range(4)] == [True, True, True, False]
    assert limits.wait_for("x", "b", 3, 600) == 0
    assert limits.wait_for("y", "a", 3, 600) == 0


def test_a_new_window_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000
    monkeypatch.setattr(limits.time, "time", lambda: now)
    assert [limits.wait_for("x", "a", 1, 60) for _ in range(2)] == [0, 60]
    now += 61
    assert limits.wait_for("x", "a", 1, 60) == 0


def test_nobody_in_particular_is_never_held_back() -> None:
    assert all(limits.wait_for("x", "", 1, 600) == 0 for _ in range(5))


def test_two_processes_count_together(settings: Any) -> None:
    code = (
        "import sys; from pathlib import Path; from django.conf import settings;"
        f"settings.configure(LIMITS_FILE=Path({str(settings.LIMITS_FILE)!r}), SECRET_KEY={settings.SECRET_KEY!r});"
        "from lifang.ground.access.limits import wait_for;"
        "sys.exit(sum(wait_for('x', 'a', 10**6, 10**9) for _ in range(5000)))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert limits.wait_for("x", "a", 10_000, 10**9) > 0
    assert limits.wait_for("x", "a", 10_002, 10**9) == 0


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "", ""),
    ],
)
def test_a_proxy_on_this_machine_is_believed_and_no_other(remote: str, forwarded: str, who: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert limits.address(request) == who


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("10.1.0.7", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.0.7", "203.0.113.9"),
        ("10.2.0.7", "6.6.6.6", "10.2.0.7"),
        ("10.1.0.7", "", ""),
        ("10.1.0.7", "nobody", "nobody"),
    ],
)
def test_a_proxy_on_another_machine_is_believed_where_it_is_named(
    settings: Any, remote: str, forwarded: str, who: str
) -> None:
    settings.CONFIG = config.read({"LIFANG_PROXIES": "10.1.0.0/24, 192.0.2.1"})
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert limits.address(request) == who


@pytest.mark.django_db
def test_wrong_passwords_behind_the_proxy_shut_out_only_whoever_sent_them() -> None:
    """Each is counted alone; the name differs each time, as somebody who guesses would do it."""

    def signs_in(client_ip: str, name: str) -> int:
        guess = {"login": name, "password": "wrong"}
        return Client(headers={"X-Forwarded-For": client_ip}).post("/accounts/login/", guess).status_code

    assert 429 in {signs_in("203.0.113.9", f"name{n}") for n in range(40)}
    assert signs_in("203.0.113.10", "somebody") == 200


def test_a_proxy_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(SystemExit, match="LIFANG_PROXIES"):
        config.read({"LIFANG_PROXIES": "the-proxy"})
