"""Services, requests and updates in GeoReport's fields."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Act, Case, CaseQuery
from lifang.blocks.packs import service as packs
from lifang.ground.access.ranges import today
from lifang.ground.areas import codes
from lifang.ground.areas.queries import full_names

Row = dict[str, Any]
CHANGED = "2026-11-22T00:00:00Z"
ABOUT_100_METRES = 3
CLOSED_STATES = {"closed", "called_back", "rated"}


def discovery() -> Row:
    base = f"{settings.ORIGIN}/open311/v2"
    return {
        "changeset": CHANGED,
        "contact": f"{settings.ORIGIN}/api/docs",
        "key_service": f"{settings.ORIGIN}/api/docs",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base,
                "changeset": CHANGED,
                "type": "test" if settings.CONFIG.demo else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def service(category: packs.Category) -> Row:
    return {
        "service_code": category.code,
        "service_name": category.title,
        "description": category.filing,
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(category.keywords),
        "group": category.major_title,
    }


def with_updates(cases: CaseQuery) -> CaseQuery:
    """Cases with `updated_at`, the time of their last act."""
    last = Act.objects.filter(case=OuterRef("pk")).order_by("-seq").values("at")[:1]
    return cases.annotate(updated_at=Subquery(last))


def _at(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def requests(cases: Sequence[Case], *, with_words: bool) -> list[Row]:
    """`with_words` shows what was written and the exact spot; otherwise the category, the community and about 100 m."""
    places = {case.pk: case.area if with_words else codes.at_level(case.area, codes.COMMUNITY) for case in cases}
    names = full_names(set(places.values()), today())
    rows = []
    for case in cases:
        state = lifecycle.type_of(case).states[case.state]
        point = [case.lat, case.lon]
        if not with_words:
            point = [round(value, ABOUT_100_METRES) if value is not None else None for value in point]
        rows.append(
            {
                "service_request_id": case.number,
                "status": "open" if case.is_open else "closed",
                "status_notes": state.told or state.title,
                "service_name": case.title,
                "service_code": case.category,
                "description": case.text if with_words else case.title,
                "agency_responsible": case.unit.name if case.unit else case.fields.get("owner_name"),
                "service_notice": None,
                "requested_datetime": _at(case.opened_at),
                "updated_datetime": _at(getattr(case, "updated_at", None)),
                "expected_datetime": _at(case.handle_due_at or case.close_due_at),
                "address": names.get(places[case.pk], "") + (case.place_text if with_words else ""),
                "address_id": codes.text(places[case.pk]),
                "zipcode": None,
                "lat": point[0],
                "long": point[1],
                "media_url": None,
            }
        )
    return rows


def public(acts: QuerySet[Act], type_name: str) -> QuerySet[Act]:
    """The acts that the outside world is told of, by the version of the type with which each case began."""
    told = Q(pk__in=[])
    for type_ in packs.case_types():
        if type_.name == type_name:
            told |= Q(case__type_version=type_.version, act__in=type_.public_acts)
    return acts.filter(told)


def updates(acts: Sequence[Act]) -> list[Row]:
    """Public acts in the words that the outside world is told."""
    rows = []
    for act in acts:
        type_ = lifecycle.type_of(act.case)
        state = type_.states[act.to_state]
        closed = state.final or act.to_state in CLOSED_STATES
        rows.append(
            {
                "update_id": act.pk,
                "service_request_id": act.case.number,
                "status": "closed" if closed else "open",
                "updated_datetime": _at(act.at),
                "description": state.told or state.title,
                "media_url": None,
            }
        )
    return rows
