"""Reports of the same thing: near in place and time, alike in words."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lifang.blocks.cases.models import Case

CELL_DEGREES = 0.002
NEAR_METRES = 150.0
WINDOW = dt.timedelta(hours=72)
OFFER_FROM = 0.5
METRES_PER_DEGREE = 111_320.0
MOST_COMPARED = 60


def cell_of(lon: float, lat: float) -> int:
    """The square of about 200 m in which a point lies, as one integer."""
    return int((lat + 90) / CELL_DEGREES) * 1_000_000 + int((lon + 180) / CELL_DEGREES)


def _around(cell: int) -> list[int]:
    return [cell + row * 1_000_000 + column for row in (-1, 0, 1) for column in (-1, 0, 1)]


def grams(text: str) -> Counter[str]:
    """Character pairs of a text; Chinese words are mostly two characters long."""
    letters = "".join(c for c in text.lower() if c.isalnum())
    return Counter(letters[i : i + 2] for i in range(len(letters) - 1)) or Counter(letters)


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Cosine of two bags of character pairs, 0 to 1."""
    shared = sum(n * other[g] for g, n in one.items())
    norm = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return shared / norm if norm else 0.0


@dataclass(frozen=True)
class Likely:
    """An open case that a new report may repeat; `score` from 0 to 1, `metres` between the two points."""

    case: Case
    score: float
    metres: float


def likely_duplicates(
    *, lon: float, lat: float, category: str, text: str, at: dt.datetime, limit: int = 3
) -> Sequence[Likely]:
    """Open cases of the last three days within 150 m that sound like this report, likeliest first.

    Half of the score is for the same category and nearness, half for the words (weights set by hand after the
    comparison of methods in docs/explanation/duplicates.md).
    """
    nearby = (
        Case.objects.filter(cell__in=_around(cell_of(lon, lat)), opened_at__gt=at - WINDOW, is_open=True)
        .order_by("-opened_at")
        .values_list("pk", "lon", "lat", "category", "title", "text")[:MOST_COMPARED]
    )
    words = grams(text)
    found: dict[int, tuple[float, float]] = {}
    for pk, case_lon, case_lat, case_category, title, case_text in nearby:
        metres = _metres(lon, lat, case_lon, case_lat)
        if metres > NEAR_METRES:
            continue
        score = (
            0.3 * (case_category == category)
            + 0.2 * (1 - metres / NEAR_METRES)
            + 0.5 * likeness(words, grams(f"{title}{case_text}"))
        )
        if score >= OFFER_FROM:
            found[pk] = score, metres
    best = sorted(found, key=lambda pk: -found[pk][0])[:limit]
    cases = Case.objects.in_bulk(best) if best else {}
    return [Likely(cases[pk], *found[pk]) for pk in best]


def _metres(lon: float, lat: float, lon2: float, lat2: float) -> float:
    dx = (lon2 - lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(dx, (lat2 - lat) * METRES_PER_DEGREE)
