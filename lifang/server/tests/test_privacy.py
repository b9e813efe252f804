"""Other users of the machine read neither the data folder nor the database's socket."""

import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lifang.server import embedded, supervisor


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_data_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in (".", "files", "keys"):
        (data / name).mkdir(exist_ok=True, parents=True)
        (data / name).chmod(0o755)
    supervisor._close(data)
    assert [_mode(data / name) for name in (".", "files", "keys")] == [0o711, 0o700, 0o700]


def test_what_the_command_writes_is_its_users_alone(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, os; sys.argv = ['lifang', 'help']; from lifang import command;"
         "command.execute_from_command_line = lambda _args: print(oct(os.umask(0))); command.main()"],
        env={"LIFANG_DATA": str(tmp_path)}, capture_output=True, text=True, check=True, cwd=Path.cwd(),
    )  # fmt: skip
    assert said.stdout.strip() == "0o77"


@pytest.fixture
def long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder too deep for a socket, whose socket lies below the folder for temporary files."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path / ("long" * 20)


def test_a_socket_folder_that_somebody_else_prepared_is_refused(long_path: Path, tmp_path: Path) -> None:
    folder = embedded.socket_dir(long_path)
    assert folder.parent == tmp_path
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(embedded.NotStarted, match="this user alone"):
        embedded._sockets(long_path)
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(embedded.NotStarted, match="this user alone"):
        embedded._sockets(long_path)
    folder.unlink()
    assert _mode(embedded._sockets(long_path)) == 0o700
    assert embedded._sockets(long_path) == folder
