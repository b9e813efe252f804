"""What communities lack of what they should have: standard less what is in use, at its price."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.resolving import Resolved
from lifang.blocks.packs.shapes import Item, RegisterKind
from lifang.blocks.registers import queries
from lifang.blocks.registers.coverage import Place, places_of
from lifang.blocks.registers.queries import When
from lifang.ground.access.models import User
from lifang.ground.areas.codes import COMMUNITY, at_level, span


@dataclass(frozen=True)
class Lack:
    """Of one item in one community: how many there should be, how many are in use, what the missing cost."""

    place: Place
    item: Item
    should: int
    has: int
    amount: Resolved
    price: Resolved | None

    @property
    def short(self) -> int:
        return max(self.should - self.has, 0)

    @property
    def cost(self) -> int | float:
        return self.short * self.price.value if self.price else 0


@dataclass(frozen=True)
class Lacks:
    kind: RegisterKind
    rows: Sequence[Lack]

    @property
    def short(self) -> list[Lack]:
        return [row for row in self.rows if row.short]

    @property
    def groups(self) -> list[tuple[str, int, int | float]]:
        """By the kind's groups of items: title, how many are missing, what they cost."""
        found = []
        for group, title in self.kind.item_groups.items():
            mine = [row for row in self.rows if row.item.group == group]
            found.append((title, sum(row.short for row in mine), sum(row.cost for row in mine)))
        return found

    @property
    def number(self) -> int:
        return sum(row.short for row in self.rows)

    @property
    def cost(self) -> int | float:
        return sum(row.cost for row in self.rows)


def lacks(name: str, place: int, when: When) -> Lacks:
    """Of a kind with items, for each community of a place. Workers are those who have an account there now."""
    kind = packs.register_kinds(place)[name]
    columns = [column for column, shape in kind.columns.items() if shape.kind == "item"]
    has: Counter[tuple[int, str]] = Counter()
    for statement in queries.within(queries.said(when, [name]), place):
        if queries.in_use(kind, statement.facts):
            for column in columns:
                has[at_level(statement.area, COMMUNITY), str(statement.facts.get(column))] += 1
    workers = _workers(place)
    rows = []
    for code, title in places_of(place, COMMUNITY, when):
        for item, shape in kind.items.items():
            amount = packs.dated_value(shape.amount, code, when.on) if shape.amount else None
            if amount is None:
                continue
            price = packs.dated_value(shape.price, code, when.on) if shape.price else None
            should = amount.value * (workers[code] if shape.per == "worker" else 1)
            rows.append(Lack((code, title), shape, should, has[code, item], amount, price))
    return Lacks(kind, rows)


def _workers(place: int) -> Counter[int]:
    below = span(place)
    at = User.objects.filter(
        is_active=True, unit__kind="community_committee", unit__area__gte=below.start, unit__area__lt=below.stop
    )
    return Counter(at_level(area, COMMUNITY) for area in at.values_list("unit__area", flat=True))
