"""What the holder of a report's link is told: public acts, clocks and pictures, and nobody's personal data."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases import clocks
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Act, Case, Photo, Voice
from lifang.blocks.packs.shapes import CaseType
from lifang.domains.grid import queries
from lifang.domains.grid.actions import token_for
from lifang.domains.grid.voices import REPORTER, open_acts
from lifang.ground.access.models import Unit
from lifang.ground.clock.limits import Unit as Counted

SHOWN_OF = {
    "refuse": ("refusal", "reason"),
    "void": ("reason",),
    "return": ("clause",),
    "arbitrate": ("clause",),
    "hang_up": ("reason", "until"),
    "finish": ("result",),
    "force_close": ("closing_reason", "reason"),
    "merge": ("case",),
    "grant_extension": ("limit",),
    "reopen": ("reason",),
    "refuse_reopen": ("reason",),
}
TOLD_CLOCKS = ("handle", "respond")
BY_LINK = ("public.report", "public.track")
# Case type → name of the address at which the holder of a link follows it, where that is not the tracking page.
FOLLOWED_AT: dict[str, str] = {}
LONG_NUMBER = re.compile(r"(?<![\d-])\d{3}[\d \-]{3,13}[\dXx](?![\d-])")
TONES = {"finish": "good", "close": "good", "rate": "good", "refuse": "warn", "return": "warn", "rework": "warn"}
ICONS = {
    "accept": "check", "file": "file-text", "dispatch": "send", "receive": "progress", "finish": "tool",
    "close": "circle-check", "rate": "star", "return": "arrow-back-up", "hang_up": "player-pause",
    "whistle": "speakerphone", "callback": "phone", "refuse": "ban", "void": "ban", "report": "inbox",
}  # fmt: skip


def without_numbers(text: str) -> str:
    """A text in which telephone, identity and bank numbers are hidden; case numbers and dates stay."""

    def hide(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        return found[0][:3] + "****" if len(digits) >= 7 else found[0]

    return LONG_NUMBER.sub(hide, text)


@dataclass(frozen=True)
class Told:
    """Everything that a tracking page shows. `clocks` are the arguments of the clock bar."""

    voice: Voice
    case: Case
    type: CaseType
    told: str
    title: str
    following: tuple[str, dt.datetime] | None
    facts: list[tuple[str, Any]]
    clocks: list[dict[str, Any]]
    acts: list[dict[str, Any]]
    before: list[dict[str, str]]
    after: list[dict[str, str]]
    may: frozenset[str]
    reasons: dict[str, str]


def tell(voice: Voice, now: dt.datetime | None = None) -> Told:
    """What this voice may know of its case. Six queries, however many acts there are."""
    case, now = voice.case, now or timezone.now()
    type_ = type_of(case)
    acts = list(Act.objects.filter(case=case).select_related("unit").order_by("seq"))
    readings = clocks.read(case, type_, acts, now)
    running = [(r.due_at, r.clock.title) for r in readings if r.running and r.due_at and r.clock.name != "respond"]
    before, after = _photos(voice, case, acts)
    following = min(running) if running and not type_.states[case.state].final else None
    return Told(
        voice=voice,
        case=case,
        type=type_,
        told=type_.states[case.state].told,
        title=type_.states[case.state].title,
        following=(following[1], following[0]) if following else None,
        facts=_facts(voice, case),
        clocks=[_bar(r, case, type_) for r in readings if r.clock.name in TOLD_CLOCKS and r.limit],
        acts=_timeline(voice, case, type_, acts),
        before=before,
        after=after,
        may=frozenset(row.act for row in open_acts(voice, type_)),
        reasons=dict(type_.inputs["dissatisfaction"].options) if "dissatisfaction" in type_.inputs else {},
    )


def owner_of(case: Case) -> str:
    """Who answers for it now, else who should by the list of duties."""
    if case.unit_id and (unit := Unit.objects.filter(pk=case.unit_id).first()):
        return unit.name
    return str(case.fields.get("owner_name", ""))


def _facts(voice: Voice, case: Case) -> list[tuple[str, Any]]:
    further = "" if "told_place" in case.fields else without_numbers(case.place_text)
    rows = [
        (_("什么事"), case.title),
        (_("地点"), _("，").join(filter(None, [queries.told_place(case), further]))),
        (_("责任部门"), owner_of(case)),
        (_("办理时限"), queries.limit_of(case)),
        (_("依据"), case.fields.get("limit_rule", "")),
        (_("您写的"), without_numbers(voice.text)),
    ]
    if case.voices_count > 1:
        rows.append((_("反映人数"), _("{n} 人反映了同一件事").format(n=case.voices_count)))
    return [row for row in rows if row[1]]


def _bar(reading: clocks.Reading, case: Case, type_: CaseType) -> dict[str, Any]:
    limit, used = reading.limit, reading.used
    assert limit is not None
    hours = limit.unit in (Counted.URGENT_HOURS, Counted.WORK_HOURS)
    return {
        "title": reading.clock.title,
        "used": dt.timedelta(microseconds=used.micros) if hours else used.micros / used.length,
        "limit": dt.timedelta(hours=limit.amount) if hours else float(limit.amount),
        "unit": limit.unit.value,
        "due": reading.due_at if reading.running else None,
        "paused": not reading.running and case.state in reading.clock.pauses_in,
        "done": not reading.running and case.state not in reading.clock.pauses_in,
        "source": reading.rule.citation if reading.rule else "",
    }


def _timeline(voice: Voice, case: Case, type_: CaseType, acts: Sequence[Act]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "title": _("收到反映") if case.type == "event" else _("收到申请"),
            "at": voice.at,
            "icon": "inbox",
            "tone": "info",
            "actor": "",
            "unit": "",
        }
    ]
    for act in acts:
        if act.act in type_.public_acts:
            rows.append(
                {
                    "title": type_.act_title(act.act),
                    "at": act.at,
                    "unit": act.unit.name if act.unit else "",
                    "actor": REPORTER if act.function == "public.track" else "",
                    "icon": ICONS.get(act.act, "circle-dot"),
                    "tone": TONES.get(act.act, "info"),
                    "note": _words(act, case, type_),
                }
            )
    return sorted(rows, key=lambda row: row["at"])


def _words(act: Act, case: Case, type_: CaseType) -> str:
    """What of an act's inputs is meant for the outside; internal notes are not."""
    shown = SHOWN_OF.get(act.act, ())
    if act.function == "public.track" and case.voices_count <= 1:
        shown = ("text", "reason", "dissatisfaction")
    said = []
    for name in shown:
        if (value := act.data.get(name)) not in (None, ""):
            field = type_.inputs[name]
            words = field.options.get(str(value), value) if field.options else value
            if field.kind == "limit":
                words = queries.limit_text(value)
            said.append(f"{field.title}{_('：')}{without_numbers(str(words))}")
    return "\n".join(said)


