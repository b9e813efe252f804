from django.db import migrations

COLUMNS = (
    "type, area, category, unit_id, state, clock, excluded, opened_at, accepted_at, filed_at, dispatched_at, "
    "received_at, responded_at, handled_at, closed_at, handle_due_at, respond_due_at, reworks, returns, "
    "duplicate_of_id, solved, satisfied, answered"
)
# The earlier report is gathered, not sorted and cut: a sort would tempt the planner into walking all recent cases.
ADDED = f"""
CREATE OR REPLACE FUNCTION indicators_log_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
WITH found AS (
  INSERT INTO indicators_recurrence (case_id, of_id)
  SELECT n.id, e.ids[1] FROM added n CROSS JOIN LATERAL (
    SELECT array_agg(e.id ORDER BY e.opened_at DESC) AS ids FROM cases_case e
    WHERE e.cell = n.cell AND e.category = n.category AND e.type = n.type AND (e.opened_at, e.id) < (n.opened_at, n.id)
      AND e.opened_at > n.opened_at - interval '30 days' AND e.state NOT IN ('refused', 'duplicate', 'void')) e
  WHERE e.ids IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING case_id)
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT 1, EXISTS (SELECT 1 FROM found f WHERE f.case_id = n.id), {", ".join(f"n.{c.strip()}" for c in COLUMNS.split(","))}
FROM added n;
RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Two look-ups that stay quick with a million cases: the earlier report of the same, and what is left out of rates."""

    dependencies = [("indicators", "0002_counting")]

    operations = [
        migrations.RunSQL(ADDED, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS indicators_left_out_case ON cases_case (id) WHERE excluded <> ''",
            "DROP INDEX indicators_left_out_case",
        ),
    ]
