"""events.yaml: categories of events, their owners and limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, Dated, read_at


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """What one pack says of a category; fields left out come from the pack that it extends."""

    since: date
    until: date | None
    source: Citation
    title: str | None
    major: str | None
    kind: str | None
    keywords: tuple[str, ...] | None
    urgency: str | None
    filing: str | None
    closing: str | None
    power: str | None
    owner: Dated | None
    limits: Mapping[str, Dated]
    note: str | None
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class EventsFile:
    """events.yaml: words for urgencies, major classes, limits for every category, categories."""

    urgencies: Mapping[str, str]
    majors: Mapping[str, str]
    defaults: Mapping[str, Dated]
    categories: Mapping[str, CategoryEntry]
    at: Where = read_at()
