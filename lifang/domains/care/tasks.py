"""What runs by itself: every morning the visits that the rules ask for are opened."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lifang.domains.care import outreach


@app.periodic(cron="13 5 * * *")
@app.task(name="care.open", queueing_lock="care.open")
def open_outreach(timestamp: int) -> None:
    outreach.open_due(timezone.now())
