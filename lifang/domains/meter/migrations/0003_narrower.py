from django.db import migrations

from lifang.ground.access.rls import FUNCTION, PLACES, UNITS, within

READ = "ALTER POLICY meter_occasion_read ON meter_occasion USING ({})"
CALLED = f"{FUNCTION} ~ '^(gate|meter|calendar|system)\\.|^(task\\.issue|plate\\.approve)$'"
REACHED = f"EXISTS (SELECT 1 FROM gate_reach r WHERE r.sending_id = meter_occasion.sending_id AND r.area <@ {PLACES})"
MINE = f"{within()} OR unit_id = ANY ({UNITS}::int8[]) OR {REACHED}"


class Migration(migrations.Migration):
    """The calendar is read by the gate and the meter alone."""

    dependencies = [("meter", "0002_scope")]

    operations = [migrations.RunSQL(READ.format(f"{CALLED} AND ({MINE})"), READ.format(MINE))]
