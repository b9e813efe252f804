"""Visits that data ask for: the rules lie in the pack, each with its source and first day; the case names no one.

Reaching an age: `outreach.reaches_age`. Not seen for long: from `outreach.unseen_age` on, nobody met at a visit for
`outreach.unseen_days`, counted from the last visit recorded here, or from when the person came to be known here; who stands
on one of the registers `outreach.registers` is visited more often, after `outreach.register_days`.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.many import open_many
from lifang.blocks.lists.care import care_lists, standing
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.service import Resolved
from lifang.blocks.registry.models import Person, PersonQuery, Record
from lifang.blocks.registry.queries import age, years_before
from lifang.domains.care.models import Contact, Outreach
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import EVERYWHERE, system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.areas.queries import full_names

CASE, REACHES, UNSEEN, REGISTER = "outreach", "reaches_age", "unseen", "register"
DAY = dt.timedelta(days=1)
CATCH_UP = 31 * DAY
"""Data arrive late, and a machine stands still: an age reached as long ago as this still asks for a visit."""
MOST = 2000
"""Opened in one run by one rule, the oldest people first; the rest follow on the next day."""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('care.outreach', 0))"


@dataclass(frozen=True)
class Due:
    """Somebody to be visited. `words` say why, `source` the document, `days` how many working days there are."""

    person: Person
    rule: str
    occasion: str
    words: str
    source: str
    days: int


def open_due(now: dt.datetime) -> int:
    """Open what the rules ask for today, once for each person, rule and occasion; returns how many cases."""
    day, opened = timezone.localdate(now), 0
    for rule in (_reaching, _on_registers, _unseen):
        with system_scope("care.outreach"):
            with connection.cursor() as cursor:
                cursor.execute(LOCK)
            for _alike, due in groupby(rule(day), key=lambda due: (due.rule, due.words)):
                opened += _open(list(due), now)
    return opened


def _reaching(day: dt.date) -> Iterator[Due]:
    ages = packs.value("outreach.reaches_age", settings.CONFIG.area, day)
    days = packs.value("outreach.reaches_age_days", settings.CONFIG.area, day).value
    first = max(day - CATCH_UP, ages.since)
    for years in ages.value if isinstance(ages.value, Sequence) else [ages.value]:
        born = (years_before(first, years) - DAY, years_before(day, years))
        done = _with_heirs(Outreach.objects.filter(rule=REACHES, occasion=years).values_list("person", flat=True))
        for person in _living().filter(birth__range=born)[:MOST]:
            reached = (age(person.birth, day) or 0) >= years > (age(person.birth, first - DAY) or 0)
            if reached and person.pk not in done:
                yield Due(person, REACHES, str(years), _("年满 {n} 周岁").format(n=years), ages.citation, days)


def _unseen(day: dt.date) -> Iterator[Due]:
    years = packs.value("outreach.unseen_age", settings.CONFIG.area, day)
    long = packs.value("outreach.unseen_days", settings.CONFIG.area, day)
    old = _living().filter(birth__lte=years_before(day, years.value))
    words = _("{age} 周岁以上，{n} 天没有见到").format(age=years.value, n=long.value)
    yield from _not_met(old, UNSEEN, words, long, day)


def _on_registers(day: dt.date) -> Iterator[Due]:
    long = packs.value("outreach.register_days", settings.CONFIG.area, day)
    for name in packs.value("outreach.registers", settings.CONFIG.area, day).value:
        listed = _living().filter(pk__in=list(standing(name, (EVERYWHERE,))))
        words = _("{title}，{n} 天没有见到").format(title=care_lists()[name].title, n=long.value)
        yield from _not_met(listed, REGISTER, words, long, day)


def _not_met(people: PersonQuery, rule: str, words: str, long: Resolved, day: dt.date) -> Iterator[Due]:
    """Those whom nobody met at a visit for so long, known here as long, and of whom no case is open or was opened since."""
    days = packs.value("outreach.unseen_visit_days", settings.CONFIG.area, day).value
    since = day - long.value * DAY
    met = Contact.objects.filter(kind=Contact.Kind.VISIT, on__gt=since).values_list("met", flat=True)
    asked = Outreach.objects.filter(
        Q(case__is_open=True) | Q(rule__in=(UNSEEN, REGISTER), case__opened_at__gte=midnight(since + DAY))
    ).values_list("person", flat=True)
    left_alone = _with_heirs({*(person for people in met for person in people), *asked})
    known = Record.objects.filter(person=OuterRef("pk"), known_from__lt=midnight(since + DAY))
    for person in people.filter(Exists(known)).exclude(pk__in=left_alone)[:MOST]:
        yield Due(person, rule, day.isoformat(), words, long.citation, days)


def _living() -> PersonQuery:
    return Person.objects.standing().filter(died_on=None).order_by("birth", "pk")


def _with_heirs(persons: Iterable[int]) -> set[int]:
    """These persons and those with whom they were merged."""
    found = set(persons)
    step = found
    while step:
        step = set(Person.objects.filter(merged__in=step).values_list("pk", flat=True)) - found
        found |= step
    return found


def _open(due: Collection[Due], now: dt.datetime) -> int:
    """Cases alike but for the person."""
    one = next(iter(due))
    bodies = {at_level(each.person.area, COMMUNITY) for each in due}
    units = dict(
        Unit.objects.filter(kind="community_committee", area__in=bodies, active=True).values_list("area", "pk")
    )
    places = full_names({each.person.area for each in due}, timezone.localdate(now), COMMUNITY)
    type_ = packs.case_type(CASE, settings.CONFIG.area, now)
    cases = open_many(
        type_=type_,
        actor=Actor(name=_("系统")),
        at=now,
        data={"limit": {"amount": one.days, "unit": "working_days"}},
        standings=[
            {
                "area": each.person.area,
                "place_text": places.get(each.person.area, ""),
                "category": CASE,
                "source": CASE,
                "title": _("走访：{words}").format(words=each.words),
                "text": _("依据：{source}").format(source=each.source),
                "voices_count": 0,
                "unit_id": unit,
                "involved": [unit] if unit else [],
                "fields": {"about": reverse("care_outreach"), "category_title": type_.title},
            }
            for each in due
            for unit in [units.get(at_level(each.person.area, COMMUNITY))]
        ],
    )
    Outreach.objects.bulk_create(
        [
            Outreach(case=case, person=each.person, rule=each.rule, occasion=each.occasion, area=case.area)
            for case, each in zip(cases, due, strict=True)
        ]
    )
    return len(cases)
