from django.db import migrations

from lifang.ground.access.rls import APP_ROLE


class Migration(migrations.Migration):
    """A form that was kept is never changed but by sealing it anew with another key."""

    dependencies = [("counter", "0002_scope")]

    operations = [
        migrations.RunSQL(
            f"GRANT UPDATE (sealed) ON counter_filling TO {APP_ROLE}",
            f"REVOKE UPDATE (sealed) ON counter_filling FROM {APP_ROLE}",
        )
    ]
