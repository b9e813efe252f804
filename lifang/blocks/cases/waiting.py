"""States that end by themselves on a day, as the case type's `ends` says: a hung-up case goes on when its date has come."""

import datetime as dt

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.packs import service as packs
from lifang.ground.access.scope import system_scope


@app.periodic(cron="7 * * * *")
@app.task(name="cases.end_waits", queueing_lock="cases.end_waits")
def end_waits(timestamp: int) -> None:
    end_due(timezone.now())


def end_due(now: dt.datetime) -> int:
    """Do the ending act on every case whose day has come; returns how many. Each stands for itself."""
    today, done = timezone.localdate(now), 0
    with system_scope("cases.waits"):
        waiting = [(entered.case, _ending(entered, today)) for entered in _entered()]
    for case, act in waiting:
        if act is None:
            continue
        try:
            with system_scope("cases.waits"):
                apply(case_id=case.pk, act=act, version=case.version, actor=Actor(name=_("系统")), at=now)
        except NotDone:
            continue  # somebody was quicker
        done += 1
    return done


def _entered() -> list[Act]:
    """The acts by which the cases that now stand in an ending state came into it."""
    states = {(type_.name, name) for type_ in packs.case_types() for name, state in type_.states.items() if state.ends}
    return [
        act
        for type_name, state in sorted(states)
        for act in Act.objects.filter(case__type=type_name, case__state=state, to_state=state)
        .exclude(from_state=state)
        .select_related("case")
        .order_by("case", "-seq")
        .distinct("case")
    ]


def _ending(entered: Act, today: dt.date) -> str | None:
    """The act that ends the state today; None while its day has not come."""
    case: Case = entered.case
    ends = lifecycle.type_of(case).states[case.state].ends
    day = parse_date(entered.data.get(ends.on, "")) if ends else None
    return ends.act if ends and day and day <= today else None
