"""Reporting an event, or adding one's voice to it."""

import datetime as dt
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import add_voice, apply, open_case, repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import MAX_TEXT, storable
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.grid import bodies, opening
from lifang.domains.grid.duplicates import Likely, likely_duplicates
from lifang.ground.access.scope import everywhere
from lifang.ground.files.store import Kept

CHANNELS = ("web", "patrol", "phone", "counter", "paper", "hotline", "device", "api", "transfer")
WITH_PROXY = {"phone", "counter", "paper"}


@dataclass(frozen=True)
class Report:
    """What somebody reports. Coordinates are WGS 84 degrees; `phone` and `name` may be empty.

    `happened_at` is when a device without network took it down, kept as it was said. `opens` is the type of the case: an
    event, or what staff register otherwise; `stand_in` is a member of a register who takes it up where the place has
    nobody; `person` is the resident who reports, where staff know whom. `channel` is one of CHANNELS; `consent` says how a
    person for whom staff file agreed (present, phone, guardian).
    """

    category: str
    text: str
    channel: str = "web"
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    area: int | None = None
    name: str = ""
    phone: str = ""
    wants_answer: bool = False
    consent: str = ""
    photos: Sequence[Kept] = field(default=())
    happened_at: dt.datetime | None = None
    opens: str = opening.EVENT
    stand_in: int | None = None
    person: int | None = None


@dataclass(frozen=True)
class Reported:
    """The case, the reporter's own tracking token, whether this was a repeated send, what it may repeat."""

    case: Case
    token: str
    repeated: bool = False
    likely: Sequence[Likely] = ()


def token_for(key: uuid.UUID) -> str:
    """The tracking token of a report: unguessable, and the same when the same report is sent again."""
    return hmac.digest(force_bytes(settings.SECRET_KEY), b"voice" + key.bytes, "sha256").hex()[:32]


def report_event(
    *, report: Report, actor: Actor, key: uuid.UUID | None = None, at: dt.datetime | None = None
) -> Reported:
    """Open an event case: place, owner and clock by the rules of that place and day, voice and trail, at once.

    Anybody may report anything anywhere, so this runs at every place under the caller's function.
    A repeated key returns the first result, also when both are sent at the same moment. Raises Refused naming the
    field.
    """
    key, at = key or uuid.uuid4(), at or timezone.now()
    with everywhere():
        if (before := repeated(key)) is not None:
            return Reported(before.case, token_for(key), repeated=True)
        _check(report)
        spot = opening.place(lon=report.lon, lat=report.lat, area=report.area, text=report.place_text)
        rule = _rule(report, spot.area, at)
        likely = _likely(report, at)
        standing = {
            "second_area": spot.second_area,
            "lon": report.lon,
            "lat": report.lat,
            "cell": spot.cell,
            "place_text": report.place_text,
            "urgency": rule.urgency,
            "fields": {
                **opening.proposal(rule.code, spot.area, at, rule.urgency),
                "place_problem": spot.problem,
                **bodies.prepared_by(report.opens, spot.area, report.stand_in),
                "like": [near.case.number for near in likely],
                **({"happened_at": report.happened_at.isoformat()} if report.happened_at else {}),
            },
        }
        case = open_case(
            type_=packs.case_type(report.opens, spot.area, at),
            actor=actor,
            at=at,
            key=key,
            area=spot.area,
            category=rule.code,
            source=report.channel,
            title=rule.title,
            text=report.text,
            photos=report.photos,
            **standing,
        )
        _voice(case, report, actor, key, at)
    return Reported(case, token_for(key), likely=likely)


def join_event(
    *, number: str, report: Report, actor: Actor, key: uuid.UUID | None = None, at: dt.datetime | None = None
) -> Reported:
    """Add a voice to an open case instead of opening another; it is answered with the rest.

    Raises Refused when the case has ended meanwhile, Case.DoesNotExist for an unknown number.
    """
    key, at = key or uuid.uuid4(), at or timezone.now()
    with everywhere():
        if (before := repeated(key)) is not None:
            return Reported(before.case, token_for(key), repeated=True)
        _check(report, joining=True)
        case = Case.objects.select_for_update(of=("self",)).get(number=number)
        if not case.is_open:
            raise Refused(_("案件 {number} 已经办结，不能再加入。请作为新的情况上报。").format(number=number), "join")
        data: dict[str, Any] = {"text": report.text, "photos": [photo.sha256 for photo in report.photos]}
        act = apply(case_id=case.pk, act="join", version=None, actor=actor, data=data, key=key, at=at)
        _voice(case, report, actor, key, at)
        Case.objects.filter(pk=case.pk).update(voices_count=case.voices_count + 1)
    return Reported(act.case, token_for(key))


def _voice(case: Case, report: Report, actor: Actor, key: uuid.UUID, at: dt.datetime) -> None:
    add_voice(
        case=case,
        token=token_for(key),
        channel=report.channel,
        at=at,
        text=report.text,
        name=report.name,
        phone=report.phone,
        filed_by=actor.user_id,
        person=report.person,
        consent=report.consent,
        wants_answer=report.wants_answer,
    )


def _likely(report: Report, at: dt.datetime) -> Sequence[Likely]:
    if report.lon is None or report.lat is None or report.opens != opening.EVENT:
        return ()
    return likely_duplicates(lon=report.lon, lat=report.lat, category=report.category, text=report.text, at=at)


def _rule(report: Report, area: int, at: dt.datetime) -> packs.Category:
    try:
        return packs.category(report.category, area, at)
    except packs.NoRule:
        raise Refused(
            _("没有编码为「{code}」的事项类别，请从列表里选。").format(code=report.category[:20]), "category"
        ) from None


def _check(report: Report, joining: bool = False) -> None:
    if not joining and not report.text.strip():
        raise Refused(_("请写下看到的情况。"), "text")
    if len(report.text) > MAX_TEXT or not storable(report.text):
        raise Refused(_("情况最多写 {n} 个字。").format(n=MAX_TEXT), "text")
    if len(report.place_text) > 200 or not storable(report.place_text):
        raise Refused(_("地点最多写 200 个字。"), "place_text")
    if (report.lon is None) != (report.lat is None) or not (
        report.lon is None or (-180 <= report.lon <= 180 and -90 <= (report.lat or 0) <= 90)
    ):
        raise Refused(_("位置要有经度（-180 到 180）和纬度（-90 到 90）。"), "point")
    if report.channel not in CHANNELS:
        raise Refused(_("来源只能是：{known}。").format(known=_("、").join(CHANNELS)), "channel")
    if report.channel in WITH_PROXY and not report.consent:
        raise Refused(_("代报要写明当事人怎样同意的。"), "consent")
    if len(report.phone) > 20 or len(report.name) > 40 or not storable(report.phone + report.name):
        raise Refused(_("姓名最多 40 个字，电话最多 20 位。"), "phone")
