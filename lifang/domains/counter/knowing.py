"""What the registers know of whoever stands at the counter, with its origin and age, so that nothing is asked again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest

from lifang.blocks.registry import dossier
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import OPENED, looked
from lifang.blocks.registry.queries import age, find
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.ranges import today
from lifang.ground.typed import whole

PERSONS = "person.read"
SHELTERED = ("address", "phone", "identity")


@dataclass(frozen=True)
class Known:
    """One element: the value, the words that may be shown of it, who said it, for which day, and whether that is long ago."""

    title: str
    value: str
    words: str
    origin: str
    day: dt.date
    stale: bool
    sealed: bool


@dataclass(frozen=True)
class Profile:
    """`home` are the ages of all who live there, the person's too; None where no home is known."""

    person: Person | None = None
    birth: dt.date | None = None
    age: int | None = None
    known: Mapping[str, Known] = field(default_factory=dict)
    home: Sequence[int | None] | None = None

    def fresh(self, element: str) -> Known | None:
        found = self.known.get(element)
        return found if found and not found.stale else None


NOBODY = Profile()


def chosen(request: HttpRequest, typed: str) -> Person | None:
    """The resident of this id whom the worker may read; None otherwise."""
    pk = whole(typed)
    if pk is None or not holdings(request).holds(PERSONS):
        return None
    with acting(request, PERSONS):
        return find(pk)


def said(shown: Dossier, *, sheltered: bool = False) -> dict[str, Known]:
    """What counts of each element now; `sheltered` leaves out where a child lives and their numbers."""
    return {
        line.element: Known(
            line.title, line.winner.word.value, line.value,
            line.winner.word.record.system.title, line.winner.word.record.held_from,
            line.stale, line.sealed,
        )
        for line in shown.lines
        if not (sheltered and shown.elements[line.element].kind in SHELTERED)
    }  # fmt: skip


def profile(request: HttpRequest, typed: str) -> Profile:
    """All that the worker may know of the resident of this id; a child's address and numbers only who may see them. Leaves
    a row in the trail: the view stands within `leaves_a_row`."""
    pk = whole(typed)
    if pk is None or not holdings(request).holds(PERSONS):
        return NOBODY
    with acting(request, PERSONS):
        person = find(pk)
        if person is None:
            return NOBODY
        shown = dossier.gather(person, None)
        looked(request, what=OPENED, area=person.area, object_id=person.pk, by="counter")
    day, home = today(), None
    if person.home:
        alive = [one for one in shown.neighbours if one.same_home and one.person.died_on is None]
        home = [age(person.birth, day), *(one.age for one in alive)]
    known = said(shown, sheltered=hidden(person, holdings(request), day))
    return Profile(person, person.birth, age(person.birth, day), known, home)
