from django.db import migrations

# `@@` and `&&` are not leakproof, so under row-level security no index may serve them before the policy has looked at
# every row. This function looks in the index first and applies the same scope itself, as the tables' owner.
FOUND = """
CREATE FUNCTION cases_found(query tsquery, lo int8, hi int8, most int) RETURNS SETOF int8
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE
    'SELECT c.id FROM cases_case c
      WHERE c.words @@ $1 AND c.area >= $2 AND c.area < $3
        AND (c.area <@ $4 OR c.second_area <@ $4 OR c.involved && $5)
      ORDER BY c.opened_at DESC, c.id DESC LIMIT $6'
    USING query, lo, hi, lifang_places(), lifang_units(), most;
END $$;
"""


class Migration(migrations.Migration):
    """What lists need to stay quick at a million cases: words through the index."""

    dependencies = [("cases", "0002_scope")]

    operations = [
        migrations.RunSQL(FOUND, "DROP FUNCTION cases_found(tsquery, int8, int8, int);"),
    ]
