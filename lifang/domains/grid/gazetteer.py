"""A place named in somebody's words."""

from functools import lru_cache

from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, STREET, parent_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import edition

ENDINGS = ("社区居委会", "居委会", "村委会", "居民委员会", "村民委员会", "街道办事处", "街道", "社区", "镇", "乡", "村")
SHORTEST = 2


@lru_cache(maxsize=2)
def _names(city: int, edition_number: int) -> dict[str, list[int]]:
    """Names and their bare stems → the codes of streets and communities so named."""
    found: dict[str, list[int]] = {}
    places = Area.objects.as_of(today()).below(city).filter(level__in=(STREET, COMMUNITY))
    for code, name in places.values_list("code", "name"):
        stem = next((name.removesuffix(e) for e in ENDINGS if name.endswith(e)), name)
        for word in {name, stem, f"{stem}社区" if code % 10**6 else f"{stem}街道"}:
            if len(word) >= SHORTEST:
                found.setdefault(word, []).append(code)
    return found


def place_named(text: str, city: int) -> int | None:
    """The one community, else the one street, whose name stands in the text; None when none or several do."""
    known = _names(city, edition())
    parts = {text[i:j] for i in range(len(text)) for j in range(i + SHORTEST, min(i + 16, len(text)) + 1)}
    named = {code for part in parts if part in known for code in known[part]}
    streets = {code for code in named if code % 10**6 == 0}
    communities = named - streets
    inside = {code for code in communities if parent_of(code) in streets}
    for candidates in (inside, communities, streets):
        if len(candidates) == 1:
            return candidates.pop()
    return None
