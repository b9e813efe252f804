"""Really deleting rows with all that hangs on them, also where the application may only add."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Model = type[models.Model]
EMPTIED = {("registers_member", "replaces_id")}


def erase(model: Model, ids: Sequence[Any]) -> Counter[str]:
    """Delete rows by primary key; first, however deep, every row of any room that refers to them, which may hold a copy;
    a reference of EMPTIED is emptied. By table how many went. Needs the scope of `system.retention`; the database names
    the tables (migrations).
    """
    return _erase(model, str(model._meta.pk.column), ids) if ids else Counter()


def _erase(model: Model, column: str | None, ids: Sequence[Any]) -> Counter[str]:
    gone: Counter[str] = Counter()
    if fields := _references(model):
        pk = model._meta.pk.column
        rows = ids if column == pk else list(_rows(model, column, ids).values_list("pk", flat=True))
        for field in fields:
            if not rows:
                break
            if (field.model._meta.db_table, field.column) in EMPTIED:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT privacy_empty(%s, %s, %s)", [field.model._meta.db_table, field.column, list(rows)]
                    )
            elif field.model is not model or _rows(model, field.column, rows).exclude(pk__in=rows).exists():
                gone += _erase(field.model, field.column, rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT privacy_erase(%s, %s, %s)", [model._meta.db_table, column, [str(one) for one in ids]])
        (count,) = cursor.fetchone()
    gone[model._meta.db_table] += count
    return +gone


def _references(model: Model) -> list[models.ForeignKey[Any, Any]]:
    """Every column that refers to the model's rows, also those without a name on this side."""
    found = [relation for relation in model._meta.get_fields(include_hidden=True) if relation.auto_created]
    return [
        field
        for relation in found
        if isinstance(field := getattr(relation, "field", None), models.ForeignKey) and field.model._meta.managed
    ]


def _rows(model: Model, column: str | None, ids: Iterable[Any]) -> models.QuerySet[Any]:
    name = next(field.name for field in model._meta.local_fields if field.column == column)
    return model._base_manager.filter(**{f"{name}__in": ids})
