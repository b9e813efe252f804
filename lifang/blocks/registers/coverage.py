"""Which places of a level have one of a kind, and which have none, no head, or one that stands idle."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.library import LEVELS
from lifang.blocks.packs.resolving import Resolved
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.packs.words import LEVELS as LEVEL_NAMES
from lifang.blocks.registers import queries
from lifang.blocks.registers.models import Member, Statement
from lifang.blocks.registers.queries import HEAD, When
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.areas.models import Area

Place = tuple[int, str]


@dataclass(frozen=True)
class Standing:
    """One entry in its place, with its head, its people by role, and the last day on which it was active."""

    place: Place
    statement: Statement
    head: Member | None
    people: Mapping[str, int]
    last: dt.date | None


@dataclass(frozen=True)
class Coverage:
    """`places` should each have one. `idle_days` is the rule by which an entry stands idle, with its source."""

    kind: RegisterKind
    places: Sequence[Place]
    standing: Sequence[Standing]
    idle_days: Resolved | None
    when: When

    @property
    def n(self) -> int:
        return len({one.place for one in self.standing})

    @property
    def m(self) -> int:
        return len(self.places)

    @property
    def missing(self) -> list[Place]:
        have = {one.place for one in self.standing}
        return [place for place in self.places if place not in have]

    @property
    def headless(self) -> list[Standing]:
        return [one for one in self.standing if HEAD in self.kind.roles and one.head is None]

    @property
    def idle(self) -> list[Standing]:
        """Those of which nothing was heard for longer than the rule allows."""
        if self.idle_days is None:
            return []
        first = self.when.on - dt.timedelta(days=self.idle_days.value)
        return [one for one in self.standing if one.last is None or one.last < first]

    @property
    def whole(self) -> bool:
        return 0 < self.m == self.n

    @property
    def percent(self) -> str:
        return percent(self.n, self.m)

    @property
    def words(self) -> str:
        """«均已成立» stands only where each place has one."""
        level = LEVELS[self.kind.every]
        if self.whole:
            return _("{m} 个{level}均已成立{title}").format(m=self.m, level=level, title=self.kind.title)
        return _("{m} 个{level}中 {n} 个已成立{title}，缺 {rest} 个").format(
            m=self.m, n=self.n, rest=self.m - self.n, level=level, title=self.kind.title
        )


def percent(n: int, m: int) -> str:
    """With two decimals; 100 only where it is all, 0 only where it is none."""
    if not m:
        return "–"
    share = round(100 * n / m, 2)
    if 0 < n < m:
        share = min(max(share, 0.01), 99.99)
    return f"{share:.0f}%" if n in (0, m) else f"{share:.2f}%"


def coverage(name: str, place: int, when: When) -> Coverage:
    """Of a kind that every place of a level must have."""
    kind = packs.register_kinds(place)[name]
    level = LEVEL_NAMES.index(kind.every) + 1
    places = places_of(place, level, when)
    found = list(queries.within(queries.said(when, [name]), at_level(place, level)).order_by("area", "pk"))
    names = dict(places)
    here = [(at_level(one.area, level), one) for one in found]
    here = [(code, one) for code, one in here if code in names]
    entries = [one.entry_id for _code, one in here]
    people: dict[int, Counter[str]] = {}
    for entry, role in queries.members(when, entries).values_list("entry", "role"):
        people.setdefault(entry, Counter())[role] += 1
    heads, last = queries.heads(when, entries), _last_active(kind, when, entries)
    return Coverage(
        kind, places,
        [
            Standing((code, names[code]), one, heads.get(one.entry_id), people.get(one.entry_id, {}), last.get(one.entry_id))
            for code, one in here
        ],
        packs.dated_value(kind.active.days, place, when.on) if kind.active else None, when,
    )  # fmt: skip


def places_of(place: int, level: int, when: When) -> list[Place]:
    here = Area.objects.as_of(when.on).below(at_level(place, level)).filter(level=level).exclude(kind="non_place")
    return list(here.order_by("code").values_list("code", "name"))


def _last_active(kind: RegisterKind, when: When, entries: Sequence[int]) -> dict[int, dt.date]:
    """Entry → the last day on which something was done there, by the entries of another register that name it."""
    if kind.active is None or not entries:
        return {}
    other = packs.register_kinds()[kind.active.register]
    naming = [name for name, column in other.columns.items() if column.kind == "entry"]
    found: dict[int, dt.date] = {}
    shown = list(map(str, entries))
    for column in naming:
        there = queries.said(when, [kind.active.register]).filter(**{f"facts__{column}__in": shown})
        days = there.order_by().values_list(KeyTextTransform(column, "facts")).annotate(Max("held_from"))
        for entry, last in days:
            found[int(entry)] = max(found.get(int(entry), last), last)
    return found


def counted(place: int, when: When) -> dict[str, tuple[int, int, int]]:
    """For each kind of the place: how many entries, and of places that must have one, how many have and how many are."""
    kinds = packs.register_kinds(place)
    entries: Counter[str] = Counter()
    have: dict[str, set[int]] = {}
    communities = {code for code, _name in places_of(place, COMMUNITY, when)}
    for name, area in queries.within(queries.said(when, kinds), place).values_list("entry__kind", "area"):
        entries[name] += 1
        have.setdefault(name, set()).add(at_level(area, COMMUNITY))
    return {
        name: (entries[name], len(have.get(name, set()) & communities), len(communities) if kind.every == "community" else 0)
        for name, kind in kinds.items()
    }  # fmt: skip
