"""What the packs say of roles and functions, written where the access check reads it."""

from django.db import transaction

from lifang.blocks.packs import service
from lifang.ground.access.models import Function, Role, UnitKind

ROLE_COLUMNS = ["name", "functions", "unit_bound", "level", "note"]


@transaction.atomic
def install_roles() -> None:
    """Bring roles and the words for functions to what the packs say; running it again changes nothing.

    A role that no pack names any more keeps its row, because grants refer to it, and loses its functions.
    """
    known = service.functions()
    Function.objects.exclude(code__in=known).delete()
    Function.objects.bulk_create(
        [Function(code=code, title=item.title, note=item.note) for code, item in known.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "note"],
    )
    UnitKind.objects.bulk_create(
        [UnitKind(code=code, title=kind.title) for code, kind in service.units().items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title"],
    )
    standing = {role.code: role for role in Role.objects.all()}
    for code, said in service.roles().items():
        wanted = {
            "name": said.title,
            "functions": list(said.functions),
            "unit_bound": said.unit_bound,
            "level": said.level or "",
            "note": said.note,
        }
        role = standing.pop(code, None) or Role(code=code)
        if role.pk is None or any(getattr(role, column) != wanted[column] for column in ROLE_COLUMNS):
            for column, value in wanted.items():
                setattr(role, column, value)
            role.save()
    for left in standing.values():
        if left.functions:
            left.functions = []
            left.save(update_fields=["functions"])
