"""Cases with any history at all, written past the engine, for tests that compare ways of counting."""

import datetime as dt
import random

from django.db import connection

from lifang.blocks.cases.models import Case
from lifang.blocks.indicators import counting
from lifang.blocks.indicators.measures import COUNTED, MEASURES
from lifang.blocks.indicators.queries import Ask, Counts, counts, grouping, reached
from lifang.ground.access.models import Unit
from tests.situations import CITY, EAST, EAST_COMMUNITY_2, EAST_GRID, EAST_GRID_2, WEST_GRID

NOW = dt.datetime(2026, 3, 18, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PLACES = (EAST_GRID, EAST_GRID, EAST_GRID_2, EAST_COMMUNITY_2, WEST_GRID, EAST, CITY)
KINDS = ("09001", "09001", "03005")
STATES = (
    "reported", "accepted", "filed", "dispatched", "handling", "hung_up", "handled", "closed", "archived", "refused",
    "duplicate", "void",
)  # fmt: skip


def random_columns(rng: random.Random) -> dict[str, object]:
    """Milestones in order, cut off somewhere; verdicts and exclusions at random."""
    opened = NOW - dt.timedelta(minutes=rng.randrange(70 * 24 * 60))
    times, at = [], opened
    for _step in range(6):
        at += dt.timedelta(minutes=rng.choice([3, 40, 600, 4000]))
        times.append(at if at < NOW else None)
    reach = rng.randrange(7)
    accepted, filed, dispatched, received, handled, closed = [t if n < reach else None for n, t in enumerate(times)]
    state = rng.choice(STATES)
    unit = rng.choice(_units())
    return {
        "area": rng.choice(PLACES), "category": rng.choice(KINDS), "state": state, "cell": rng.choice([7, 7, 8, None]),
        "opened_at": opened, "accepted_at": accepted, "filed_at": filed, "dispatched_at": dispatched,
        "received_at": received, "handled_at": handled, "closed_at": closed,
        "responded_at": rng.choice([accepted, None]),
        "handle_due_at": dispatched and dispatched + dt.timedelta(minutes=rng.choice([30, 600, 5000])),
        "respond_due_at": rng.choice([opened + dt.timedelta(hours=rng.choice([2, 30])), None]),
        "is_open": closed is None and state not in ("refused", "duplicate", "void", "archived", "closed"),
        "answered": rng.choice([None, True, True, False]), "solved": rng.choice([None, True, False]),
        "satisfied": rng.choice([None, True, False]),
        "reworks": rng.choice([0, 0, 1]), "returns": rng.choice([0, 0, 1]),
        "excluded": rng.choice(["", "", "", "consultation"]), "clock": rng.choice(["", "callback", "handle"]),
        "unit_id": unit, "involved": [unit] if unit else [], "source": rng.choice(["web", "device"]),
    }  # fmt: skip


_known: list[int | None] = []


def _units() -> list[int | None]:
    if not _known:
        _known.extend([None, *Unit.objects.order_by("code").values_list("pk", flat=True)[:3]])
    return _known


def forget_units() -> None:
    _known.clear()


def random_cases(rng: random.Random, count: int) -> list[Case]:
    """Written in one statement, as an import would."""
    first = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Case.objects.bulk_create(
        Case(
            number=f"T{first + n}",
            type="event",
            type_version="national/2026-01-01",
            title="测试",
            **random_columns(rng),
        )
        for n in range(1, count + 1)
    )


def counted_raw(ask: Ask, by: str | None) -> dict[object, Counts]:
    """What the cases themselves give, whatever the tally holds."""
    key, _in_tally, _dimension, _level = grouping(ask, by)
    found: dict[object, Counts] = {}
    with connection.cursor() as cursor:
        cursor.execute(counting.raw(key, counting.cases(reached(ask))), ask.parameters(by))
        for key_, left_out, *numbers in cursor.fetchall():
            mine = found.setdefault(key_, Counts(dict.fromkeys(MEASURES, 0), dict.fromkeys(MEASURES, 0)))
            for measure, number in zip(COUNTED, numbers, strict=True):
                mine.raw[measure.name] += number
                mine.fair[measure.name] += 0 if left_out else number
    return found


def without_zeros(found: dict[object, Counts]) -> dict[object, Counts]:
    return {key: one for key, one in found.items() if any(one.raw.values())}


def period_counts(ask: Ask, by: str | None) -> dict[object, Counts]:
    return without_zeros(counts(ask, by, live=False))
