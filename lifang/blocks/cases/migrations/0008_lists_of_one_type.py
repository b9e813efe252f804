"""The newest cases of narrow places by type: what a city sends down does not fill the list of events."""

from django.db import migrations

NEWEST = """
DROP INDEX case_place_newest;
CREATE INDEX case_place_newest ON cases_case (area, opened_at DESC, id DESC) INCLUDE (state, is_open, type);
DROP FUNCTION cases_newest(int8, int8, text[], bool, timestamptz, int8, int);
CREATE FUNCTION cases_newest(
  kind text, lo int8, hi int8, wanted text[], is_open_only bool, before timestamptz, before_id int8, most int)
RETURNS SETOF int8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id FROM cases_case c
  WHERE c.area >= greatest(lo, lower(lifang_places())) AND c.area < least(hi, upper(lifang_places()))
    AND c.area <@ lifang_places() AND c.type = kind
    AND (wanted IS NULL OR c.state = ANY(wanted)) AND (c.is_open OR NOT is_open_only)
    AND (before IS NULL OR c.opened_at < before OR (c.opened_at = before AND c.id < before_id))
  ORDER BY c.opened_at DESC, c.id DESC LIMIT most
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_voices")]

    operations = [migrations.RunSQL(NEWEST, elidable=False)]
