"""What is published, and what of it a change of list or document touches."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.domains.guidance import changes, queries, showing
from lifang.domains.guidance.models import Article
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.access.scope import Range
from lifang.ground.areas.codes import COMMUNITY, GRID, STREET, at_level, level_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names

ON_A_PAGE, LOOKED_BACK = 30, 90


@require_safe
@serves(queries.READ)
def index(request: HttpRequest) -> HttpResponse:
    """`/desk/guide/?kind=&q=&matter=`: what is published for the reader's places."""
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:100]
    matter = request.GET.get("matter", "")[:40]
    found = Article.objects.published().for_places(*queries.places_of(request.user))  # type: ignore[arg-type]
    if kind in Article.Kind.values:
        found = found.filter(kind=kind)
    if matter:
        found = found.of_matter(matter)
    if words:
        found = queries.containing(found, words)
    page = Paginator(queries.shown(found), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "guidance/index.html",
        {
            "tab": "published", "rows": showing.rows(page), "page": page, "kind": kind, "kinds": Article.Kind.choices,
            "q": words, "matter": matter,
        },
    )  # fmt: skip


@require_safe
@serves(queries.READ)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A published article, what it rests on and who works by it."""
    user: Any = request.user
    found = queries.shown(Article.objects.published().for_places(*queries.places_of(user)).filter(pk=pk))
    if not found:
        raise Http404(_("没有这篇指引，或者已经撤下。"))
    return render(request, "guidance/article.html", page_of(request, found[0]))


def page_of(request: HttpRequest, article: Article, **more: Any) -> dict[str, Any]:
    adopted = list(article.adoptions.filter(until=None).order_by("since", "pk"))
    taken = {one.area for one in adopted}
    where = names(taken, today())
    row = showing.rows([article])[0]
    offered = communities(holdings(request).scope(queries.WRITE).places) if row["adoptable"] else []
    mine = {code for code, _name in offered}
    return {
        "row": row, "article": article, **showing.ground(article),
        "adopted": [(one, where.get(one.area, ""), one.area in mine) for one in adopted],
        "to_adopt": [one for one in offered if one[0] not in taken],
        "tab": "published",
        "may_work": holdings(request).may(queries.WRITE, article.area), **more,
    }  # fmt: skip


def communities(places: tuple[Range, ...]) -> list[tuple[int, str]]:
    """Code and name of the communities of somebody who works in communities or a street."""
    found: set[int] = set()
    for low, _high in places:
        level = level_of(low)
        if level in (COMMUNITY, GRID):
            found.add(at_level(low, COMMUNITY))
        elif level == STREET:
            below = Area.objects.as_of(today()).below(low).at_level(COMMUNITY)
            found |= set(below.values_list("code", flat=True))
    return sorted(names(found, today()).items())


@require_safe
@serves(queries.READ)
def touched(request: HttpRequest) -> HttpResponse:
    """`?since=`: what the list and the library lost and changed since a day, the articles on it and the open cases."""
    since = day_in(request.GET.get("since", "")) or today() - dt.timedelta(days=LOOKED_BACK)
    places = queries.places_of(request.user)  # type: ignore[arg-type]
    lists = changes.shifts_of(places, since, today())
    with acting(request, "case.read"):
        cases = changes.touched_cases(lists)
    found: dict[queries.Shift, list[str]] = {}
    for pack, shifts in lists.items():
        for one in shifts.values():
            found.setdefault(one, []).append(packs.packs()[pack].head.title)
    articles = changes.touched_articles(places)
    where = names({one.area for one, _shifts in articles}, today())
    known = matters.at(queries.home(min(low for low, _high in places)), today()) if places else {}
    return render(
        request, "guidance/touched.html",
        {
            "tab": "touched", "since": since, "most": changes.MOST,
            "shifts": [
                (one, showing.WHAT[one.what], one.name in known, titles if len(titles) < len(lists) else ())
                for one, titles in found.items()
            ],
            "rows": [showing.row(article, shifts, where) for article, shifts in articles],
            "cases": [{"case": case, "state": type_of(case).states[case.state].title} for case in cases],
        },
    )  # fmt: skip
