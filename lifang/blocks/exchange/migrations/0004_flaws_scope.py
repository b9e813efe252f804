from django.db import migrations

from lifang.ground.access.rls import EnableScope, within

SYSTEM = "(SELECT registry_by_system())"


class Migration(migrations.Migration):
    """Flaws are about persons, and found by the system alone."""

    dependencies = [("exchange", "0003_flaws")]

    operations = [
        EnableScope("flaw", read=f"(SELECT registry_asked()) AND ({SYSTEM} OR {within()})", write=SYSTEM),
    ]
