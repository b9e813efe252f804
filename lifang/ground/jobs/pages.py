"""Background jobs as an administrator sees them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.ground.access.doors import serves
from lifang.ground.jobs import actions, queries


@serves("job.manage")
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs that failed, those that try again, and whether a worker lives."""
    counts = queries.counts()
    waiting = [job for job in queries.jobs("todo", "doing") if job["attempts"]]
    return render(
        request,
        "jobs/jobs.html",
        {
            "failed": queries.jobs("failed"),
            "waiting": waiting,
            "counts": {state: counts.get(state, 0) for state in ("todo", "doing", "failed")},
            "workers": queries.workers_alive(),
        },
    )


@serves("job.manage")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.retry(job_id=pk)
    except ProcrastinateJob.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("已放回队列，稍后会再试。"))
    return redirect("jobs")
