"""What runs by itself: every night the numbers of the queue that were forgotten end."""

from procrastinate.contrib.django import app

from lifang.domains.counter import waiting


@app.periodic(cron="17 0 * * *")
@app.task(name="counter.close", queueing_lock="counter.close")
def close(timestamp: int) -> None:
    waiting.close_days()
