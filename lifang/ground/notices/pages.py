"""A person's own notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lifang.ground.access.doors import serves
from lifang.ground.notices import actions
from lifang.ground.notices.models import Notice
from lifang.ground.typed import whole

PAGE = 50


@serves("notice.read")
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first, read on by key."""
    found = Notice.objects.filter(user_id=request.user.pk or 0).order_by("-pk")
    before = whole(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    following = f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return render(
        request,
        "notices/notices.html",
        {"rows": rows[:PAGE], "following": following, "first": "" if before is None else "?"},
    )


@serves("notice.read")
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to the page that it is about."""
    notice = get_object_or_404(Notice, user=request.user, pk=pk)
    actions.mark_read(user=request.user, notice_id=pk)  # type: ignore[arg-type]
    return redirect(notice.url)


@serves("notice.read")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_read(user=request.user)  # type: ignore[arg-type]
    return redirect("notices")
