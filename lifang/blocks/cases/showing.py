"""What the page of one case shows, gathered in a fixed number of queries whatever the case holds."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lifang.blocks.cases.clocks import Reading
from lifang.blocks.cases.lifecycle import title_of
from lifang.blocks.cases.models import Act, Case, Part, Photo, Voice
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType
from lifang.ground.access import vault
from lifang.ground.areas.codes import ancestors, parent_of
from lifang.ground.clock.limits import Limit
from lifang.ground.clock.wording import limit_words

SOURCES = {
    "web": gettext_lazy("居民上报"),
    "patrol": gettext_lazy("巡查上报"),
    "phone": gettext_lazy("电话代报"),
    "counter": gettext_lazy("柜台代报"),
    "paper": gettext_lazy("纸质代报"),
    "hotline": gettext_lazy("热线转来"),
    "device": gettext_lazy("设备上报"),
    "api": gettext_lazy("系统接口"),
    "transfer": gettext_lazy("部门移交"),
    "task": gettext_lazy("任务布置"),
    "application": gettext_lazy("部门申请"),
}
# How somebody came who reported nothing.
WAYS = {
    "web": gettext_lazy("网上"),
    "phone": gettext_lazy("电话"),
    "counter": gettext_lazy("柜台"),
    "paper": gettext_lazy("纸质"),
    "visit": gettext_lazy("上门"),
}
FLAGS = {
    "supervised": ("bad", gettext_lazy("督办")),
    "extension_asked": ("warn", gettext_lazy("申请延期待批")),
    "hang_up_asked": ("warn", gettext_lazy("申请挂账待批")),
    "reopen_asked": ("warn", gettext_lazy("要求重办")),
    "exclusion_asked": ("warn", gettext_lazy("申请剔除待审")),
    "reworked": ("warn", gettext_lazy("返工过")),
    "reopened": ("warn", gettext_lazy("重办")),
    "forced": ("quiet", gettext_lazy("强制结案")),
    "excluded": ("quiet", gettext_lazy("已剔除")),
}
ICONS = {
    "report": "device-mobile", "accept": "check", "file": "file-text", "dispatch": "send", "return": "arrow-back-up",
    "arbitrate": "scale", "receive": "user-check", "finish": "tool", "verify": "checklist", "rework": "refresh",
    "close": "circle-check", "callback": "phone", "rate": "star", "archive": "archive", "hang_up": "player-pause",
    "whistle": "speakerphone", "merge": "copy", "void": "ban", "refuse": "ban", "supervise": "flag", "contact": "phone",
    "add_note": "writing", "ask_extension": "hourglass", "grant_extension": "hourglass", "split": "hierarchy-2",
    "assign_part": "users", "correct": "edit", "take_on": "user-check", "settle": "tool", "reopen": "refresh",
}  # fmt: skip
TONES = {"return": "warn", "rework": "warn", "hang_up": "warn", "whistle": "warn", "supervise": "bad",
         "force_close": "warn",
         "finish": "good", "verify": "good", "close": "good", "callback": "good", "rate": "good"}  # fmt: skip
LAYERS = ((False, gettext_lazy("治理网格")), (True, gettext_lazy("建管网格")))


@dataclass
class Shown:
    """A case with everything that hangs on it, as read in one go."""

    case: Case
    type: CaseType
    acts: Sequence[Act]
    parts: Sequence[Part]
    voices: Sequence[Voice]
    photos: Sequence[Photo]
    children: Sequence[Case]
    likely: Sequence[Case]
    places: Mapping[int, str]
    units: Mapping[int, str]
    readings: Sequence[Reading]

    @property
    def state(self) -> str:
        return self.type.states[self.case.state].title

    @property
    def place(self) -> str:
        """Street, community and grid in words."""
        path = [self.case.area, *ancestors(self.case.area)]
        return "".join(self.places.get(code, "") for code in reversed(path[:3]))

    @property
    def source(self) -> str:
        return self.way(self.case.source)

    def way(self, channel: str) -> str:
        """How a case, or one who wants something of it, came."""
        known = SOURCES | WAYS if self.type.opening else SOURCES
        return str(known.get(channel, channel))

    @property
    def flags(self) -> list[tuple[str, str]]:
        return [(str(tone), str(words)) for name, (tone, words) in FLAGS.items() if name in self.case.flags]


def timeline(shown: Shown) -> list[dict[str, Any]]:
    """The acts for `{% timeline %}`, the newest first."""
    pictures = photos_by_act(shown)
    steps = []
    for act in reversed(shown.acts):
        moved = act.to_state != act.from_state
        steps.append(
            {
                "title": title_of(shown.type, act.act),
                "at": act.at,
                "actor": act.name
                or (_("系统") if act.function.startswith("system.") and act.act != "report" else _("诉求人")),
                "unit": act.unit.name if act.unit else "",
                "note": act.note,
                "icon": ICONS.get(act.act, "circle-dot"),
                "tone": TONES.get(act.act, "info" if moved else "quiet"),
                "state": act.to_state if moved else "",
                "state_title": shown.type.states[act.to_state].title,
                "facts": list(_facts(act, shown)),
                "photos": pictures.get(act.pk, []),
            }
        )
    return steps


def _facts(act: Act, shown: Shown) -> Iterable[tuple[str, str]]:
    for name, value in act.data.items():
        if name in shown.type.inputs and name not in ("photos", "note"):
            item = shown.type.inputs[name]
            yield item.title, spoken(item.kind, value, item.options, shown)
    if "child" in act.data:
        yield _("子案件"), act.data["child"]


def spoken(kind: str, value: Any, options: Mapping[str, str], shown: Shown) -> str:
    """An act's input in words."""
    if kind == "choice":
        return options.get(value, str(value))
    if kind == "unit":
        return shown.units.get(value, str(value))
    if kind == "bool":
        return _("是") if value else _("否")
    if kind == "limit":
        return limit_words(Limit(value["amount"], value["unit"]))
    if kind == "date" and (day := parse_date(str(value))):
        return date_format(day, pgettext("date", "Y年n月j日"))
    if kind == "datetime" and (moment := parse_datetime(str(value))):
        return date_format(moment, pgettext("date", "Y年n月j日") + " H:i")
    if kind == "point":
        return ", ".join(f"{part:.6f}" for part in value)
    if kind == "category":
        return category_title(value, shown.case)
    return str(value)


