from django.db import migrations

from lifang.ground.access.rls import FUNCTION, USER, EnableScope


class Migration(migrations.Migration):
    """A notice is its reader's alone; the system writes it."""

    dependencies = [("notices", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("notice", read=f"user_id = {USER} OR {FUNCTION} LIKE 'system.%'", write=f"user_id = {USER} OR {FUNCTION} LIKE 'system.%'")
    ]
