"""Sending one signed message to another system, and only to addresses that a server may speak to."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 10
PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """The message was not handed over; the text says why."""


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


def permitted(address: str) -> bool:
    """Whether a resolved address may be spoken to: never this machine, the link or what clouds keep there.

    A city's own network (10.x, 192.168.x, 172.16.x, fc00::) is where its other systems stand, so it is permitted.
    In a demonstration this machine is permitted too.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    if ip.is_loopback:
        return bool(settings.CONFIG.demo)
    barred = ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved
    return not barred and str(ip) not in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")


def resolve(host: str, port: int) -> str:
    """One address of the host, after all of them were found permitted. Raises Unreachable."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("找不到主机 {host}:{error}").format(host=host, error=error)) from None
    if barred := sorted(address for address in found if not permitted(address)):
        raise Unreachable(_("不向这个地址发送：{addresses}").format(addresses=_("、").join(barred)))
    return sorted(found)[0]


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
