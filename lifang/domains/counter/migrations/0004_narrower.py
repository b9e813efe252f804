from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
READ = "ALTER POLICY counter_{0}_read ON counter_{0} USING ({1})"
BEFORE = f"{FUNCTION} ~ '^(counter|system)\\.'"


class Migration(migrations.Migration):
    """Forms are read by those who serve or handle the matter, appointments by those who serve; figures need neither."""

    dependencies = [("counter", "0003_reseal")]

    operations = [
        migrations.RunSQL(
            READ.format("filling", f"({SYSTEM} OR {FUNCTION} IN ('counter.serve', 'counter.back')) AND {OF_CASE}"),
            READ.format("filling", f"{BEFORE} AND {OF_CASE}"),
        ),
        migrations.RunSQL(
            READ.format("appointment", f"({SYSTEM} OR {FUNCTION} = 'counter.serve') AND {within()}"),
            READ.format("appointment", f"{BEFORE} AND {within()}"),
        ),
    ]
