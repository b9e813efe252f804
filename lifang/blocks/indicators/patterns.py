"""Events of one kind that keep coming back at one place: suggested with the events behind it, decided by a person."""

import datetime as dt

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.indicators.measures import REPEAT_DAYS, TYPE
from lifang.blocks.indicators.models import Finding
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas import codes
from lifang.ground.trail.actions import record

LEAST = 5

# One place is a square of 200 m, or the grid itself for an event without a point. What a person has decided on is not
# suggested again: counting begins after the last event of the decided suggestion.
FIND = """
SELECT coalesce(c.cell, -c.area) AS spot, c.category, array_agg(c.number ORDER BY c.opened_at, c.id),
  min(c.area), max(c.area), min(c.opened_at), max(c.opened_at)
FROM cases_case c
WHERE c.type = %(type)s AND c.opened_at > %(since)s AND c.opened_at <= %(now)s
  AND c.state NOT IN ('refused', 'duplicate', 'void') AND (c.cell IS NOT NULL OR mod(c.area, 1000) <> 0)
  AND c.opened_at > coalesce((SELECT max(f.last_at) FROM indicators_finding f WHERE f.cell = coalesce(c.cell, -c.area)
    AND f.category = c.category AND f.state <> 'open'), '-infinity')
GROUP BY 1, 2 HAVING count(*) >= %(least)s
"""
KEEP = """
INSERT INTO indicators_finding (area, cell, category, cases, first_at, last_at, state, decided_name, reason)
VALUES (%s, %s, %s, %s, %s, %s, 'open', '', '')
ON CONFLICT (cell, category) WHERE state = 'open'
DO UPDATE SET area = EXCLUDED.area, cases = EXCLUDED.cases, first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at
"""


class Decided(Exception):
    """Somebody else decided first."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(_("{name}已经处理了这条提示。").format(name=finding.decided_name))
        self.finding = finding


def find(now: dt.datetime | None = None) -> int:
    """Bring the open suggestions up to date: 5 or more events of one kind at one place within 30 days.

    Returns how many are open. A suggestion whose events have grown old stays until it is decided.
    """
    now = now or timezone.now()
    with system_scope("figures"):
        with connection.cursor() as cursor:
            cursor.execute(
                FIND, {"since": now - dt.timedelta(days=REPEAT_DAYS), "now": now, "least": LEAST, "type": TYPE}
            )
            rows = cursor.fetchall()
            cursor.executemany(
                KEEP,
                [
                    (_around(low, high), spot, category, numbers, first, last)
                    for spot, category, numbers, low, high, first, last in rows
                ],
            )
        return Finding.objects.filter(state=Finding.State.OPEN).count()


def _around(low: int, high: int) -> int:
    """The smallest place that holds both."""
    return next(
        (codes.at_level(low, n) for n in range(codes.GRID, 0, -1) if codes.at_level(low, n) == codes.at_level(high, n)),
        0,
    )


def decide(*, finding_id: int, accepted: bool, reason: str, by: User) -> Finding:
    """A person takes a suggestion up or refuses it, with a reason that is kept.

    Runs under figures.decide. Raises Finding.DoesNotExist outside the scope, Decided when it is decided already.
    """
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.state != Finding.State.OPEN:
        raise Decided(finding)
    finding.state = Finding.State.ACCEPTED if accepted else Finding.State.REFUSED
    finding.reason, finding.decided_at = reason, timezone.now()
    finding.decided_by, finding.decided_name = by.pk, by.name
    finding.save(update_fields=["state", "reason", "decided_at", "decided_by", "decided_name"])
    record(what=f"finding.{finding.state}", kind="finding", object_id=finding.pk, area=finding.area, reason=reason)
    return finding
