"""elements.yaml and codes/*.yaml: what is kept about people and homes, and the code lists of its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, read_at


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list of a standard; ``own`` are additions of this pack, apart from the standard's ``values``, and ``also``
    everyday words with the code that is meant (初中 → 70)."""

    codes: str
    title: str
    standard: str
    since: date
    source: Citation
    values: Mapping[str, str]
    own: Mapping[str, str]
    also: Mapping[str, str]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Element:
    """One data element: what it means, of what kind, how sensitive, and where its home is.

    ``kind`` is one of words.ELEMENTS, ``codes`` the code list of a coded one. ``sensitivity`` is one of
    words.SENSITIVITIES. ``home`` is the system in which it is kept and ``wins`` the systems whose word counts next, in
    that order; ``owner`` the kind of unit that answers for it; ``refresh_days`` after how many days a value is stale.
    ``headers`` are the words that stand above its column in departments' files.
    """

    title: str
    meaning: str
    kind: str
    codes: str
    standard: str
    sensitivity: str
    home: str
    wins: tuple[str, ...]
    owner: str
    refresh_days: int | None
    headers: tuple[str, ...]
    since: date
    source: Citation
    at: Where = read_at()
