"""What an administrator does to jobs."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.ground.trail.actions import record


def retry(*, job_id: int) -> None:
    """Put a failed job back into the queue. Raises ProcrastinateJob.DoesNotExist when it is not a failed one."""
    job = ProcrastinateJob.objects.get(pk=job_id, status="failed")
    app.job_manager.retry_job_by_id(job.pk, timezone.now())
    record(what="job.retried", kind="job", object_id=job.pk, area=settings.CONFIG.area, task=job.task_name)
