"""A middleware of the worker that keeps why a job failed, so that an administrator can read it."""

from typing import Any

from procrastinate.job_context import JobContext
from procrastinate.middleware import SyncCallNext
from procrastinate.worker import Worker

from lifang.ground.jobs.models import Trouble


def keep_trouble(call_next: SyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Run the job; note its exception in a transaction of its own and let the exception go on to the retry."""
    try:
        return call_next()
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:300].replace("\0", "")
        Trouble.objects.create(job_id=context.job.id or 0, task=context.job.task_name, error=text)
        raise
