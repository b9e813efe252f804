from django.db import migrations

from lifang.ground.access.rls import FUNCTION, PLACES, UNITS, within

READ = "ALTER POLICY gate_{0}_read ON gate_{0} USING ({1})"
ASKED = f"{FUNCTION} ~ '^(gate|admission|meter|calendar|system)\\.|^(task\\.issue|plate\\.approve)$'"
HEARD = f"{FUNCTION} ~ '^(gate|admission|system)\\.'"
MINE = f"{within()} OR unit_id = ANY ({UNITS}::int8[])"
REACHED = f"EXISTS (SELECT 1 FROM gate_reach r WHERE r.sending_id = gate_sending.id AND r.area <@ {PLACES})"
OF_REACH = "EXISTS (SELECT 1 FROM gate_reach r WHERE r.id = reach_id)"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OF_OPINION = "EXISTS (SELECT 1 FROM gate_opinion o WHERE o.id = opinion_id)"
READING = {
    "reach": (ASKED, MINE),
    "sending": (ASKED, f"{MINE} OR {REACHED}"),
    "reply": (ASKED, OF_REACH),
    "opinion": (HEARD, f"{within()} OR {OF_CASE}"),
    "stance": (HEARD, OF_OPINION),
}


class Migration(migrations.Migration):
    """What was asked of communities is read by the gate, by who sends, and by the meter; what was heard, by the gate alone."""

    dependencies = [("gate", "0006_forms")]

    operations = [
        migrations.RunSQL(READ.format(table, f"{asked} AND ({where})"), READ.format(table, where))
        for table, (asked, where) in READING.items()
    ]
