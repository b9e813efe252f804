"""Files that departments sent, sealed on the disk by the hash of what they hold."""

import hashlib
import os
from pathlib import Path

from django.conf import settings

from lifang.ground.access import vault
from lifang.ground.files.whole import write_whole

BINDING = "registry.import.file"


def _path(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "imports" / sha256


def keep(content: bytes) -> str:
    """Keep a file; returns its fingerprint. One that is there is as of now, so that no deletion of old files takes it before
    its import stands. Raises OSError when the disk is full."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    try:
        os.utime(path)
    except FileNotFoundError:
        write_whole(path, vault.seal_bytes(content, BINDING))
    return sha256


def opened(sha256: str) -> bytes:
    """What the file holds. Raises FileNotFoundError when it was deleted since."""
    return vault.unseal_bytes(_path(sha256).read_bytes(), BINDING)


def kept(sha256: str) -> bool:
    return _path(sha256).exists()


def forget(sha256: str) -> None:
    _path(sha256).unlink(missing_ok=True)
