"""Reading the job queue."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from lifang.ground.jobs.models import Trouble
from lifang.ground.jobs.words import STATES, TITLES

SHOWN = 100


def counts() -> dict[str, int]:
    """How many jobs stand in each state."""
    return dict(ProcrastinateJob.objects.order_by().values_list("status").annotate(n=Count("id")))


def workers_alive(now: dt.datetime | None = None) -> int:
    """Workers heard of in the last 45 seconds."""
    since = (now or timezone.now()) - dt.timedelta(seconds=45)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=since).count()


def jobs(*states: str) -> list[dict[str, Any]]:
    """The newest 100 jobs of these states in words, each with why it last failed."""
    found = list(ProcrastinateJob.objects.filter(status__in=states).order_by("-id")[:SHOWN])
    ids = [job.pk for job in found]
    last = Trouble.objects.filter(job_id__in=ids).values("job_id").annotate(last=Max("id")).values("last")
    why = {trouble.job_id: trouble for trouble in Trouble.objects.filter(pk__in=last)}
    return [
        {
            "id": job.pk,
            "title": TITLES.get(job.task_name, job.task_name),
            "state": STATES[job.status],
            "failed": job.status == "failed",
            "attempts": job.attempts,
            "again_at": job.scheduled_at,
            "trouble": why.get(job.pk),
        }
        for job in found
    ]
