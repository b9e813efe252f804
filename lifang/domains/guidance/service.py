"""What other rooms ask: the articles on a matter that are published for a place."""

from typing import Any

from lifang.domains.guidance import showing
from lifang.domains.guidance.models import Article
from lifang.ground import prepared
from lifang.ground.areas.codes import span

BESIDE = """
WHERE state = 'published' AND matters @> ARRAY[%s]::varchar[] AND area < %s AND area_end > %s
ORDER BY kind <> 'wrong', published_on DESC, id DESC
"""
UNREAD = frozenset({"words"})


def beside(matter: str, area: int) -> list[dict[str, Any]]:
    """Published articles on a matter for a place, as `showing.rows` has them but for who adopted and wrote them: wrong cases
    first, then the latest. Runs under `guide.read`.
    """
    below = span(area)
    return showing.rows(prepared.select(Article, BESIDE, [matter, below.stop, below.start], without=UNREAD))
