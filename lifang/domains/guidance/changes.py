"""What a change of list, law or matter touches: published articles and open cases; their writers are told once."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import library
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.resolving import Line
from lifang.domains.certificates.models import Certificate
from lifang.domains.counter.items import CASE as SERVICE
from lifang.domains.gate.models import Sending
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import Grounds, Shift, all_shifts, home, published
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range, system_scope
from lifang.ground.areas.codes import span
from lifang.ground.notices.actions import tell

MOST = 200


def touched_articles(places: Sequence[Range]) -> list[tuple[Article, list[Shift]]]:
    """Published articles under which something changed since each was last held against its ground."""
    grounds = Grounds()
    return [(one, found) for one in published(places) if (found := grounds.under(one))]


def shifts_of(places: Sequence[Range], since: dt.date, on: dt.date) -> dict[str, dict[str, Shift]]:
    """By the pack whose list holds in these places: what that list lost and changed, which of its documents ended."""
    found: dict[str, dict[str, Shift]] = {}
    heads = [int(one.head.area) * 1000 for one in packs.packs().values()]
    for area in {at for low, high in places for at in (home(low), *(head for head in heads if low < head < high))}:
        pack = packs.pack_for(area).name
        known = {one.name for one in packs.line_of(pack)}
        found.setdefault(pack, {}).update(
            (name, one)
            for name, one in all_shifts(area, since, on).items()
            if one.what != "ended" or name.partition("/")[0] in known
        )
    return found


def touched_cases(lists: Mapping[str, Mapping[str, Shift]]) -> list[Case]:
    """Open cases within the scope that are on a matter that changed on the list of their own place, or whose item, kind
    or category rests there on an ended document. At the counter the matter is that of the item, with certificates the
    certificate itself."""
    wanted = Q(pk__in=[])
    for pack, shifts in lists.items():
        wanted |= _where_it_holds(pack) & _resting(pack, shifts.values())
    return list(Case.objects.open().filter(wanted).order_by("-pk").defer("words")[:MOST])


def _where_it_holds(pack: str) -> Q:
    """Cases at places of which this pack is the nearest."""
    spans = {name: span(int(one.head.area) * 1000) for name, one in packs.packs().items()}
    own = spans.pop(pack)
    found = Q(area__gte=own.start, area__lt=own.stop)
    for below in spans.values():
        if below.start in own:
            found &= ~Q(area__gte=below.start, area__lt=below.stop)
    return found


def _resting(pack: str, shifts: Collection[Shift]) -> Q:
    line = packs.line_of(pack)
    names = {one.name for one in shifts if one.what != "ended"}
    items = names | {name for name, matters in _matters_of_items(line).items() if matters & names}
    wanted = Q(pk__in=[])
    for holder, _slash, name in (one.name.partition("/") for one in shifts if one.what == "ended"):
        known = {one.name for one in line}
        rules = [rule for rule in library.rules_of(holder, name) if rule.pack in known]
        users = [one for one in line if library.defines(one, name) == holder]
        types = {one.name for user in users for one in user.cases if one.source.document == name}
        wanted |= Q(category__in={rule.category for rule in rules if rule.category}) | Q(type__in=types)
        items |= {rule.item for rule in rules if rule.item}
    with system_scope("guidance.touched"):
        sent = list(Sending.objects.filter(matter__in=names, case__is_open=True).values_list("case", flat=True))
        asked = list(Certificate.objects.filter(kind__in=items, case__is_open=True).values_list("case", flat=True))
    return wanted | Q(pk__in=[*sent, *asked]) | Q(parent__in=sent) | Q(type=SERVICE, fields__service__in=list(items))


def _matters_of_items(line: Line) -> dict[str, set[str]]:
    """The matters that each item of the counter serves or served, as the nearest pack that has it says."""
    found: dict[str, set[str]] = {}
    for pack in reversed(line):
        own: dict[str, set[str]] = {}
        for offered in pack.services:
            for name, one in offered.items.items():
                own.setdefault(name, set()).add(one.matter)
        found |= own
    return found


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
