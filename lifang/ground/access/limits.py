"""How often somebody may do a thing, counted over all processes of this machine.

The counters lie in a small file of the data folder that every process maps into memory, so that counting costs
microseconds and takes no lock in the database. They are lost without harm.
"""

import fcntl
import hashlib
import hmac
import ipaddress
import mmap
import os
import struct
import threading
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes

SLOTS = 1 << 16
PROBES = 8
SLOT = struct.Struct("=QII")  # whose it is, the window's number, the count
LOCAL = ("", "127.0.0.1", "::1")
_lock = threading.Lock()


def address(request: HttpRequest) -> str:
    """Who asks; empty when a proxy does not say.

    `X-Forwarded-For` is read from its end, where the nearest proxy wrote, and only as far as those who wrote it are
    believed: this machine and LIFANG_PROXIES.
    """
    found = request.META.get("REMOTE_ADDR", "")
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while said and _believed(found):
        found = said.pop().strip()
    return "" if _believed(found) else found


def _believed(who: str) -> bool:
    if who in LOCAL:
        return True
    try:
        return any(ipaddress.ip_address(who) in network for network in settings.CONFIG.proxies)
    except ValueError:
        return False


@cache
def _counters() -> tuple[int, mmap.mmap]:
    path = settings.LIMITS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.posix_fallocate(file, 0, SLOTS * SLOT.size)  # a hole in the file would end the process on a full disk
    return file, mmap.mmap(file, SLOTS * SLOT.size)


def wait_for(what: str, who: str, most: int, seconds: int) -> int:
    """Count one `what` of `who`; 0 when it is within `most` in a window of `seconds`, else the seconds to wait.

    An empty `who` is never held back. Only a keyed hash of `who` is kept.
    """
    if not who:
        return 0
    digest = hmac.digest(force_bytes(settings.SECRET_KEY), f"{what}\0{who}".encode(), hashlib.sha256)
    tag = int.from_bytes(digest[:8]) or 1
    first = int.from_bytes(digest[8:12]) % (SLOTS - PROBES)
    now = int(time.time())
    window = now // seconds % 2**32
    file, table = _counters()
    start, length = first * SLOT.size, PROBES * SLOT.size
    with _lock:
        fcntl.lockf(file, fcntl.LOCK_EX, length, start)
        try:
            count = _count(table, start, tag, window)
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, length, start)
    return 0 if count <= most else seconds - now % seconds


def _count(table: mmap.mmap, start: int, tag: int, window: int) -> int:
    """One more for the tag: in its own slot, else a free one, else the first in place of another."""
    places = range(start, start + PROBES * SLOT.size, SLOT.size)
    rows = [(place, *SLOT.unpack_from(table, place)) for place in places]
    mine = next((row for row in rows if row[1] == tag), None)
    place = mine[0] if mine else next((row[0] for row in rows if row[2] < window), rows[0][0])
    count = mine[3] + 1 if mine and mine[2] == window else 1
    SLOT.pack_into(table, place, tag, window, min(count, 2**32 - 1))
    return count
