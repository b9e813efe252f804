"""What became of a code: successors, aliases, and figures of one day on the boundaries of another."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection


class Step(NamedTuple):
    """`share` of the old code went to the new; `back_share` of the new came from the old."""

    old: int
    new: int
    on: dt.date
    share: float
    back_share: float


def _steps(condition: str, params: Sequence[Any]) -> list[Step]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT old_code, new_code, "on", share, back_share FROM areas_succession'
            f' WHERE {condition} ORDER BY "on", id',
            params,
        )
        return [Step(*row) for row in cursor.fetchall()]


def heirs_of_span(span: range) -> list[int]:
    """Codes that took over, in one step, from codes in the range."""
    return [step.new for step in _steps("old_code >= %s AND old_code < %s", [span.start, span.stop])]


def aliases(code: int) -> list[int]:
    """Every earlier code of this place, the nearest first."""
    found: list[int] = []
    wave = [code]
    while wave:
        olds = dict.fromkeys(step.old for step in _steps("new_code = ANY(%s)", [wave]))
        wave = [old for old in olds if old != code and old not in found]
        found.extend(wave)
    return found


def successors(code: int, since: dt.date, until: dt.date) -> dict[int, float]:
    """What a place of the day `since` is on the day `until`: code → share; the shares add up to 1."""
    return restate([code], since, until)[code]


def restate(wanted: Iterable[int], since: dt.date, until: dt.date) -> dict[int, dict[int, float]]:
    """For figures kept by the codes of one day, the codes of another: old code → {new code: share}.

    A split place is shared out by households, so that totals stay; a merged one goes over whole. With `until` before
    `since` it runs backward, by what each old place brought in.
    """
    forward = since <= until
    low, high = (since, until) if forward else (until, since)
    by_day: dict[dt.date, dict[int, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for step in _steps('"on" > %s AND "on" <= %s', [low, high]):
        if forward:
            by_day[step.on][step.old][step.new] = step.share
        else:
            by_day[step.on][step.new][step.old] = step.back_share
    result = {code: {code: 1.0} for code in wanted}
    for day in sorted(by_day, reverse=not forward):
        for code, held in result.items():
            moved: dict[int, float] = defaultdict(float)
            for place, part in held.items():
                for target, share in by_day[day].get(place, {place: 1.0}).items():
                    moved[target] += part * share
            result[code] = dict(moved)
    return result
