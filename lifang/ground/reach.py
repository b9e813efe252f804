"""To which addresses a server may speak on somebody's behalf."""

import ipaddress
import socket

from django.conf import settings
from django.utils.translation import gettext as _


class Unreachable(Exception):
    """Nothing was handed over; the text says why."""


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
