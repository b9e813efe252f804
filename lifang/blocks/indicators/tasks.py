"""What runs by itself: fold the log of changes every minute, look for what comes back every hour."""

from procrastinate.contrib.django import app

from lifang.blocks.indicators import patterns, tally


@app.periodic(cron="* * * * *")
@app.task(name="figures.fold", queueing_lock="figures.fold")
def fold(timestamp: int) -> None:
    tally.fold()


@app.periodic(cron="41 * * * *")
@app.task(name="figures.find", queueing_lock="figures.find")
def find(timestamp: int) -> None:
    patterns.find()