def category_title(code: str, case: Case) -> str:
    try:
        return packs.category(code, case.area, case.opened_at).title
    except packs.NoRule:
        return str(case.fields.get("category_title", code))


def photos_by_act(shown: Shown) -> dict[int | None, list[dict[str, str]]]:
    found: dict[int | None, list[dict[str, str]]] = {}
    for number, photo in enumerate(shown.photos, start=1):
        url = reverse("case_photo", args=[shown.case.number, photo.pk])
        found.setdefault(photo.act_id, []).append({"url": url, "alt": _("照片 %(n)s") % {"n": number}})
    return found


def clock_bars(shown: Shown) -> list[dict[str, Any]]:
    """Arguments of `{% clock_bar %}` for each clock with a limit: running ones first, then paused, then ended."""
    bars = []
    for reading in shown.readings:
        if reading.limit is None:
            continue
        paused = not reading.running and shown.case.state in reading.clock.pauses_in
        bars.append(
            {
                "name": reading.clock.name,
                "title": reading.clock.title,
                "used": _amount(reading.used.micros, reading),
                "limit": _amount(reading.limit.micros(reading.calendar), reading),
                "unit": reading.limit.unit.value,
                "due": reading.due_at,
                "paused": paused,
                "done": not reading.running and not paused,
                "late": reading.in_time is False,
                "source": _("%(citation)s，自 %(since)s 起")
                % {"citation": reading.rule.citation, "since": reading.rule.since}
                if reading.rule
                else _("布置时所定"),
                "status": reading.rule.source.status if reading.rule else "",
            }
        )
    return sorted(bars, key=lambda bar: (bar["done"], bar["paused"]))


def _amount(micros: int, reading: Reading) -> dt.timedelta | float:
    if reading.limit is not None and reading.limit.unit.value in ("working_days", "natural_days"):
        return micros / reading.used.length
    return dt.timedelta(microseconds=micros)


def both_grids(shown: Shown, held: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """The grid of either layer with those responsible for it; a layer that lacks a grid says so where a case needs one."""
    rows = []
    for second, title in LAYERS:
        code = shown.case.second_area if second else shown.case.area if shown.case.area % 1000 else None
        if code is None and not shown.type.grids:
            continue
        people = list(held.get(code, ())) if code else []
        from_community = bool(code) and not people
        if from_community and code:
            people = list(held.get(parent_of(code), ()))
        rows.append(
            {
                "layer": title,
                "name": (shown.places.get(parent_of(code), "") + shown.places.get(code, "")) if code else "",
                "people": people,
                "from_community": from_community and bool(people),
            }
        )
    return rows


def contacts(shown: Shown) -> list[dict[str, Any]]:
    """The reporters with name and number masked; the tracking token never leaves the server."""
    rows = []
    for place, voice in enumerate(shown.voices):
        try:
            name, phone = vault.unseal(bytes(voice.name), "voice.name"), vault.unseal(bytes(voice.phone), "voice.phone")
        except vault.Unreadable:
            name, phone = "", ""
        rows.append(
            {
                "place": place,
                "at": voice.at,
                "channel": shown.way(voice.channel),
                "text": voice.text,
                "name": vault.mask_name(name),
                "phone": vault.mask_phone(phone),
                "sealed": bool(name or phone),
                "wants_answer": voice.wants_answer,
                "answered_at": voice.answered_at,
                "solved": voice.solved,
                "satisfied": voice.satisfied,
            }
        )
    return rows
