from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, UNITS, AppendOnly, EnableScope, within

MINE = f"{within()} OR unit_id = ANY ({UNITS}::int8[])"
REACHED = f"EXISTS (SELECT 1 FROM gate_reach r WHERE r.sending_id = gate_sending.id AND r.area <@ {PLACES})"
WRITING = f"{FUNCTION} ~ '^(gate\\.(send|report)$|task\\.issue$|system\\.)' AND ({MINE})"
ADMITTED = """
CREATE FUNCTION gate_reached() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM gate_reach r WHERE r.sending_id = (NEW.fields->>'sending')::bigint
      AND r.area = NEW.area / 1000 * 1000 AND NOT r.kept
  ) THEN
    RAISE EXCEPTION 'a task reaches a community only by what passed the gate'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_passed_the_gate';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_assignment BEFORE INSERT ON cases_case FOR EACH ROW
  WHEN (NEW.type = 'assignment' AND NEW.area % 1000000 <> 0) EXECUTE FUNCTION gate_reached();
"""


class Migration(migrations.Migration):
    """A sending is read where it reached or was kept from, by who stands above its place, and by the asking unit.

    The database itself refuses a task at a community or grid that no sending brought there.
    """

    dependencies = [("gate", "0001_initial"), ("cases", "0009_asked")]

    operations = [
        EnableScope("reach", read=MINE, write=WRITING),
        EnableScope("sending", read=f"{MINE} OR {REACHED}", write=WRITING),
        AppendOnly("reach"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON gate_sending FROM {APP_ROLE}", f"GRANT DELETE ON gate_sending TO {APP_ROLE}"
        ),
        migrations.RunSQL(ADMITTED, "DROP TRIGGER gate_assignment ON cases_case; DROP FUNCTION gate_reached();"),
    ]
