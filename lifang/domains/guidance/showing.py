"""Articles as pages show them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import Grounds, Shift, documents, home
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import NATION, level_of
from lifang.ground.areas.queries import names

TONES = {"answer": "info", "wrong": "bad", "practice": "good", "pilot": "quiet"}
STATES = {"draft": "quiet", "waiting": "warn", "published": "good", "withdrawn": "quiet"}
WHAT = {
    "removed": gettext_lazy("已从清单取消"), "changed": gettext_lazy("在清单里改过"), "ended": gettext_lazy("已失效"),
}  # fmt: skip


def rows(articles: Iterable[Article]) -> list[dict[str, Any]]:
    found, grounds = list(articles), Grounds()
    where = names({one.area for one in found}, today())
    return [row(one, grounds.under(one), where) for one in found]


def row(article: Article, shifts: list[Shift], where: dict[int, str]) -> dict[str, Any]:
    return {
        "article": article, "tone": TONES[article.kind], "state_tone": STATES[article.state],
        "place": _("全国") if level_of(article.area) == NATION else where.get(article.area, ""),
        "adoptable": article.kind in ("practice", "pilot"), "adopted": getattr(article, "adopted", 0),
        "shifts": [(one, WHAT[one.what]) for one in shifts],
    }  # fmt: skip


def ground(article: Article) -> dict[str, Any]:
    """The matters and documents that an article rests on, with titles, whether they still stand or not."""
    listed = matters.at(home(article.area), today())
    before = matters.at(home(article.area), article.rests_on)
    admitted = dict(Admitted.objects.filter(code__in=article.matters).values_list("code", "title"))
    title = {name: one.title for name, one in (before | listed).items()} | admitted
    return {
        "matters": [(name, title.get(name, name), name in listed or name in admitted) for name in article.matters],
        "documents": documents(article.documents),
    }
