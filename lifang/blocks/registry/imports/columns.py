"""Which column of a department's sheet holds which data element: guessed from its header and from what stands in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from lifang.blocks.packs.shapes import Element
from lifang.ground.files.tables import plain

LOOK_AT = 30
SAMPLE = 500
LEAST_ALIKE = 0.6
# How what stands in a column looks, where its header says nothing.
LOOKS = {
    "number": r"^'?\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{2}\d{3}[\dXx]$|^\d{15}$",
    "phone": r"^(?:\+?86)?1[3-9]\d{9}$",
    "sex": r"^[男女]性?$",
    "address": r"(?:路|街|巷|道|村|小区).{0,12}\d+(?:号|栋|幢|室|-)",
}


@dataclass(frozen=True)
class Layout:
    """`first` is the first row of data, counted from 0; `headers` the words above each column, two rows joined."""

    first: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """The element of a column, or "" for none; `why` is header, looks or "" ."""

    element: str
    why: str


def layout(rows: pl.DataFrame, known: Mapping[str, Element]) -> Layout:
    """Where the header ends: the row, or two rows merged, whose words are known to most elements."""
    return laid_out(rows, {plain(word) for element in known.values() for word in (element.title, *element.headers)})


def laid_out(rows: pl.DataFrame, words: Collection[str]) -> Layout:
    """The same by words that may stand in a header."""
    top = [[cell or "" for cell in row] for row in rows.head(LOOK_AT).iter_rows()]
    best, most = Layout(0, tuple("" for _ in rows.columns)), 0
    for at, row in enumerate(top):
        below = top[at + 1] if at + 1 < len(top) else []
        choices = [Layout(at + 1, tuple(row))]
        if _heads(row) and len(set(words).intersection(map(plain, below))) > 1:
            choices.append(Layout(at + 2, tuple(_joined(row, below))))
        for choice in choices:
            found = len({part for header in choice.headers for part in parts(header) if part in words})
            if found > most:
                best, most = choice, found
    return best


def _heads(row: Sequence[str]) -> bool:
    """Whether a row may be the upper one of two: not a title in one merged cell, nor «填报日期：…»."""
    filled = [cell for cell in row if cell]
    return len(filled) > 1 and not any("：" in cell or ":" in cell for cell in filled)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of headers as one; a merged cell's word stands over every column to the next."""
    joined, over = [], ""
    for at, word in enumerate(upper):
        over = word or over
        under = lower[at] if at < len(lower) else ""
        joined.append(f"{over}/{under}" if over and under else under or word)
    return joined


def parts(header: str) -> list[str]:
    """The words of a header, the nearest to the data first, then all of it."""
    return [plain(part) for part in reversed(header.split("/"))] + [plain(header)]


def guessed(rows: pl.DataFrame, found: Layout, known: Mapping[str, Element], before: Mapping[str, str]) -> list[Guess]:
    """An element for each column, none twice: what was confirmed `before` (plain header → element), else by header,
    else by looks."""
    by_word = {plain(word): name for name, one in known.items() for word in (one.title, *one.headers)}
    guesses = [Guess("", "") for _ in rows.columns]
    taken: set[str] = set()
    for at, header in enumerate(found.headers):
        name = before.get(plain(header), next((by_word[part] for part in parts(header) if part in by_word), ""))
        if name and name not in taken:
            taken.add(name)
            guesses[at] = Guess(name, "header")
    data = rows.slice(found.first, SAMPLE)
    for name, looks in LOOKS.items():
        if name in taken or name not in known:
            continue
        shares = [
            (_share(data[column], looks), at) for at, column in enumerate(rows.columns) if not guesses[at].element
        ]
        share, at = max(shares, default=(0.0, 0))
        if share >= LEAST_ALIKE:
            guesses[at] = Guess(name, "looks")
    return guesses


def _share(cells: pl.Series, looks: str) -> float:
    filled = cells.drop_nulls().str.normalize("NFKC").str.strip_chars()
    return int(filled.str.contains(looks).sum()) / len(filled) if len(filled) else 0.0
