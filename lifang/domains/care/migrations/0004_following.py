from django.db import migrations

from lifang.ground.access.rls import APP_ROLE

# A visit stays as it was; where its household stands, and by which hashes it is known, changes with the places.
COLUMNS = "(area, number, home) ON care_contact"


class Migration(migrations.Migration):
    dependencies = [("care", "0003_under_care")]

    operations = [migrations.RunSQL(f"GRANT UPDATE {COLUMNS} TO {APP_ROLE}", f"REVOKE UPDATE {COLUMNS} FROM {APP_ROLE}")]
