"""What a change of list, law or matter touches: published articles and open cases; their writers are told once."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import library
from lifang.blocks.packs import service as packs
from lifang.domains.certificates.models import Certificate
from lifang.domains.counter.items import CASE as SERVICE
from lifang.domains.gate.models import Sending
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import Grounds, Shift, published
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range, system_scope
from lifang.ground.notices.actions import tell

MOST = 200


def touched_articles(places: Sequence[Range]) -> list[tuple[Article, list[Shift]]]:
    """Published articles under which something changed since each was last held against its ground."""
    grounds = Grounds()
    return [(one, found) for one in published(places) if (found := grounds.under(one))]


def touched_cases(shifts: Collection[Shift]) -> list[Case]:
    """Open cases within the scope that are on a changed matter, or whose item, kind or category rests on an ended
    document. At the counter the matter is that of the item, with certificates the certificate itself."""
    names = {one.name for one in shifts if one.what != "ended"}
    listed = [offered for pack in packs.packs().values() for offered in pack.services]
    items = names | {name for offered in listed for name, one in offered.items.items() if one.matter in names}
    wanted = Q(pk__in=[])
    for pack, _slash, name in (one.name.partition("/") for one in shifts if one.what == "ended"):
        rules = library.rules_of(pack, name)
        types = {one.name for one in packs.case_types() if one.source.document == name}
        wanted |= Q(category__in={rule.category for rule in rules if rule.category}) | Q(type__in=types)
        items |= {rule.item for rule in rules if rule.item}
    with system_scope("guidance.touched"):
        sent = list(Sending.objects.filter(matter__in=names, case__is_open=True).values_list("case", flat=True))
        asked = list(Certificate.objects.filter(kind__in=items, case__is_open=True).values_list("case", flat=True))
    wanted |= Q(pk__in=[*sent, *asked]) | Q(parent__in=sent) | Q(type=SERVICE, fields__service__in=list(items))
    return list(Case.objects.open().filter(wanted).order_by("-pk").defer("words")[:MOST])


def tell_writers(on: dt.date | None = None) -> int:
    """Tell the writer of each article whose ground changed, once until somebody holds it against the new one."""
    on, told = on or today(), 0
    with system_scope("guidance.tell"):
        grounds = Grounds(on)
        for article in Article.objects.published().filter(told_on=None).select_related("by").defer("words"):
            found = grounds.under(article)
            if not found:
                continue
            if article.by:
                tell(
                    people=[article.by],
                    title=_("您写的「{title}」依据的{what}变了").format(title=article.title, what=found[0].title),
                    url=reverse("guide_work_one", args=[article.pk]),
                )
            Article.objects.filter(pk=article.pk).update(told_on=on)
            told += 1
    return told
