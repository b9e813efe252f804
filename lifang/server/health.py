"""Whether web, worker and database serve."""

import datetime as dt

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from lifang.ground.access.doors import opens

WORKER_SILENCE = dt.timedelta(seconds=45)


def state() -> dict[str, bool]:
    """Which of database and worker answer now."""
    try:
        with connection.cursor() as cursor:
            since = timezone.now() - WORKER_SILENCE
            cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [since])
            workers = cursor.fetchone()[0]
    except DatabaseError:
        connection.close()
        return {"database": False, "worker": False}
    return {"database": True, "worker": workers > 0}


@opens
def healthz(request: HttpRequest) -> JsonResponse:
    found = {"web": True, **state()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)
