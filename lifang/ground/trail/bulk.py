"""Writing many rows of the trail at once."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from lifang.ground.access import scope
from lifang.ground.trail.actions import INSERT


def record_many(*, what: str, kind: str, things: Iterable[tuple[object, int]], **data: Any) -> None:
    """One row for each (object_id, area), alike in everything else, sent together."""
    now, said = scope.current(), json.dumps(data, cls=DjangoJSONEncoder)
    with connection.cursor() as cursor:
        cursor.executemany(
            INSERT, [[now.user_id, now.function, area, what, kind, str(thing), said] for thing, area in things]
        )
