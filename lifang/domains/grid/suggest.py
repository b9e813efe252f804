"""Which categories somebody's words sound like: keywords found in them, and likeness of character pairs.

Nothing is learnt and nothing is hidden: each suggestion names the words that it rests on.
"""

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lifang.blocks.packs import service as packs

KEYWORD, LOOSE, PAIRS, LETTERS = 1.0, 0.6, 1.6, 0.35
LOOSE_FROM = 3
TITLE_TWICE = 2


@dataclass(frozen=True)
class Suggested:
    """A category, how strongly the words speak for it (any positive number), and those words."""

    category: packs.Category
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    category: packs.Category
    keywords: tuple[tuple[str, re.Pattern[str]], ...]
    pairs: dict[str, float]
    letters: dict[str, float]


@dataclass(frozen=True)
class _Book:
    entries: tuple[_Known, ...]
    rare: dict[str, float]
    holders: dict[str, int]


def plain(text: str) -> str:
    """Lower case, half width, nothing but letters and digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _weighed(terms: Counter[str], rare: dict[str, float]) -> dict[str, float]:
    weights = {term: (1 + math.log(n)) * rare.get(term, 0.0) for term, n in terms.items()}
    length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items() if weight}


def _terms(category: packs.Category) -> tuple[Counter[str], Counter[str]]:
    parts = [category.title] * TITLE_TWICE + [*category.keywords, category.filing]
    parts = [plain(part) for part in parts]
    return Counter(p for part in parts for p in _pairs(part)), Counter("".join(parts))


def _loosely(word: str) -> re.Pattern[str]:
    """A word with up to two characters between its own: «电梯坏» in «电梯又坏了»."""
    between = ".{0,2}" if len(word) >= LOOSE_FROM else ""
    return re.compile(between.join(word))


@lru_cache(maxsize=8)
def _book(area: int, on: dt.date) -> _Book:
    known = packs.categories(area, on)
    terms = [_terms(category) for category in known]
    in_how_many = Counter(term for pairs, letters in terms for term in (*pairs.keys(), *letters.keys()))
    rare = {term: math.log((len(known) + 1) / n) for term, n in in_how_many.items()}
    keywords = [tuple({plain(word): None for word in (category.title, *category.keywords)}) for category in known]
    holders = Counter(word for words in keywords for word in words)
    entries = tuple(
        _Known(category, tuple((w, _loosely(w)) for w in words), _weighed(pairs, rare), _weighed(letters, rare))
        for category, words, (pairs, letters) in zip(known, keywords, terms, strict=True)
    )
    return _Book(entries, rare, dict(holders))


def suggest(text: str, area: int, on: dt.date, most: int = 3) -> Sequence[Suggested]:
    """The likeliest categories at a place on a day, best first; none for words that say nothing known."""
    book = _book(area, on)
    said = plain(text)[:400]
    pairs, letters = _weighed(Counter(_pairs(said)), book.rare), _weighed(Counter(said), book.rare)
    found = []
    for entry in book.entries:
        hits = tuple(word for word, loosely in entry.keywords if loosely.search(said))
        score = (
            sum(
                (KEYWORD if word in said else LOOSE) * math.log1p(len(word)) / math.sqrt(book.holders[word])
                for word in hits
            )
            + PAIRS * sum(weight * entry.pairs.get(pair, 0.0) for pair, weight in pairs.items())
            + LETTERS * sum(weight * entry.letters.get(letter, 0.0) for letter, weight in letters.items())
        )
        if hits or score > 0.05:
            found.append(Suggested(entry.category, score, hits))
    return sorted(found, key=lambda suggested: (-suggested.score, suggested.category.code))[:most]
