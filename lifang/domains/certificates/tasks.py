"""What runs by itself: every night the certificates whose last day is over expire."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.domains.certificates import queries
from lifang.ground.access.scope import system_scope


@app.periodic(cron="11 0 * * *")
@app.task(name="certificates.expire", queueing_lock="certificates.expire")
def expire(timestamp: int) -> None:
    expire_due(timezone.now())


def expire_due(now: dt.datetime) -> int:
    """Returns how many expired. Each stands for itself."""
    done = 0
    with system_scope("certificates.expire"):
        due = list(queries.expired(timezone.localdate(now)))
    for one in due:
        try:
            with system_scope("certificates.expire"):
                apply(case_id=one.pk, act="expire", version=one.case.version, actor=Actor(name=_("系统")), at=now)
        except NotDone:
            continue  # somebody was quicker
        done += 1
    return done
