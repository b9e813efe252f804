"""Keeping the tally: fold the log of changes into it, build it anew, compare it with the cases."""

from dataclasses import dataclass

from django.db import connection

from lifang.blocks.indicators.counting import NAMES, SUMS, cases, wide
from lifang.blocks.indicators.measures import COUNTED
from lifang.ground.access.scope import system_scope

LOCK = 0x71A6E1  # one fold at a time
KEY = "type, dimension, level, month, day, place, member, left_out"
HOLD = f"INSERT INTO indicators_tally ({KEY}, {NAMES}) {{}} ON CONFLICT ({KEY}) DO UPDATE SET " + ", ".join(
    f"{m.name} = indicators_tally.{m.name} + EXCLUDED.{m.name}" for m in COUNTED
)


@dataclass(frozen=True)
class Difference:
    """A count that the tally holds and the one that the cases give. `key` as in the tally's table."""

    key: dict[str, object]
    measure: str
    held: int
    counted: int


def fold() -> int:
    """Move the log of changes into the tally; returns how many changes. Reads stay right before, during and after."""
    with system_scope("figures"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("DROP TABLE IF EXISTS pg_temp.folding")
        cursor.execute("CREATE TEMP TABLE folding ON COMMIT DROP AS SELECT * FROM indicators_change")
        cursor.execute("DELETE FROM indicators_change c USING folding f WHERE c.id = f.id")
        taken = cursor.rowcount
        if taken:
            cursor.execute(HOLD.format(wide("folding")))
        return taken


def rebuild() -> int:
    """Count all cases anew. Cases cannot be changed meanwhile. Returns the number of rows held."""
    with system_scope("figures"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("LOCK TABLE cases_case IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM indicators_change")
        cursor.execute("DELETE FROM indicators_tally")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(HOLD.format(wide(cases("true"))))
        return int(cursor.rowcount)


def differences(limit: int = 100) -> list[Difference]:
    """Where tally and log together do not give what the cases give; empty when all is right."""
    together = (
        f"SELECT {KEY}, {SUMS} FROM (SELECT {KEY}, {NAMES} FROM indicators_tally UNION ALL"
        f" (SELECT {KEY}, {NAMES} FROM ({wide('indicators_change')}) w)) u GROUP BY {KEY}"
    )
    pairs = ", ".join(f"coalesce(h.{m.name}, 0), coalesce(c.{m.name}, 0)" for m in COUNTED)
    unlike = " OR ".join(f"coalesce(h.{m.name}, 0) <> coalesce(c.{m.name}, 0)" for m in COUNTED)
    with system_scope("figures"), connection.cursor() as cursor:
        cursor.execute(
            f"WITH held AS ({together}), counted AS ({wide(cases('true'))})"
            f" SELECT {KEY}, {pairs} FROM held h FULL JOIN counted c USING ({KEY}) WHERE {unlike} LIMIT %s",
            [limit],
        )
        names = [part.strip() for part in KEY.split(",")]
        found = []
        for row in cursor.fetchall():
            key, values = dict(zip(names, row[: len(names)], strict=True)), row[len(names) :]
            for n, measure in enumerate(COUNTED):
                if values[2 * n] != values[2 * n + 1]:
                    found.append(Difference(key, measure.name, values[2 * n], values[2 * n + 1]))
        return found[:limit]
