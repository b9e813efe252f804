"""What is held about one resident and who looked, in the resident's words."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Titled
from lifang.blocks.registry.dossier import Dossier, gather, guarded_words
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import ELSEWHERE
from lifang.blocks.registry.winning import Word
from lifang.ground.access.models import Unit, User
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of
from lifang.ground.trail.models import Entry
from lifang.ground.trail.words import words_of

MOST_LOOKS = 200


@dataclass(frozen=True)
class Origin:
    """Who gave a value, for which day, since when it is held here, on what ground and what for."""

    system: str
    department: str
    held_on: dt.date
    since: dt.datetime
    ground: str
    purpose: str


@dataclass(frozen=True)
class Said:
    """A value in words, and all who gave it."""

    value: str
    origins: Sequence[Origin]


@dataclass(frozen=True)
class Held:
    """One kind of fact; the first of `said` counts. `masked` says that it is shown in part, or not at all."""

    title: str
    said: Sequence[Said]
    masked: bool


@dataclass(frozen=True)
class Guarded:
    """A specially protected kind of fact: its words with where they come from, or nothing if only that it is held."""

    title: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Look:
    at: dt.datetime
    unit: str
    name: str
    what: str
    purpose: str


@dataclass(frozen=True)
class Section:
    """What another room holds, in lines, and what for."""

    title: str
    purpose: str
    lines: Sequence[str]


SECTIONS: list[Callable[[Person, bool], Section | None]] = []
"""Other rooms add what they hold about a person, specially protected matters only where the whole is asked for; asked in
the scope of the system."""


@dataclass(frozen=True)
class Statement:
    """`count` is how often anybody looked, `looks` the newest of them; `office` is where one asks for a correction."""

    person: Person
    whole: bool
    held: Sequence[Held]
    guarded: Sequence[Guarded]
    sections: Sequence[Section]
    looks: Sequence[Look]
    count: int
    office: str


def stated(person: Person, *, whole: bool) -> Statement:
    """All of it. Needs a scope of the system: the resident may have what no one worker may read."""
    shown = gather(person, None)
    looks, count = _looks(person)
    return Statement(
        person, whole, _held(shown, whole), _guarded(shown, whole),
        [section for one in SECTIONS if (section := one(person, whole))], looks, count, _office(person),
    )  # fmt: skip


def _held(shown: Dossier, whole: bool) -> list[Held]:
    departments = packs.units()

    def origin(word: Word) -> Origin:
        record, system = word.record, word.record.system
        department = _title(departments, system.department)
        return Origin(
            system.title, department, record.held_from, record.known_from, system.contract, shown.purposes[record.pk]
        )  # fmt: skip

    spelled = shown.speller.words if whole else shown.speller.masked
    found = []
    for line in shown.lines:
        by_value: dict[str, list[Origin]] = {}
        for word in (line.winner.word, *line.winner.others):
            by_value.setdefault(word.value, []).append(origin(word))
        said = [Said(spelled(line.element, value), origins) for value, origins in by_value.items()]
        found.append(Held(line.title, said, line.masked and not whole))
    return found


def _title(departments: Mapping[str, Titled], kind: str) -> str:
    return departments[kind].title if kind in departments else kind


def _guarded(shown: Dossier, whole: bool) -> list[Guarded]:
    special = {name: one.title for name, one in shown.elements.items() if one.sensitivity == "special"}
    found = ((title, guarded_words(shown.person, name)) for name, title in special.items())
    return [Guarded(title, words if whole else ()) for title, words in found if words]


def _looks(person: Person) -> tuple[list[Look], int]:
    """Who opened, showed or exported what is held, also among many and while it stood under a person that was merged."""
    ids = list(with_merged([person.pk]))
    entries = Entry.objects.filter(kind="resident", object_id__in=[str(pk) for pk in ids])
    rows = list(entries.order_by("-pk")[:MOST_LOOKS])
    among_many = [look for looks in ELSEWHERE for look in looks(ids)]
    asked = (*(row.user_id for row in rows), *(look.user for look in among_many))
    people = User.objects.filter(pk__in={user for user in asked if user})
    users = {user.pk: user for user in people.select_related("unit")}
    found = [_look(row, users.get(row.user_id or 0)) for row in rows]
    found += [
        Look(at, *_who(users.get(user or 0), _("系统")), str(what), purpose) for at, user, what, purpose in among_many
    ]
    found.sort(key=lambda look: look.at, reverse=True)
    return found[:MOST_LOOKS], entries.count() + len(among_many)


def _who(user: User | None, nobody: str) -> tuple[str, str]:
    """Unit and name."""
    if user is None:
        return "", nobody
    return user.unit.name if user.unit else "", user.name or user.username


def _look(row: Entry, user: User | None) -> Look:
    what = words_of(row.what) or row.what
    element = packs.elements(row.area).get(str(row.data.get("element", "")))
    nobody = _("本人") if row.function.startswith("public.") else _("系统")
    purpose = " ".join(filter(None, (str(row.data.get(name, "")) for name in ("purpose", "reason", "note"))))
    return Look(row.at, *_who(user, nobody), f"{what}（{element.title}）" if element else what, purpose)


def _office(person: Person) -> str:
    """The committee of the community, or whoever answers for the nearest place above."""
    area = at_level(person.area, COMMUNITY) if level_of(person.area) >= COMMUNITY else person.area
    unit = Unit.objects.filter(kind="community_committee", area=area, active=True).first()
    return unit.name if unit else _("社区服务柜台")
