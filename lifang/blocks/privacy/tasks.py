"""What the worker does by night and on demand."""

from procrastinate.contrib.django import app

from lifang.blocks.privacy import rotation


@app.periodic(cron="37 2 * * *")
@app.task(name=rotation.RESEAL, queueing_lock=rotation.RESEAL)
def reseal(timestamp: int = 0) -> None:
    rotation.reseal()
