from django.db import migrations

# The planner guesses that one row in a hundred lies in a multirange. With the scope written out as plain ranges it
# knows better, and reads common words from the newest case on instead of fetching every case that holds them.
FOUND = """
CREATE OR REPLACE FUNCTION cases_found(query tsquery, lo int8, hi int8, most int) RETURNS SETOF int8
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE reached text;
BEGIN
  SELECT string_agg(format('(c.area >= %s AND c.area < %s)', lower(r), upper(r))
      || CASE WHEN upper(r) - lower(r) = 1 THEN format(' OR c.second_area = %s', lower(r)) ELSE '' END, ' OR ')
    INTO reached FROM unnest(lifang_places()) r;
  IF cardinality(lifang_units()) > 0 THEN
    reached := concat_ws(' OR ', reached, format('c.involved && %L::int8[]', lifang_units()));
  END IF;
  IF reached IS NULL THEN RETURN; END IF;
  RETURN QUERY EXECUTE
    'SELECT c.id FROM cases_case c WHERE c.words @@ $1 AND c.area >= $2 AND c.area < $3 AND (' || reached
    || ') ORDER BY c.opened_at DESC, c.id DESC LIMIT $4' USING query, lo, hi, most;
END $$;
"""

# A street holds ten thousand cases far apart on the disk. The newest are picked from the index alone; the policy then
# looks at the few rows of one page. Only places count here: what a unit or a second grid reaches goes another way.
NEWEST = """
CREATE INDEX case_place_newest ON cases_case (area, opened_at DESC, id DESC) INCLUDE (state, is_open);
CREATE INDEX case_unit_newest ON cases_case (unit_id, opened_at DESC, id DESC);
CREATE FUNCTION cases_newest(lo int8, hi int8, wanted text[], is_open_only bool, before timestamptz, before_id int8, most int)
RETURNS SETOF int8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id FROM cases_case c
  WHERE c.area >= greatest(lo, lower(lifang_places())) AND c.area < least(hi, upper(lifang_places()))
    AND c.area <@ lifang_places() AND (wanted IS NULL OR c.state = ANY(wanted)) AND (c.is_open OR NOT is_open_only)
    AND (before IS NULL OR c.opened_at < before OR (c.opened_at = before AND c.id < before_id))
  ORDER BY c.opened_at DESC, c.id DESC LIMIT most
$$;
"""


class Migration(migrations.Migration):
    """Common words and narrow places stay quick at a million cases."""

    dependencies = [("cases", "0003_lists")]

    operations = [
        migrations.RunSQL(FOUND, migrations.RunSQL.noop),
        migrations.RunSQL(
            NEWEST,
            "DROP FUNCTION cases_newest(int8, int8, text[], bool, timestamptz, int8, int); DROP INDEX case_place_newest, case_unit_newest;",
        ),
    ]
