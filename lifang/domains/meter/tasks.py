"""What runs by itself: plates are counted again."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from lifang.domains.meter.cleaning import look_again
from lifang.ground.access.scope import system_scope
from lifang.ground.jobs.words import TITLES

AGAIN = "meter.plates"
TITLES |= {AGAIN: _("复查社区挂牌")}


@app.periodic(cron="31 4 * * *")
@app.task(name=AGAIN, queueing_lock=AGAIN)
def again(timestamp: int) -> None:
    with system_scope(AGAIN):
        look_again(settings.CONFIG.area, timezone.now())
