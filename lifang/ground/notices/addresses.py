"""To which addresses of their own people may have notices pushed.

Robots and services whose host is fixed, mail, and a city's own message gateway (json). The last two name a host, which
is checked as webhooks' are when a notice is pushed.
"""

from urllib.parse import parse_qsl, urlsplit

from apprise import Apprise, NotifyBase
from django.utils.translation import gettext as _

from lifang.ground import reach

ROBOTS = ("wecombot", "dingtalk", "feishu", "lark", "pushplus", "wxpusher", "schan")
MAIL, GATEWAY = ("mailto", "mailtos"), ("json", "jsons")
OF_MAIL = {"to", "cc", "bcc", "from", "name", "smtp", "user", "pass", "mode"}


class BadAddress(Exception):
    """Nothing is pushed there; the text says what is allowed and never holds the address, which is a secret."""


def check(address: str) -> str:
    """The scheme of an address. Raises BadAddress for one that is not taken."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise BadAddress(_("这个提醒地址读不出来。")) from None
    allowed = (*ROBOTS, *MAIL, *GATEWAY)
    if parts.scheme not in allowed:
        names = _("、").join(f"{name}://" for name in allowed)
        raise BadAddress(_("提醒地址要以这些开头之一：{names}").format(names=names))
    if parts.scheme in MAIL and (more := {name for name, _value in parse_qsl(parts.query)} - OF_MAIL):
        raise BadAddress(_("邮箱的提醒地址里不能有 {names}。").format(names=_("、").join(sorted(more))))
    return parts.scheme


def service(address: str) -> NotifyBase:
    """What pushes to an address; redirects are not followed. Raises BadAddress, or reach.Unreachable for its host."""
    scheme = check(address)
    found = Apprise.instantiate(address)
    if not isinstance(found, NotifyBase):
        raise BadAddress(_("这个提醒地址读不出来。"))
    if scheme not in ROBOTS:
        reach.resolve(getattr(found, "smtp_host", "") or str(found.host), found.port or (443 if found.secure else 80))
    found.redirects = False
    return found
