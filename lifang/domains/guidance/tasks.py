"""What runs by itself: every morning writers hear under which of their articles the list or a document changed."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from lifang.domains.guidance.changes import tell_writers
from lifang.ground.jobs.words import TITLES

TELL = "guidance.tell"
TITLES |= {TELL: _("清单或文件变了，告诉指引的执笔人")}


@app.periodic(cron="31 5 * * *")
@app.task(name=TELL, queueing_lock=TELL)
def tell(timestamp: int) -> None:
    tell_writers()
