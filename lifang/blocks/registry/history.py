"""How a person's record came to be: what was sent, joined, taken apart and decided, in one line of time."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Move, Record
from lifang.ground import prepared

MOST = 100
MOVED = "WHERE id IN (SELECT id FROM registry_move WHERE source_id = %s UNION SELECT id FROM registry_move WHERE target_id = %s)"
Act = dict[str, Any]


def history(shown: Dossier) -> list[Act]:
    """Acts as `timeline` shows them, the newest first; of a day in the past, those up to its end."""
    acts = [*_sent(shown), *_moved(shown), *_ruled(shown)]
    if shown.on is not None:
        acts = [act for act in acts if timezone.localdate(act["at"]) <= shown.on]
    return sorted(acts, key=lambda act: act["at"], reverse=True)[:MOST]


def _sent(shown: Dossier) -> Iterable[Act]:
    before: dict[tuple[int, int], Record] = {}
    for record in shown.records:
        last = before.get((record.system_id, record.row_key))
        before[record.system_id, record.row_key] = record
        yield {
            "at": record.known_from, "icon": "inbox", "unit": record.system.title,
            **_news(record, last, shown), "facts": [(_("数据日期"), record.held_from.isoformat())],
        }  # fmt: skip
        if record.known_until is not None:
            yield {
                "at": record.known_until, "icon": "arrow-back-up", "tone": "quiet", "unit": record.system.title,
                "title": _("不再采信"), "note": _("数据日期 {day} 的说法被更正或撤销").format(day=record.held_from),
            }  # fmt: skip


def _news(record: Record, last: Record | None, shown: Dossier) -> Mapping[str, str]:
    if record.gone:
        return {"title": _("名单里不再有此人"), "tone": "warn"}
    if last is None:
        return {"title": _("送来资料"), "tone": "info"}
    old, new = _values(last, shown), _values(record, shown)
    changed = [one.title for name, one in shown.elements.items() if old.get(name) != new.get(name)]
    return {"title": _("更新资料"), "tone": "info", "note": _("改动：{titles}").format(titles=_("、").join(changed))}


def _values(record: Record, shown: Dossier) -> dict[str, Any]:
    return {**record.facts, **shown.secrets[record.pk], "name": record.name, "place": record.area}


def _moved(shown: Dossier) -> Iterable[Act]:
    me = shown.person.pk
    moves = prepared.join(prepared.select(Move, MOVED, [me, me]), "by")
    for move in prepared.join(prepared.join(moves, "source"), "target"):
        came, count = move.target_id == me, len(move.records)
        other = move.source if came else move.target
        title = _("撤销合并") if move.undoes_id else _("合并进来") if came else _("移出记录")
        words = _("从档案 {id}「{name}」移来 {n} 条记录") if came else _("移到档案 {id}「{name}」{n} 条记录")
        note = words.format(id=other.pk, name=other.name, n=count)
        yield {
            "at": move.at, "title": title, "icon": "copy", "tone": "quiet", "actor": _name(move.by),
            "note": f"{note}\n{move.reason}".strip(),
        }  # fmt: skip


def _ruled(shown: Dossier) -> Iterable[Act]:
    systems = {record.pk: record.system.title for record in shown.records}
    for ruling in prepared.join(shown.rulings, "by"):
        one = shown.elements.get(ruling.element)
        yield {
            "at": ruling.at, "icon": "scale", "tone": "good", "actor": _name(ruling.by), "note": ruling.reason,
            "title": _("裁定：{element}以{system}为准").format(
                element=one.title if one else ruling.element, system=systems.get(ruling.record_id, _("另一条记录"))
            ),
        }  # fmt: skip


def _name(user: Any) -> str:
    return (user.name or user.username) if user else _("系统")
