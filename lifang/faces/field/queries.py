"""What is due from a person out in the grids: all lines in one list, gathered by building."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.queries import QUEUES, SOON, Queue, in_queue, part_cases
from lifang.ground.access.scope import Holdings
from lifang.ground.areas.queries import names

MOST = 200
REASONS = {
    "accept": gettext_lazy("待受理"),
    "file": gettext_lazy("待立案"),
    "dispatch": gettext_lazy("待派遣"),
    "receive": gettext_lazy("待签收"),
    "handle": gettext_lazy("待处置"),
    "respond": gettext_lazy("待到场"),
    "grant": gettext_lazy("待审批"),
    "verify": gettext_lazy("到现场核查"),
    "close": gettext_lazy("待结案"),
    "callback": gettext_lazy("待回访"),
    "arbitrate": gettext_lazy("待裁定"),
    "task": gettext_lazy("任务待回报"),
    "need": gettext_lazy("居民需求待落实"),
}
DUTIES = (
    *(queue for queue in QUEUES if queue.name in REASONS),
    Queue("settle", gettext_lazy("小事可当场办结"), "event.settle", ("reported", "accepted")),
)
SHOWN = (
    "number", "title", "text", "place_text", "state", "flags", "area", "unit__name", "type", "type_version",
    "opened_at", "due_at", "clock", "is_open", "version",
)  # fmt: skip
BUILDING = re.compile(r".*?\d+\s*(?:栋|幢|号楼|座|号院|号|弄)")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Matter:
    """One case in the list. `tone` is "bad" when late, "warn" when nearly; `left` says so in words."""

    case: Case
    reason: str
    clock: str
    tone: str
    left: str


@dataclass(frozen=True)
class Place:
    """Matters at one address, the most urgent first."""

    title: str
    matters: Sequence[Matter]


@dataclass(frozen=True)
class Day:
    """The whole list. `counts` are (words, number) by reason; `more` when the list was cut at 200."""

    places: Sequence[Place]
    counts: Sequence[tuple[str, int]]
    total: int
    late: int
    soon: int
    more: bool


def my_day(mine: Holdings, now: dt.datetime) -> Day:
    """Every open case whose next step this person may take now. Four queries, however long the list."""
    duties = [duty for duty in DUTIES if mine.holds(duty.function)]
    if not duties:
        return Day((), (), 0, 0, 0, False)
    parts = {duty.name: part_cases(mine.scope(duty.function).units) for duty in duties}
    wanted = reduce(or_, (in_queue(duty, mine, now, parts[duty.name]) for duty in duties))
    found = Case.objects.filter(wanted, is_open=True).most_urgent().select_related("unit").only(*SHOWN)
    rows = list(found[: MOST + 1])
    grids = names({case.area for case in rows}, timezone.localdate(now))
    places: dict[str, list[Matter]] = {}
    counts: dict[str, int] = {}
    for case in rows[:MOST]:
        matter = _matter(case, duties, now)
        places.setdefault(building(case.place_text, grids.get(case.area, "")), []).append(matter)
        counts[matter.reason] = counts.get(matter.reason, 0) + 1
    tones = [matter.tone for listed in places.values() for matter in listed]
    return Day(
        [Place(title, listed) for title, listed in places.items()],
        list(counts.items()),
        len(tones),
        tones.count("bad"),
        tones.count("warn"),
        len(rows) > MOST,
    )


def _matter(case: Case, duties: Sequence[Queue], now: dt.datetime) -> Matter:
    duty = next(d for d in duties if case.state in d.states and (not d.flags or set(d.flags) & set(case.flags)))
    clock = next((c.title for c in lifecycle.type_of(case).clocks if c.name == case.clock), "")
    return Matter(case, str(REASONS.get(duty.name, duty.title)), clock, *time_left(case.due_at, now))


def building(text: str, grid: str = "") -> str:
    """The building in a typed address, without the grid's own name; the grid where no address is given."""
    words = SPACES.sub(" ", text).strip()
    found = BUILDING.match(words)
    short = (found[0] if found else words).removeprefix(grid).strip()
    return short or grid or _("没有写明地点")


def time_left(due: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """(tone, words) for a due time: late, nearly, or how long there is still."""
    if due is None:
        return "", ""
    left = due - now
    if left < dt.timedelta():
        return "bad", _("已超 %(time)s") % {"time": rough(-left)}
    return ("warn" if left < SOON else ""), _("还有 %(time)s") % {"time": rough(left)}


def rough(span: dt.timedelta) -> str:
    """A span in its largest unit: days from two days on, hours from one hour on, else minutes."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= 48 * 60:
        return _("%(n)d 天") % {"n": minutes // 1440}
    if minutes >= 60:
        return _("%(n)d 小时") % {"n": minutes // 60}
    return _("%(n)d 分钟") % {"n": max(minutes, 1)}


def row(case: Case, places: Mapping[int, str]) -> dict[str, Any]:
    """A found case for the search list."""
    type_ = lifecycle.type_of(case)
    return {
        "case": case,
        "state": type_.states[case.state].title,
        "place": building(case.place_text, places.get(case.area, "")),
    }
