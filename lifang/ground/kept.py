"""Answers kept in the process for some seconds, so that colleagues who ask the same do not have them made again."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
_all: list["Kept[object]"] = []


class Kept(Generic[T]):
    """At most `most` answers, each for `seconds`."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self.answers: dict[Hashable, tuple[float, T]] = {}
        _all.append(self)  # type: ignore[arg-type]

    def get(self, key: Hashable, make: Callable[[], T], since: float = 0.0) -> T:
        """The kept answer; one from before the moment `since` (seconds since 1970) is made anew."""
        now, found = time.time(), self.answers.get(key)
        if found is not None and max(now - self.seconds, since) < found[0] <= now:
            return found[1]
        answer = make()
        if len(self.answers) >= self.most:
            self.answers = {}
        self.answers[key] = (now, answer)
        return answer


def forget() -> None:
    """Drop every kept answer, as tests do between each other."""
    for kept in _all:
        kept.answers = {}
