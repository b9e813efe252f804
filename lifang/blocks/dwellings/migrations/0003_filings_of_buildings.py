from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES

READS = f"{FUNCTION} ~ '^(dwelling|person|data|care|system)\\.'"
NEAR = f"{PLACES} && int8range(area, area + CASE WHEN area % 1000 = 0 THEN 1000 ELSE 1 END)"
OF_BUILDING = "EXISTS (SELECT 1 FROM dwellings_layout l WHERE l.filing_id = dwellings_filing.id)"
READ = "ALTER POLICY dwellings_filing_read ON dwellings_filing TO {role} USING ({read})"


class Migration(migrations.Migration):
    """A filing for a whole street is part of what is known of each of its buildings."""

    dependencies = [("dwellings", "0002_scope")]

    operations = [
        migrations.RunSQL(
            READ.format(role=APP_ROLE, read=f"{READS} AND ({NEAR} OR {OF_BUILDING})"),
            READ.format(role=APP_ROLE, read=f"{READS} AND {NEAR}"),
        )
    ]
