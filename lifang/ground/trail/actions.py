"""Writing the trail. The writer need not be able to read it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from lifang.ground import prepared
from lifang.ground.access import scope

INSERT = (
    "INSERT INTO trail_entry (at, user_id, function, area, what, kind, object_id, data)"
    " VALUES (now(), %s, %s, %s, %s, %s, %s, %s)"
)


def record(*, what: str, kind: str, object_id: object, area: int, **data: Any) -> None:
    """Add one row about what the current scope does to `kind` `object_id` at `area`."""
    now = scope.current()
    written = json.dumps(data, cls=DjangoJSONEncoder)
    prepared.send(INSERT, [now.user_id, now.function, area, what, kind, str(object_id), written])
