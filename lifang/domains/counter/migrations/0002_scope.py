from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, AppendOnly, EnableScope, within

OURS = f"{FUNCTION} ~ '^(counter|system)\\.'"
WRITES = f"({FUNCTION} ~ '^system\\.' OR {FUNCTION} = 'counter.serve')"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
BY_LINK = f"({FUNCTION} = 'public.service' AND case_id = (SELECT lifang_tracked_case()))"

ERASED = """
DO $$ BEGIN
  EXECUTE replace(
    pg_get_functiondef('privacy_erase(text, text, text[])'::regprocedure),
    '''care_contact''', '''care_contact'', ''counter_appointment'', ''counter_filling''');
END $$;
"""


class Migration(migrations.Migration):
    """Who applied and what a form says is read under functions of the counter, by whoever reaches the case; what was
    applied for also by its link. Rosters, queues and appointments belong to a community.
    Forms and appointments are erased when their time is over."""

    dependencies = [("counter", "0001_initial"), ("cases", "0010_voice_person"), ("privacy", "0007_consent")]

    operations = [
        EnableScope("application", read=f"({OURS} AND {OF_CASE}) OR {BY_LINK}", write=f"{WRITES} AND {OF_CASE}"),
        EnableScope("filling", read=f"{OURS} AND {OF_CASE}", write=f"{WRITES} AND {OF_CASE}"),
        EnableScope("shift", read=f"{OURS} AND {within()}", write=f"{WRITES} AND {within()}"),
        EnableScope("ticket", read=f"{OURS} AND {within()}", write=f"{WRITES} AND {within()}"),
        EnableScope("appointment", read=f"{OURS} AND {within()}", write=f"{WRITES} AND {within()}"),
        AppendOnly("filling"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON counter_application, counter_ticket, counter_appointment FROM {APP_ROLE}",
            f"GRANT DELETE ON counter_application, counter_ticket, counter_appointment TO {APP_ROLE}",
        ),
        migrations.RunSQL(ERASED, migrations.RunSQL.noop),
    ]
