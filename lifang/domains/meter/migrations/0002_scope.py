from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, UNITS, EnableScope, within

MINE = f"{within()} OR unit_id = ANY ({UNITS}::int8[])"
REACHED = f"EXISTS (SELECT 1 FROM gate_reach r WHERE r.sending_id = meter_occasion.sending_id AND r.area <@ {PLACES})"
WRITING = f"{FUNCTION} ~ '^(gate\\.send$|task\\.issue$|calendar\\.edit$|system\\.)' AND ({MINE})"


class Migration(migrations.Migration):
    """What is in the calendar is read where it calls somebody, above its place, and by the unit that called it."""

    dependencies = [("meter", "0001_initial"), ("gate", "0002_scope")]

    operations = [
        EnableScope("occasion", read=f"{MINE} OR {REACHED}", write=WRITING),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON meter_occasion FROM {APP_ROLE}", f"GRANT DELETE ON meter_occasion TO {APP_ROLE}"
        ),
    ]
