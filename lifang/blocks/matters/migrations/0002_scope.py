from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, AppendOnly, EnableScope, within

WRITING = f"{FUNCTION} ~ '^(admission|system)\\.' AND {within()}"
ADMITTED = "EXISTS (SELECT 1 FROM matters_admitted a WHERE a.id = admitted_id)"


class Migration(migrations.Migration):
    """What was admitted is public, as the catalogues are; only the acts of an admission change it, where they may."""

    dependencies = [("matters", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("admitted", read="true", write=WRITING),
        EnableScope("halt", read="true", write=f"{FUNCTION} ~ '^(admission|system)\\.' AND {ADMITTED}"),
        EnableScope("admittedevent", read="true", write="true"),
        AppendOnly("admittedevent"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON matters_admitted, matters_halt FROM {APP_ROLE}",
            f"GRANT DELETE ON matters_admitted, matters_halt TO {APP_ROLE}",
        ),
    ]
