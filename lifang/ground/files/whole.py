"""Files that are there whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, times_of: Path | None = None) -> None:
    """Write beside the place and put it there; `times_of` is a file whose times it takes. Raises OSError when the disk is
    full, and leaves what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, fresh = tempfile.mkstemp(dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if times_of is not None:
            now = times_of.stat()
            os.utime(fresh, ns=(now.st_atime_ns, now.st_mtime_ns))
        os.replace(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise
