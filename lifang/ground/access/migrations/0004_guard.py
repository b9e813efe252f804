from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

MANAGING = f"({FUNCTION} = 'access.manage' OR {FUNCTION} LIKE 'system.%')"


def policies(table: str, condition: str) -> str:
    return (
        f"ALTER POLICY {table}_add ON {table} WITH CHECK ({condition});"
        f"ALTER POLICY {table}_change ON {table} USING ({condition}) WITH CHECK ({condition});"
        f"ALTER POLICY {table}_remove ON {table} USING ({condition});"
    )


def guarded(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(policies(table, f"{within()} AND {MANAGING}"), policies(table, within()))


class Migration(migrations.Migration):
    """Grants and units change only under the function that manages them, whatever else a person holds there."""

    dependencies = [("access", "0003_manage")]

    operations = [guarded("access_grant"), guarded("access_unit")]
