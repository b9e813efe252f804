"""Records as the API shows them: plain values, area codes as text, times in ISO 8601."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lifang.blocks.cases import clocks, lifecycle
from lifang.blocks.cases.models import Act, Case, Part
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType, Transition
from lifang.domains.grid.actions import Reported
from lifang.domains.grid.duplicates import Likely
from lifang.faces.api.callers import Caller
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.areas import codes
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names
from lifang.ground.clock.limits import Limit
from lifang.ground.clock.wording import duration_words, limit_words, used_words

Row = dict[str, Any]


def when(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def _code(code: int | None) -> str | None:
    return codes.text(code) if code is not None else None


def unit(row: Unit | None) -> Row | None:
    return {"id": row.pk, "code": row.code, "name": row.name} if row else None


def likely(found: Likely) -> Row:
    case = found.case
    state = lifecycle.type_of(case).states[case.state]
    return {
        "number": case.number,
        "title": case.title,
        "state": case.state,
        "told": state.told or state.title,
        "metres": round(found.metres),
        "score": round(found.score, 3),
        "opened_at": when(case.opened_at),
        "voices": case.voices_count,
    }


def _limit(fields: Row) -> Row | None:
    if not (given := fields.get("limit")):
        return None
    limit = Limit(given["amount"], given["unit"])
    return {**given, "words": limit_words(limit), "source": fields.get("limit_rule", "")}


def report(done: Reported) -> Row:
    case = done.case
    return {
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "area": _code(case.area),
        "second_area": _code(case.second_area),
        "place_problem": case.fields.get("place_problem") or "",
        "owner": case.fields.get("owner_name", ""),
        "owner_source": case.fields.get("owner_rule", ""),
        "limit": _limit(case.fields),
        "token": done.token,
        "tracking": settings.ORIGIN + reverse("api:tracking", kwargs={"token": done.token}),
        "repeated": done.repeated,
        "likely": [likely(near) for near in done.likely],
    }


def case_rows(cases: Sequence[Case]) -> list[Row]:
    """Rows of a list, in a fixed number of queries. Cases come with their unit."""
    names = full_names({case.area for case in cases}, today())
    return [_case(case, lifecycle.type_of(case), names.get(case.area, "")) for case in cases]


def _case(case: Case, type_: CaseType, area_name: str) -> Row:
    point = {"lon": case.lon, "lat": case.lat} if case.lon is not None and case.lat is not None else None
    moments = ("opened", "accepted", "filed", "dispatched", "received", "handled", "closed", "rated")
    return {
        "number": case.number,
        "type": case.type,
        "version": case.version,
        "state": case.state,
        "state_title": type_.states[case.state].title,
        "is_open": case.is_open,
        "flags": case.flags,
        "area": _code(case.area),
        "area_name": area_name,
        "second_area": _code(case.second_area),
        "point": point,
        "place_text": case.place_text,
        "category": case.category,
        "title": case.title,
        "urgency": case.urgency,
        "source": case.source,
        "unit": unit(case.unit),
        "clock": case.clock,
        "due_at": when(case.due_at),
        **{f"{moment}_at": when(getattr(case, f"{moment}_at")) for moment in moments},
        "voices": case.voices_count,
        "returns": case.returns,
        "reworks": case.reworks,
        "solved": case.solved,
        "satisfied": case.satisfied,
    }


def case_detail(case: Case) -> Row:
    """One case with its words, clocks as sums, parts and pictures."""
    type_ = lifecycle.type_of(case)
    acts = list(Act.objects.filter(case=case).order_by("seq"))
    name = full_names([case.area], today()).get(case.area, "")
    return {
        **_case(case, type_, name),
        "text": case.text,
        "parent": case.parent.number if case.parent else None,
        "duplicate_of": case.duplicate_of.number if case.duplicate_of else None,
        "photos": list(case.photos.values_list("sha256", flat=True)),
        "clocks": [_clock(reading) for reading in clocks.read(case, type_, acts, timezone.now())],
        "parts": [_part(part) for part in case.parts.select_related("unit")],
        "fields": case.fields,
    }


def _clock(reading: clocks.Reading) -> Row:
    used = reading.used
    return {
        "name": reading.clock.name,
        "title": reading.clock.title,
        "running": reading.running,
        "used_seconds": used.seconds,
        "words": used_words(used, reading.limit) if reading.limit else duration_words(used),
        "due_at": when(reading.due_at),
        "in_time": reading.in_time,
        "source": reading.rule.citation if reading.rule else "",
    }


def _part(part: Part) -> Row:
    moments = ("begun_at", "respond_due_at", "responded_at", "due_at", "done_at")
    return {
        "unit": unit(part.unit),
        "kind": part.kind,
        "duty": part.duty,
        "state": part.state,
        **{moment: when(getattr(part, moment)) for moment in moments},
        "result": part.result,
    }


def act(row: Act, type_: CaseType) -> Row:
    return {
        "seq": row.seq,
        "act": row.act,
        "title": type_.act_title(row.act),
        "from_state": row.from_state,
        "to_state": row.to_state,
        "at": when(row.at),
        "by": row.name,
        "unit": row.unit.name if row.unit else "",
        "function": row.function,
        "note": row.note,
        "data": row.data,
    }


def allowed_act(row: Transition, type_: CaseType) -> Row:
    return {
        "act": row.act,
        "title": row.title,
        "to": row.to,
        "function": row.by,
        "confirm": row.confirm,
        "inputs": [
            {
                "name": name,
                "title": type_.inputs[name].title,
                "kind": type_.inputs[name].kind,
                "needed": name in row.needs,
                "options": dict(type_.inputs[name].options),
            }
            for name in (*row.needs, *row.takes)
        ],
    }


def allowed(case: Case, type_: CaseType, caller: Caller) -> Row:
    mine = lifecycle.allowed(case, type_, caller, caller.actor(case.area, case.involved).unit_id)
    return {"number": case.number, "version": case.version, "items": [allowed_act(row, type_) for row in mine]}


def category(found: packs.Category) -> Row:
    return {
        "code": found.code,
        "title": found.title,
        "major": found.major,
        "major_title": found.major_title,
        "kind": found.kind,
        "urgency": found.urgency,
        "keywords": list(found.keywords),
    }


def rule(name: str, found: packs.Resolved, value: Any) -> Row:
    """A value with its reasons."""
    return {
        "name": name,
        "value": value,
        "unit": found.unit,
        "document": found.source.title,
        "number": found.source.number,
        "clause": found.clause,
        "status": found.source.status,
        "since": found.since.isoformat(),
        "pack": found.pack,
        "citation": found.citation,
    }


def place(row: Area) -> Row:
    return {
        "code": _code(row.code),
        "name": row.name,
        "level": row.level,
        "kind": row.kind,
        "layer": row.layer,
        "parent": _code(row.parent_code),
        "since": row.valid.lower.isoformat(),
        "until": row.valid.upper.isoformat() if row.valid.upper else None,
        "lon": row.lon,
        "lat": row.lat,
        "generated": row.generated,
    }