def _photos(voice: Voice, case: Case, acts: Sequence[Act]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Pictures of before (one's own; those of others stay with the staff) and those that staff took of the work."""
    own = {a.pk for a in acts if a.key and token_for(a.key) == voice.token}
    if case.voices_count <= 1:
        own |= {a.pk for a in acts if a.function in BY_LINK}
    others = {a.pk for a in acts if a.function in BY_LINK} - own
    before: list[dict[str, str]] = []
    after: list[dict[str, str]] = []
    for photo in Photo.objects.filter(case=case, shown=True).exclude(act_id__in=others):
        where = before if photo.act_id in own or photo.act_id == acts[0].pk else after
        caption = _("上报时") if where is before else _("办理中")
        where.append({"url": reverse("track_photo", args=[voice.token, photo.pk]), "alt": caption, "caption": caption})
    return before, after


def may_see(voice: Voice, photo_id: int) -> Photo | None:
    """The picture, if this voice's page shows it."""
    acts = list(Act.objects.filter(case=voice.case).order_by("seq"))
    before, after = _photos(voice, voice.case, acts)
    url = reverse("track_photo", args=[voice.token, photo_id])
    if url not in {item["url"] for item in (*before, *after)}:
        return None
    return Photo.objects.filter(case=voice.case, pk=photo_id).first()
