"""Finding articles: by words, by matter, by document; what of a list or document changed since one was written."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL

from lifang.blocks.cases.words import words
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import library
from lifang.blocks.packs.service import NoRule
from lifang.domains.guidance.models import Article, ArticleQuery
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range, current, everywhere
from lifang.ground.areas.codes import NATION, level_of, span

READ, WRITE, CHECK = "guide.read", "guide.write", "guide.check"
PIECE = 300
FOUND = "SELECT id FROM guidance_article WHERE words @@ to_tsquery('simple', %s)"


def searched(*texts: str) -> list[str]:
    """The words of whole texts, however long."""
    pieces = (text[start : start + PIECE + 1] for text in texts for start in range(0, len(text), PIECE))
    return list(dict.fromkeys(word for piece in pieces for word in words(piece)))


def containing(found: ArticleQuery, text: str) -> ArticleQuery:
    """Those that hold every word of a text."""
    query = " & ".join(f"'{word}'" + (":*" if len(word) == 1 or word.isascii() else "") for word in words(text))
    return found.filter(pk__in=RawSQL(FOUND, [query])) if query else found.none()


def places_of(user: User) -> tuple[Range, ...]:
    """Whose articles somebody reads: those for the places of their scope, else for the place of their unit."""
    if current().places or user.unit is None:
        return current().places
    below = span(user.unit.area)
    return ((below.start, below.stop),)


def published(places: Sequence[Range]) -> list[Article]:
    return shown(Article.objects.published().for_places(*places))


def shown(found: ArticleQuery) -> list[Article]:
    """Articles with how many communities adopted each, the latest first; published ones are the same for everybody."""
    with everywhere():
        return list(
            found.select_related("unit", "by")
            .annotate(adopted=Count("adoptions", filter=Q(adoptions__until=None)))
            .order_by("-published_on", "-pk")
            .defer("words")
        )


def home(area: int) -> int:
    """The place whose list is meant by an article of a place: of the nation, that of this platform's city."""
    return area if level_of(area) != NATION else settings.CONFIG.area


@dataclass(frozen=True)
class Shift:
    """What changed on a list, or a document that is no more in force, since an article was written."""

    name: str
    title: str
    what: str


def shifts(area: int, since: dt.date, on: dt.date) -> dict[str, Shift]:
    """By matter name or «pack/name» of a document: what a place's list lost and changed, which documents ended."""
    if since >= on:
        return {}
    found = matters.changes(home(area), since, on)
    gone = {one.name: Shift(one.name, one.title, "removed") for one in found.removed}
    changed = {new.name: Shift(new.name, new.title, "changed") for _old, new in found.changed}
    return gone | changed | ended(since, on)


def ended(since: dt.date, on: dt.date) -> dict[str, Shift]:
    """By «pack/name» the documents that ended between two days."""
    return {
        f"{pack}/{name}": Shift(f"{pack}/{name}", source.title, "ended")
        for pack, name, source in library.sources()
        if source.until and since <= source.until < on
    }


def all_shifts(area: int, since: dt.date, on: dt.date) -> dict[str, Shift]:
    """The same with what came on the list after the first day and is gone again."""
    between = [day for day in matters.days_of_change(home(area), on) if since < day]
    found: dict[str, Shift] = {}
    for day in (since, *between):
        found |= shifts(area, day, on)
    return found


class Grounds:
    """What changed under articles since each was last held against its ground; each matter of a place and day is compared
    once."""

    def __init__(self, on: dt.date | None = None) -> None:
        self.on = on or today()
        self._known: dict[tuple[str, int, dt.date], Shift | None] = {}

    def under(self, article: Article) -> list[Shift]:
        if article.rests_on >= self.on:
            return []
        changed = [self._of_matter(name, article.area, article.rests_on) for name in article.matters]
        gone = ended(article.rests_on, self.on) if article.documents else {}
        return [one for one in changed if one] + [gone[name] for name in article.documents if name in gone]

    def _of_matter(self, name: str, area: int, since: dt.date) -> Shift | None:
        key = (name, area, since)
        if key not in self._known:
            old, new = (matters.find(name, home(area), day) for day in (since, self.on))
            what = "removed" if old and not new else "changed" if old and new and matters.differ(old, new) else ""
            self._known[key] = Shift(name, (new or old).title, what) if what else None  # type: ignore[union-attr]
        return self._known[key]


def documents(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Pack, name and title of those documents that the packs still have."""
    found = []
    for one in names:
        pack, _slash, name = one.partition("/")
        try:
            found.append((pack, name, library.document(pack, name).title))
        except NoRule:
            found.append(("", name, name))
    return found
