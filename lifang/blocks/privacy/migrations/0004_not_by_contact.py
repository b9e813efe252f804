from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

# `person.contact` shows who reported a case, which has nothing to do with the registers.
ASKED = """
CREATE OR REPLACE FUNCTION registry_asked() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT lifang_function() ~ '^(person|data|system)\\.{0}' $$;
"""
HOLD = f"ALTER POLICY privacy_hold_read ON privacy_hold USING ({{0}}{FUNCTION} ~ '^(person|data|system)\\.' AND {within()})"
NOT_BY_CONTACT = f"{FUNCTION} <> 'person.contact' AND "


class Migration(migrations.Migration):
    """Whoever may call the reporter of a case does not read the registers by it."""

    dependencies = [("privacy", "0003_erase_any"), ("registry", "0002_scope")]

    operations = [
        migrations.RunSQL(ASKED.replace("{0}", "(?!contact$)"), ASKED.replace("{0}", "")),
        migrations.RunSQL(HOLD.format(NOT_BY_CONTACT), HOLD.format("")),
    ]
