"""What stands about articles beside a matter, a document and a closed case."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lifang.blocks.cases import beside as beside_case
from lifang.blocks.cases.models import Case
from lifang.blocks.matters import beside as beside_matter
from lifang.blocks.matters.queries import Matter
from lifang.blocks.packs import beside as beside_document
from lifang.domains.guidance import showing
from lifang.domains.guidance.models import Article, ArticleQuery
from lifang.domains.guidance.queries import READ, WRITE, places_of, shown
from lifang.ground.access.doors import holdings


def of_matter(request: HttpRequest, matter: Matter) -> SafeString | None:
    found = _rows(request, Article.objects.published().of_matter(matter.name))
    may_write = bool(holdings(request).scope(WRITE))
    if not found and not may_write:
        return None
    return render_to_string("guidance/beside.html", {"rows": found, "matter": matter, "may_write": may_write})


def of_document(request: HttpRequest, pack: str, name: str) -> SafeString | None:
    found = _rows(request, Article.objects.published().resting_on(pack, name))
    return render_to_string("guidance/beside.html", {"rows": found}) if found else None


def _rows(request: HttpRequest, found: ArticleQuery) -> list[dict[str, object]]:
    if not holdings(request).scope(READ):
        return []
    return showing.rows(shown(found.for_places(*places_of(request.user))))  # type: ignore[arg-type]


def of_case(request: HttpRequest, case: Case, _children: Sequence[Case]) -> SafeString | None:
    """Of a closed case, the way to a wrong case of the guide."""
    if case.is_open or not holdings(request).may(WRITE, case.area):
        return None
    return render_to_string("guidance/of_case.html", {"case": case})


beside_matter.PANELS.append(of_matter)
beside_document.PANELS.append(of_document)
beside_case.PANELS["guidance"] = of_case
