"""Plates at communities: what hangs, what the pack's rules leave, and what is over.

A plate found at a survey is entered as it hangs; a new one hangs by its approval and within the limits.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.resolving import NoRule
from lifang.blocks.packs.service import Resolved
from lifang.blocks.registers import queries
from lifang.blocks.registers.actions import GUARDS, Facts
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.models import Statement
from lifang.blocks.registers.queries import When
from lifang.domains.gate.approvals import APPROVAL, PLATES
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

PLATE = "plate"
OUTSIDE, INSIDE = "outside", "inside"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """What may hang at a community: outside by name, inside up to a number of which some names are known."""

    outside: Resolved
    inside: Resolved
    inside_most: Resolved
    office_most: Resolved

    @property
    def unnamed(self) -> int:
        """Plates inside that the document counts and no pack names."""
        return int(max(0, self.inside_most.value - len(self.inside.value)))


def limits(area: int, on: dt.date) -> Limits | None:
    """None where no rule of the place limits plates."""
    try:
        found = [
            packs.value(f"plates.{name}", area, on) for name in ("outside", "inside", "inside_most", "office_most")
        ]
    except NoRule:
        return None
    return Limits(*found)


def hanging(area: int, on: dt.date) -> list[Statement]:
    """The plates that hang at and below a place on a day. The caller has checked that the place is the reader's."""
    with system_scope("meter.plates"):
        return list(queries.within(queries.said(When(on), [PLATE]), area).order_by("area", "pk"))


@dataclass
class Standing:
    """What hangs at one community, against its limits. `offices` counts the plates of each office."""

    area: int
    limits: Limits | None
    plates: list[Statement] = field(default_factory=list)

    def of(self, side: str) -> list[Statement]:
        return [one for one in self.plates if one.facts.get("side") == side]

    @property
    def missing(self) -> list[str]:
        """Outside plates that should hang and do not, in words."""
        there = {one.facts.get("sort") for one in self.of(OUTSIDE)}
        return [sort_title(name, self.area) for name in self._allowed if name not in there]

    @property
    def _allowed(self) -> Sequence[str]:
        return self.limits.outside.value if self.limits else ()

    @property
    def over_outside(self) -> int:
        """Those that are none of the named ones, or hang twice."""
        if not self.limits:
            return 0
        mine = self.of(OUTSIDE)
        return len(mine) - len({one.facts.get("sort") for one in mine} & set(self._allowed))

    @property
    def over_inside(self) -> int:
        return max(0, len(self.of(INSIDE)) - self.limits.inside_most.value) if self.limits else 0

    @property
    def over(self) -> int:
        return self.over_outside + self.over_inside

    @property
    def offices(self) -> Counter[str]:
        return Counter(str(one.facts.get("office") or "") for one in self.plates)

    @property
    def crowded(self) -> list[tuple[str, int, int]]:
        """Offices over the limit: name, plates, how many over."""
        if not self.limits:
            return []
        most = self.limits.office_most.value
        return [(office, n, n - most) for office, n in self.offices.most_common() if n > most]


def sort_title(name: str, area: int) -> str:
    return packs.register_kinds(area)[PLATE].columns["sort"].options.get(name, name)


def standings(area: int, on: dt.date, communities: Iterable[int] = ()) -> dict[int, Standing]:
    """By community; those without a plate too, where they are named."""
    found: dict[int, Standing] = {code: Standing(code, limits(code, on)) for code in communities}
    for one in hanging(area, on):
        place = at_level(one.area, COMMUNITY) if level_of(one.area) >= COMMUNITY else one.area
        if place not in found:
            found[place] = Standing(place, limits(place, on))
        found[place].plates.append(one)
    return found


def staying(area: int, on: dt.date) -> dict[int, Standing]:
    """By community, what still hangs when the day is over: what was taken down on it is gone."""
    return standings(area, on + DAY)


def fits(area: int, facts: Facts, on: dt.date, entry: int | None = None) -> None:
    """Raises Refused where one more plate like this does not fit the limits of the place."""
    there = standings(area, on).get(area) or Standing(area, limits(area, on))
    rule = there.limits
    if rule is None:
        return
    there.plates = [one for one in there.plates if one.entry_id != entry]
    side, sort = facts.get("side"), str(facts.get("sort") or "")
    alike = [one for one in there.of(str(side)) if one.facts.get("sort") == sort]
    if side == OUTSIDE:
        listed = _("、").join(sort_title(name, area) for name in rule.outside.value)
        if sort not in rule.outside.value:
            raise Refused(
                _("对外只保留 {n} 块牌子：{listed}。这一块不在其中，不能挂（{source}）。").format(
                    n=len(rule.outside.value), listed=listed, source=rule.outside.citation
                ),
                "c_sort",
            )
        if alike:
            raise Refused(_("「{title}」的牌子已经挂着，不能再挂一块。").format(title=sort_title(sort, area)), "c_sort")
        return
    unlisted = [one for one in there.of(INSIDE) if one.facts.get("sort") not in rule.inside.value]
    if sort in rule.inside.value and alike:
        raise Refused(_("「{title}」的牌子已经挂着，不能再挂一块。").format(title=sort_title(sort, area)), "c_sort")
    if (sort not in rule.inside.value and len(unlisted) >= rule.unnamed) or len(
        there.of(INSIDE)
    ) >= rule.inside_most.value:
        raise Refused(
            _("对内保留 {n} 块牌子，已经挂满，这一块不在清单里，不能挂（{source}）。").format(
                n=rule.inside_most.value, source=rule.inside_most.citation
            ),
            "c_sort",
        )


def guard(area: int, facts: Facts, on: dt.date, entry: int | None) -> Facts:
    """A plate that is newly hung names its approval and fits; what was found hanging is entered as it hangs."""
    if facts.get("how") != "approved":
        return facts
    if level_of(area) != COMMUNITY:
        raise Refused(_("牌子登记在社区，请选社区。"), "area")
    number = str(facts.get("approval") or "").strip()
    if not number or approved(number, area) is None:
        raise Refused(_("新挂的牌子要先批准：请填已批准的审批编号；没有批准的，先去申请。"), "c_approval")
    if borne(number, entry):
        raise Refused(_("编号 {number} 已经批了另一块牌子，一个编号只挂一块。").format(number=number), "c_approval")
    fits(area, facts, on, entry)
    return facts


def approved(number: str, area: int) -> Case | None:
    """The approval of that number, of a plate at this community."""
    with system_scope("meter.plates"):
        return Case.objects.filter(number=number, type=APPROVAL, category=PLATES, state="approved", area=area).first()


def borne(number: str, entry: int | None) -> bool:
    """Whether an entry other than this one was ever hung by the approval of that number."""
    with system_scope("meter.plates"):
        hung = Statement.objects.filter(entry__kind=PLATE, facts__approval=number, facts__how="approved")
        return hung.exclude(entry=entry).exists()


GUARDS[PLATE] = guard
