"""Telling people, and marking what they have read."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from lifang.ground.access.models import User
from lifang.ground.notices.models import Notice

PUSH = "notices.push"


def tell(*, people: Iterable[User], title: str, url: str, body: str = "") -> int:
    """Write a notice to each person under the system's scope; those with an address of their own are pushed to.

    Returns how many were told.
    """
    told = list(people)
    notices = Notice.objects.bulk_create(
        [Notice(user=user, title=title[:120], body=body[:500], url=url) for user in told]
    )
    pushed: list[dict[str, JSONValue]] = [
        {"notice_id": notice.pk} for notice, user in zip(notices, told, strict=True) if user.notify_url
    ]
    if pushed:
        app.configure_task(PUSH, queue="push").batch_defer(*pushed)
    return len(told)


def mark_read(*, user: User, notice_id: int | None = None, at: dt.datetime | None = None) -> int:
    """Mark one of a person's notices as read, or all of them; returns how many were unread."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=at or timezone.now())
