"""indicators.yaml, and the worked examples of tests/*.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, Titled, read_at
from lifang.ground.clock import Limit


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure: numerator over denominator of measures, its formula in words, and where it stands."""

    title: str
    unit: str
    numerator: str
    denominator: str
    formula: str
    fair: bool
    since: date
    source: Citation
    note: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A ground for leaving a case out of a fair rate: rule, proof, and the function that reviews."""

    title: str
    rule: str
    proof: str
    reviewer: str
    since: date
    source: Citation
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class IndicatorsFile:
    """indicators.yaml."""

    measures: Mapping[str, Titled]
    indicators: Mapping[str, Indicator]
    exclusions: Mapping[str, Exclusion]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a situation must come to; fields left out are not compared."""

    due: datetime | None
    limit: Limit | None
    owner: str
    level: str
    document: str
    used: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Situation:
    """A worked example: a category at a place, a clock that starts and pauses, and what is right."""

    situation: str
    place: str
    category: str
    urgency: str
    limit: str
    start: datetime
    pauses: tuple[tuple[datetime, datetime], ...]
    until: datetime | None
    expect: Expected
    at: Where = read_at()
