"""The embedded database killed at the worst moment."""

import os
import signal
from pathlib import Path

import psycopg

from lifang.server import embedded


def test_a_database_killed_a_moment_ago_is_started_again_and_not_taken_for_running(tmp_path: Path) -> None:
    assert embedded.start(tmp_path)
    try:
        for _ in range(3):
            postmaster = int((embedded.folder(tmp_path) / "postmaster.pid").read_text().split()[0])
            os.kill(postmaster, signal.SIGKILL)
            assert embedded.start(tmp_path)
            with psycopg.connect(
                host=str(embedded.socket_dir(tmp_path)), user=embedded.OWNER, dbname="postgres"
            ) as database:
                assert database.execute("SELECT 1").fetchone() == (1,)
        assert not embedded.start(tmp_path)
    finally:
        embedded.stop(tmp_path)
