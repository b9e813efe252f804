"""Reports of the same thing: near in place and time, alike in words."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lifang.blocks.cases.models import Case
from lifang.ground import prepared

CELL_DEGREES = 0.002
NEAR_METRES = 150.0
WINDOW = dt.timedelta(hours=72)
OFFER_FROM = 0.3
# Fitted by bench/duplicates.py; what they mean and how well they do is in docs/explanation/duplicates.md.
INTERCEPT, WEIGHTS = 0.92, (2.31, 1.33, -5.82, -4.59, 2.54, 2.27)
NUMBER = re.compile(r"\d+(?=栋|幢|号|座|单元|弄)")
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


def features(
    *, same_category: bool, same_class: bool, metres: float, hours: float, new: str, old: str
) -> tuple[float, ...]:
    """What a pair of reports is judged by, in the order of WEIGHTS; all but the last between 0 and 1.

    The last is 1 where both name the same building or door, -1 where they name different ones, 0 otherwise.
    """
    mine, theirs = set(NUMBER.findall(new)), set(NUMBER.findall(old))
    numbers = 0 if not mine or not theirs else (1 if mine & theirs else -1)
    return (
        float(same_category),
        float(same_class),
        metres / NEAR_METRES,
        hours * 3600 / WINDOW.total_seconds(),
        likeness(grams(new), grams(old)),
        float(numbers),
    )


def score(given: Sequence[float]) -> float:
    """How likely the pair is one event, 0 to 1: a logistic model of the features."""
    return 1 / (1 + math.exp(-INTERCEPT - sum(w * f for w, f in zip(WEIGHTS, given, strict=True))))


OFFERED = {
    "id", "number", "title", "text", "category", "state", "place_text", "opened_at", "voices_count", "type",
    "type_version", "area", "lon", "lat",
}  # fmt: skip
SHOWN = [f.attname for f in Case._meta.concrete_fields if f.attname in OFFERED]
NEARBY = (
    f"SELECT {', '.join(SHOWN)} FROM cases_case"
    " WHERE cell = ANY(%s) AND lon BETWEEN %s AND %s AND lat BETWEEN %s AND %s AND opened_at > %s AND is_open"
    " ORDER BY opened_at DESC LIMIT %s"
)


@dataclass(frozen=True)
class Likely:
    """An open case that a new report may repeat; `score` from 0 to 1, `metres` between the two points."""

    case: Case
    score: float
    metres: float


def likely_duplicates(
    *, lon: float, lat: float, category: str, text: str, at: dt.datetime, limit: int = 3
) -> Sequence[Likely]:
    """Open cases of the last three days within 150 m that sound like this report, likeliest first."""
    up = NEAR_METRES / METRES_PER_DEGREE
    aside = up / math.cos(math.radians(lat))
    box = [lon - aside, lon + aside, lat - up, lat + up]
    nearby = prepared.run(NEARBY, [_around(cell_of(lon, lat)), *box, at - WINDOW, MOST_COMPARED])
    found: list[Likely] = []
    for row in nearby:
        case = Case.from_db("default", SHOWN, row)
        metres = _metres(lon, lat, case.lon, case.lat)  # type: ignore[arg-type]
        if metres > NEAR_METRES:
            continue
        likely = score(
            features(
                same_category=case.category == category,
                same_class=case.category[:2] == category[:2],
                metres=metres,
                hours=max(0.0, (at - case.opened_at).total_seconds() / 3600),
                new=text,
                old=f"{case.title},{case.text}",
            )
        )
        if likely >= OFFER_FROM:
            found.append(Likely(case, likely, metres))
    return sorted(found, key=lambda near: -near.score)[:limit]


def _metres(lon: float, lat: float, lon2: float, lat2: float) -> float:
    dx = (lon2 - lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(dx, (lat2 - lat) * METRES_PER_DEGREE)
