"""What runs by itself: recurring forms are sent when their period begins, and what was submitted is locked after its day."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from lifang.blocks.forms import returning, sending
from lifang.ground.access.ranges import today
from lifang.ground.jobs.words import TITLES

DAILY = "forms.daily"
TITLES[DAILY] = _("生成本期报表，锁定到期的")


@app.periodic(cron="43 5 * * *")
@app.task(name=DAILY, queueing_lock=DAILY)
def daily(timestamp: int) -> None:
    returning.lock_due(today())
    sending.again(today())
