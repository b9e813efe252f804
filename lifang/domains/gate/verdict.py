"""What the gate says of a request: whether it may go to those communities on that day, by which rule, and why.

Passing without asking: what a street or community sends within its own places under a matter of law (`law`), and what a
body of the pack's `gate.emergency_units` sends as an emergency, in the forms of `gate.emergency_kinds` and for
`gate.emergency_days` at most (`emergency`). Events from hot lines and residents are cases of their own and no sendings. All
else must be a listed or admitted matter.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.columns import Column, beyond, words_of
from lifang.blocks.matters.models import Admitted
from lifang.blocks.matters.queries import Matter
from lifang.blocks.matters.words import SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate import approvals, money
from lifang.domains.gate.models import Sending
from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import STREET, ancestors, level_of, span
from lifang.ground.areas.queries import names
from lifang.ground.typed import pairs

LOCAL = ("street_office", "community_committee", "grid_center")
NEVER = ("government", "refuse")
"""Classes of what is not asked of a community in an emergency either."""
MOST_NAMED = 10


@dataclass(frozen=True)
class Verdict:
    """`rule` is one of words.RULES, `why` says it in a sentence; `owner` names whose matter it is, where that is known.

    `approval` is what approves it (see approvals.find).
    """

    passes: bool
    rule: str
    why: str
    matter: Matter | None = None
    owner: str = ""
    until: dt.date | None = None
    approval: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """What a unit wants of the communities `places` on a day. `matter` is a name in blocks.matters or a title.

    `edition` says that a form comes from the room of the forms, where it fills itself.
    """

    unit: Unit
    kind: str
    matter: str
    title: str
    area: int
    places: Collection[int]
    on: dt.date
    emergency: bool = False
    elements: Sequence[str] = ()
    approval: approvals.Given = ""
    edition: bool = False
    columns: Sequence[Column] = ()

    @property
    def seat(self) -> int:
        """A place whose pack is that of the places, once they are of one pack."""
        return next(iter(self.places))


def judge(asked: Asked) -> Verdict:
    """Each place by the lists and values of its own pack; what does not pass at one of them passes nowhere."""
    name = named(asked.matter, asked.area, asked.on)
    stands = [(part, *_standing(_named_at(name, part), part)) for part in _by_pack(asked)]
    if asked.emergency:
        return _together([(part, _emergency(part, matter)) for part, matter, _lacking in stands])
    there = [(part, matter) for part, matter, _lacking in stands if matter]
    if not there:
        return _not_there(name, asked)
    if lacking := [place for *_part, places in stands for place in places]:
        matter = there[0][1]
        why = _("「{title}」没有在 {n} 处准入：{places}。").format(
            title=matter.title, n=len(lacking), places=_listed(lacking, asked.on)
        )
        return Verdict(False, "elsewhere", why, matter, _owner(matter))
    return _together([(part, _of_class(part, matter)) for part, matter in there])


def _by_pack(asked: Asked) -> list[Asked]:
    """The same for the places of each pack."""
    places: dict[str, list[int]] = {}
    for place in asked.places:
        places.setdefault(packs.pack_for(place).name, []).append(place)
    return [replace(asked, places=there) for there in places.values()]


def _together(parts: Sequence[tuple[Asked, Verdict]]) -> Verdict:
    failed = next(((part, one) for part, one in parts if not one.passes), None)
    if failed and len(parts) > 1:
        part, one = failed
        where = _("在 {n} 处（{places}）：").format(n=len(part.places), places=_listed(part.places, part.on))
        return replace(one, why=where + one.why)
    if failed:
        return failed[1]
    first = parts[0][1]
    return replace(first, until=min(one.until for _part, one in parts if one.until)) if first.until else first


def _listed(places: Collection[int], on: dt.date) -> str:
    first = sorted(places)[:MOST_NAMED]
    known = names(first, on)
    return _("、").join(known.get(code, str(code)) for code in first)


def _of_class(asked: Asked, matter: Matter) -> Verdict:
    verdict = BY_CLASS[matter.class_](asked, matter)
    if verdict.passes and asked.kind == "form" and not asked.edition:
        why = _("报表、台账要在「表单」里做成表再下发：登记册里有的自己填好，社区只补没有的。")
        return Verdict(False, "edition", why, matter, _owner(matter))
    return _approved(verdict, asked, matter) if verdict.passes else verdict


def _approved(verdict: Verdict, asked: Asked, matter: Matter) -> Verdict:
    found, wrong = approvals.find(
        asked.approval, unit=asked.unit, kind=asked.kind, places=asked.places, matter=matter, on=asked.on
    )
    needed = packs.value("gate.approval_needed", asked.seat, asked.on)
    if not found and not wrong and asked.kind in needed.value:
        wrong = _("{kind}要先批准：从已经批准的里面选，没有的先申请（{source}）。").format(
            kind=SENDINGS[asked.kind], source=needed.citation
        )
    if wrong:
        return Verdict(False, "approval", wrong, matter, _owner(matter))
    return replace(verdict, approval=found)


def named(words: str, area: int, on: dt.date) -> str:
    """The name of a matter given by its name or by its title; what names none is given back."""
    words, listed = words.strip(), packs.matters(area, on)
    if not words or words in listed:
        return words
    if name := next((name for name, (_pack, _list, one) in listed.items() if one.title == words), ""):
        return name
    there = matters.admitted().reaching(area).in_force(on).filter(Q(code=words) | Q(title=words))
    return there.order_by("since", "code").values_list("code", flat=True).first() or words


def _named_at(name: str, asked: Asked) -> str:
    """Its name in the lists of the places, where only those know its title."""
    return named(name, asked.seat, asked.on) if name == asked.matter else name


def _standing(name: str, asked: Asked) -> tuple[Matter | None, Collection[int]]:
    """The matter as it stands at the places, which are of one pack, and the places at which it does not."""
    if name in packs.matters(asked.seat, asked.on):
        return matters.find(name, asked.seat, asked.on), ()
    row = matters.admitted_as(name, asked.on)
    if row is None:
        return None, asked.places
    below = span(row.area)
    lacking = [place for place in asked.places if place not in below]
    return (matters.of_admitted(row) if len(lacking) < len(asked.places) else None), lacking


def _not_there(name: str, asked: Asked) -> Verdict:
    code = matters.newest(name, matters.replaced(asked.on))
    row = Admitted.objects.select_related("unit").filter(code=code).first() if code else None
    if row is None:
        title = name or asked.title
        return Verdict(False, "unlisted", _("「{title}」不在社区工作事项清单里，也没有准入。").format(title=title))
    matter = matters.of_admitted(row)
    halt = row.halts.filter(since__lte=asked.on, until=None).first()
    if halt:
        why = _("「{title}」自 {day} 起暂停：{reason}。").format(title=row.title, day=halt.since, reason=halt.reason)
        return Verdict(False, "suspended", why, matter, row.unit.name)
    if row.until and row.until < asked.on:
        why = _("「{title}」的准入已于 {day} 到期或退出。").format(title=row.title, day=row.until)
        return Verdict(False, "ended", why, matter, row.unit.name)
    why = _("「{title}」没有在这些地方准入，或者还没有到开始的日子（{day}）。").format(title=row.title, day=row.since)
    return Verdict(False, "elsewhere", why, matter, row.unit.name)


def _owner(matter: Matter) -> str:
    return matter.admitted.unit.name if matter.admitted else packs.units()[matter.owner].title if matter.owner else ""


def _emergency(asked: Asked, matter: Matter | None) -> Verdict:
    able = packs.value("gate.emergency_units", asked.seat, asked.on)
    if asked.unit.kind not in able.value:
        listed = _("、").join(packs.units()[kind].title for kind in able.value)
        why = _("应急任务只能由这些单位发：{units}（{source}）。").format(units=listed, source=able.citation)
        return Verdict(False, "not_emergency", why, matter)
    if matter and matter.class_ in NEVER:
        return BY_CLASS[matter.class_](asked, matter)
    ways = packs.value("gate.emergency_kinds", asked.seat, asked.on)
    if asked.kind not in ways.value:
        listed = _("、").join(str(SENDINGS[kind]) for kind in ways.value)
        why = _("应急时只用这些方式下达：{ways}（{source}）。").format(ways=listed, source=ways.citation)
        return Verdict(False, "form", why, matter)
    days = packs.value("gate.emergency_days", asked.seat, asked.on)
    first = _first_day(asked, matter.name if matter else "")
    until = (first or asked.on) + dt.timedelta(days=days.value - 1)
    if until < asked.on:
        why = _("「{title}」自 {day} 起已按应急发过，{n} 天期满，要继续请申请准入（{source}）。").format(
            title=matter.title if matter else asked.title, day=first, n=days.value, source=days.citation
        )
        return Verdict(False, "emergency_over", why, matter)
    why = _("应急任务不必先准入，{day} 自动结束（{source}）。").format(day=until, source=days.citation)
    return Verdict(True, "emergency", why, matter, until=until)


def _first_day(asked: Asked, matter: str) -> dt.date | None:
    """The day on which this unit first sent this emergency there, within a year: on the same matter, or by a like title."""
    since = asked.on - dt.timedelta(days=365)
    places = span(asked.area)
    sent = (
        Sending.objects.of(asked.unit.pk).filter(emergency=True, rule="emergency", at__date__gte=since).order_by("at")
    )
    there = (one for one in sent if one.area in places or asked.area in span(one.area))
    like = (one for one in there if (matter and one.matter == matter) or same(one.title, asked.title))
    return next((timezone.localdate(one.at) for one in like), None)


def _government(asked: Asked, matter: Matter) -> Verdict:
    why = _("「{title}」是{owner}的职责，不得转嫁给社区。依据：{source}。").format(
        title=matter.title, owner=_owner(matter), source=matter.citation
    )
    return Verdict(False, "government", why, matter, _owner(matter))


def _refuse(asked: Asked, matter: Matter) -> Verdict:
    why = _("「{title}」不应由社区出具，应找{owner}。{guide}").format(
        title=matter.title, owner=_owner(matter), guide=matter.guide
    )
    return Verdict(False, "refuse", why, matter, _owner(matter))


def _unclassed(asked: Asked, matter: Matter) -> Verdict:
    why = _("「{title}」还没有决定归哪一类，归类前不下达。").format(title=matter.title)
    return Verdict(False, "unclassed", why, matter)


def _law(asked: Asked, matter: Matter) -> Verdict:
    if asked.unit.kind not in LOCAL or level_of(asked.unit.area) < STREET:
        why = _("「{title}」是社区依法自治的事，由街道指导、社区自己安排，部门不能布置。").format(title=matter.title)
        return Verdict(False, "law_of_community", why, matter)
    if asked.kind != "task" and asked.kind not in matter.sends:
        return _wrong_form(asked, matter)
    why = _("「{title}」是依法要做的事，街道、社区在自己的地方布置，不必准入。").format(title=matter.title)
    return Verdict(True, "law", why, matter)


def _certify(asked: Asked, matter: Matter) -> Verdict:
    if asked.kind != "certificate":
        return _wrong_form(asked, matter)
    return Verdict(True, "certify", _("「{title}」在可以出具的证明之内。").format(title=matter.title), matter)


def _assist(asked: Asked, matter: Matter) -> Verdict:
    row = matter.admitted
    own = row.unit_id == asked.unit.pk if row else matter.owner == asked.unit.kind
    if not own:
        why = _("「{title}」是{owner}的事项，请由{owner}下达。").format(title=matter.title, owner=_owner(matter))
        return Verdict(False, "foreign", why, matter, _owner(matter))
    if asked.kind not in matter.sends:
        return _wrong_form(asked, matter)
    known = packs.elements(asked.seat)
    data = [known[one].title if one in known else one for one in asked.elements if row and one not in row.elements]
    typed = words_of(beyond(asked.columns, row.columns)) if row else []
    if data or typed:
        why = _("「{title}」").format(title=matter.title)
        why += _("没有准入这些数据：{elements}。").format(elements=_("、").join(data)) if data else ""
        why += _("没有准入这些新填的列：{columns}。").format(columns=_("、").join(typed)) if typed else ""
        return Verdict(False, "elements", why, matter, _owner(matter))
    if unpaid := _unpaid(asked, matter):
        return unpaid
    if row:
        why = _("「{title}」已准入，编号 {code}。").format(title=matter.title, code=row.code)
        return Verdict(True, "admitted", why, matter, _owner(matter))
    why = _("「{title}」在清单的协助事项之内。").format(title=matter.title)
    return Verdict(True, "listed", why, matter, _owner(matter))


def _unpaid(asked: Asked, matter: Matter) -> Verdict | None:
    """Where money that was promised for the matter is so late that the communities need not take it."""
    stand = money.standings(matter, asked.places, asked.on)
    late = [area for area in sorted(asked.places) if stand[area].state == money.REFUSABLE]
    if not late:
        return None
    why = _("「{title}」在 {n} 处的经费没有到位（{places}）：{why}").format(
        title=matter.title, n=len(late), places=_listed(late, asked.on), why=stand[late[0]].why
    )
    return Verdict(False, "money", why, matter, _owner(matter))


def _wrong_form(asked: Asked, matter: Matter) -> Verdict:
    ways = _("、").join(str(SENDINGS[one]) for one in matter.sends) or _("无")
    why = _("「{title}」不能以{kind}下达，可以用的方式：{ways}。").format(
        title=matter.title, kind=SENDINGS[asked.kind], ways=ways
    )
    return Verdict(False, "form", why, matter, _owner(matter))


BY_CLASS = {
    "law": _law, "assist": _assist, "certify": _certify, "refuse": _refuse, "government": _government,
    "unclassed": _unclassed,
}  # fmt: skip


def alike(asked: Asked) -> list[Sending]:
    """What was sent in the last ninety days and asks the same: the same matter, or a title half of whose pairs are the same."""
    since = asked.on - dt.timedelta(days=90)
    below = span(asked.area)
    there = Sending.objects.sent().filter(at__date__gte=since).select_related("unit")
    near = [one for one in there.newest()[:500] if one.area in below or one.area in ancestors(asked.area)]
    return [one for one in near if (one.matter and one.matter == asked.matter) or same(one.title, asked.title)]


def same(one: str, other: str) -> bool:
    """Whether half of the pairs of characters of two titles are the same."""
    mine, theirs = pairs(one), pairs(other)
    return bool(mine | theirs) and len(mine & theirs) / len(mine | theirs) >= 0.5
