"""Sums between the columns of a form: «total = men + women», «aged <= total»."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

COMPARED: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_COMPARISON = re.compile(r"<=|>=|=|<|>")
_TERM = re.compile(r"\s*([+-])?\s*([^+\-<>=]+?)\s*(?=[+-]|$)")
MOST = 400

Term = tuple[int, str]


@dataclass(frozen=True)
class Sum:
    """Each side is terms of sign and column, or whole number."""

    left: tuple[Term, ...]
    sign: str
    right: tuple[Term, ...]

    @property
    def columns(self) -> set[str]:
        return {name for _sign, name in (*self.left, *self.right) if not name.isdigit()}

    def figures(self, values: Mapping[str, float]) -> tuple[float, float]:
        """What the two sides come to."""
        return _total(self.left, values), _total(self.right, values)

    def holds(self, values: Mapping[str, float]) -> bool:
        return COMPARED[self.sign](*self.figures(values))

    def spelled(self, titles: Mapping[str, str]) -> str:
        return f"{_words(self.left, titles)} {self.sign} {_words(self.right, titles)}"


def read(text: str) -> Sum:
    """Raises ValueError saying what is wrong."""
    signs = _COMPARISON.findall(text)
    if len(signs) != 1 or len(text) > MOST:
        raise ValueError(_("“%(text)s”要有一个 =、<=、>=、< 或 >，如：合计 = 男 + 女") % {"text": text[:60]})
    left, right = text.split(signs[0])
    return Sum(_side(left, text), signs[0], _side(right, text))


def _side(text: str, whole: str) -> tuple[Term, ...]:
    terms: list[Term] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TERM.match(text, at)
        if not found or (terms and not found[1]):
            break
        terms.append((-1 if found[1] == "-" else 1, found[2]))
        at = found.end()
    if not terms or at < len(text.rstrip()):
        raise ValueError(_("“%(text)s”只能用加号和减号连接各列，如：合计 = 男 + 女") % {"text": whole[:60]})
    return tuple(terms)


def _total(terms: tuple[Term, ...], values: Mapping[str, float]) -> float:
    return sum(sign * (float(name) if name.isdigit() else values[name]) for sign, name in terms)


def _words(terms: tuple[Term, ...], titles: Mapping[str, str]) -> str:
    spelled = " ".join(f"{'-' if sign < 0 else '+'} {titles.get(name, name)}" for sign, name in terms)
    return spelled.removeprefix("+ ")
