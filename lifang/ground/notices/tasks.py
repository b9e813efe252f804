"""Pushing notices to the addresses that people gave; it never holds up the act that it tells of."""

from apprise import Apprise
from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.ground.access.scope import system_scope
from lifang.ground.notices import addresses
from lifang.ground.notices.actions import PUSH
from lifang.ground.notices.models import Notice
from lifang.ground.reach import Unreachable

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
"""Waits of 4, 16, 64, 256 and 1,024 seconds."""


class NotPushed(Exception):
    """The address did not take the message."""


@app.task(name=PUSH, queue="push", retry=RETRY)
def push(notice_id: int) -> None:
    """Send the title and the link of one notice; what else it says stays here, for the messenger belongs to others.

    Raises NotPushed, naming the service but not the address, which holds secrets.
    """
    with system_scope("notices"):
        notice = Notice.objects.select_related("user").filter(pk=notice_id).first()
    if notice is None or not notice.user.notify_url or not notice.user.is_active:
        return
    address, name = notice.user.notify_url, notice.user.username
    sender = Apprise()
    try:
        sender.add(addresses.service(address))
    except (addresses.BadAddress, Unreachable) as error:
        raise NotPushed(_("{name} 的提醒地址不能用：{error}").format(name=name, error=error)) from None
    if not sender.notify(title=notice.title, body=f"{settings.ORIGIN}{notice.url}"):
        service = addresses.check(address)
        raise NotPushed(_("{name} 的提醒地址（{service}）没有收下消息").format(name=name, service=service))
