"""Opening many cases of one type at once, as when one task goes to every grid of a city."""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from lifang.blocks.cases import clocks, tasks
from lifang.blocks.cases.actions import OPENING
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.numbers import next_number
from lifang.blocks.cases.words import words
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType
from lifang.ground.access import scope
from lifang.ground.trail.bulk import record_many

AT_ONCE = 1000


def open_many(
    *,
    type_: CaseType,
    actor: Actor,
    at: dt.datetime,
    data: Mapping[str, Any],
    standings: Iterable[Mapping[str, Any]],
    key: uuid.UUID | None = None,
) -> list[Case]:
    """Bring cases to life with their opening acts and trail, a thousand rows to a statement.

    `standings` are the columns of each case; `data` is kept with every opening act; `key` belongs to the first.
    They are of one category and urgency, so that the due time is worked out once for each pack.
    Runs under the scope of the caller's function. No listener hears of it: the caller tells of the whole.
    """
    cases: list[Case] = []
    acts: list[Act] = []
    due_by: dict[str, list[tuple[dt.datetime, str]]] = {}
    for standing in standings:
        pk, number = next_number(at)
        case = Case(
            pk=pk, number=number, type=type_.name, type_version=type_.version, state=type_.initial, opened_at=at,
            **standing,
        )  # fmt: skip
        act = Act(
            case=case, seq=1, act=OPENING, to_state=case.state, user_id=actor.user_id, name=actor.name,
            unit_id=actor.unit_id, function=scope.current().function, at=at, data=dict(data),
            key=None if cases else key,
        )  # fmt: skip
        pack = packs.pack_for(case.area).name
        if pack not in due_by:
            readings = clocks.read(case, type_, [act], at)
            due_by[pack] = [(r.due_at, r.clock.name) for r in readings if r.running and r.due_at]
        due = due_by[pack]
        case.due_at, case.clock = min(due) if due else (None, "")
        case.handle_due_at = next((moment for moment, name in due if name == "handle"), None)
        case.words = _vector(words(number, case.title, case.text, case.place_text))
        cases.append(case)
        acts.append(act)
    _insert(Case, cases)
    _insert(Act, acts, without=("id",))
    record_many(what=f"{type_.name}.{OPENING}", kind="case", things=((c.number, c.area) for c in cases), seq=1)
    return cases


def open_one(
    *,
    type_: CaseType,
    actor: Actor,
    at: dt.datetime,
    data: Mapping[str, Any],
    key: uuid.UUID | None = None,
    **standing: Any,
) -> Case:
    """One case of a type whose opening act carries `data`; listeners hear of it."""
    [case] = open_many(type_=type_, actor=actor, at=at, data=data, standings=[standing], key=key)
    tasks.after_act(case, Act.objects.get(case=case, seq=1), None)
    return case


def _insert(model: type[Model], rows: Sequence[Model], without: Collection[str] = ()) -> None:
    """Rows as one JSON text a statement: no placeholder for each value, which would cost more than the rows.

    Their own keys are left to the database for columns in `without`; the objects do not learn them.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in without]
    columns = ", ".join(map(connection.ops.quote_name, names))
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"
    with connection.cursor() as cursor:
        for first in range(0, len(rows), AT_ONCE):
            values = [{name: getattr(row, name) for name in names} for row in rows[first : first + AT_ONCE]]
            cursor.execute(statement, [json.dumps(values, default=str, ensure_ascii=False)])


def _vector(found: Sequence[str]) -> str:
    """Words as PostgreSQL writes a tsvector; they hold no quotes."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(found, 1))
