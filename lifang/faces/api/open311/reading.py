"""What a GeoReport request asks for. An empty argument is as if it were not given."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.faces.api.open311.xml import Wrong

SPAN = dt.timedelta(days=90)
MOST_IDS = 100
MOST_ROWS = 1000
Asked = Mapping[str, str]


def words(asked: Asked, name: str, most: int = 200) -> str:
    """An argument as text; raises Wrong when it is too long or holds what no text holds."""
    value = asked.get(name, "").strip()
    if len(value) > most or "\0" in value:
        raise Wrong(400, _("{name} 最多 {n} 个字").format(name=name, n=most))
    return value


def several(asked: Asked, name: str) -> list[str]:
    """A comma separated argument."""
    found = [part.strip() for part in words(asked, name, 4000).split(",") if part.strip()]
    if len(found) > MOST_IDS:
        raise Wrong(400, _("{name} 一次最多 {n} 个").format(name=name, n=MOST_IDS))
    return found


def moment(asked: Asked, name: str) -> dt.datetime | None:
    """A W3C date and time with its offset, or a date alone."""
    value = words(asked, name, 40)
    if not value:
        return None
    try:
        found = parse_datetime(value if "T" in value or " " in value else f"{value}T00:00:00Z")
        if found is None or not 1970 <= found.year <= 9000:
            raise ValueError
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise Wrong(400, _("{name} 应为 W3C 时间，如 2026-03-01T00:00:00Z").format(name=name)) from None


def window(asked: Asked) -> tuple[dt.datetime, dt.datetime]:
    """start_date and end_date; the last 90 days unless given, and never more than 90 days."""
    start, end = moment(asked, "start_date"), moment(asked, "end_date")
    if start is None:
        end = end or timezone.now()
        start = end - SPAN
    end = end or min(start + SPAN, timezone.now() + dt.timedelta(days=1))
    if end - start > SPAN:
        raise Wrong(400, _("start_date 到 end_date 不能超过 90 天"))
    return start, end


def statuses(asked: Asked) -> set[bool]:
    """The values of Case.is_open that are asked for."""
    known = {"open": True, "closed": False}
    given = [value.lower() for value in several(asked, "status")]
    if strange := [value for value in given if value not in known]:
        raise Wrong(400, _("status 只能是 open 或 closed，不能是 {value}").format(value=strange[0][:40]))
    return {known[value] for value in given} or {True, False}


def page(asked: Asked) -> slice:
    """`page_size` and `page`, which many servers add to the specification."""
    size, number = (
        words(asked, name, 9) or default for name, default in (("page_size", str(MOST_ROWS)), ("page", "1"))
    )
    if not re.fullmatch(r"[0-9]{1,9}", size + number) or not 1 <= int(size) <= MOST_ROWS or int(number) < 1:
        raise Wrong(400, _("page_size 应为 1 到 {n},page 从 1 起").format(n=MOST_ROWS))
    return slice((int(number) - 1) * int(size), int(number) * int(size))


def jurisdiction(asked: Asked) -> int:
    """The area of a jurisdiction, which is named like its pack; the platform's own place when left out."""
    name = words(asked, "jurisdiction_id")
    if not name:
        return settings.CONFIG.area
    pack = packs.packs().get(name)
    if pack is None:
        raise Wrong(404, _("没有 jurisdiction_id {name}").format(name=name))
    return int(pack.head.area) * 1000 or settings.CONFIG.area


@dataclass(frozen=True)
class Spot:
    lon: float | None
    lat: float | None
    address: str


def spot(asked: Asked) -> Spot:
    """Where a new request stands: lat and long, or address_string."""
    given, address = (words(asked, "lat", 40), words(asked, "long", 40)), words(asked, "address_string")
    if not any(given):
        if not address:
            raise Wrong(400, _("请给出 lat 和 long，或者 address_string"))
        return Spot(None, None, address)
    try:
        lat, lon = (float(value) for value in given)
    except ValueError:
        lat = lon = math.nan
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Wrong(400, _("lat 应在 -90 到 90 之间，long 应在 -180 到 180 之间"))
    return Spot(lon, lat, address)
