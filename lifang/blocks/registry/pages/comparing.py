"""Two records side by side: what each says, and where they differ, without showing a whole number or telephone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts, judging, standing
from lifang.blocks.registry.linkage import explain
from lifang.blocks.registry.linkage.explain import Reason
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.showing import Speller, mask_number
from lifang.blocks.registry.winning import SEXES
from lifang.ground.access.ranges import today
from lifang.ground.access.vault import mask_phone
from lifang.ground.areas.queries import names

MANY, WIDEST = 4, 20
SHOWN = ("name", "sex", "birth", "number", "phone", "address", "place")
MASKS = {"number": mask_number, "phone": mask_phone}


class Row(NamedTuple):
    """One element of both: as it may be shown, and in words where the two differ."""

    title: str
    left: str
    right: str
    words: str


def compared(left: Record, right: Record) -> list[Row]:
    """The rows of a page; of the records all must be readable in the present scope."""
    elements, speller = _speller([left, right])
    rows = []
    for name in SHOWN:
        one, other = (_number(side) if name == "number" else _value(side, name) for side in (left, right))
        mask = MASKS.get(name)
        if name in ("sex", "place"):
            one, other = (speller.words(name, value) if value else "" for value in (one, other))
        shown = _marked(one, other, mask) if name in ("name", "birth", "number", "phone") else (one, other)
        words = _words(one, other, positions=mask is not None)
        if name == "address" and left.home and left.home == right.home and one != other:
            words = _("同一处，写法不同")
        if name == "number" and words and not all(_value(side, "number") for side in (left, right)):
            words = _("{words}；有一边的号码取自同一人别的记录，不计分").format(words=words)
        rows.append(Row(elements[name].title, *shown, words))
    return rows


def told(records: Sequence[Record]) -> list[tuple[Record, list[tuple[str, str]]]]:
    """Each record with what it says, masked: title and value."""
    if not records:
        return []
    elements, speller = _speller(records)
    return [
        (one, [(elements[name].title, speller.masked(name, said)) for name in SHOWN if (said := _value(one, name))])
        for one in records
    ]


def _speller(records: Sequence[Record]) -> tuple[Mapping[str, Element], Speller]:
    area = records[0].area
    elements = packs.elements(area)
    return elements, Speller(elements, area, names({one.area for one in records}, today()))


def _value(record: Record, name: str) -> str:
    secrets = facts.opened(bytes(record.sealed))
    match name:
        case "name":
            return record.name
        case "sex":
            return SEXES.get(record.sex or "", "")
        case "birth":
            return record.facts.get("birth") or (record.birth.isoformat() if record.birth else "")
        case "number":
            return secrets.get("number") or secrets.get("typed") or ""
        case "place":
            return str(record.area)
    return secrets.get(name) or record.facts.get(name) or ""


def _number(record: Record) -> str:
    """The record's own number, else one that another record gives of the same person."""
    if own := _value(record, "number"):
        return own
    others = Record.objects.filter(standing.BELIEVED_NOW, person=record.person_id, number_key__isnull=False)
    return next((_value(one, "number") for one in others.order_by("-held_from", "-pk")[:1]), "")


def _differing(one: str, other: str) -> tuple[list[int], list[int]]:
    """The places, from 0, at which each of them differs from the other."""
    steps = [step for step in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if step[0] != "equal"]
    return [at for step in steps for at in range(step[1], step[2])], [
        at for step in steps for at in range(step[3], step[4])
    ]


def _places(one: str, other: str) -> tuple[list[int], list[int]]:
    if len(one) == len(other):
        places = [at for at in range(len(one)) if one[at] != other[at]]
        return places, places
    return _differing(one, other)


def _marked(one: str, other: str, mask: Callable[[str], str] | None) -> tuple[str, str]:
    left, right = _places(one, other) if one and other else ([], [])
    return tuple(_shown(value, places, mask) for value, places in ((one, left), (other, right)))  # type: ignore[return-value]


def _shown(value: str, places: Collection[int], mask: Callable[[str], str] | None) -> SafeString:
    shown = mask(value) if mask else value
    if len(shown) != len(value):
        places = ()
    parts: Sequence[SafeString] = [
        format_html("<mark>{}</mark>", sign) if at in places else conditional_escape(sign)
        for at, sign in enumerate(shown)
    ]
    return mark_safe("".join(parts))


def _words(one: str, other: str, *, positions: bool) -> str:
    if not one or not other:
        return ""
    if one == other:
        return _("相同")
    if not positions:
        return _("不同")
    left, right = _places(one, other)
    if len(one) == len(other):
        if (
            len(left) == 2
            and left[1] == left[0] + 1
            and one[left[0]] == other[left[1]]
            and one[left[1]] == other[left[0]]
        ):
            return _("第 %(at)s、%(next)s 位对调") % {"at": left[0] + 1, "next": left[1] + 1}
        if len(left) <= MANY:
            return _("第 %(places)s 位不同") % {"places": "、".join(str(at + 1) for at in left)}
        return _("%(n)s 位不同") % {"n": len(left)}
    if max(len(left), len(right)) <= MANY:
        return _("位数不同：%(one)s 位和 %(other)s 位，其余相同") % {"one": len(one), "other": len(other)}
    return _("位数不同：%(one)s 位和 %(other)s 位") % {"one": len(one), "other": len(other)}


class Weighed(NamedTuple):
    """`rows`: title, words, bits in words, whether they speak for one person, and the width of a bar up to WIDEST."""

    rows: Sequence[tuple[object, object, str, bool, str]]
    total: str


def weighed(left: Record, right: Record, weight: float | None = None) -> Weighed:
    """Why the two may be one person's, comparison by comparison. `weight` is what linkage gave; where it also counted how
    common the name is, that makes a row of its own."""
    found = judging.explained(left.pk, right.pk)
    reasons = list(found.reasons)
    if weight is not None and abs(weight - found.weight) > 0.05:
        reasons.append(Reason(_("姓名有多常见"), _("常见的姓名说明得少，少见的说明得多"), weight - found.weight))
    reasons.append(Reason(_("起点"), _("随便两条记录，几乎都不是同一人"), explain.beginning()))
    rows = [
        (one.title, one.words, f"{one.bits:+.1f}", one.bits >= 0, f"{min(abs(one.bits), WIDEST) / WIDEST * 50:.1f}")
        for one in reasons
    ]
    return Weighed(rows, f"{sum(one.bits for one in reasons):+.1f}")
