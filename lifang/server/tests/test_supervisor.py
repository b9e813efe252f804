"""What keeps the server from starting."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_another_server_shares_is_not_taken(tmp_path: Path, command: str) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "lifang", command], env={**os.environ, "LIFANG_DATA": str(tmp_path), "PORT": port},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"cannot serve on 127.0.0.1:{port}" in done.stderr
    assert "choose another PORT" in done.stderr
