from django.db import migrations

from lifang.ground.access.rls import FUNCTION, USER, within

SYSTEM = "(SELECT registry_by_system())"
READ = f"(SELECT registry_asked()) AND ({SYSTEM} OR {within()})"
OWN = f"""({FUNCTION} = 'flaw.read' AND {within()} AND system_id IN (
    SELECT s.id FROM access_user u JOIN access_unit n ON n.id = u.unit_id JOIN registry_system s ON s.department = n.kind
    WHERE u.id = {USER}))"""
POLICY = "ALTER POLICY exchange_flaw_read ON exchange_flaw USING ({})"


class Migration(migrations.Migration):
    """Whoever answers for a department sees what is wrong with its own systems' data, and of the persons nothing else."""

    dependencies = [("exchange", "0007_given"), ("access", "0002_scope")]

    operations = [migrations.RunSQL(POLICY.format(f"({READ}) OR {OWN}"), POLICY.format(READ))]
