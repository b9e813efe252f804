from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

ADMITTED = "EXISTS (SELECT 1 FROM matters_admitted a WHERE a.id = admitted_id)"
EVERY, THOSE = (f"{FUNCTION} ~ '^{some}'" for some in (r"(admission|system)\.", r"(admission\.(decide|review)$|system\.)"))


def _policies(table: str, condition: str) -> str:
    name = f"matters_{table}"
    return (
        f"ALTER POLICY {name}_add ON {name} WITH CHECK ({condition});"
        f"ALTER POLICY {name}_change ON {name} USING ({condition}) WITH CHECK ({condition})"
    )


class Migration(migrations.Migration):
    """The list is changed by who decides on an admission or reviews one; not by who asks, examines or is heard."""

    dependencies = [("matters", "0003_paid_on")]

    operations = [
        migrations.RunSQL(_policies("admitted", f"{THOSE} AND {within()}"), _policies("admitted", f"{EVERY} AND {within()}")),
        migrations.RunSQL(_policies("halt", f"{THOSE} AND {ADMITTED}"), _policies("halt", f"{EVERY} AND {ADMITTED}")),
    ]  # fmt: skip
