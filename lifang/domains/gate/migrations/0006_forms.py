from django.db import migrations

PASSED = """
CREATE FUNCTION gate_form_passed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT place FROM unnest(NEW.places) AS place WHERE place % 1000000 <> 0
    EXCEPT
    SELECT r.area FROM gate_sending s JOIN gate_reach r ON r.sending_id = s.id
    WHERE s.number = NEW.sending AND s.kind = 'form' AND s.state = 'sent' AND NOT r.kept
  ) THEN
    RAISE EXCEPTION 'a form reaches a community only by what passed the gate'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'form_passed_the_gate';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_form BEFORE INSERT OR UPDATE OF places, sending ON forms_issue FOR EACH ROW
  EXECUTE FUNCTION gate_form_passed();
"""


class Migration(migrations.Migration):
    """The database itself refuses a form at a community that no sending brought there."""

    dependencies = [("gate", "0005_replies"), ("forms", "0002_scope")]

    operations = [migrations.RunSQL(PASSED, "DROP TRIGGER gate_form ON forms_issue; DROP FUNCTION gate_form_passed();")]
