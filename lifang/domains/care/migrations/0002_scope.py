from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, AppendOnly, EnableScope, within

ASKED = f"{FUNCTION} ~ '^(care|person|system)\\.'"
SYSTEM = f"{FUNCTION} ~ '^system\\.'"
READ = f"{ASKED} AND {within()}"
# Who works in one grid of a community sees who answers for its households: the rows name nobody but workers.
COMMUNITY = f"{PLACES} && int8range(area, area + 1000)"


class Migration(migrations.Migration):
    """Whom outreach is about and what was noted at a visit is read under functions of care and of persons alone."""

    dependencies = [("care", "0001_initial"), ("registry", "0002_scope")]

    operations = [
        EnableScope("outreach", read=READ, write=f"{SYSTEM} AND {within()}"),
        EnableScope("duty", read=f"{ASKED} AND {COMMUNITY}", write=f"({SYSTEM} OR {FUNCTION} = 'care.assign') AND {within()}"),
        EnableScope("contact", read=READ, write=f"({SYSTEM} OR {FUNCTION} = 'care.visit') AND {within()}"),
        AppendOnly("outreach"),
        AppendOnly("contact"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON care_duty FROM {APP_ROLE}", f"GRANT DELETE ON care_duty TO {APP_ROLE}"
        ),
    ]
