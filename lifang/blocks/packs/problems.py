"""What is wrong in a pack, where, what was found and what is allowed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, order=True, slots=True)
class Where:
    """A line of a pack file; ``file`` is relative to the folder of packs."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong, as an editor of the pack reads it."""

    where: Where
    text: str

    def __str__(self) -> str:
        return f"{self.where} {self.text}"


class PackErrors(Exception):
    """A pack was refused; ``problems`` lists everything found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def short(names: Iterable[str], most: int = 12) -> str:
    """Names as a list that fits a line."""
    listed = sorted(names)
    shown = _("、").join(listed[:most])
    return shown + (_(" 等 %(n)s 个") % {"n": len(listed)} if len(listed) > most else "")


def unknown(what: "str | StrPromise", found: str, allowed: Iterable[str]) -> str:
    """«不认识的…», the likeliest word meant, and what is allowed."""
    names = list(allowed)
    text = _("%(what)s「%(found)s」不存在") % {"what": what, "found": found}
    close = get_close_matches(found, names, n=1, cutoff=0.6)
    if close:
        text += _("，是不是「%(close)s」？") % {"close": close[0]}
    else:
        text += _("。")
    return text + _("可用：%(names)s") % {"names": short(names) or _("(无)")}


def missing(at: Where, what: "str | StrPromise", used: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    """A problem for each name that is used and not known."""
    for name in used:
        if name not in known:
            yield Problem(at, unknown(what, name, known))
