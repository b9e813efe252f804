import django.contrib.postgres.fields
from django.db import migrations, models

from lifang.ground.access.rls import UNITS, EnableScope, within

NAMES = (
    "type", "area", "category", "unit_id", "state", "clock", "excluded", "opened_at", "accepted_at", "filed_at",
    "dispatched_at", "received_at", "responded_at", "handled_at", "closed_at", "handle_due_at", "respond_due_at",
    "reworks", "returns", "duplicate_of_id", "parent_id", "solved", "satisfied", "answered",
)
COLUMNS = ", ".join(NAMES)


def of(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in NAMES)


# The report counts with the case itself, however often it is reopened.
THEN = ", ".join("NULL::timestamptz" if name == "opened_at" else f"p.{name}" for name in NAMES)


def logging(name: str, body: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION indicators_log_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
{body}
RETURN NULL;
END $$;
"""


ADDED = logging("added", f"""
WITH found AS (
  INSERT INTO indicators_recurrence (case_id, of_id)
  SELECT n.id, e.ids[1] FROM added n CROSS JOIN LATERAL (
    SELECT array_agg(e.id ORDER BY e.opened_at DESC) AS ids FROM cases_case e
    WHERE e.cell = n.cell AND e.category = n.category AND e.type = n.type AND (e.opened_at, e.id) < (n.opened_at, n.id)
      AND e.opened_at > n.opened_at - interval '30 days' AND e.state NOT IN ('refused', 'duplicate', 'void')) e
  WHERE e.ids IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING case_id)
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT 1, EXISTS (SELECT 1 FROM found f WHERE f.case_id = n.id), {of("n")} FROM added n;
""")
CHANGED = logging("changed", f"""
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT x.* FROM before o JOIN after n USING (id)
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM indicators_recurrence r WHERE r.case_id = n.id) AS recurs) r
CROSS JOIN LATERAL (VALUES (-1, r.recurs, {of("o")}), (1, r.recurs, {of("n")})) x
WHERE ({of("o")}) IS DISTINCT FROM ({of("n")});
WITH p AS (
  INSERT INTO indicators_past (case_id, involved, {COLUMNS})
  SELECT o.id, o.involved, {of("o")} FROM before o JOIN after n USING (id)
  WHERE o.closed_at IS NOT NULL AND n.closed_at IS NULL
  RETURNING {COLUMNS})
INSERT INTO indicators_change (sign, recurs, {COLUMNS}) SELECT 1, false, {THEN} FROM p;
""")
REMOVED = logging("removed", f"""
INSERT INTO indicators_change (sign, recurs, {COLUMNS})
SELECT -1, EXISTS (SELECT 1 FROM indicators_recurrence r WHERE r.case_id = o.id), {of("o")} FROM before o;
WITH p AS (DELETE FROM indicators_past p USING before o WHERE p.case_id = o.id RETURNING p.*)
INSERT INTO indicators_change (sign, recurs, {COLUMNS}) SELECT -1, false, {THEN} FROM p;
DELETE FROM indicators_recurrence r USING before o WHERE r.case_id = o.id;
""")
COLUMN = {
    "type": models.CharField(max_length=40),
    "area": models.BigIntegerField(),
    "category": models.CharField(max_length=40),
    "unit_id": models.BigIntegerField(null=True),
    "state": models.CharField(max_length=30),
    "clock": models.CharField(max_length=30),
    "excluded": models.CharField(max_length=40),
    "reworks": models.SmallIntegerField(),
    "returns": models.SmallIntegerField(),
    "duplicate_of_id": models.BigIntegerField(null=True),
    "parent_id": models.BigIntegerField(null=True),
    "solved": models.BooleanField(null=True),
    "satisfied": models.BooleanField(null=True),
    "answered": models.BooleanField(null=True),
}


class Migration(migrations.Migration):
    """A case that is reopened stays counted as it was closed; a child case is known as one.

    Nothing is known of what was reopened before this migration.
    """

    dependencies = [("indicators", "0003_lookups"), ("cases", "0006_done_by")]

    operations = [
        migrations.CreateModel(
            name="Past",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *((name, COLUMN.get(name) or models.DateTimeField(null=True)) for name in NAMES),
                ("case_id", models.BigIntegerField()),
                ("involved", django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(), default=list, size=None,
                )),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area"], name="past_area"),
                    models.Index(fields=["case_id"], name="past_case"),
                ],
            },
        ),
        migrations.AddField("change", "parent_id", models.BigIntegerField(null=True)),
        migrations.AlterField("change", "opened_at", models.DateTimeField(null=True)),
        EnableScope("past", read=f"{within()} OR involved && {UNITS}", write=None),
        migrations.RunSQL(ADDED + CHANGED + REMOVED, migrations.RunSQL.noop),
    ]
