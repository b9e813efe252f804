from django.db import migrations

from lifang.ground.access.rls import AppendOnly, EnableScope, within

# The parent by trailing zeros; the same rule as codes.parent_of.
SHAPE = """
ALTER TABLE areas_area ADD CONSTRAINT area_parent_fits_code CHECK (parent_code = code - code % CASE
    WHEN code % 1000 <> 0 THEN 1000
    WHEN code % 1000000 <> 0 THEN 1000000
    WHEN code % 1000000000 <> 0 THEN 1000000000
    WHEN code % 100000000000 <> 0 THEN 100000000000
    WHEN code % 10000000000000 <> 0 THEN 10000000000000
    ELSE 1000000000000000 END);
ALTER TABLE areas_area ADD CONSTRAINT area_level_fits_code CHECK (level = CASE
    WHEN code % 1000 <> 0 THEN 6
    WHEN code % 1000000 <> 0 THEN 5
    WHEN code % 1000000000 <> 0 THEN 4
    WHEN code % 100000000000 <> 0 THEN 3
    WHEN code % 10000000000000 <> 0 THEN 2
    ELSE 1 END AND code > 0 AND code < 1000000000000000);
"""
UNSHAPE = """
ALTER TABLE areas_area DROP CONSTRAINT area_parent_fits_code;
ALTER TABLE areas_area DROP CONSTRAINT area_level_fits_code;
"""

# Statement triggers: one query however many rows. Parents are written before children and ended after them.
# EXECUTE plans each time: a plan kept from a small table would be a loop over a large one.
TREE = """
CREATE FUNCTION areas_area_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE orphan bigint;
BEGIN
  EXECUTE $q$
    SELECT c.code FROM added c
    WHERE c.level >= 3
      AND NOT EXISTS (SELECT FROM areas_area p WHERE p.code = c.parent_code AND p.valid @> c.valid)
      AND NOT coalesce(c.valid <@ (SELECT range_agg(p.valid) FROM areas_area p WHERE p.code = c.parent_code), false)
    LIMIT 1
  $q$ INTO orphan;
  IF orphan IS NOT NULL THEN
    RAISE EXCEPTION 'area % has no parent on some of its days', orphan
      USING ERRCODE = 'check_violation', CONSTRAINT = 'area_has_parent', TABLE = 'areas_area';
  END IF;
  UPDATE areas_edition SET number = number + 1;
  RETURN NULL;
END $$;

CREATE FUNCTION areas_area_removed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE orphan bigint;
BEGIN
  EXECUTE $q$
    SELECT c.code FROM areas_area c
    WHERE c.level >= 3 AND c.parent_code IN (SELECT code FROM removed)
      AND NOT EXISTS (SELECT FROM areas_area p WHERE p.code = c.parent_code AND p.valid @> c.valid)
      AND NOT coalesce(c.valid <@ (SELECT range_agg(p.valid) FROM areas_area p WHERE p.code = c.parent_code), false)
    LIMIT 1
  $q$ INTO orphan;
  IF orphan IS NOT NULL THEN
    RAISE EXCEPTION 'area % would lose its parent', orphan
      USING ERRCODE = 'check_violation', CONSTRAINT = 'area_has_parent', TABLE = 'areas_area';
  END IF;
  UPDATE areas_edition SET number = number + 1;
  RETURN NULL;
END $$;

CREATE TRIGGER areas_area_added AFTER INSERT ON areas_area REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION areas_area_added();
CREATE TRIGGER areas_area_altered AFTER UPDATE ON areas_area REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION areas_area_added();
CREATE TRIGGER areas_area_left AFTER UPDATE ON areas_area REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION areas_area_removed();
CREATE TRIGGER areas_area_removed AFTER DELETE ON areas_area REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION areas_area_removed();
INSERT INTO areas_edition (number) VALUES (1);
"""
UNTREE = """
DROP FUNCTION areas_area_added() CASCADE; DROP FUNCTION areas_area_removed() CASCADE; DELETE FROM areas_edition;
"""


class Migration(migrations.Migration):
    """What must hold of the tree holds in the database; names of places are public, changing them needs the scope."""

    dependencies = [("areas", "0001_initial"), ("access", "0002_scope")]

    operations = [
        migrations.RunSQL(SHAPE, UNSHAPE),
        migrations.RunSQL(TREE, UNTREE),
        EnableScope("area", read="true", write=within("code")),
        EnableScope("areachange", read="true", write=within("area")),
        EnableScope("succession", read="true", write=within("old_code")),
        EnableScope("edition", read="true", write=None),
        EnableScope("areaevent", read=within("code"), write="true"),
        AppendOnly("areaevent"),
    ]
