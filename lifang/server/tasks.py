"""Housekeeping that needs rooms of more than one floor."""

from collections.abc import Iterable

from procrastinate.contrib.django import app

from lifang.blocks.cases.models import Photo
from lifang.ground.access.scope import system_scope
from lifang.ground.files import store


@app.periodic(cron="43 3 * * *")
@app.task(name="files.sweep", queueing_lock="files.sweep")
def sweep_pictures(timestamp: int) -> None:
    """Remove pictures that were sent and never became part of a case."""
    store.sweep(_named)


def _named(fingerprints: Iterable[str]) -> set[str]:
    with system_scope("files.sweep"):
        return set(Photo.objects.filter(sha256__in=list(fingerprints)).values_list("sha256", flat=True))
