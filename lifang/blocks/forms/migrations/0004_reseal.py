from django.db import migrations

from lifang.ground.access.rls import APP_ROLE

SEALED = "(sealed) ON forms_workbook"


class Migration(migrations.Migration):
    """A layout that was kept is never changed but by sealing it anew with another key."""

    dependencies = [("forms", "0003_homes_and_keeping")]

    operations = [migrations.RunSQL(f"GRANT UPDATE {SEALED} TO {APP_ROLE}", f"REVOKE UPDATE {SEALED} FROM {APP_ROLE}")]
