"""Whether a text names somebody: numbers that only a person has, and names that stand in the registers."""

import re
import unicodedata

from lifang.blocks.registry.models import Person
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span

NUMBER = re.compile(r"(?<!\d)(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\d{17}[\dXx]|\d{15})(?!\d)")
RUN = re.compile(r"[\u3400-\u9fff]+")
LENGTHS = (2, 3, 4)
MOST = 10


def numbers(*texts: str) -> list[str]:
    """Telephones and identity numbers."""
    return [found[0] for text in texts for found in NUMBER.finditer(unicodedata.normalize("NFKC", text))]


def without_numbers(text: str) -> str:
    return NUMBER.sub("……", unicodedata.normalize("NFKC", text))


def names(area: int, *texts: str) -> list[str]:
    """Names of residents of a place that occur in the texts, at most ten. A word may happen to be a name.

    Whether they may be said is for the caller: to whoever may not read residents, they tell who lives there.
    """
    said = {
        run[start : start + length]
        for text in texts
        for run in RUN.findall(text)
        for length in LENGTHS
        for start in range(len(run) - length + 1)
    }
    below = span(area)
    with system_scope("guidance.names"):
        found = Person.objects.filter(name__in=said, area__gte=below.start, area__lt=below.stop)
        return sorted(found.values_list("name", flat=True).distinct()[:MOST])
