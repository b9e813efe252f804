"""What runs by itself: what was entered ahead begins on its day."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from lifang.blocks.registers import actions
from lifang.ground.access.scope import system_scope
from lifang.ground.jobs.words import TITLES

BEGIN = "registers.begin"
TITLES |= {BEGIN: _("登记册里约定的变更到日子生效")}


@app.periodic(cron="2 0 * * *")
@app.task(name=BEGIN, queueing_lock=BEGIN)
def begin(timestamp: int) -> None:
    with system_scope("registers.begin"):
        actions.begin_due()
