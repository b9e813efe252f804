from django.db import migrations

ON_PAPER = "number, kind, title, purpose, body, issued_on, until, digest, check_code, code"

AS_ISSUED = f"""
CREATE FUNCTION certificates_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ({", ".join(f"NEW.{one}" for one in ON_PAPER.split(", "))})
       IS DISTINCT FROM ({", ".join(f"OLD.{one}" for one in ON_PAPER.split(", "))})
     OR OLD.revoked_on IS NOT NULL AND NEW.revoked_on IS DISTINCT FROM OLD.revoked_on
     OR NEW.wording <> OLD.wording AND lifang_function() <> 'system.keys'
       AND NOT (NEW.wording = '' AND lifang_function() = 'system.retention') THEN
    RAISE EXCEPTION 'what was issued stands as it was; withdraw it instead'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'certificates_as_issued';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER as_issued BEFORE UPDATE ON certificates_certificate
  FOR EACH ROW WHEN (OLD.code <> '') EXECUTE FUNCTION certificates_as_issued();
"""
UNDO = "DROP TRIGGER as_issued ON certificates_certificate; DROP FUNCTION certificates_as_issued();"


class Migration(migrations.Migration):
    """What stands on paper is changed by nobody once it is issued: it may be withdrawn, once; its wording is sealed anew under
    another key, or emptied when its time is over."""

    dependencies = [("certificates", "0004_bound_to_itself")]

    operations = [migrations.RunSQL(AS_ISSUED, UNDO)]
