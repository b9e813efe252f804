"""Sending one signed message to another system, and only to addresses that a server may speak to (`ground/reach.py`)."""

import hashlib
import hmac
import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from lifang.ground.reach import Unreachable, resolve

SECONDS = 10
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Answer:
    status: int

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """«t=<seconds>,v1=<hex>»: HMAC-SHA256 over the timestamp, a full stop and the body."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def send(*, url: str, secret: str, delivery: str, event: str, body: bytes) -> Answer:
    """POST one message to the address that was checked; redirects are not followed. Raises Unreachable."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
        host = str(parts.hostname)
    except (KeyError, ValueError):
        raise Unreachable(_("地址不完整")) from None
    address = resolve(host, port)
    now = int(time.time())
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Lifang-Webhook/1",
        "Webhook-Id": delivery,
        "Webhook-Event": event,
        "Webhook-Timestamp": str(now),
        "Webhook-Signature": signature(secret, now, body),
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(address, port, timeout=SECONDS)
    try:
        connection.connect()
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        connection.request("POST", target, body, headers)
        answer = Answer(connection.getresponse().status)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from None
    finally:
        connection.close()
    return answer
