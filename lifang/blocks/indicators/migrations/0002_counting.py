from django.db import migrations

from lifang.ground.access.rls import FUNCTION, EnableScope, within

COLUMNS = (
    "type, area, category, unit_id, state, clock, excluded, opened_at, accepted_at, filed_at, dispatched_at, "
    "received_at, responded_at, handled_at, closed_at, handle_due_at, respond_due_at, reworks, returns, "
    "duplicate_of_id, solved, satisfied, answered"
)


def of(alias: str) -> str:
    return ", ".join(f"{alias}.{name.strip()}" for name in COLUMNS.split(","))


def logging(name: str, event: str, tables: str, body: str) -> str:
    return f"""
CREATE FUNCTION indicators_log_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
{body}
RETURN NULL;
END $$;
CREATE TRIGGER indicators_log_{name} AFTER {event} ON cases_case REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION indicators_log_{name}();
"""


ADDED = logging("added", "INSERT", "NEW TABLE AS added", f"""
WITH found AS (
  INSERT INTO indicators_recurrence (case_id, of_id)
  SELECT n.id, e.id FROM added n CROSS JOIN LATERAL (
    SELECT e.id FROM cases_case e
    WHERE e.cell = n.cell AND e.category = n.category AND e.type = n.type AND (e.opened_at, e.id) < (n.opened_at, n.id)
      AND e.opened_at > n.opened_at - interval '30 days' AND e.state NOT IN ('refused', 'duplicate', 'void')
    ORDER BY e.opened_at DESC LIMIT 1) e
  ON CONFLICT DO NOTHING RETURNING case_id)
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT 1, EXISTS (SELECT 1 FROM found f WHERE f.case_id = n.id), {of('n')} FROM added n;
""")
CHANGED = logging("changed", "UPDATE", "OLD TABLE AS before NEW TABLE AS after", f"""
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT x.* FROM before o JOIN after n USING (id)
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM indicators_recurrence r WHERE r.case_id = n.id) AS recurs) r
CROSS JOIN LATERAL (VALUES (-1, r.recurs, {of('o')}), (1, r.recurs, {of('n')})) x
WHERE ({of('o')}) IS DISTINCT FROM ({of('n')});
""")
REMOVED = logging("removed", "DELETE", "OLD TABLE AS before", f"""
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT -1, EXISTS (SELECT 1 FROM indicators_recurrence r WHERE r.case_id = o.id), {of('o')} FROM before o;
DELETE FROM indicators_recurrence r USING before o WHERE r.case_id = o.id;
""")
UNDO = "".join(
    f"DROP TRIGGER indicators_log_{name} ON cases_case; DROP FUNCTION indicators_log_{name}();"
    for name in ("added", "changed", "removed")
)
INDEXES = """
CREATE INDEX indicators_open_case ON cases_case (area) WHERE is_open;
CREATE INDEX indicators_case_days ON cases_case (area, opened_at, handle_due_at, respond_due_at, closed_at);
"""
FOLDING = f"{FUNCTION} = 'system.figures'"
FINDING_WRITE = f"{within()} AND {FUNCTION} IN ('figures.decide', 'system.figures')"


class Migration(migrations.Migration):
    """Counting by triggers as the owner: the application reads the log and folds it, and cannot invent a change.

    The functions bypass row-level security on purpose: a repeat is one wherever the earlier report stands.
    """

    dependencies = [("indicators", "0001_initial"), ("cases", "0002_scope")]

    operations = [
        migrations.RunSQL(ADDED + CHANGED + REMOVED, UNDO),
        migrations.RunSQL(INDEXES, "DROP INDEX indicators_open_case; DROP INDEX indicators_case_days"),
        EnableScope("tally", read=within("place"), write=FOLDING),
        EnableScope("change", read=within(), write=FOLDING),
        EnableScope("recurrence", read="EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)", write=None),
        EnableScope("finding", read=within(), write=FINDING_WRITE),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, TRUNCATE ON indicators_change FROM lifang_app;"
            "REVOKE DELETE, TRUNCATE ON indicators_finding FROM lifang_app;",
            "GRANT INSERT, UPDATE ON indicators_change TO lifang_app; GRANT DELETE ON indicators_finding TO lifang_app;",
        ),
    ]
