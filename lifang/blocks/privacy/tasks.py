"""What the worker does by night and on demand."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lifang.blocks.privacy import retention, rotation


@app.periodic(cron="37 2 * * *")
@app.task(name=rotation.RESEAL, queueing_lock=rotation.RESEAL)
def reseal(timestamp: int = 0) -> None:
    rotation.reseal()


@app.periodic(cron="7 3 * * *")
@app.task(name="privacy.retain", queueing_lock="privacy.retain")
def retain(timestamp: int) -> None:
    retention.retain(timezone.now())
