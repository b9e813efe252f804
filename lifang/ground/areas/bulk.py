"""Many places at once: COPY into a staging table, then one INSERT under row-level security."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.db import connection

from lifang.ground.areas import codes
from lifang.ground.areas.models import AreaChange
from lifang.ground.areas.pinyin import initials
from lifang.ground.areas.rewriting import ONE_VERSION


class Row(NamedTuple):
    """One place to write. What is None keeps what the standing version says."""

    code: int
    name: str
    kind: str
    layer: str | None = None
    households: int | None = None
    population: int | None = None
    lon: float | None = None
    lat: float | None = None
    boundary: bytes | None = None


class Written(NamedTuple):
    begun: int
    ended: int


STAGE: Final = """
CREATE TEMP TABLE IF NOT EXISTS areas_incoming (
    code bigint, name text, kind text, layer text, households integer, population integer,
    lon double precision, lat double precision, boundary bytea, initials text, level smallint, parent_code bigint
) ON COMMIT DROP
"""
DIFFERS: Final = """(
    i.name <> a.name OR i.kind <> a.kind OR i.households <> a.households OR i.population <> a.population
    OR (i.households IS NOT NULL AND a.households IS NULL) OR (i.population IS NOT NULL AND a.population IS NULL)
    OR i.lon <> a.lon OR i.lat <> a.lat OR (i.lon IS NOT NULL AND a.lon IS NULL)
    OR i.boundary <> a.boundary OR (i.boundary IS NOT NULL AND a.boundary IS NULL)
)"""
STANDING: Final = "areas_area a ON a.code = i.code AND a.valid @> %(on)s::date"
TOO_NEW: Final = f"""
SELECT i.code, coalesce(upper(a.valid), lower(a.valid)) FROM areas_incoming i JOIN {STANDING}
WHERE {DIFFERS} AND (lower(a.valid) >= %(on)s OR NOT upper_inf(a.valid))
"""
# Decided before the insert: an insert that reads its own growing table may be planned as a loop over all of it.
DECIDE: Final = f"""
CREATE TEMP TABLE areas_begin ON COMMIT DROP AS
SELECT i.code, i.name, i.initials, i.level, i.kind, coalesce(i.layer, a.layer) AS layer, i.parent_code,
    daterange(%(on)s, NULL) AS valid, coalesce(i.households, a.households) AS households,
    coalesce(i.population, a.population) AS population, coalesce(i.lon, a.lon) AS lon, coalesce(i.lat, a.lat) AS lat,
    coalesce(i.boundary, a.boundary) AS boundary,
    CASE WHEN i.boundary IS NULL THEN coalesce(a.generated, %(generated)s) ELSE %(generated)s END AS generated,
    %(change)s::bigint AS begun_by_id, a.id AS replaced
FROM areas_incoming i LEFT JOIN {STANDING}
WHERE a.id IS NULL OR {DIFFERS}
"""
COLUMNS: Final = (
    "code, name, initials, level, kind, layer, parent_code, valid, households, population, lon, lat, boundary,"
    " generated, begun_by_id"
)
BEGIN: Final = f"INSERT INTO areas_area ({COLUMNS}) SELECT {COLUMNS} FROM areas_begin ORDER BY code"
END: Final = """
UPDATE areas_area a SET valid = daterange(lower(a.valid), %(on)s), ended_by_id = %(change)s
FROM areas_begin b WHERE a.id = b.replaced
"""


def stage(rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("TRUNCATE areas_incoming")
        with cursor.copy("COPY areas_incoming FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, initials(row.name), codes.level_of(row.code), codes.parent_of(row.code)))
        cursor.execute("ANALYZE areas_incoming")


def too_new(on: dt.date) -> list[tuple[int, dt.date]]:
    """Staged places that differ from a version that began on that day or later, or that has an end: (code, day)."""
    with connection.cursor() as cursor:
        cursor.execute(TOO_NEW, {"on": on})
        return list(cursor.fetchall())


def write(change: AreaChange, *, generated: bool) -> Written:
    """Begin what is staged and new or different from the change's day on, and end what it replaces."""
    given: dict[str, Any] = {"on": change.on, "change": change.pk, "generated": generated}
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} DEFERRED")
        cursor.execute("DROP TABLE IF EXISTS areas_begin")
        cursor.execute(DECIDE, given)
        cursor.execute(BEGIN)
        begun = cursor.rowcount
        cursor.execute(END, given)
        ended = cursor.rowcount
        cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} IMMEDIATE")
    return Written(begun, ended)
