from django.db import migrations

from lifang.ground.access.rls import FUNCTION, UNITS, USER, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
OWN = f"(ARRAY[unit_id] && {UNITS} OR unit_id = (SELECT u.unit_id FROM access_user u WHERE u.id = {USER}))"
SENT = f"{SYSTEM} OR ({FUNCTION} = 'form.make' AND {OWN})"
RETURNED = f"{SENT} OR ({FUNCTION} = 'form.fill' AND {within()})"
WAS_MADE = f"({SYSTEM} OR {FUNCTION} = 'form.make') AND ({within()} OR ARRAY[unit_id] && {UNITS})"
WAS_FILLED = WAS_MADE.replace("= 'form.make'", "IN ('form.make', 'form.fill')")


def written(table: str, where: str) -> str:
    name = f"forms_{table}"
    return (
        f"ALTER POLICY {name}_add ON {name} WITH CHECK ({where});"
        f" ALTER POLICY {name}_change ON {name} USING ({where}) WITH CHECK ({where});"
        f" ALTER POLICY {name}_remove ON {name} USING ({where})"
    )


class Migration(migrations.Migration):
    """A sending and what came back to it are changed by the unit that asked; a return in its place by who fills it there."""

    dependencies = [("forms", "0005_changes")]

    operations = [
        migrations.RunSQL(written("issue", SENT), written("issue", WAS_MADE)),
        migrations.RunSQL(written("return", RETURNED), written("return", WAS_FILLED)),
    ]
