"""What other rooms ask: the articles on a matter that are published for a place."""

from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import shown
from lifang.ground.access.scope import Range, current
from lifang.ground.areas.codes import span


def beside(matter: str, area: int | None = None) -> list[Article]:
    """Published articles on a matter for a place (all places of the scope, where none is named), the latest first.

    Wrong cases (`kind` «wrong») carry the error in `text` and the right way in `right`.
    """
    places: tuple[Range, ...] = current().places
    if area is not None:
        below = span(area)
        places = ((below.start, below.stop),)
    return shown(Article.objects.published().for_places(*places).of_matter(matter))
