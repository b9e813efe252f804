"""Reading the trail. Row-level security shows it under trail.read only."""

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from lifang.ground.access.models import Function, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import span
from lifang.ground.areas.queries import full_names
from lifang.ground.trail.models import Entry
from lifang.ground.trail.words import KINDS, QUESTIONS, words_of

PAGE = 50
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Asked:
    """What an auditor asks for; days are included on both ends, `before` is the id below which to go on."""

    question: str = ""
    area: int | None = None
    person: str = ""
    thing: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


def found(asked: Asked) -> QuerySet[Entry]:
    """Entries, newest first."""
    rows = Entry.objects.filter(**QUESTIONS.get(asked.question, QUESTIONS[""])[1])
    if asked.area is not None:
        below = span(asked.area)
        rows = rows.filter(area__gte=below.start, area__lt=below.stop)
    if asked.person:
        people = User.objects.filter(Q(username=asked.person) | Q(name=asked.person))
        rows = rows.filter(user_id__in=list(people.values_list("pk", flat=True)))
    if asked.thing:
        rows = rows.filter(object_id=asked.thing)
    if asked.since:
        rows = rows.filter(at__gte=midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=midnight(asked.until + dt.timedelta(days=1)))
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return rows.order_by("-pk")


@dataclass(frozen=True)
class Page:
    """`following` is the `before` of the next page, None on the last."""

    rows: list[dict[str, Any]]
    following: int | None


def page(asked: Asked, size: int = PAGE) -> Page:
    """One page of entries in words; the queries do not grow with its rows."""
    entries = list(islice(found(asked)[: size + 1].iterator(), size + 1))
    more = len(entries) > size
    entries = entries[:size]
    return Page(_in_words(entries), entries[-1].pk if more else None)


def _in_words(entries: list[Entry]) -> list[dict[str, Any]]:
    people = {u.pk: u for u in User.objects.filter(pk__in={e.user_id for e in entries if e.user_id})}
    whom = {u.pk: u for u in User.objects.filter(pk__in={int(e.object_id) for e in entries if e.kind == "person"})}
    functions = dict(Function.objects.values_list("code", "title"))
    places = full_names({e.area for e in entries}, today())
    return [
        {
            "entry": e,
            "person": people.get(e.user_id or 0),
            "function": functions.get(e.function) or functions.get(e.function.replace(":", "."), ""),
            "what": words_of(e.what) or functions.get(e.what) or e.what,
            "kind": KINDS.get(e.kind, e.kind),
            "thing": _thing(e, whom),
            "place": places.get(e.area, ""),
            "facts": [(name, value) for name, value in e.data.items() if value not in (None, "", [])],
        }
        for e in entries
    ]


def _thing(entry: Entry, whom: dict[int, User]) -> str:
    if entry.kind == "person" and (user := whom.get(int(entry.object_id))):
        return f"{user.name}({user.username})"
    return entry.object_id
