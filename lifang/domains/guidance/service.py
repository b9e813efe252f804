"""What other rooms ask: the articles on a matter that are published for a place."""

from typing import Any

from lifang.domains.guidance import showing
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import shown
from lifang.ground.areas.codes import span


def beside(matter: str, area: int) -> list[dict[str, Any]]:
    """Published articles on a matter for a place, as `guidance/rows.html` shows them: wrong cases first, then the latest.

    Runs under `guide.read`.
    """
    below = span(area)
    found = shown(Article.objects.published().for_places((below.start, below.stop)).of_matter(matter))
    return showing.rows(sorted(found, key=lambda one: one.kind != Article.Kind.WRONG))
