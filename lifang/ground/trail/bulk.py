"""Writing many rows of the trail at once."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from lifang.ground.access import scope

INSERT = (
    "INSERT INTO trail_entry (at, user_id, function, area, what, kind, object_id, data)"
    " SELECT now(), %s, %s, area, %s, %s, thing, %s FROM unnest(%s::text[], %s::int8[]) AS rows(thing, area)"
)


def record_many(*, what: str, kind: str, things: Iterable[tuple[object, int]], **data: Any) -> None:
    """One row for each (object_id, area), alike in everything else, sent together."""
    now, said, rows = scope.current(), json.dumps(data, cls=DjangoJSONEncoder), list(things)
    ids, areas = [str(thing) for thing, _area in rows], [area for _thing, area in rows]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [now.user_id, now.function, what, kind, said, ids, areas])
