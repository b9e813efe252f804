"""Visits in the demo's home grid: a worker for every household, some seen lately, and what the rules ask for today."""

import datetime as dt

from django.utils import timezone

from lifang.domains.care import actions, households, outreach
from lifang.domains.care.models import Contact, Duty
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import parent_of

EVERY, LATELY = 3, 9
NOTES = ("身体还好，提醒交水费。", "家里换了燃气软管。", "孩子在外地，约好下月再来。")


def make_visits(grid: int, worker: User, by: User) -> int:
    """Returns how many visits the rules opened."""
    if Duty.objects.exists():
        return 0
    found, _homeless = households.of_place(grid)
    actions.assign(area=parent_of(grid), households=found, worker=worker, reason="网格包户", by=by)
    for at, home in enumerate(found[::EVERY]):
        note, on = NOTES[at % len(NOTES)], today() - dt.timedelta(days=LATELY * at % 200)
        actions.add_contact(home.grid, home, Contact.Kind.VISIT, on, note, [home.head.pk], worker.pk)
    return outreach.open_due(timezone.now())
