"""Housekeeping of the job queue itself."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from lifang.ground.jobs.models import Trouble

KEEP_FAILED_HOURS = 90 * 24
SILENT_SECONDS = 45


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that were killed to those that live."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job, retry_at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.clean", queueing_lock="jobs.clean", pass_context=True)
async def clean(context: JobContext, timestamp: int) -> None:
    """Forget jobs after a quarter; those that succeed leave at once."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
    oldest = timezone.now() - dt.timedelta(hours=KEEP_FAILED_HOURS)
    await Trouble.objects.filter(at__lt=oldest).adelete()
