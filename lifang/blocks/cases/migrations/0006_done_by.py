from django.db import migrations

DONE_BY = """
CREATE FUNCTION cases_done_by(sent uuid) RETURNS int8 LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(sent::text, 0));
  RETURN (SELECT id FROM cases_act WHERE key = sent);
END $$;
"""


class Migration(migrations.Migration):
    """A key is asked after and held in one round trip: a second sender waits and then finds what the first did.

    The look for the key is a statement of its own after the lock, so that it sees what was committed meanwhile.
    """

    dependencies = [("cases", "0005_act_at")]

    operations = [migrations.RunSQL(DONE_BY, "DROP FUNCTION cases_done_by(uuid)")]
